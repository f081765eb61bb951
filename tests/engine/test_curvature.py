"""The curvature that a solver is told of is that of the features, in chunks as in one."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine.curvature import Curvature


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


def measured(rows: NDArray[np.float64]) -> Curvature:
    return Curvature.of(lambda: iter(np.array_split(rows, 3)), *rows.shape)


def test_narrow_features_are_known_exactly() -> None:
    rows = np.random.default_rng(0).normal(size=(90, 7)) * np.arange(1, 8)
    found = measured(rows)
    second = rows.T @ rows / 90
    np.testing.assert_allclose((found.directions * found.moments) @ found.directions.T, second)
    steps = found.steps(0.3, 2)
    np.testing.assert_allclose(
        steps.apply(steps.apply(np.eye(7))), np.linalg.inv(second / 2 + 0.6 * np.eye(7))
    )


def test_of_wide_ones_the_leading_directions_and_the_mean_of_the_rest() -> None:
    dice = np.random.default_rng(0)
    spread = np.arange(1, 601) ** -1.0
    rows = dice.normal(size=(900, 600)) * spread
    found = measured(rows)
    np.testing.assert_allclose(found.directions.T @ found.directions, np.eye(len(found.moments)), atol=1e-10)
    np.testing.assert_allclose(
        found.moments.sum() + found.rest * (600 - len(found.moments)), (rows**2).sum() / 900
    )
    best = np.linalg.eigvalsh(rows.T @ rows / 900)[::-1][:20]
    np.testing.assert_allclose(found.moments[::-1][:20], best, rtol=0.02)


def test_what_is_undone_is_as_it_was() -> None:
    dice = np.random.default_rng(1)
    steps = measured(dice.normal(size=(300, 600))).steps(1e-3, 4)
    kernel = dice.normal(size=(600, 4))
    np.testing.assert_allclose(steps.undo(steps.apply(kernel)), kernel, atol=1e-10)
