"""Doubtful labels are found by heads that have not seen the picture, nor a copy of it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine.doubts import doubts
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.progress import Control, Reporter

NAMES = ("ants", "bees")
COUNT = 60
FILES = [Path(f"/{number}.png") for number in range(COUNT)]
ALONE = np.arange(COUNT)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower by two threads, many times where the machine is busy."""
    with threadpool_limits(1):
        yield


def data() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Two clouds that do not touch."""
    truth = ALONE % 2
    return np.random.default_rng(0).normal(size=(COUNT, 30)) + 3 * truth[:, None], truth


def test_a_flipped_label_is_doubted_with_what_it_looks_like() -> None:
    features, labels = data()
    labels = labels.copy()
    labels[[6, 11]] = 1 - labels[[6, 11]]
    found = doubts(FILES, features, labels, ALONE, NAMES, Reporter())
    assert {(one.file, one.label, one.said) for one in found} == {
        (FILES[6], "bees", "ants"),
        (FILES[11], "ants", "bees"),
    }
    assert all(one.probability > 0.5 and one.loss > 0.7 for one in found)


def test_copies_do_not_vouch_for_each_other() -> None:
    """Eight copies under a wrong label: a head that has seen seven of them believes the eighth."""
    features, labels = data()
    copied = np.arange(0, 16, 2)
    noise = np.random.default_rng(1).normal(size=30)
    features[copied] = features[0] + 3 * noise  # unlike all others, so that a head can learn them by heart
    labels = labels.copy()
    labels[copied] = 1
    groups = ALONE.copy()
    groups[copied] = 0
    names = {FILES[row] for row in copied}
    apart = {one.file for one in doubts(FILES, features, labels, ALONE, NAMES, Reporter())}
    together = {one.file for one in doubts(FILES, features, labels, groups, NAMES, Reporter())}
    assert not names & apart
    assert names <= together


def test_too_few_pictures_are_refused() -> None:
    features, labels = data()
    with pytest.raises(EngineError, match="too few for 5 folds"):
        doubts(FILES[:4], features[:4], labels[:4], ALONE[:4], NAMES, Reporter())


def test_it_can_be_cancelled() -> None:
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        doubts(FILES, *data(), ALONE, NAMES, Reporter(control=control))
