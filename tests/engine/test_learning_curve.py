"""The learning curve: SciPy's fit, a known law found again, and no promise where there is none."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import curve_fit
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine import learning_curve
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.learning_curve import LearningCurve, fitted, measure, power_laws
from desktop_app.engine.progress import Control, Reporter

SIZES = np.array([20, 40, 80, 120, 160, 200])


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


LAWS = [(0.05, 1.5, 0.6), (0.0, 0.8, 0.3), (0.1, 3.0, 1.0)]


@pytest.mark.parametrize("law", LAWS)
def test_a_law_is_found_again(law: tuple[float, float, float]) -> None:
    n = np.append(SIZES, 400.0)
    error = law[0] + law[1] * n ** -law[2]
    ((a, b, c),) = power_laws(n[:-1], error[None, :-1])
    np.testing.assert_allclose(a + b * n**-c, error, atol=5e-4)


@pytest.mark.parametrize("law", LAWS)
def test_the_fit_is_scipys(law: tuple[float, float, float]) -> None:
    n = SIZES.astype(float)
    error = law[0] + law[1] * n ** -law[2] + np.random.default_rng(0).normal(scale=0.002, size=len(n))
    ((a, b, c),) = power_laws(n, error[None])
    peer, _ = curve_fit(
        lambda n, a, b, c: a + b * n**-c, n, error, p0=(0.05, 1, 0.5),
        bounds=([0, -10, 0.05], [1, 10, 2]), max_nfev=20_000,
    )  # fmt: skip
    np.testing.assert_allclose(a + b * n**-c, peer[0] + peer[1] * n ** -peer[2], atol=5e-4)


def test_no_curve_ends_below_no_error() -> None:
    """A straight line down would; the best that ends at 0 is SciPy's."""
    n = SIZES.astype(float)
    error = 0.5 - 0.002 * n
    ((a, b, c),) = power_laws(n, error[None])
    assert a == 0
    peer, _ = curve_fit(lambda n, b, c: b * n**-c, n, error, p0=(1, 0.5), bounds=([-10, 0.05], [10, 2]))
    np.testing.assert_allclose(b * n**-c, peer[0] * n ** -peer[1], atol=5e-3)


def answers(law: tuple[float, float, float], judged: int = 1000, seeds: int = 5) -> LearningCurve:
    """Independent mistakes at the rate of a law."""
    rate = law[0] + law[1] * SIZES.astype(float) ** -law[2]
    wrong = np.random.default_rng(1).random((len(SIZES), seeds, judged)) < rate[:, None, None]
    return fitted(SIZES, wrong, np.arange(judged))


def test_where_the_error_still_falls_more_pictures_help() -> None:
    law = (0.02, 2.0, 0.5)
    found = answers(law)
    gain = law[1] * (200**-0.5 - 400**-0.5)
    assert found.gain_interval[0] < gain < found.gain_interval[1]
    assert found.clear
    assert found.words.startswith("With 400 pictures to learn from instead of 200, about ")
    assert [point.pictures for point in found.points] == SIZES.tolist()
    truth = law[0] + law[1] * found.sizes ** -law[2]
    assert ((found.band[:, 0] <= truth) & (truth <= found.band[:, 1])).mean() > 0.9
    np.testing.assert_allclose(found.at(found.sizes), truth, atol=0.03)
    assert all(low <= point.error <= high for point in found.points for low, high in [point.interval])


def test_the_interval_leaves_one_in_forty_on_either_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is drawn: fits by which the gain grows evenly from 0 to 1."""

    def fits(sizes: NDArray[np.float64], errors: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.zeros((len(errors), 3))
        found[1:, 1] = np.linspace(0, 2 * sizes[-1], len(errors) - 1)
        found[:, 2] = 1
        return found

    monkeypatch.setattr(learning_curve, "power_laws", fits)
    found = answers((0.02, 2.0, 0.5))
    assert found.gain == 0
    assert found.gain_interval == pytest.approx((0.025, 0.975))
    assert found.band[-1] == pytest.approx((0.025, 0.975))


def test_where_it_falls_no_more_nothing_is_promised() -> None:
    found = answers((0.1, 0.0, 1.0), judged=100)
    assert not found.clear
    assert found.gain_interval[0] <= 0 <= found.gain_interval[1]
    assert found.words.startswith("No clear gain is to be expected of 400 pictures")


def test_copies_judge_as_one() -> None:
    wrong = np.random.default_rng(2).random((len(SIZES), 3, 40)) < 0.3
    alone = fitted(SIZES, wrong, np.arange(40))
    tenfold = fitted(SIZES, np.repeat(wrong, 10, axis=2), np.repeat(np.arange(40), 10))
    for ten, one in zip(tenfold.points, alone.points, strict=True):
        assert ten.interval == pytest.approx(one.interval)
    assert tenfold.gain_interval == pytest.approx(alone.gain_interval)


def test_a_head_that_learns_from_more_errs_less() -> None:
    dice = np.random.default_rng(3)
    labels = np.arange(240) % 2
    features = dice.normal(size=(240, 40)) + 0.5 * labels[:, None]
    order = np.arange(240)
    found = measure(features, labels, order[:160], order[160:], order, 2, Reporter(), (0.1, 0.4, 1), 2)
    assert [point.pictures for point in found.points] == [16, 64, 160]
    assert found.points[0].error > found.points[-1].error
    assert found.judged == 80


def test_the_smallest_subset_has_two_of_the_rarest_class() -> None:
    dice = np.random.default_rng(3)
    labels = np.repeat([0, 1], [40, 10])
    features, order = dice.normal(size=(50, 4)) + labels[:, None], np.arange(50)
    found = measure(features, labels, order, order, order, 2, Reporter(), (0.1, 0.2, 0.5, 1), 1)
    assert [point.pictures for point in found.points] == [10, 25, 50]


def test_too_few_pictures_are_refused() -> None:
    features, labels, rows = np.zeros((12, 2)), np.arange(12) % 2, np.arange(12)
    with pytest.raises(ValueError, match="too few"):
        measure(features, labels, rows[:6], rows[6:], rows, 2, Reporter())


def test_it_can_be_cancelled() -> None:
    control = Control()
    control.cancel.set()
    rows = np.arange(60)
    with pytest.raises(Cancelled):
        measure(np.ones((60, 2)), rows % 2, rows[:40], rows[40:], rows, 2, Reporter(control=control))


@pytest.mark.parametrize("size", [0, -3])
def test_a_curve_that_begins_before_the_first_picture_is_refused(size: int) -> None:
    kept = answers((0.02, 2.0, 0.5)).to_json()
    assert LearningCurve.from_json(kept).to_json() == kept
    kept["sizes"][0] = size
    with pytest.raises(ValueError, match="do not match"):
        LearningCurve.from_json(kept)
