"""Wrong labels are found: by hand, as cleanlab finds them, and where labels were flipped."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.engine.label_errors import calibrated_joint, confident_classes, suspects


def noisy(seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """True labels, given labels, and the true probabilities of a few clouds of points."""
    dice = np.random.default_rng(seed)
    classes, count = int(dice.integers(2, 6)), int(dice.integers(60, 400))
    truth = dice.integers(0, classes, count)
    points = dice.normal(size=(count, 6))
    centres = dice.normal(size=(classes, 6)) * dice.uniform(0.5, 2)
    points += centres[truth]
    given = truth.copy()
    flipped = dice.random(count) < dice.uniform(0, 0.2)
    given[flipped] = dice.integers(0, classes, flipped.sum())
    nearness = -np.square(points[:, None] - centres).sum(axis=2) / 2
    shares = np.exp(nearness - nearness.max(axis=1, keepdims=True))
    return truth, given, shares / shares.sum(axis=1, keepdims=True)


def test_by_hand() -> None:
    """Means: 0.7 for class 0 and 0.55 for class 1; the last of each is confidently of the other."""
    labels = np.array([0, 0, 0, 1, 1, 1])
    shares = np.array([0.95, 0.85, 0.3, 0.2, 0.25, 0.9])
    probabilities = np.stack([shares, 1 - shares], axis=1)
    assert confident_classes(labels, probabilities).tolist() == [0, 0, 1, 1, 1, 0]
    joint = calibrated_joint(labels, confident_classes(labels, probabilities), 2)
    assert joint.tolist() == [[2, 1], [1, 2]]
    found = suspects(labels, probabilities)
    assert found.rows.tolist() == [5, 2]  # by margin: −0.8, then −0.4
    assert found.suggested.tolist() == [0, 1]
    assert found.margin == pytest.approx([-0.8, -0.4])


def test_who_is_shy_of_a_class_everywhere_is_not_suspected_for_it() -> None:
    """All pictures of class 1 look a little more like class 0: that says nothing of any one label."""
    labels = np.array([0] * 10 + [1] * 10)
    shares = np.array([0.9] * 10 + [0.6] * 10)
    assert len(suspects(labels, np.stack([shares, 1 - shares], axis=1)).rows) == 0


def test_a_label_that_nothing_has_is_not_suggested() -> None:
    labels = np.array([0, 0, 0, 2, 2, 2])
    probabilities = np.array([[0.2, 0.7, 0.1]] * 3 + [[0.1, 0.7, 0.2]] * 3)
    assert len(suspects(labels, probabilities).rows) == 0


CLEANLAB = {  # 2.9.0: what both its “prune_by_noise_rate” and its “confident_learning” name, by margin
    2: [21, 132, 77, 45, 75, 26],
    8: [],
    10: [326, 364, 204, 225, 80],
    11: [68, 50, 46, 39, 37, 41],
    12: [69, 108, 1, 43, 133, 113, 57, 8, 127, 34, 48, 46, 94, 40, 17, 76, 80, 77, 16],
}


@pytest.mark.parametrize("seed", CLEANLAB)
def test_it_is_what_cleanlab_says(seed: int) -> None:
    _, given, probabilities = noisy(seed)
    assert suspects(given, probabilities).rows.tolist() == CLEANLAB[seed]


def test_flipped_labels_are_found() -> None:
    """Where heads are as sure of each picture as of any other, the queue is what was flipped."""
    dice = np.random.default_rng(4)
    truth = np.arange(300) % 3
    shares = dice.dirichlet([0.3] * 3, 300)
    shares[np.arange(300), truth] = 0
    shares *= 0.1 / shares.sum(axis=1, keepdims=True)
    shares[np.arange(300), truth] = 0.9
    given = truth.copy()
    flipped = dice.choice(300, 15, replace=False)
    given[flipped] = (truth[flipped] + dice.integers(1, 3, 15)) % 3
    found = suspects(given, shares)
    assert set(found.rows) == set(flipped)
    assert np.array_equal(found.suggested, truth[found.rows])
    assert (np.diff(found.margin) >= 0).all()
