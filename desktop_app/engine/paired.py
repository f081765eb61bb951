"""Paired comparison: whether one classifier is right more often than another on the same pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05
DRAWS = 2000  # of the bootstrap


@dataclass(frozen=True)
class Difference:
    """How much more often the one is right than the other, both asked about the same pictures.

    Attributes:
        mean: the one's accuracy less the other's, in [-1, 1].
        interval: of `mean`; it excludes 0 only where the exact test does, too.
        gained: how many groups of pictures the one is right about more often.
        lost: how many the other is.
        p: of McNemar's exact test on `gained` and `lost`.
        pictures: how many different groups of pictures they were asked about.
    """

    mean: float
    interval: tuple[float, float]
    gained: int
    lost: int
    p: float
    pictures: int

    @property
    def clear(self) -> bool:
        """Whether there is a difference, as far as these pictures can tell."""
        low, high = self.interval
        return low > 0 or high < 0


def mcnemar(gained: int, lost: int) -> float:
    """The exact two-sided p (McNemar 1947; a binomial test at one half) of so many changes either way."""
    from scipy.special import bdtr  # only here, for it takes a moment to import

    both = gained + lost
    return min(1.0, 2 * float(bdtr(min(gained, lost), both, 0.5))) if both else 1.0


def compare(
    one: NDArray[np.bool_],
    other: NDArray[np.bool_],
    groups: NDArray[np.integer],
    alpha: float = ALPHA,
    seed: int = 0,
) -> Difference:
    """Compare two classifiers by what they were right about.

    A picture that was asked about several times, by several seeds, and copies of one picture are one witness:
    whole groups are drawn with replacement (the cluster bootstrap), and each counts once in McNemar's test.
    Percentiles are too narrow where few pictures tell the two apart: four of twenty would be enough. So the
    interval is widened to 0 where the exact test does not reach `alpha`. Where all groups differ alike, the
    bootstrap knows no spread at all; then the interval reaches to where as many groups would still all differ
    so by `alpha` / 2 (Clopper and Pearson 1934), if those that do not differed the other way.

    Args:
        one: whether the one was right, (n,), an entry an answer.
        other: whether the other was, about the same pictures in the same order.
        groups: what each answer is about, (n,); those of one number hang together.
        alpha: the interval holds the truth but for this share.
        seed: of the draws.
    """
    if not len(one):
        return Difference(0.0, (0.0, 0.0), 0, 0, 1.0, 0)
    _, places = np.unique(groups, return_inverse=True)
    counts = np.bincount(places).astype(np.float64)
    sums = np.bincount(places, one.astype(np.float64) - other).astype(np.float64)
    gained, lost = int((sums > 0).sum()), int((sums < 0).sum())
    p = mcnemar(gained, lost)
    means = _redrawn(sums, counts, seed)
    low, high = map(float, np.quantile(means, [alpha / 2, 1 - alpha / 2]))
    if low == high != 0:
        low, high = sorted((low, low * (2 * (alpha / 2) ** (1 / len(counts)) - 1)))
    if p > alpha:
        low, high = min(low, 0.0), max(high, 0.0)
    return Difference(float(sums.sum() / counts.sum()), (low, high), gained, lost, p, len(counts))


def points(share: float) -> str:
    """A difference of shares in points of a hundred, with its sign: +3.1, −0.4, 0.0."""
    text = f"{100 * share:+.1f}".replace("-", "−")
    return text[1:] if text[1:] == "0.0" else text


def _redrawn(sums: NDArray[np.float64], counts: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """The mean of each of `DRAWS` draws of groups."""
    dice = np.random.default_rng(seed)
    kinds, inverse = np.unique(np.stack([sums, counts]), axis=1, return_inverse=True)
    # Groups that are alike are interchangeable: how often each kind is drawn is all that matters.
    shares = np.bincount(inverse.ravel()) / len(sums)
    drawn = dice.multinomial(len(sums), shares, size=DRAWS)
    found: NDArray[np.float64] = (drawn @ kinds[0]) / (drawn @ kinds[1])
    return found
