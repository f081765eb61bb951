"""The check for shortcuts: a class that can be told by how its pictures were made, not by what they show."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.evidence import Evidence
from desktop_app.engine.facts import Facts
from desktop_app.engine.findings import Finding, Severity, listed

Numbers = NDArray[np.float64]

ENOUGH = 20  # pictures in a class; with fewer, chance alone may set them apart
# Of a picture of the class and another's, the property alone tells in nine of ten cases which is which.
# Chance reaches 0.7 with 20 pictures a side once in a hundred times.
TELLING = 0.9
STRONG = 0.7  # Cramér's V: its square, half, is what the property explains of the classes
_COMMONEST = 50  # values of a property that are told apart; all others are one
_OTHER = "others"
_STANDS_OUT = 0.5  # difference between a value's share in a class and in the others
_ADVICE = (
    "The model may learn this instead of what the pictures show, and fail on pictures from elsewhere. "
    "Take the pictures of all classes alike, or bring them to one form."
)


@dataclass(frozen=True)
class _Measured:
    """A property that is a number."""

    name: str
    value: Callable[[Facts], float]
    severity: Severity = "warning"


@dataclass(frozen=True)
class _Named:
    """A property that is a word."""

    name: str
    value: Callable[[Facts], str]


def _colour(facts: Facts) -> str:
    grey = facts.mode in {"1", "L", "LA", "I", "F"} or facts.mode.startswith("I;")
    return "black and white" if grey else "in color"


_NAMED = (
    _Named("file format", lambda facts: facts.format or "of an unknown format"),
    _Named("use of color", _colour),
    _Named("camera", lambda facts: f"by {facts.camera}" if facts.camera else "without a camera's name"),
    _Named("size in pixels", lambda facts: f"of {facts.width} × {facts.height} pixels"),
)
_MEASURED = (
    _Measured("number of pixels", lambda facts: facts.width * facts.height),
    _Measured("width over height", lambda facts: facts.width / facts.height),
    _Measured("brightness", lambda facts: facts.brightness, "note"),
)


def shortcuts(evidence: Evidence) -> Iterator[Finding]:
    """A finding for each property that tells classes apart."""
    counts = Counter(picture.label for picture, _ in evidence.labelled)
    rows = [row for row in evidence.labelled if counts[row[0].label] >= ENOUGH]
    classes = sorted({picture.label for picture, _ in rows})
    number = {label: place for place, label in enumerate(classes)}
    labels = np.array([number[picture.label] for picture, _ in rows])
    if len(classes) < 2:
        return
    facts = [one for _, one in rows]
    for named in _NAMED:
        words = [named.value(one) for one in facts]
        shares = _shares(words, labels)
        if shares and cramers_v(shares[1]) >= STRONG:
            told, sentence = _told_by_word(classes, *shares)
            yield _finding(evidence, named.name, told, sentence, "warning")
    for measured in _MEASURED:
        values = np.array([measured.value(one) for one in facts], np.float64)
        areas = areas_under_curve(values, labels)
        telling = np.flatnonzero(np.maximum(areas, 1 - areas) >= TELLING)
        if len(telling):
            first = int(telling[np.argmax(np.abs(areas[telling] - 0.5))])
            own, others = np.median(values[labels == first]), np.median(values[labels != first])
            told = [classes[place] for place in ([first] if len(classes) == 2 else telling)]
            sentence = f"The typical {measured.name} is {own:,.3g} in “{classes[first]}”, else {others:,.3g}."
            yield _finding(evidence, measured.name, told, sentence, measured.severity)


def cramers_v(table: NDArray[np.int64]) -> float:
    """How far two properties go together, from 0 to 1; without the bias of small numbers (Bergsma, 2013).

    Args:
        table: how often each value of one meets each of the other, shape (values, other values).
    """
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    rows, columns = table.shape
    total = table.sum()
    if min(rows, columns) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    square = float(((table - expected) ** 2 / expected).sum() / total)
    square = max(0.0, square - (rows - 1) * (columns - 1) / (total - 1))
    fewer = min(size - (size - 1) ** 2 / (total - 1) for size in (rows, columns))
    return float(np.sqrt(min(1.0, square / (fewer - 1)))) if fewer > 1 else 0.0


def areas_under_curve(values: Numbers, labels: NDArray[np.int64]) -> Numbers:
    """For each class, how often a value of it is above one of another class; equal ones count half."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    own = np.bincount(labels).astype(np.float64)
    above = np.bincount(labels, ranks) - own * (own + 1) / 2
    return np.asarray(above / (own * (len(values) - own)), np.float64)


def _shares(words: Sequence[str], labels: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]] | None:
    """The commonest values, and how often each class has each, shape (classes, values)."""
    found, place, counts = np.unique(words, return_inverse=True, return_counts=True)
    if len(found) < 2:
        return None
    kept = np.argsort(-counts, kind="stable")[:_COMMONEST]
    column = np.full(len(found), len(kept))
    column[kept] = np.arange(len(kept))
    table = np.zeros((labels.max() + 1, len(kept) + 1), np.int64)
    np.add.at(table, (labels, column[place]), 1)
    return [*(str(found[index]) for index in kept), _OTHER], table


def _told_by_word(
    classes: Sequence[str], words: Sequence[str], table: NDArray[np.int64]
) -> tuple[list[str], str]:
    """The classes that stand out, and how the one that does most."""
    own = table / table.sum(axis=1, keepdims=True)
    rest = table.sum(axis=0) - table
    excess = own - rest / rest.sum(axis=1, keepdims=True)
    first, value = divmod(int(np.argmax(excess)), excess.shape[1])
    told = [name for name, row in zip(classes, excess, strict=True) if row.max() >= _STANDS_OUT]
    share, others = own[first, value], own[first, value] - excess[first, value]
    sentence = f"{share:.0%} of “{classes[first]}” are {words[value]}, of the others {others:.0%}."
    return told or [classes[first]], sentence


def _finding(evidence: Evidence, name: str, told: Sequence[str], words: str, severity: Severity) -> Finding:
    return Finding(
        f"shortcut: {name}",
        f"{listed(told)} can be told by the {name} alone.",
        f"{words} {_ADVICE}",
        severity,
        tuple(tuple(p.path for p, _ in evidence.labelled if p.label == label) for label in told),
    )
