"""LogME (You et al., ICML 2021): how well features explain labels, as exact Gaussian evidence.

The labels of one class, 1 or 0, are taken for F w + noise with w ~ N(0, I/alpha) and noise ~ N(0, I/beta), so
that their evidence is N(y | 0, I/beta + F Fᵀ/alpha). The fixed-point iteration that is widely copied drops a
term of it where there are fewer pictures than features; here its logarithm is maximized itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log, pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        features: (n, width), as the base makes them; time grows by n³, memory by n².
        labels: (n,).
    """
    targets = labels[:, None] == np.unique(labels)
    return float(np.mean([one.value for one in _evidences(features, targets)]))


def evidence(features: NDArray[np.floating], target: NDArray[np.floating]) -> Evidence:
    """The greatest evidence of `target`, (n,) and not all 0, for `features`, (n, width)."""
    return next(_evidences(features, target[:, None]))


def _evidences(features: NDArray[np.floating], targets: NDArray[Any]) -> Iterator[Evidence]:
    """The greatest evidence of each column of `targets`, (n, targets).

    In the basis of F Fᵀ the covariance is diagonal: (1 + ratio · eigenvalue) / beta. For each ratio
    beta / alpha the best beta is known, which leaves one number to search for.
    """
    from scipy.optimize import minimize_scalar  # only here, for it takes a moment to import

    wide = features.astype(np.float64)
    spectrum, basis = np.linalg.eigh(wide @ wide.T)
    greatest = max(float(spectrum[-1]), 0.0)
    spectrum[spectrum <= len(wide) * np.finfo(np.float64).eps * greatest] = 0.0  # where there are no features
    unit = log(greatest) if greatest else 0.0
    energies = (basis.T @ targets) ** 2

    def spread(log_ratio: float) -> NDArray[np.float64]:
        return 1 + exp(log_ratio - unit) * spectrum

    shapes = np.array([spread(ratio) for ratio in _RATIOS])
    noises = (1 / shapes) @ energies / len(wide)
    starts = (np.log(noises) + np.log(shapes).mean(axis=1)[:, None]).argmin(axis=0)
    for energy, start in zip(energies.T, starts, strict=True):

        def at(log_ratio: float, energy: NDArray[np.float64] = energy) -> Evidence:
            shape = spread(log_ratio)
            noise = float((energy / shape).mean())
            value = -0.5 * (log(2 * pi * noise) + float(np.log(shape).mean()) + 1)
            return Evidence(value, exp(unit - log_ratio) / noise, 1 / noise)

        low, high = _RATIOS[max(start - 1, 0)], _RATIOS[min(start + 1, len(_RATIOS) - 1)]
        found = minimize_scalar(
            lambda ratio, at=at: -at(ratio).value,
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-9},
        )
        yield max(at(float(found.x)), at(float(_RATIOS[start])), key=lambda one: one.value)
