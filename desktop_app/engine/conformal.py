"""Conformal sets: for each picture the classes that it may be, which hold the true one as often as promised.

Split conformal prediction (Vovk, Gammerman & Shafer 2005) with the score 1 − p of the true class, whose sets
are the smallest on average (Sadinle, Lei & Wasserman 2019). A set may be empty: then the classifier is less
sure of its best class than it should be of the right one.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.errors import EngineError

COVERAGES = (0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Conformal:
    """What makes sets of probabilities.

    Attributes:
        least: a class belongs to a picture's set if its probability is at least this, in [0, 1].
        rank: the place of the score by which `least` was chosen, from 1 to `pictures`, the best first.
        pictures: how many held-out pictures it was chosen by.
    """

    least: float
    rank: int
    pictures: int

    @property
    def coverage(self) -> float:
        """How often the true class is in the set of a new picture, drawn like those held out, in [0, 1].

        Exact over all draws of held-out pictures where no two scores are equal; where some are, it is more.
        """
        return self.rank / (self.pictures + 1)

    @property
    def spread(self) -> tuple[float, float]:
        """Where the coverage lies for nine in ten draws of held-out pictures, by Beta(rank, n + 1 − rank)."""
        from scipy.special import betaincinv  # only here, for it takes a moment to import

        low, high = betaincinv(self.rank, self.pictures + 1 - self.rank, [0.05, 0.95])
        return float(low), float(high)

    def members(self, probabilities: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Which classes are in the set, (n, classes), by `probabilities` of the same shape in [0, 1]."""
        inside: NDArray[np.bool_] = probabilities >= self.least
        return inside


def fewest(coverage: float) -> int:
    """How many held-out pictures a coverage in (0, 1) needs: with fewer, all sets would be full."""
    return ceil(round(coverage / (1 - coverage), 6))


def conformal(probabilities: NDArray[np.floating], labels: NDArray[np.integer], coverage: float) -> Conformal:
    """Choose the sets by pictures that the classifier has not learned from.

    Args:
        probabilities: (n, classes) in [0, 1]; temperature scaling belongs before.
        labels: the true classes, (n,).
        coverage: how often the true class is to be in the set, in (0, 1).

    Raises:
        EngineError: there are too few pictures for that coverage.
    """
    count = len(labels)
    if count < fewest(coverage):
        raise EngineError(
            f"Sets that hold the right class {100 * coverage:g} % of the time need {fewest(coverage)} "
            f"pictures that were held out; this run has {count}.",
            "Choose a lower share, or train with more pictures to validate on.",
        )
    rank = ceil(round((count + 1) * coverage, 6))
    true = np.sort(probabilities[np.arange(count), labels])[::-1]
    return Conformal(float(true[rank - 1]), rank, count)
