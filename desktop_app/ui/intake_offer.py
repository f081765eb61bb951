"""What the Intake dialog is told: the ways in which something that was dropped can be taken."""

from dataclasses import dataclass

from desktop_app.engine.name_pattern import HELP
from desktop_app.engine.sources import Source


@dataclass(frozen=True)
class IntakeOption:
    """One way to take it.

    Attributes:
        text: what the choice says, such as “Each folder is a class”.
        source: what comes of it; the dialog lets its columns, its pattern or its label be edited, as its kind
            asks for.
    """

    text: str
    source: Source


@dataclass(frozen=True)
class IntakeOffer:
    """All ways to take it.

    Attributes:
        sentence: what it is taken for, and why.
        options: at least one; the first is advised.
        columns: the words in the header of the first table among the options.
        rows: its first rows.
        pattern_help: what the signs of a pattern mean.
    """

    sentence: str
    options: tuple[IntakeOption, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    pattern_help: str = HELP
