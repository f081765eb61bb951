"""Groups: the pictures that must stay together, because to know one is to know the others."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path

import regex

from desktop_app.engine.catalog import Picture
from desktop_app.engine.errors import EngineError

_PATIENCE = 0.5  # seconds for one name; any sound pattern takes microseconds


def groups(
    pictures: Sequence[Picture], group_by: str, digests: Mapping[Path, str], duplicates: Mapping[Path, str]
) -> tuple[tuple[int, ...], ...]:
    """Indices of the pictures of each group, each in ascending order; most groups are of one picture.

    Pictures belong together if they have a digest, a name in `duplicates` or a group of the user's in common,
    also by way of others.

    Args:
        pictures: of any split and class.
        group_by: as in `SplitSpec`.
        digests: SHA-256 of the content; a picture without one is like no other.
        duplicates: picture -> name of its group of near-duplicates.

    Raises:
        EngineError: `group_by` is no regular expression, takes too long, or fits no file's name.
    """
    own_group = _grouper(group_by)
    above = list(range(len(pictures)))

    def root(index: int) -> int:
        while above[index] != index:
            above[index] = above[above[index]]
            index = above[index]
        return index

    first: dict[Hashable, int] = {}
    fits = not pictures
    for index, picture in enumerate(pictures):
        own = own_group(picture.path)
        fits |= own is not None
        for kind, name in enumerate((digests.get(picture.path), duplicates.get(picture.path), own)):
            if name:
                above[root(index)] = root(first.setdefault((kind, name), index))
    if group_by and not fits:
        raise EngineError(
            f"No picture's file name fits the pattern “{group_by}”.",
            "Its first group must name what belongs together: “(.+?)_” fits “anna_01.jpg”.",
        )
    members: dict[int, list[int]] = {}
    for index in range(len(pictures)):
        members.setdefault(root(index), []).append(index)
    return tuple(map(tuple, members.values()))


def identity(path: Path, digests: Mapping[Path, str]) -> str:
    """By what a picture is known: its content's digest, else its path."""
    return digests.get(path) or str(path)


def _grouper(group_by: str) -> Callable[[Path], str | None]:
    """A function from a file to the name of its group, None where it has none."""
    if not group_by:
        return lambda _path: None
    if group_by == "folder":
        return lambda path: path.parent.name
    pattern = compiled(group_by)
    return lambda path: group_in(path.name, pattern)


def group_in(name: str, pattern: regex.Pattern[str]) -> str | None:
    """The group that a file's name tells, None where the pattern does not fit it.

    Raises:
        EngineError: the pattern, which may be a stranger's, tries without end to fit the name.
    """
    try:
        found = pattern.search(name, timeout=_PATIENCE)
    except TimeoutError as error:
        raise EngineError(
            f"The pattern “{pattern.pattern}” takes too long for the name “{name}”.",
            "Write it without a repetition inside a repetition, such as “(.+?)_”.",
        ) from error
    return found.group(min(1, pattern.groups)) if found else None


def compiled(pattern: str) -> regex.Pattern[str]:
    """The regular expression `pattern`; an `EngineError` where it is none."""
    try:
        return regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise EngineError(
            f"“{pattern}” is not a regular expression: {error}.",
            "A pattern such as “(.+?)_” groups files by what comes before the first “_” of their names.",
        ) from error
