"""LogME (You et al., ICML 2021): how well features explain labels, as exact Gaussian evidence.

The labels of one class, 1 or 0, are taken for F w + noise with w ~ N(0, I/alpha) and noise ~ N(0, I/beta), so
that their evidence is N(y | 0, I/beta + F Fᵀ/alpha). The fixed-point iteration that is widely copied drops a
term of it where there are fewer pictures than features; here its logarithm is maximized itself.
"""

from dataclasses import dataclass
from math import exp, log, pi

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

_RATIOS = np.linspace(-18.0, 28.0, 93)  # of log(beta / alpha), beside the largest eigenvalue


@dataclass(frozen=True)
class Evidence:
    """The greatest log evidence, in nats a picture, and the precisions that give it."""

    value: float
    alpha: float
    beta: float


def logme(features: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """The mean over the classes that occur of the evidence of each; more is better, its zero means nothing.

    Args:
        features: (n, width), as the base makes them.
        labels: (n,).
    """
    basis, singular, _ = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    targets = [(labels == label).astype(np.float64) for label in np.unique(labels)]
    return float(np.mean([_evidence(basis, singular, target).value for target in targets]))


def evidence(features: NDArray[np.floating], target: NDArray[np.floating]) -> Evidence:
    """The greatest evidence of `target`, (n,) and not all 0, for `features`, (n, width)."""
    basis, singular, _ = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    return _evidence(basis, singular, target.astype(np.float64))


def _evidence(
    basis: NDArray[np.float64], singular: NDArray[np.float64], target: NDArray[np.float64]
) -> Evidence:
    """In the basis of F Fᵀ the covariance is diagonal: (1 + ratio · eigenvalue) / beta, or 1/beta outside.

    For each ratio beta / alpha the best beta is known, which leaves one number to search for.
    """
    count = len(target)
    spectrum = singular**2
    energy = (basis.T @ target) ** 2
    # Nothing is outside of a basis of everything; else rounding would be taken for noise.
    outside = max(float(target @ target - energy.sum()), 0.0) if len(energy) < count else 0.0
    unit = log(spectrum.max()) if spectrum.max() > 0 else 0.0

    def at(log_ratio: float) -> Evidence:
        spread = 1 + exp(log_ratio - unit) * spectrum
        noise = (float((energy / spread).sum()) + outside) / count
        value = -0.5 * (log(2 * pi * noise) + float(np.log(spread).sum()) / count + 1)
        return Evidence(value, exp(unit - log_ratio) / noise, 1 / noise)

    best = int(np.argmax([at(ratio).value for ratio in _RATIOS]))
    low, high = _RATIOS[max(best - 1, 0)], _RATIOS[min(best + 1, len(_RATIOS) - 1)]
    found = minimize_scalar(
        lambda ratio: -at(ratio).value, bounds=(low, high), method="bounded", options={"xatol": 1e-9}
    )
    return max(at(float(found.x)), at(float(_RATIOS[best])), key=lambda one: one.value)
