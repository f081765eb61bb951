"""The intervals: which rule speaks where, and that they cover."""

import numpy as np
import pytest
from scipy.stats import binom

from desktop_app.engine.intervals import intervals
from desktop_app.engine.metrics import wilson_interval


def alone(labels: np.ndarray) -> np.ndarray:
    return np.arange(len(labels))


def test_wilson_near_the_ends() -> None:
    labels = np.repeat([0, 1], 15)
    accuracy, balanced = intervals(labels, labels, 2, alone(labels))
    assert accuracy.method == balanced.method == "wilson"
    assert (accuracy.low, accuracy.high) == pytest.approx(wilson_interval(30, 30))
    assert balanced.high == 1
    assert 0.85 < balanced.low < 1


def test_bootstrap_in_the_middle_equals_the_binomials_own() -> None:
    dice = np.random.default_rng(1)
    labels = dice.integers(0, 2, 400)
    guesses = np.where(dice.random(400) < 0.8, labels, 1 - labels)
    accuracy, balanced = intervals(labels, guesses, 2, alone(labels))
    assert accuracy.method == balanced.method == "bootstrap"
    share = (labels == guesses).mean()
    expected = binom.ppf((0.025, 0.975), 400, share) / 400  # what resampling single pictures comes to
    assert (accuracy.low, accuracy.high) == pytest.approx(expected, abs=0.004)
    assert balanced.low < share < balanced.high
    assert intervals(labels, guesses, 2, alone(labels))[0] == accuracy  # the same each time


@pytest.mark.parametrize("share", [0.99, 0.8])
def test_copies_weigh_as_one(share: float) -> None:
    dice = np.random.default_rng(2)
    labels = dice.integers(0, 3, 300)
    guesses = np.where(dice.random(300) < share, labels, (labels + 1) % 3)
    once = intervals(labels, guesses, 3, alone(labels))
    again = intervals(np.repeat(labels, 4), np.repeat(guesses, 4), 3, np.repeat(alone(labels), 4))
    for one, four in zip(once, again, strict=True):
        assert four.method == one.method
        assert (four.low, four.high) == pytest.approx((one.low, one.high), abs=0.01)


def test_a_resampled_group_is_drawn_whole_whatever_it_holds() -> None:
    """Against a plain bootstrap, one draw after another."""
    dice = np.random.default_rng(3)
    labels, groups = dice.integers(0, 2, 500), dice.integers(0, 90, 500)
    bad = groups % 3 == 0  # a whole group is right or wrong together
    guesses = np.where(bad, 1 - labels, labels)
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    plain = []
    for _ in range(2000):
        drawn = np.concatenate([members[place] for place in dice.integers(0, len(members), len(members))])
        right = labels[drawn] == guesses[drawn]
        plain.append((right.mean(), np.mean([right[labels[drawn] == each].mean() for each in (0, 1)])))
    expected = np.percentile(plain, (2.5, 97.5), axis=0).T
    for found, (low, high) in zip(intervals(labels, guesses, 2, groups), expected, strict=True):
        assert found.method == "bootstrap"
        assert (found.low, found.high) == pytest.approx((low, high), abs=0.012)


@pytest.mark.parametrize(("share", "count"), [(0.97, 60), (0.8, 120)])
def test_they_cover(share: float, count: int) -> None:
    dice = np.random.default_rng(4)
    hits = np.zeros(2)
    for _ in range(200):
        labels = np.repeat([0, 1], count // 2)
        guesses = np.where(dice.random(count) < share, labels, 1 - labels)
        found = intervals(labels, guesses, 2, alone(labels))
        hits += [each.low <= share <= each.high for each in found]
    assert (hits >= 180).all()  # of 190 expected


def test_corners() -> None:
    nothing = np.zeros(0, np.int64)
    for found in intervals(nothing, nothing, 3, nothing):
        assert (found.low, found.high) == (0, 1)
    one = np.array([2])
    accuracy, balanced = intervals(one, one, 3, one)  # two classes are missing
    assert (accuracy.low, accuracy.high) == pytest.approx(wilson_interval(1, 1))
    assert (balanced.low, balanced.high) == pytest.approx(wilson_interval(1, 1))
    wrong = intervals(one, np.array([0]), 3, one)[0]
    assert (wrong.low, wrong.high) == pytest.approx(wilson_interval(0, 1))


def test_a_class_that_few_draws_hold() -> None:
    dice = np.random.default_rng(5)
    labels = np.r_[np.zeros(300, int), np.ones(30, int)]
    guesses = np.where(dice.random(330) < 0.5, labels, 1 - labels)
    accuracy, balanced = intervals(labels, guesses, 4, alone(labels))
    assert accuracy.method == balanced.method == "bootstrap"
    assert balanced.high - balanced.low > accuracy.high - accuracy.low
