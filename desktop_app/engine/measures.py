"""The measures: numbers that tell what a picture looks like, without a network."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SCALE = 256  # pixels: the longer side of what is measured, about what a backbone sees
GREY = 16  # pixels: side of the small grey picture that near-duplicates are compared by
_HASHED, _BITS = 32, 8  # pixels; the hash keeps 8 × 8 of 32 × 32 frequencies
_BLUR = 11  # pixels, as in Crete et al.

# The first rows of the type II discrete cosine transform's matrix.
_COSINES = np.cos(np.pi / _HASHED * np.outer(np.arange(_BITS), np.arange(_HASHED) + 0.5))


@dataclass(frozen=True)
class Measures:
    """A picture's measures, as `facts.Facts` describes them."""

    phash: int
    brightness: float
    contrast: float
    sharpness: float
    grey: bytes


def measure(image: Image.Image) -> Measures:
    """Measure an RGB picture of any size."""
    grey = image.convert("L")
    grey.thumbnail((SCALE, SCALE), Image.Resampling.BOX)
    pixels = np.asarray(grey, np.float32)
    small = grey.resize((GREY, GREY), Image.Resampling.BOX)
    return Measures(
        phash(grey), float(pixels.mean()), float(pixels.std()), sharpness(pixels), small.tobytes()
    )


def phash(grey: Image.Image) -> int:
    """The 64-bit DCT hash of a grey picture: small changes of the picture change few of its bits.

    A bit says whether one of the 64 lowest frequencies of the picture, reduced to 32 × 32, is above their
    median. It is `imagehash.phash` bit by bit (first bit highest); that library would bring PyWavelets for
    these four lines.
    """
    small = np.asarray(grey.resize((_HASHED, _HASHED), Image.Resampling.LANCZOS), np.float64)
    low = _COSINES @ small @ _COSINES.T
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes(), "big")


def sharpness(pixels: NDArray[np.float32]) -> float:
    """How much of the contrast between neighbours a further blur takes away, from 0 to 1.

    One less the blur metric of Crete et al. (2007), which does not depend on what the picture shows: blurring
    a blurred picture once more changes little. Of the two directions the blurrier counts, so that motion
    blur shows.

    Args:
        pixels: luminances, shape (height, width).
    """
    if min(pixels.shape) < _BLUR:
        return 1.0  # there is nothing to be judged
    return min(_sharpness_down(pixels), _sharpness_down(pixels.T))


def _sharpness_down(pixels: NDArray[np.float32]) -> float:
    sums = np.cumsum(pixels, axis=0, dtype=np.float64)
    blurred = (sums[_BLUR:] - sums[:-_BLUR]) / _BLUR
    edge = _BLUR // 2 + 1
    steps = np.abs(np.diff(pixels[edge : edge + len(blurred)], axis=0))
    lost = np.maximum(steps - np.abs(np.diff(blurred, axis=0)), 0)
    whole = float(steps.sum())
    return float(lost.sum()) / whole if whole else 1.0
