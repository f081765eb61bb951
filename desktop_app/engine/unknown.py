"""Unknown pictures: those whose features lie far from all that was learned from.

The measure is the distance to the k-th neighbour on features of length 1; the threshold lets 95 % of held-out
pictures pass (Sun, Ming, Zhu & Li, ICML 2022). It needs no unknown pictures to learn from.

Before, each number becomes its square root, with its sign (power normalization; Perronnin, Sánchez & Mensink,
ECCV 2010), so that a few strong channels do not drown all others: all noise is found then, instead of half.
With other strange pictures it makes no clear difference (`tests/bench/unknown_pictures.py`).
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.progress import Reporter

NEIGHBOURS = 5  # the k of the distance, and how many are shown
ACCEPTED = 0.95
_ROWS = 4096  # of the training features at once: 32 MB at a width of 2048
_HELD = 1000  # held-out pictures that are enough for a threshold: 95 % are then 95 ± 0.7 %


@dataclass(frozen=True)
class Nearest:
    """The training pictures nearest to each of n others, the nearest first.

    Attributes:
        places: their rows, int64 (n, k).
        distances: from 0 (alike) to 2 (opposite), float32 (n, k).
    """

    places: NDArray[np.int64]
    distances: NDArray[np.float32]

    @property
    def measure(self) -> NDArray[np.float32]:
        """The distance to the last of them, (n,): the greater, the less like anything seen in training."""
        return self.distances[:, -1]


@dataclass(frozen=True)
class Gallery:
    """What the features of the training pictures are asked.

    Attributes:
        rows: float (m, width), as `rows_of` makes them of what was learned from; m is at least 1.
        threshold: pictures with a greater measure are unknown.
        accepted: the share of pictures drawn like those held out whose measure is not greater, in [0, 1].
        held: how many held-out pictures the threshold was chosen by; with none, nothing is unknown.
    """

    rows: NDArray[np.floating]
    threshold: float = float("inf")
    accepted: float = 1.0
    held: int = 0

    def nearest(self, features: NDArray[np.floating], reporter: Reporter) -> Nearest:
        """Find the `NEIGHBOURS` nearest to each of `features`, (n, width); fewer where there are no more.

        The rows are gone through once, in float32 and in parts: they may be many.
        """
        asked = _single(rows_of(_single(features)))
        keep = min(NEIGHBOURS, len(self.rows))
        best = np.full((len(asked), 0), -np.inf, np.float32)
        places = np.zeros((len(asked), 0), np.int64)
        for start in range(0, len(self.rows), _ROWS):
            reporter.report(start / len(self.rows), "Comparing with the training pictures")
            likeness = asked @ _single(self.rows[start : start + _ROWS]).T
            best = np.concatenate([best, likeness], axis=1)
            here = np.arange(start, start + likeness.shape[1])
            places = np.concatenate([places, np.broadcast_to(here, likeness.shape)], axis=1)
            if best.shape[1] > keep:
                top = np.argpartition(-best, keep - 1, axis=1)[:, :keep]
                best, places = np.take_along_axis(best, top, 1), np.take_along_axis(places, top, 1)
        return _sorted(asked, self.rows, places)


def gallery(training: NDArray[np.floating], held_out: NDArray[np.floating], reporter: Reporter) -> Gallery:
    """Choose the threshold that 95 % of pictures like those held out pass.

    It is the measure at place ⌈0.95 · (n + 1)⌉ of theirs, so that the share is exact over all draws of them;
    with fewer than 19, the greatest of them lets n in n + 1 pass, which `accepted` says.

    Args:
        training: float (m, width), as the base makes them.
        held_out: float (n, width), of pictures that were not learned from.
        reporter: hears how far it is.
    """
    known = Gallery(rows_of(training, reporter))
    if not len(training) or not len(held_out):
        return known
    chosen = held_out[np.linspace(0, len(held_out) - 1, min(len(held_out), _HELD)).astype(int)]
    measures = np.sort(known.nearest(chosen, reporter).measure)
    rank = min(ceil(round(ACCEPTED * (len(chosen) + 1), 6)), len(chosen))
    return Gallery(known.rows, float(measures[rank - 1]), rank / (len(chosen) + 1), len(chosen))


def rows_of(features: NDArray[np.floating], reporter: Reporter | None = None) -> NDArray[np.floating]:
    """Signed square roots of `features` (n, width), in their dtype; each row has length 1, or is 0."""
    made = np.empty_like(features)
    for start in range(0, len(features), _ROWS):
        if reporter:
            reporter.report(0, "Comparing with the training pictures")
        part = _single(features[start : start + _ROWS])
        part = np.sign(part) * np.sqrt(np.abs(part))
        lengths = np.sqrt(np.einsum("ij,ij->i", part, part))
        made[start : start + _ROWS] = part / np.maximum(lengths, np.finfo(np.float32).tiny)[:, None]
    return made


def _sorted(asked: NDArray[np.float32], rows: NDArray[np.floating], places: NDArray[np.int64]) -> Nearest:
    """The distances by subtraction: where they are short, the product of two vectors says little of them."""
    distances = np.zeros(places.shape, np.float32)
    for column in range(places.shape[1]):
        distances[:, column] = np.linalg.norm(asked - _single(rows[places[:, column]]), axis=1)
    order = np.lexsort((places, distances), axis=1)
    return Nearest(np.take_along_axis(places, order, 1), np.take_along_axis(distances, order, 1))


def _single(features: NDArray[np.floating]) -> NDArray[np.float32]:
    return features.astype(np.float32, copy=False)
