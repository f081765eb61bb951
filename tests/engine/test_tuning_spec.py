from typing import Any

import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.tuning_spec import TuningSpec


def test_each_block_learns_slower_than_the_one_above() -> None:
    assert TuningSpec(blocks=2, learning_rate=1.0, decay_per_block=2).rates() == (0.25, 0.5, 1.0)
    assert TuningSpec(blocks=3, decay_per_block=1).rates() == (1e-4,) * 4


@pytest.mark.parametrize(
    "choice",
    [
        {"blocks": 0},
        {"epochs": 0},
        {"batch": 0},
        {"learning_rate": -1.0},
        {"learning_rate": float("nan")},
        {"decay_per_block": 0.5},
        {"decay_per_block": float("inf")},
        {"schedule": "linear"},
        {"seed": -1},
    ],
)
def test_what_cannot_work_is_refused(choice: dict[str, Any]) -> None:
    with pytest.raises(EngineError, match=str(next(iter(choice.values())))):
        TuningSpec(**choice)
