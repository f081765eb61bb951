"""Conformal sets: the promised coverage, on data whose truth is known."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binomtest

from desktop_app.engine.conformal import COVERAGES, conformal, fewest
from desktop_app.engine.errors import EngineError


def draw(dice: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a classifier that is too sure of itself, and labels that follow milder ones."""
    logits = dice.normal(0, 1.5, (*shape, 4))
    labels = (logits + dice.gumbel(size=logits.shape)).argmax(axis=-1)
    sure = np.exp(2 * logits)
    return sure / sure.sum(axis=-1, keepdims=True), labels


@pytest.mark.parametrize("coverage", COVERAGES)
def test_the_coverage_is_exact_and_spreads_as_stated(coverage: float) -> None:
    dice = np.random.default_rng(int(1000 * coverage))
    count, trials = 119, 4000
    held, truth = draw(dice, trials, count)
    made = [conformal(one, labels, coverage) for one, labels in zip(held, truth, strict=True)]
    assert made[0].coverage == pytest.approx(np.ceil(120 * coverage) / 120)

    # A new picture for each draw of those held out: that is what the promise is about.
    new, labels = draw(dice, trials)
    covered = sum(bool(sets.members(one)[label]) for sets, one, label in zip(made, new, labels, strict=True))
    assert binomtest(covered, trials, made[0].coverage).pvalue > 0.001

    # The coverage of each draw, by the true distribution of scores.
    many, labels = draw(dice, 200_000)
    scores = np.sort(many[np.arange(len(labels)), labels])
    each = 1 - np.searchsorted(scores, [sets.least for sets in made]) / len(scores)
    low, high = made[0].spread
    inside = int(((each >= low) & (each <= high)).sum())
    assert binomtest(inside, trials, 0.9).pvalue > 0.001
    assert (low, high) == pytest.approx(beta.interval(0.9, made[0].rank, count + 1 - made[0].rank))


def test_a_set_holds_what_is_as_likely_as_the_chosen_picture() -> None:
    probabilities = np.array([[p, 1 - p] for p in (0.9, 0.8, 0.7, 0.6)])
    sets = conformal(probabilities, np.zeros(4, int), 0.6)
    assert (sets.rank, sets.pictures, sets.least) == (3, 4, 0.7)
    asked = np.array([[0.7, 0.3], [0.69, 0.31], [0.2, 0.8]])
    assert sets.members(asked).tolist() == [[True, False], [False, False], [False, True]]


@pytest.mark.parametrize(("coverage", "needed"), [(0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_too_few_pictures_are_refused_in_a_sentence(coverage: float, needed: int) -> None:
    assert fewest(coverage) == needed
    probabilities = np.full((needed, 2), 0.5)
    assert conformal(probabilities, np.zeros(needed, int), coverage).rank == needed
    with pytest.raises(EngineError, match=f"need {needed} pictures that were held out; this run has"):
        conformal(probabilities[1:], np.zeros(needed - 1, int), coverage)


@settings(max_examples=60, deadline=None)
@given(st.integers(99, 160), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_more_coverage_never_makes_a_set_smaller(count: int, classes: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    probabilities = dice.dirichlet(np.ones(classes), count).round(1)  # with ties
    labels = dice.integers(0, classes, count)
    made = [conformal(probabilities, labels, coverage) for coverage in COVERAGES]
    for less, more in pairwise(made):
        assert not (less.members(probabilities) & ~more.members(probabilities)).any()
    for sets in made:
        assert sets.members(probabilities)[np.arange(count), labels].sum() >= sets.rank
