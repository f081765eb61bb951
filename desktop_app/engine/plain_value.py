"""Values of a JSON file that may be anybody's: of the kind that is wanted, or a TypeError says what else."""

from math import isfinite
from typing import Any


def text(value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def count(value: object) -> int:
    """A whole number from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is no count")
    return value


def number(value: object) -> float:
    """Any number, also none (NaN) and infinity."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no number")
    return value


def finite(value: object) -> float:
    """A number that can be drawn."""
    found = float(number(value))
    if not isfinite(found):
        raise TypeError(f"{value!r} is not finite")
    return found


def pair(value: object) -> tuple[float, float]:
    """Two numbers."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is no interval")
    low, high = map(number, value)
    return low, high


def finite_pair(value: object) -> tuple[float, float]:
    """Two numbers that can be drawn."""
    low, high = map(finite, pair(value))
    return low, high


def listed(value: object) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value
