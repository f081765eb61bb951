"""LogME is the exact Gaussian evidence at its maximum, whichever of pictures and features are more."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from desktop_app.engine.logme import evidence, logme

SHAPES = [(60, 8), (60, 59), (40, 40), (30, 90), (12, 300)]  # more pictures, as many, more features


def data(count: int, width: int, signal: float = 0.5) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    dice = np.random.default_rng(count + width)
    labels = dice.integers(0, 3, count)
    features = dice.gamma(1.0, 1.0, (count, width)) * dice.gamma(1.0, 1.0, width)
    features[:, : width // 3] += signal * labels[:, None]
    return features, labels


def exact(features: NDArray[np.float64], target: NDArray[np.float64], alpha: float, beta: float) -> float:
    """log N(y | 0, I/beta + F Fᵀ/alpha) / n, by the covariance itself."""
    covariance = np.eye(len(target)) / beta + features @ features.T / alpha
    return float(multivariate_normal(np.zeros(len(target)), covariance).logpdf(target)) / len(target)


@pytest.mark.parametrize(("count", "width"), SHAPES)
@pytest.mark.parametrize("signal", [0.0, 0.5, 3.0])
def test_it_is_the_gaussian_density_at_its_precisions(count: int, width: int, signal: float) -> None:
    features, labels = data(count, width, signal)
    for label in range(3):
        target = (labels == label).astype(np.float64)
        found = evidence(features, target)
        assert found.value == pytest.approx(exact(features, target, found.alpha, found.beta), rel=1e-6)


@pytest.mark.parametrize(("count", "width"), SHAPES)
def test_no_other_precisions_explain_more(count: int, width: int) -> None:
    features, labels = data(count, width)
    target = (labels == 0).astype(np.float64)
    found = evidence(features, target)
    for start in ([0.0, 0.0], [5.0, 0.0], [0.0, 5.0], [-3.0, 3.0]):
        peer = minimize(
            lambda logs: -exact(features, target, *np.exp(np.clip(logs, -12, 12))),
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-6, "fatol": 1e-10},
        )
        assert found.value >= -peer.fun - 1e-7
    assert found.value == pytest.approx(
        max(exact(features, target, a, found.beta) for a in found.alpha * np.linspace(0.5, 2, 301)), abs=1e-4
    )


def test_it_is_the_mean_over_the_classes_that_occur() -> None:
    features, labels = data(60, 8)
    own = [evidence(features, (labels == label).astype(np.float64)).value for label in range(3)]
    assert logme(features, labels) == pytest.approx(np.mean(own))
    assert logme(features, labels * 5 + 2) == pytest.approx(np.mean(own))


@pytest.mark.parametrize(("count", "width"), SHAPES)
def test_neither_scale_nor_rotation_of_the_features_matters(count: int, width: int) -> None:
    features, labels = data(count, width)
    rotation, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(width, width)))
    for other in (features * 1e3, features @ rotation, features.astype(np.float32)):
        assert logme(other, labels) == pytest.approx(logme(features, labels), abs=1e-5)


def test_features_that_tell_the_classes_apart_score_more() -> None:
    for count, width in SHAPES:
        told, labels = data(count, width, 3.0)
        blind, _ = data(count, width, 0.0)
        assert logme(told, labels) > logme(blind, labels)


def test_features_that_say_nothing_at_all_have_a_figure_too() -> None:
    assert np.isfinite(logme(np.zeros((10, 4)), np.arange(10) % 2))
    assert np.isfinite(logme(np.ones((10, 4)), np.zeros(10, np.int64)))
