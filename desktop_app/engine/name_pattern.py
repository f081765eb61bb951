"""The name pattern: which part of a file's name is its class."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop_app.engine.catalog import label_text
from desktop_app.engine.errors import EngineError

HELP = "“{class}” stands for the class, “#” for a number, “*” for anything else: “{class}_#” or “*-{class}”."
# In the order in which they are tried; the first that fits is proposed.
_COMMON = (
    "{class}#",
    "#{class}",
    "{class}_*",
    "*_{class}",
    "{class}-*",
    "*-{class}",
    "{class} *",
    "* {class}",
)
_LONGEST = 255  # signs; no file system has longer names
_LOOSE = r"[\W_]*+"
_SEPARATORS = " _-.,()[]"
_SAMPLE = 2000  # names that decide which templates are counted on all
_MOST_CLASSES = 1000
_SHARE = 0.9  # of the names must have a class


class NamePattern:
    """Reads the class out of file names.

    A template is text in which “{class}” stands for the class, “#” for a number with the spaces, dashes, dots
    and brackets around it, and “*” for anything, once before and once after the class; the rest must be there
    as it is written, in capitals or not. It is held against the name without its extension, and the class is
    as short as can be. That is all, so that no pattern takes longer than some milliseconds for a name, as a
    regular expression may.

    Raises:
        EngineError: the template cannot be understood; the hint says how they are written.
    """

    def __init__(self, template: str) -> None:
        before, mark, after = template.partition("{class}")
        if not mark or "{class}" in after:
            raise EngineError(f"The pattern “{template}” must have “{{class}}” in it, once.", HELP)
        if before.endswith("*") or after.startswith("*"):
            raise EngineError(f"In the pattern “{template}”, something must part “*” and the class.", HELP)
        if max(before.count("*"), after.count("*")) > 1 or "##" in template:
            raise EngineError(f"The pattern “{template}” has one “*” or “#” too many.", HELP)
        if len(template) > _LONGEST:
            raise EngineError("The pattern is longer than any file's name.", HELP)
        self._expression = re.compile(
            f"{_side(before, '.*')}(?P<label>.+?){_side(after, '.*?')}",
            re.IGNORECASE | re.DOTALL,
        )

    def label(self, name: str) -> str:
        """The class in the file name `name`; "" where the pattern does not fit it."""
        stem = name.rpartition(".")[0] or name
        found = self._expression.fullmatch(stem) if len(stem) <= _LONGEST else None
        return label_text(found["label"].strip(_SEPARATORS)) if found else ""


@dataclass(frozen=True)
class Guess:
    """A template that fits, and how many names of each class it finds."""

    template: str
    counts: Counter[str]


def guesses(names: Sequence[str]) -> Iterator[Guess]:
    """The common templates that make at least two sensible classes of `names`, the likeliest first."""
    sample = names[:: max(1, len(names) // _SAMPLE)]
    seen: list[Counter[str]] = []
    for template in _COMMON:
        pattern = NamePattern(template)
        # A number at the start may be a class, as of digits; any other only counts the files.
        idle = re.compile("[0-9]{3,}" if template.startswith("{class}") else "[0-9]+")
        if _sensible(Counter(map(pattern.label, sample)), len(sample), idle):
            counts = Counter(map(pattern.label, names))
            if _sensible(counts, len(names), idle) and counts not in seen:
                seen.append(counts)
                del counts[""]
                yield Guess(template, counts)


def _sensible(counts: Counter[str], total: int, idle: re.Pattern[str]) -> bool:
    """Whether they look like classes: few, most names in one, and told apart by more than the `idle` text."""
    labels = counts.keys() - {""}
    told_apart = {idle.sub("", label) for label in labels}
    named = total - counts[""]
    return 2 <= len(told_apart) <= len(labels) <= min(_MOST_CLASSES, named / 2) and named >= _SHARE * total


def _side(text: str, anything: str) -> str:
    """What stands on one side of the class, as a regular expression."""
    written = [part for part in re.split(r"([#*])", text) if part]
    found: list[str] = []
    for place, part in enumerate(written):
        if part == "#":
            # The signs around a number belong to it, but for those that the template has of its own.
            first = place == 0 or written[place - 1] == "*"
            last = place == len(written) - 1 or written[place + 1] == "*"
            found.append(f"{_LOOSE if first else ''}(?<![0-9])[0-9]++{_LOOSE if last else ''}")
        else:
            found.append(anything if part == "*" else re.escape(part))
    return "".join(found)
