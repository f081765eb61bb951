"""A difference is told only where pictures tell it: SciPy's exact test, a bootstrap of groups."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from desktop_app.engine.paired import compare, mcnemar


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (1, 0), (5, 0), (3, 9), (7, 7), (40, 22), (300, 240)])
def test_the_exact_test_is_scipys(gained: int, lost: int) -> None:
    peer = binomtest(gained, gained + lost, 0.5).pvalue if gained + lost else 1.0
    assert mcnemar(gained, lost) == pytest.approx(peer, rel=1e-12)


def alone(count: int) -> NDArray[np.int64]:
    return np.arange(count)


def test_identical_answers_differ_by_exactly_nothing() -> None:
    right = np.random.default_rng(0).random(50) < 0.7
    found = compare(right, right, alone(50))
    assert (found.mean, found.interval, found.p, found.clear) == (0.0, (0.0, 0.0), 1.0, False)


def test_nothing_asked_is_no_difference() -> None:
    none = np.zeros(0, bool)
    assert not compare(none, none, alone(0)).clear


def test_the_difference_is_that_of_the_accuracies_and_lies_in_its_interval() -> None:
    dice = np.random.default_rng(1)
    one, other = dice.random(200) < 0.9, dice.random(200) < 0.6
    found = compare(one, other, alone(200))
    assert found.mean == pytest.approx(one.mean() - other.mean())
    assert found.interval[0] < found.mean < found.interval[1]
    assert (found.gained, found.lost) == ((one & ~other).sum(), (other & ~one).sum())
    assert found.clear
    # Independent pictures: the bootstrap's spread is the textbook's.
    gain = one.astype(float) - other
    error = gain.std() / np.sqrt(200)
    assert found.interval[1] - found.interval[0] == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_four_of_twenty_are_not_enough() -> None:
    """The bootstrap alone would believe them; the exact test gives them p = 0.125."""
    one, other = np.ones(20, bool), np.arange(20) >= 4
    found = compare(one, other, alone(20))
    assert found.p == 0.125
    assert found.interval[0] == 0.0
    assert not found.clear


@pytest.mark.parametrize("sign", [1, -1])
def test_twelve_of_twelve_are_no_certainty(sign: int) -> None:
    """What the bootstrap cannot see: a few pictures more might have differed the other way."""
    one, other = np.full(12, sign > 0), np.full(12, sign < 0)
    found = compare(one, other, alone(12))
    share = binomtest(12, 12).proportion_ci(0.95).low
    assert found.mean == sign
    assert sorted(map(abs, found.interval)) == pytest.approx([2 * share - 1, 1])
    assert min(found.interval) < max(found.interval)
    assert found.clear
    assert not compare(one[:4], other[:4], alone(4)).clear


def test_a_picture_asked_thrice_is_one_witness() -> None:
    dice = np.random.default_rng(2)
    one, other = dice.random(40) < 0.75, dice.random(40) < 0.6
    once = compare(one, other, alone(40))
    thrice = compare(np.tile(one, 3), np.tile(other, 3), np.tile(alone(40), 3))
    assert thrice == once


def test_copies_are_one_witness() -> None:
    """Ten copies of the only picture that tells the two apart prove nothing."""
    groups = np.array([0] * 10 + list(range(1, 31)))
    one = np.ones(40, bool)
    assert compare(one, groups > 0, alone(40)).clear
    assert not compare(one, groups > 0, groups).clear


@pytest.mark.parametrize("count", [20, 100])
def test_where_nothing_differs_it_is_said_no_more_often_than_stated(count: int) -> None:
    dice = np.random.default_rng(3)
    alarms = 0
    for _ in range(300):
        hard = dice.random(count)  # pictures are not alike, and each is asked about three times
        one, other = (np.concatenate([dice.random(count) < hard for _ in range(3)]) for _ in range(2))
        alarms += compare(one, other, np.tile(alone(count), 3)).clear
    assert alarms <= 300 * 0.05 + 2 * np.sqrt(300 * 0.05 * 0.95)
