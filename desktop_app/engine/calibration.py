"""How far probabilities can be believed: reliability, its error, and one temperature that mends them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
BINS = 15  # as Guo et al. 2017


@dataclass(frozen=True)
class Reliability:
    """Answers sorted by their confidence into `BINS` equal bins (low, high] of [0, 1].

    Attributes:
        count: answers in each bin, int64.
        confidence: their mean, in [0, 1]; NaN in an empty bin.
        accuracy: the share of them that is right; NaN in an empty bin.
    """

    count: NDArray[np.int64]
    confidence: _Floats
    accuracy: _Floats

    @property
    def error(self) -> float:
        """The expected calibration error (Naeini et al. 2015), in [0, 1]; NaN of no answers."""
        if not self.count.sum():
            return float("nan")
        held = self.count > 0
        gaps = np.abs(self.confidence[held] - self.accuracy[held])
        return float(gaps @ self.count[held] / self.count.sum())


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> _Floats:
    """Probabilities of `logits` (n, classes), each row summing to 1; the largest stays the largest."""
    from scipy import special  # only here and below, for it takes a moment to import

    shares: _Floats = special.softmax(logits.astype(np.float64) / temperature, axis=1)
    return shares


def losses(logits: NDArray[np.floating], labels: NDArray[np.integer], temperature: float = 1.0) -> _Floats:
    """Cross-entropy of each answer, −log p(true class) in nats, (n,); exact where p is as good as 0."""
    from scipy import special

    rows = logits.astype(np.float64)
    rows = (rows - rows.max(axis=1, keepdims=True)) / temperature
    lost: _Floats = special.logsumexp(rows, axis=1) - rows[np.arange(len(rows)), labels]
    return lost


def reliability(probabilities: _Floats, labels: NDArray[np.integer]) -> Reliability:
    """That of the most probable class, of `probabilities` (n, classes) for `labels` (n,)."""
    confidence = probabilities.max(axis=1, initial=0.0)
    right = probabilities.argmax(axis=1) == labels if len(labels) else np.zeros(0, bool)
    place = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
    count = np.bincount(place, minlength=BINS).astype(np.int64)

    def mean(values: NDArray[np.generic]) -> _Floats:
        total = np.bincount(place, weights=values, minlength=BINS)
        shares = np.full(BINS, np.nan)
        np.divide(total, count, out=shares, where=count > 0)
        return shares

    return Reliability(count, mean(confidence), mean(right))


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float | None:
    """The temperature by which to divide `logits` (n, classes) for the least cross-entropy on `labels` (n,).

    Guo, Pleiss, Sun, Weinberger, ICML 2017: one number, so that no answer changes. With logits k times as
    large, it is k times as large. None where there is no best one: no pictures, all answers right (the colder
    the better), or no better than chance (the hotter the better).
    """
    rows = logits.astype(np.float64)
    rows -= rows.mean(axis=1, keepdims=True) if len(rows) else 0.0
    scale = float(np.sqrt(np.mean(rows**2))) if rows.size else 0.0
    if not scale:
        return None
    rows /= scale
    true = rows[np.arange(len(rows)), labels]
    # The loss is convex in 1 / temperature, so its slope has one root where its ends differ in sign.
    if true.mean() <= 0 or (rows.max(axis=1) == true).all():
        return None

    def slope(inverse: float) -> float:
        return float((softmax(inverse * rows) * rows).sum(axis=1).mean() - true.mean())

    high = 1.0
    while slope(high) < 0 and high < _COLDEST:
        high *= 2
    if high >= _COLDEST:
        return None
    from scipy.optimize import brentq

    return scale / float(brentq(slope, 0.0, high, xtol=1e-12, rtol=1e-12))


_COLDEST = 1e9  # where softmax is a step for any logits that differ in float32
