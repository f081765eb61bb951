"""The checks for duplicates: the same or nearly the same picture more than once."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from desktop_app.engine.catalog import Picture, Split
from desktop_app.engine.evidence import Evidence, side
from desktop_app.engine.findings import Finding, Remedy, Severity, counted
from desktop_app.engine.linked import components, stars

_SIDES: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}


def exact_duplicates(evidence: Evidence) -> Iterator[Finding]:
    """The same file more than once in a class, on the same side of the split."""
    groups = [group for group in evidence.by_place.values() if len(group) > 1]
    groups = [_best_first(evidence, group) for group in groups]
    copies = _rest(groups)
    if copies:
        yield Finding(
            "duplicates",
            f"{counted(len(copies), 'picture is an exact copy', 'pictures are exact copies')} of another.",
            "A picture that is there more than once counts more than the others.",
            "warning",
            _paths(groups),
            (Remedy(f"Leave out {_the(len(copies), 'copy', 'copies')}", copies),),
        )


def near_duplicates(evidence: Evidence) -> Iterator[Finding]:
    """Nearly the same picture more than once in a class, on the same side of the split."""
    places = evidence.by_place
    pairs = [(places[one], places[other]) for one, other in evidence.alike_places if one[1:] == other[1:]]
    best = _best_first(evidence, {picture for pair in pairs for place in pair for picture in place})
    order = {picture: rank for rank, picture in enumerate(best)}
    firsts = [(min(one, key=order.__getitem__), min(other, key=order.__getitem__)) for one, other in pairs]
    groups = stars(firsts, order)
    copies = _rest(groups)
    if copies:
        yield Finding(
            "near duplicates",
            f"{counted(len(copies), 'picture looks', 'pictures look')} nearly the same as another.",
            "They may be the same picture in another size or format, or photographs taken one after the "
            "other. They teach little that is new; the largest of each group is kept.",
            "note",
            _paths(groups),
            (Remedy(f"Leave out {_the(len(copies), 'smaller one', 'smaller ones')}", copies),),
        )


def exact_conflicts(evidence: Evidence) -> Iterator[Finding]:
    """The same file in two classes."""
    labelled = ([picture for picture in same if picture.label] for same in evidence.by_digest.values())
    groups = [same for same in labelled if len({picture.label for picture in same}) > 1]
    yield from _conflict(
        "conflicts",
        f"{counted(len(groups), 'picture is', 'pictures are')} in more than one class.",
        "At most one of its labels is right. Look at each, and leave out what is wrong, or both.",
        "problem",
        groups,
    )


def near_conflicts(evidence: Evidence) -> Iterator[Finding]:
    """Nearly the same picture in two classes."""
    places = evidence.by_place
    pairs = _spread(
        (places[one], places[other])
        for one, other in evidence.alike_places
        if one[1] and other[1] and one[1] != other[1]
    )
    groups = [sorted(group, key=_by_path) for group in components(pairs)]
    yield from _conflict(
        "near conflicts",
        f"{counted(len(groups), 'picture is', 'pictures are')} in more than one class, slightly changed.",
        "If they show the same thing, at most one of the labels is right. Look at each, and leave out what "
        "is wrong, or both.",
        "problem",
        groups,
    )


def exact_leaks(evidence: Evidence) -> Iterator[Finding]:
    """The same file on two sides of a split that the folders give."""
    groups = [same for same in evidence.by_digest.values() if len({side(p) for p in same}) > 1]
    if _is_given(evidence):
        yield from _leak("leaks", "the very same", groups)


def near_leaks(evidence: Evidence) -> Iterator[Finding]:
    """Nearly the same picture on two sides of a split that the folders give."""
    places = evidence.by_place
    pairs = _spread(
        (places[one], places[other]) for one, other in evidence.alike_places if one[2] != other[2]
    )
    if _is_given(evidence):
        yield from _leak("near leaks", "nearly the same", components(pairs))


def _leak(check: str, how: str, groups: Sequence[list[Picture]]) -> Iterator[Finding]:
    """The picture to keep is the training picture, or the test picture where there is none."""
    if not groups:
        return
    kept: list[Path] = []
    leaked: list[Path] = []
    moved: list[tuple[Path, Split]] = []
    ordered = []
    for group in groups:
        stays: Split = "train" if any(side(picture) == "train" for picture in group) else "test"
        group.sort(key=lambda picture: (side(picture) != stays, str(picture.path)))
        ordered.append(group)
        kept += [picture.path for picture in group if side(picture) == stays]
        out = [picture.path for picture in group if side(picture) != stays]
        leaked += out
        moved += [(path, stays) for path in out]
    sides = {_SIDES[side(picture)] for group in groups for picture in group}
    held_out = " or ".join(sorted(sides - {"training"}, reverse=True))
    others = "training" if "training" in sides else "test"
    if others == "test":
        held_out = "validation"
    remedies = [Remedy(f"Leave out {_the(len(leaked), f'{held_out} picture')}", tuple(leaked))]
    if check != "leaks":  # a moved copy would be there twice
        remedies.append(Remedy(f"Move {_the(len(leaked))} to the {others} pictures", to_split=tuple(moved)))
    remedies.append(Remedy(f"Leave out {_the(len(kept), f'{others} picture')}", tuple(kept)))
    yield Finding(
        check,
        f"{counted(len(leaked), f'{held_out} picture is', f'{held_out} pictures are')} {how} as "
        f"{others} pictures.",
        "The model is then checked on what it has already seen, and the results look better than they are.",
        "problem",
        _paths(ordered),
        tuple(remedies),
    )


def _conflict(
    check: str, title: str, detail: str, severity: Severity, groups: Sequence[list[Picture]]
) -> Iterator[Finding]:
    if groups:
        every = tuple(picture.path for group in groups for picture in group)
        remedy = Remedy(f"Leave out {_the(len(every))}", every)
        yield Finding(check, title, detail, severity, _paths(groups), (remedy,))


def _spread(pairs: Iterable[tuple[list[Picture], list[Picture]]]) -> Iterator[tuple[Picture, Picture]]:
    """Pairs that link all the pictures of two places."""
    for one, other in pairs:
        yield from ((one[0], picture) for picture in other)
        yield from ((picture, other[0]) for picture in one[1:])


def _is_given(evidence: Evidence) -> bool:
    return len({side(picture) for picture, _ in evidence.read}) > 1


def _best_first(evidence: Evidence, pictures: Iterable[Picture]) -> list[Picture]:
    """In order of pixels, then bytes; alike in both, by name."""

    def worth(picture: Picture) -> tuple[int, int, str]:
        facts = evidence.facts[picture.path]
        return -facts.width * facts.height, -facts.size, str(picture.path)

    return sorted(pictures, key=worth)


def _by_path(picture: Picture) -> str:
    return str(picture.path)


def _paths(groups: Iterable[Sequence[Picture]]) -> tuple[tuple[Path, ...], ...]:
    return tuple(sorted(tuple(picture.path for picture in group) for group in groups))


def _rest(groups: Iterable[Sequence[Picture]]) -> tuple[Path, ...]:
    return tuple(picture.path for group in groups for picture in group[1:])


def _the(count: int, thing: str = "picture", things: str = "") -> str:
    return f"the {thing}" if count == 1 else f"the {counted(count, thing, things)}"
