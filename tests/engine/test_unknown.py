"""Unknown pictures: the distance to the k-th neighbour, against scikit-learn, and who passes."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from desktop_app.engine import unknown
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.unknown import Gallery, gallery, rows_of


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("rows", [7, 50, 4096])
def test_the_nearest_are_scikit_learns(dtype: type, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown, "_ROWS", rows)
    dice = np.random.default_rng(0)
    training: NDArray[Any] = dice.gamma(1, 3, (120, 16)).astype(dtype)
    asked: NDArray[Any] = dice.gamma(1, 3, (33, 16)).astype(dtype)
    asked -= 1
    training -= 1
    asked[5] = 4 * training[17]  # alike but for their length
    found = Gallery(rows_of(training)).nearest(asked, Reporter())
    peer = NearestNeighbors(n_neighbors=5).fit(rooted(training))
    distances, places = peer.kneighbors(rooted(asked))
    half = dtype is np.float16
    assert half or (found.places == places).all()
    assert found.distances == pytest.approx(distances, abs=1e-3 if half else 1e-6)
    assert (found.measure == found.distances[:, 4]).all()
    assert (found.places[5, 0], found.distances[5, 0]) == (17, pytest.approx(0, abs=1e-3 if half else 1e-6))


def rooted(features: NDArray[Any]) -> NDArray[Any]:
    wide = features.astype(float)
    return np.asarray(normalize(np.sign(wide) * np.sqrt(abs(wide))))


def test_the_bar_grows_with_what_was_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown, "_ROWS", 10)
    bar: list[float] = []
    Gallery(np.eye(40)).nearest(np.eye(2, 40), Reporter(lambda done, _: bar.append(done)))
    assert bar == pytest.approx([0, 0.25, 0.5, 0.75])


def test_few_pictures_have_few_neighbours() -> None:
    found = Gallery(np.eye(3, 8)).nearest(np.zeros((2, 8)), Reporter())
    assert found.places.tolist() == [[0, 1, 2]] * 2
    assert found.distances == pytest.approx(1)  # a row of zeros is like nothing
    assert Gallery(np.eye(3, 8)).nearest(np.zeros((0, 8)), Reporter()).places.shape == (0, 3)


@pytest.mark.parametrize(("count", "accepted"), [(4, 4 / 5), (19, 0.95), (39, 0.95), (50, 49 / 51)])
def test_the_promised_share_passes(count: int, accepted: float) -> None:
    dice = np.random.default_rng(count)
    training, trials = dice.normal(0, 1, (60, 3)), 500
    measures = Gallery(rows_of(training)).nearest(dice.normal(0, 1, (trials, 3)), Reporter()).measure
    made = [gallery(training, dice.normal(0, 1, (count, 3)), Reporter()) for _ in range(trials)]
    assert made[0].held == count
    assert made[0].accepted == pytest.approx(accepted)
    passed = sum(measure <= one.threshold for measure, one in zip(measures, made, strict=True))
    assert binomtest(passed, trials, accepted).pvalue > 0.001


def test_nothing_is_unknown_where_nothing_was_held_out() -> None:
    known = gallery(np.eye(8), np.zeros((0, 8)), Reporter())
    assert (known.threshold, known.accepted, known.held) == (float("inf"), 1.0, 0)


def test_many_held_out_pictures_are_sampled_from_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown, "_HELD", 19)
    far = np.tile([[1.0, 0.0], [0.0, 1.0]], (50, 1))[np.argsort(np.tile([0, 1], 50))]
    known = gallery(np.eye(1, 2), far, Reporter())
    assert known.held == 19
    assert known.threshold == pytest.approx(2**0.5)  # of the second half; the first lies on the training


def test_it_can_be_cancelled() -> None:
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        gallery(np.eye(4), np.eye(4), Reporter(control=control))
