"""The finder on losses whose answer is known."""

from collections.abc import Callable

import numpy as np
import pytest

from desktop_app.engine.errors import Cancelled
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.rate_finder import LOWEST, STEPS, smooth, suggest, sweep


def bowl(curvature: float) -> Callable[[float], float]:
    """Gradient descent on curvature · x² / 2 from x = 1: it converges below a rate of 2 / curvature."""
    x = [1.0]

    def step(rate: float) -> float:
        loss = curvature * x[0] ** 2 / 2
        x[0] -= rate * curvature * x[0]
        return loss

    return step


@pytest.mark.parametrize("curvature", [9.0, 30.0, 1300.0])
def test_a_quadratic_diverges_where_it_must_and_the_suggestion_lies_below(curvature: float) -> None:
    curve = sweep(bowl(curvature), Reporter())
    edge = 2 / curvature
    turn = int(np.argmin(curve.losses))
    assert curve.rates[turn - 1] < edge < curve.rates[turn]
    assert len(curve.rates) < STEPS
    assert curve.suggestion is not None
    assert edge / 100 < curve.suggestion < edge / 2


def test_the_suggestion_follows_the_problems_scale() -> None:
    here, there = sweep(bowl(1.3), Reporter()), sweep(bowl(130.0), Reporter(), LOWEST / 100, 0.1)
    assert here.suggestion is not None
    assert there.suggestion == pytest.approx(here.suggestion / 100)


def test_the_steepest_place_of_a_known_curve_is_found_through_noise() -> None:
    rates = np.geomspace(1e-6, 1, 121)
    clean = 1.5 - 1.0 / (1 + np.exp(-3 * (np.log10(rates) + 3)))  # steepest at 1e-3
    assert suggest(rates, clean) == pytest.approx(1e-3)
    noisy = smooth(clean + np.random.default_rng(0).normal(0, 0.01, 121))
    found = suggest(rates, noisy)
    assert found is not None
    assert abs(np.log10(found) + 3) < 0.25


def test_smoothing_keeps_level_and_place() -> None:
    assert smooth(np.full(30, 2.5)) == pytest.approx(2.5)
    peak = np.zeros(31)
    peak[15] = 1
    assert int(np.argmax(smooth(peak))) == 15


def test_what_does_not_fall_gives_no_suggestion() -> None:
    assert sweep(lambda _rate: 0.7, Reporter()).suggestion is None
    rising = iter(np.linspace(1, 3, 1000))
    assert sweep(lambda _rate: float(next(rising)), Reporter()).suggestion is None
    broken = sweep(lambda _rate: float("nan"), Reporter())
    assert (broken.suggestion, len(broken.rates)) == (None, 0)


def test_a_loss_that_rises_but_not_above_its_first_has_not_diverged() -> None:
    falling_and_rising = iter([10.0] * 10 + [1.0] * 20 + [5.0] * 1000)
    assert len(sweep(lambda _rate: next(falling_and_rising), Reporter()).rates) == STEPS
    further = iter([10.0] * 10 + [1.0] * 20 + [11.0] * 1000)
    assert len(sweep(lambda _rate: next(further), Reporter()).rates) == 35  # by the mean of five


def test_it_tells_how_far_it_is_and_can_be_cancelled() -> None:
    control = Control()
    told: list[str] = []

    def listen(fraction: float, text: str) -> None:
        told.append(text)
        if fraction > 0.5:
            control.cancel.set()

    with pytest.raises(Cancelled):
        sweep(lambda _rate: 1.0, Reporter(listen, None, control))
    assert told[0] == "Trying learning rates: 1.0e-06"
    assert 60 < len(told) < 90
