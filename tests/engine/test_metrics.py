"""The figures equal scikit-learn's and SciPy's, in every corner."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn import metrics as peer

from desktop_app.engine.metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    precision_recall_f1,
    top_k_accuracy,
    wilson_interval,
)

CASES = {
    "random": (5, [3, 1, 4, 1, 0, 2, 2, 4], [3, 1, 4, 0, 2, 2, 2, 1]),
    "all right": (3, [0, 1, 2], [0, 1, 2]),
    "all wrong": (3, [0, 1, 2], [1, 2, 0]),
    "a class that never occurs": (4, [0, 1, 1, 3], [0, 1, 3, 3]),
    "a class never guessed": (3, [0, 1, 2, 2], [0, 1, 1, 1]),
    "a class neither occurs nor is guessed": (4, [0, 1, 1], [0, 1, 0]),
    "one class": (1, [0, 0], [0, 0]),
    "all guess one": (3, [0, 1, 2], [1, 1, 1]),
}
DICE = np.random.default_rng(3)
CASES |= {
    f"trial {n}": (c, DICE.integers(0, c, 60).tolist(), DICE.integers(0, c, 60).tolist())
    for n, c in enumerate((2, 3, 7, 40))
}


@pytest.mark.parametrize(("classes", "truth", "guess"), CASES.values(), ids=CASES)
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.filterwarnings("ignore:A single label was found")
def test_equal_to_scikit_learn(classes: int, truth: list[int], guess: list[int]) -> None:
    confusion = confusion_matrix(np.array(truth), np.array(guess), classes)
    labels = list(range(classes))
    assert np.array_equal(confusion, peer.confusion_matrix(truth, guess, labels=labels))
    assert confusion.dtype == np.int64
    assert accuracy(confusion) == pytest.approx(peer.accuracy_score(truth, guess))
    assert balanced_accuracy(confusion) == pytest.approx(peer.balanced_accuracy_score(truth, guess))
    expected = peer.precision_recall_fscore_support(truth, guess, labels=labels, zero_division=0)
    for own, other in zip(precision_recall_f1(confusion), expected, strict=False):
        np.testing.assert_allclose(own, other)


def test_no_pictures_have_no_accuracy() -> None:
    nothing = np.array([], np.int64)
    confusion = confusion_matrix(nothing, nothing, 3)
    assert confusion.shape == (3, 3)
    assert isnan(accuracy(confusion))
    assert isnan(balanced_accuracy(confusion))
    assert [list(figure) for figure in precision_recall_f1(confusion)] == [[0, 0, 0]] * 3


def test_small_integers_do_not_overflow() -> None:
    labels = np.array([19, 0], np.uint8)
    assert confusion_matrix(labels, labels, 20)[19, 19] == 1


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(30, 30, 0.886, 1), (0, 30, 0, 0.114), (0, 1, 0, 0.793), (50, 100, 0.404, 0.596)],
)
def test_wilson_at_known_values(right: int, total: int, low: float, high: float) -> None:
    assert wilson_interval(right, total) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize("total", [1, 2, 10, 153, 100_000])
@pytest.mark.parametrize("share", [0, 0.3, 0.5, 0.98, 1])
def test_wilson_equals_scipy_and_holds_the_share(share: float, total: int) -> None:
    right = round(share * total)
    low, high = wilson_interval(right, total)
    peers = binomtest(right, total).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((peers.low, peers.high), abs=1e-12)
    assert 0 <= low <= right / total <= high <= 1


def test_nothing_is_known_of_no_pictures() -> None:
    assert wilson_interval(0, 0) == (0, 1)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 5))
def test_top_k_equals_scikit_learns_with_ties_too(seed: int, values: int, k: int) -> None:
    dice = np.random.default_rng(seed)
    truth, scores = dice.integers(0, 6, 30), dice.integers(0, values, (30, 6)).astype(float)
    expected = peer.top_k_accuracy_score(truth, scores, k=k, labels=range(6))
    assert top_k_accuracy(truth, scores, k) == pytest.approx(expected)
    assert isnan(top_k_accuracy(truth[:0], scores[:0], k))
