"""The findings: what a check has to say, with its remedies as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from desktop_app.engine.catalog import Split

Severity = Literal["problem", "warning", "note"]


@dataclass(frozen=True)
class Remedy:
    """One thing that can be done about a finding.

    Attributes:
        text: what a button says.
        leave_out: pictures to leave out.
        to_split: pictures to move, each with the split that it comes to.
    """

    text: str
    leave_out: tuple[Path, ...] = ()
    to_split: tuple[tuple[Path, Split], ...] = ()


@dataclass(frozen=True)
class Finding:
    """What a check has found.

    Attributes:
        check: name of the row in `checks.CHECKS`.
        title: one sentence.
        detail: what it means, and what to do.
        severity: a problem makes results wrong, a warning makes them worse, a note is good to know.
        groups: pictures that belong together, as duplicates do; the one to keep is the first.
        remedies: the one that is advised comes first; none where only the user can mend it, as `detail` says.
    """

    check: str
    title: str
    detail: str
    severity: Severity
    groups: tuple[tuple[Path, ...], ...] = ()
    remedies: tuple[Remedy, ...] = ()

    @cached_property
    def pictures(self) -> tuple[Path, ...]:
        """All pictures, each once."""
        return tuple(dict.fromkeys(path for group in self.groups for path in group))


def counted(count: int, thing: str = "picture", things: str = "") -> str:
    """A number with its noun: 1 picture, 2,000 pictures."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def listed(names: Iterable[str], most: int = 4) -> str:
    """Class names in a sentence: “ants”, “bees” and 3 more."""
    quoted = [f"“{name}”" for name in names]
    if len(quoted) > most:
        quoted = [*quoted[: most - 1], f"{len(quoted) - most + 1} more"]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
