"""Reliability against scikit-learn's bins; the temperature against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import softmax as peer_softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from desktop_app.engine.calibration import BINS, fit_temperature, losses, reliability, softmax

SEEDS = st.integers(0, 2**32 - 1)


def answers(seed: int, sharp: float = 3.0, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are too sure where `sharp` is above 1, and labels drawn from the honest ones."""
    dice = np.random.default_rng(seed)
    honest = dice.normal(0, 2, (count, 4))
    labels = np.array([dice.choice(4, p=row) for row in peer_softmax(honest, axis=1)])
    return (sharp * honest).astype(np.float32), labels


@given(SEEDS, st.floats(0.1, 20))
def test_softmax_and_loss_equal_scipys_and_scikit_learns(seed: int, temperature: float) -> None:
    logits, labels = answers(seed, count=30)
    found = softmax(logits, temperature)
    expected = peer_softmax(logits.astype(float) / temperature, axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-300)
    clipped = np.clip(expected, 1e-15, None)
    if np.allclose(clipped, expected, atol=0):
        mean = losses(logits, labels, temperature).mean()
        assert mean == pytest.approx(log_loss(labels, expected, labels=range(4)), rel=1e-6, abs=1e-12)


@given(SEEDS)
def test_bins_equal_scikit_learns(seed: int) -> None:
    logits, labels = answers(seed, count=80)
    shares = softmax(logits)
    found = reliability(shares, labels)
    right, confidence = shares.argmax(axis=1) == labels, shares.max(axis=1)
    accuracy, mean = calibration_curve(right, confidence, n_bins=BINS)
    held = found.count > 0
    np.testing.assert_allclose(found.accuracy[held], accuracy)
    np.testing.assert_allclose(found.confidence[held], mean)
    assert found.count.sum() == 80
    assert found.error == pytest.approx(np.abs(accuracy - mean) @ found.count[held] / 80)


def test_the_ends_of_confidence() -> None:
    sure = reliability(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))
    assert sure.count[-1] == 2
    assert sure.error == 0.5
    edge = np.linspace(0, 1, BINS + 1)[9]
    assert reliability(np.array([[edge, 1 - edge]]), np.array([0])).count[8] == 1  # bins hold their upper end
    nothing = reliability(np.zeros((0, 3)), np.zeros(0, np.int64))
    assert nothing.count.sum() == 0
    assert np.isnan(nothing.error)


@given(SEEDS, st.floats(0.01, 100))
def test_logits_k_times_as_large_have_k_times_the_temperature(seed: int, k: float) -> None:
    logits, labels = answers(seed, count=100)
    once = fit_temperature(logits.astype(float), labels)
    assert once is not None
    assert fit_temperature(k * logits.astype(float), labels) == pytest.approx(k * once, rel=1e-9)
    shift = np.random.default_rng(seed).normal(0, 50, (100, 1))
    assert fit_temperature(logits + shift, labels) == pytest.approx(once, rel=1e-6)


@given(SEEDS)
def test_it_is_the_best_and_changes_no_answer(seed: int) -> None:
    logits, labels = answers(seed, count=100)
    found = fit_temperature(logits, labels)
    assert found is not None
    best = minimize_scalar(
        lambda log: losses(logits, labels, np.exp(log)).mean(), bounds=(-5, 8), method="bounded",
        options={"xatol": 1e-8},
    )  # fmt: skip
    assert found == pytest.approx(np.exp(best.x), rel=1e-4)
    assert np.array_equal(softmax(logits, found).argmax(axis=1), logits.argmax(axis=1))


def test_it_mends_what_is_too_sure() -> None:
    logits, labels = answers(0, sharp=3, count=4000)
    found = fit_temperature(logits, labels)
    assert found == pytest.approx(3, rel=0.1)
    before, after = (reliability(softmax(logits, each), labels).error for each in (1.0, found or 0))
    assert before > 0.1
    assert after < 0.03


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        ([[3, 1], [0, 2]], [0, 1]),  # all right
        ([[3, 1], [0, 2]], [1, 0]),  # all wrong
        ([[3, 1], [3, 1]], [0, 1]),  # no better than chance
        ([[2, 2], [1, 1]], [0, 1]),  # all alike
        (np.zeros((0, 2)), []),
    ],
)
def test_where_there_is_no_best_one(logits: list[list[int]], labels: list[int]) -> None:
    assert fit_temperature(np.array(logits, np.float32), np.array(labels, np.int64)) is None


def test_losses_are_exact_where_probabilities_vanish() -> None:
    assert losses(np.array([[2000.0, 0.0]]), np.array([1])) == pytest.approx([2000])
