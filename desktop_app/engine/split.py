"""The split: which pictures the head learns from, and which it is checked on.

A rule without memory cannot both keep every picture where it was when others are added and keep each class'
share exactly. So the program remembers where each picture went, by its content (`earlier`): those stay, and
only new ones are drawn, in an order that their content and the seed decide.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desktop_app.engine.allotment import Allotment, Bundle
from desktop_app.engine.catalog import Catalog, Picture, Split
from desktop_app.engine.errors import EngineError
from desktop_app.engine.grouping import compiled, groups, identity

# The field's rule of thumb: below this, one picture moves a class' accuracy by more than ten points.
FEW = 10
_EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True)
class SplitSpec:
    """How pictures without a given split are divided.

    Attributes:
        validation: the share of each class to validate on, in (0, 1).
        test: the share of each class to keep for the last judgement, in [0, 1); 0 for none.
        seed: another seed draws another split of the same pictures.
        group_by: what else must stay together: "" nothing, "folder" the pictures in folders of one name, or a
            regular expression over the file's name whose first group names the patient, the day or the like.
    """

    validation: float = 0.2
    test: float = 0.0
    seed: int = 0
    group_by: str = ""

    def __post_init__(self) -> None:
        """Refuse shares that leave nothing to learn from, and a pattern that is none."""
        both = self.validation + self.test
        if not (isfinite(both) and self.validation > 0 and self.test >= 0 and both < 1):
            raise EngineError(
                f"The pictures cannot be divided: {self.validation:g} of them for validation and "
                f"{self.test:g} for the test.",
                "The validation share must be above 0, and both together below 1, such as 0.2 and 0.1.",
            )
        if self.group_by not in {"", "folder"}:
            compiled(self.group_by)


@dataclass(frozen=True)
class SplitRow:
    """How many pictures of one class are in each split; `warning` is "" or a sentence."""

    label: str
    train: int
    val: int
    test: int
    warning: str = ""


def split_table(catalog: Catalog) -> tuple[SplitRow, ...]:
    """What each split holds, a row a class in the order of `Catalog.class_names`, for a divided catalog."""
    rows = []
    for label in filter(None, catalog.class_names):
        train, val, test = (catalog.counts[label, split] for split in ("train", "val", "test"))
        rows.append(SplitRow(label, train, val, test, _warning(train, val)))
    return tuple(rows)


def divide(
    catalog: Catalog,
    spec: SplitSpec,
    digests: Mapping[Path, str],
    duplicates: Mapping[Path, str] = _EMPTY,
    earlier: Mapping[str, Split] = _EMPTY,
    by_hand: Mapping[Path, Split] = _EMPTY,
) -> Catalog:
    """Give every labelled picture a split.

    Validation and test pictures that folders give stay what they are, and none are drawn beside them. What is
    to be drawn comes from all other pictures, also from those in a `train` folder. A group goes to one split
    as a whole, after those of its members whose split is given; where these disagree, each stays (a leak,
    which the checks tell of) and the rest is for training. Each class has its share within one picture, or
    within its largest group, and at least one group to learn from and one to validate on.

    Args:
        catalog: what to divide; its order does not matter, nor what the files are called.
        spec: the shares, the seed and the user's groups.
        digests: picture -> SHA-256 of its content; a picture without one is known by its path.
        duplicates: picture -> name of its group of near-duplicates.
        earlier: digest -> the split that it was given under the same `spec`. It stays there, unless it now
            belongs together with one of another split: then all of them are for training, for validation must
            hold nothing that was seen. It also moves where its class had nothing left on one side.
        by_hand: picture -> the split that the user put it into; the rest of its group follows.

    Raises:
        EngineError: a class is a single group, or the groups leave no way to divide it.
    """
    pictures = catalog.pictures
    drawn = _drawn(spec, {p.split for p in pictures if p.path not in by_hand})
    shares: dict[Split, float] = {"train": 1 - sum(drawn.values()), **drawn}
    names = [identity(p.path, digests) for p in pictures]
    known = _still_valid(earlier, names, shares)
    splits = [by_hand.get(p.path, p.split) for p in pictures]
    bundles: list[Bundle[Split]] = []
    for group in groups(pictures, spec.group_by, digests, duplicates):
        members = tuple(index for index in group if pictures[index].label)
        given = _given(pictures, members, by_hand, bool(drawn))
        if given:
            whole = _only({splits[index] for index in given})
            for index in members:
                if index not in given:
                    splits[index] = whole
            for split in shares:
                there = tuple(index for index in members if splits[index] == split)
                bundles.append(Bundle(there, _sizes(pictures, there), split, pinned=True))
        else:
            before = {known[names[index]] for index in members if names[index] in known}
            part = _only(before) if before else None
            bundles.append(Bundle(members, _sizes(pictures, members), part, settled=bool(before)))
    bundles = [bundle for bundle in bundles if bundle.members]
    bundles.sort(key=lambda bundle: _rank(spec.seed, (names[index] for index in bundle.members)))
    allotment = Allotment(bundles, shares)
    allotment.deal()
    _feed_all(allotment, tuple(shares))
    for bundle in bundles:
        for index in bundle.members:
            splits[index] = bundle.part
    return replace(
        catalog,
        pictures=tuple(
            p if p.split == split else replace(p, split=split)
            for p, split in zip(pictures, splits, strict=True)
        ),
    )


def folds(
    catalog: Catalog,
    k: int,
    spec: SplitSpec,
    digests: Mapping[Path, str],
    duplicates: Mapping[Path, str] = _EMPTY,
) -> tuple[tuple[int, ...], ...]:
    """Divide a catalog into `k` folds for cross-validation: the indices of the pictures in each.

    Every labelled picture is in one fold, whatever its split; no group is in two. Each class is spread evenly
    to within one picture, or its largest group. Content, groups and seed decide, as in `divide`.

    Raises:
        EngineError: there are fewer than `k` groups.
    """
    pictures = catalog.pictures
    names = [identity(p.path, digests) for p in pictures]
    bundles: list[Bundle[int]] = []
    for group in groups(pictures, spec.group_by, digests, duplicates):
        members = tuple(index for index in group if pictures[index].label)
        bundles.append(Bundle(members, _sizes(pictures, members)))
    bundles = [bundle for bundle in bundles if bundle.members]
    if len(bundles) < k:
        raise EngineError(
            f"The pictures are {len(bundles)} groups, too few for {k} folds.",
            "Add pictures, take fewer folds, or group by something else.",
        )
    # Large ones first, for what comes later makes up for them; then class by class, so that folds are of one
    # size. All folds are alike, so that this favours nobody.
    bundles.sort(
        key=lambda b: (-len(b.members), sorted(b.sizes), _rank(spec.seed, (names[i] for i in b.members)))
    )
    Allotment(bundles, dict.fromkeys(range(k), 1 / k)).deal()
    return tuple(
        tuple(sorted(index for b in bundles if b.part == fold for index in b.members)) for fold in range(k)
    )


def _drawn(spec: SplitSpec, given: Collection[Split | None]) -> dict[Split, float]:
    """The splits to draw, with their shares: those that no folder gives."""
    wanted: dict[Split, float] = {"val": spec.validation, "test": spec.test}
    return {split: share for split, share in wanted.items() if share and split not in given}


def _still_valid(
    earlier: Mapping[str, Split], names: Iterable[str], shares: Mapping[Split, float]
) -> dict[str, Split]:
    """What `earlier` says of the pictures that are here, for the splits that there are now.

    It says nothing where it knows no validation picture, though some are to be drawn: a folder gave them
    then, which is gone.
    """
    known = {name: earlier[name] for name in names if name in earlier}
    if "val" in shares and "val" not in known.values():
        return {}
    return {name: split if split in shares else "train" for name, split in known.items()}


def _given(
    pictures: Sequence[Picture], members: Sequence[int], by_hand: Mapping[Path, Split], drawing: bool
) -> set[int]:
    """Those of a group whose split is given.

    A `train` folder alone says only that its pictures are no others'; beside given ones it means it.
    """
    hand = {index for index in members if pictures[index].path in by_hand}
    folder = {index for index in members if index not in hand and pictures[index].split in {"val", "test"}}
    if not drawing or (folder and not hand):
        folder |= {index for index in members if index not in hand and pictures[index].split == "train"}
    return hand | folder


def _only(splits: Collection[Split | None]) -> Split:
    """The one in `splits`; training where they disagree, for nothing held out may have been seen."""
    first = next(iter(splits))
    return first if len(splits) == 1 and first else "train"


def _sizes(pictures: Sequence[Picture], members: Iterable[int]) -> Counter[str]:
    return Counter(pictures[index].label for index in members)


def _rank(seed: int, names: Iterable[str]) -> bytes:
    """The place of a group in the order of drawing, from what it holds alone."""
    return hashlib.sha256(f"{seed} {min(names)}".encode("utf-8", "surrogateescape")).digest()


def _feed_all(allotment: Allotment[Split], splits: Sequence[Split]) -> None:
    """See that no class is left with nothing on one side; where the user wants it so, it stays so."""
    if len(splits) == 1:
        return
    for label in sorted(allotment.of_class):
        own = allotment.of_class[label]
        if len(own) < 2:
            raise _single(label, len(own[0].members))
        for split in splits:
            # A test set is worth no other's last group.
            if split == "test":
                if len(own) >= len(splits):
                    allotment.feed(split, label, unsettle=False)
            elif not allotment.feed(split, label, from_last={"test"}) and not any(b.pinned for b in own):
                raise EngineError(
                    f"The class “{label}” cannot be both learned and checked: its groups hang together with "
                    "those of other classes.",
                    "Add pictures to it, group by something else, or take the class out.",
                )


def _single(label: str, count: int) -> EngineError:
    what = "one picture" if count == 1 else f"{count:,} pictures that belong together"
    return EngineError(
        f"The class “{label}” has {what}: nothing would be left to check with.",
        "Add other pictures to it or take the class out"
        + ("." if count == 1 else ", or group the pictures by something else."),
    )


def _warning(train: int, val: int) -> str:
    if not train:
        return "No pictures to learn from."
    if not val:
        return "No pictures to validate on."
    if val < FEW:
        have = "1 picture validates" if val == 1 else f"{val} pictures validate"
        return f"Only {have} this class: its accuracy is a rough guess. {FEW} or more would say more."
    return ""
