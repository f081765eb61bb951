"""ROC and precision-recall equal scikit-learn's, point by point, in every corner."""

import warnings
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as peer

from desktop_app.engine.curves import curves, precision_recall, roc


@st.composite
def judged(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities with ties, missing classes and answers all wrong among them."""
    count, classes = draw(st.integers(1, 40)), draw(st.integers(2, 5))
    label = st.integers(0, draw(st.integers(0, classes - 1)))
    labels = np.array(draw(st.lists(label, min_size=count, max_size=count)), np.int64)
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = dice.integers(0, draw(st.integers(1, 9)), (count, classes)).astype(np.float64)
    if draw(st.booleans()):
        logits[np.arange(count), labels] -= 100
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return labels, shares / shares.sum(axis=1, keepdims=True)


@settings(max_examples=40)
@given(judged())
def test_equal_to_scikit_learn(case: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = case
    found = curves(labels, probabilities)
    every = [(labels == place, probabilities[:, place]) for place in range(probabilities.shape[1])]
    pooled = (labels[:, None] == np.arange(probabilities.shape[1])).ravel(), probabilities.ravel()
    pairs = zip(
        [*found.roc, found.roc_pooled], [*found.precision_recall, found.precision_recall_pooled], strict=True
    )
    for (truth, scores), (one, other) in zip([*every, pooled], pairs, strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is not defined, scikit-learn says so
            x, y, _ = peer.roc_curve(truth, scores, drop_intermediate=False)
            precision, recall, _ = peer.precision_recall_curve(truth, scores)
            area = peer.roc_auc_score(truth, scores) if 0 < truth.sum() < len(truth) else np.nan
            average = peer.average_precision_score(truth, scores) if truth.any() else np.nan
        assert one.area == pytest.approx(area, nan_ok=True)
        assert other.area == pytest.approx(average, nan_ok=True)
        if not isnan(area):
            np.testing.assert_allclose((one.x, one.y), (x, y))
        if not isnan(average):
            np.testing.assert_allclose((other.x, other.y), (recall[::-1], precision[::-1]))


@given(judged())
def test_the_means_equal_scikit_learns(case: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = case
    classes = probabilities.shape[1]
    if len(set(labels)) < classes:  # there, scikit-learn gives up, and ours leaves the missing out
        return
    found = curves(labels, probabilities)
    onehot = labels[:, None] == np.arange(classes)
    assert found.roc_mean == pytest.approx(peer.roc_auc_score(onehot, probabilities, average="macro"))
    assert found.roc_pooled.area == pytest.approx(peer.roc_auc_score(onehot, probabilities, average="micro"))
    average = peer.average_precision_score(onehot, probabilities, average="macro")
    assert found.precision_mean == pytest.approx(average)


def test_what_is_not_defined_has_no_points() -> None:
    nothing = curves(np.zeros(0, np.int64), np.zeros((0, 3)))
    assert isnan(nothing.roc_mean)
    assert isnan(nothing.precision_mean)
    alike = np.array([0.2, 0.4])
    assert isnan(roc(np.array([True, True]), alike).area)
    assert precision_recall(np.array([True, True]), alike).area == 1
    assert len(precision_recall(np.array([False, False]), alike).x) == 0


def test_thinned_keeps_the_ends() -> None:
    dice = np.random.default_rng(0)
    whole = roc(dice.random(5000) < 0.5, dice.random(5000))
    few = whole.thinned(200)
    assert 150 < len(few.x) <= 200
    assert (few.x[0], few.y[0], few.x[-1], few.y[-1]) == (0, 0, 1, 1)
    assert few.area == whole.area
    assert len(few.thinned(1000).x) == len(few.x)
