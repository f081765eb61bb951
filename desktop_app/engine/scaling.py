"""Scaling: numbers of any range to the 8 bits of a picture, the same way for all pictures of a series.

White is not the picture's own brightest pixel, or two pictures of one series could no longer be compared. It
is what the instrument could have measured at most:

- what the file declares, where it does: bits stored, a largest sample value;
- else the fewest of 8, 10, 12, 14, 16 … bits that hold every number, so that a camera of 12 bits whose
  numbers lie in 16 is not shown black.

So no number is ever clipped, and two pictures differ in scale only where one needs more bits than the other.
Black is zero. Where there are numbers below, it is the least of -1, -4, -16 … that none exceeds. White of
real numbers is 1 or 256, or another power of four where they would be nearly black or beyond.
"""

from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NEARLY_BLACK = 1 / 16


def to_8_bits(values: NDArray[Any], bits: int = 0) -> NDArray[np.uint8]:
    """Scale `values` to 0 … 255.

    Args:
        values: whole or real numbers, any shape. What is no number becomes black.
        bits: how many bits the numbers have by the file's own word, sign included; 0 where it says nothing.
    """
    real = values.dtype.kind == "f"
    if real:
        values = _finite(values)
    low, high = (values.min().item(), values.max().item()) if values.size else (0, 0)
    declared = 2.0 ** (bits - (low < 0)) if bits else 0.0
    white = declared if high < declared else _white(high, real)
    if 0 < bits < 8 and 0 <= low <= high < declared:
        return np.asarray(values * (255 / (2**bits - 1)), np.uint8)
    if low < 0:
        return _stretched(values, declared if -low <= declared else _black(-low), white)
    if real:
        return _stretched(values, 0, white)
    return np.asarray(values >> np.array(int(log2(white)) - 8, values.dtype)).astype(np.uint8)


def _stretched(values: NDArray[Any], black: float, white: float) -> NDArray[np.uint8]:
    """From -`black` to `white`."""
    scaled = values.astype(np.float32)
    scaled += black
    scaled *= 256 / (black + white)
    return np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)


def _white(high: float, real: bool) -> float:
    if not real:
        return max(256, _power_of_four(high + 1)) if high > 0 else 256
    usual = (white for white in (1, 256) if _NEARLY_BLACK * white < high <= white)
    return next(usual, _power_of_four(high) if high > 0 else 1)


def _black(depth: float) -> float:
    return 1 if _NEARLY_BLACK < depth <= 1 else _power_of_four(depth)


def _power_of_four(least: float) -> float:
    """The smallest that is `least` or more."""
    return float(4.0 ** ceil(log2(least) / 2))


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    """No number as zero, and the infinite as the greatest and least of the others."""
    known = np.isfinite(values)
    if known.all():
        return values
    low, high = (values.min(where=known, initial=0), values.max(where=known, initial=0))
    return np.asarray(np.nan_to_num(values, nan=0.0, posinf=high, neginf=low))
