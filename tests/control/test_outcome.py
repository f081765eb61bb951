"""How a training has ended, in a sentence that a stranger to its method can read."""

from dataclasses import replace
from pathlib import Path

import pytest
from run_samples import make_run

from desktop_app.control.training import _outcome
from desktop_app.engine.run import HeadChoice
from desktop_app.engine.specs import ExperimentSpec, HeadSpec

KEPT = "it has the lowest validation loss."


@pytest.mark.parametrize(
    ("head", "choice", "said"),
    [
        (HeadSpec((8,)), None, f"Done. Epoch 2 was kept: {KEPT}"),
        (
            HeadSpec(()),
            None,
            "Done. Each “epoch” tried an L2 weight; number 2 had the lowest validation loss.",
        ),
        (
            HeadSpec((8,), automatic=True),
            HeadChoice(44, 0.9, 0.9, 0.1),
            "Done. A plain head was taken. Each “epoch” tried an L2 weight; number 2 was kept.",
        ),
        (
            HeadSpec((8,), automatic=True),
            HeadChoice(44, 0.8, 0.9, 0.01),
            "Done. The hidden layers have won. Epoch 2 was kept.",
        ),
    ],
)
def test_what_was_kept_is_said(tmp_path: Path, head: HeadSpec, choice: HeadChoice | None, said: str) -> None:
    run = make_run(tmp_path / "run", spec=replace(ExperimentSpec(), head=head))
    assert _outcome(replace(run, best_epoch=2, head_choice=choice), None) == said
