"""How a training has ended, in a sentence that a stranger to its method can read."""

from dataclasses import replace
from pathlib import Path

import pytest
from run_samples import make_run

from desktop_app.control.training import _outcome
from desktop_app.engine.run import HeadChoice, Run, Tuning
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec
from desktop_app.engine.tuning_spec import TuningSpec

ROOM = 76  # letters that a window 1280 pixels wide shows
PLAIN, HIDDEN = HeadChoice(44, 0.9, 0.9, 0.1), HeadChoice(44, 0.8, 0.9, 0.01)
AUTOMATIC = HeadSpec((8,), automatic=True)


def outcome(run: Run, compared: Run | None = None) -> str:
    said = _outcome(run, compared)
    assert len(said) <= ROOM
    return said


@pytest.mark.parametrize(
    ("head", "choice", "said"),
    [
        (HeadSpec((8,)), None, "Done. Epoch 2 was kept: lowest validation loss."),
        (HeadSpec(()), None, "Done. L2 weight 2 of 3, each an “epoch”."),
        (AUTOMATIC, PLAIN, "Done. A plain head was taken: L2 weight 2 of 3, each an “epoch”."),
        (AUTOMATIC, HIDDEN, "Done. The hidden layers have won. Epoch 2 was kept."),
    ],
)
def test_what_was_kept_is_said(tmp_path: Path, head: HeadSpec, choice: HeadChoice | None, said: str) -> None:
    run = make_run(tmp_path / "run", spec=replace(ExperimentSpec(), head=head), epochs=3)
    run = replace(run, best_epoch=2, head_choice=choice)
    assert outcome(run) == said
    early = outcome(replace(run, spec=replace(run.spec, tuning=TuningSpec())))
    assert early.endswith("; tuning had not begun.")
    assert said.startswith(early.partition(";")[0])


@pytest.mark.parametrize(
    ("best", "said"),
    [
        (5, "Done. Epoch 5: 75.0 % in validation, with the head alone 50.0 %."),
        (0, "Done. Tuning did not lower the loss: the head alone was kept, 75.0 %."),
    ],
)
def test_what_tuning_gave_is_said(tmp_path: Path, best: int, said: str) -> None:
    run = make_run(tmp_path / "run")
    run.summary["val_accuracy"] = 0.75
    assert outcome(replace(run, best_epoch=5, tuning=Tuning(best, 0.5, 0.5, True))) == said


def test_a_comparison_names_both(tmp_path: Path) -> None:
    fresh, pretrained = make_run(tmp_path / "fresh"), make_run(tmp_path / "pretrained")
    fresh.summary["val_accuracy"], pretrained.summary["val_accuracy"] = 0.5, 1.0
    assert outcome(fresh, pretrained) == (
        "Done. From scratch 50.0 % in validation, with the pretrained base 100.0 %."
    )


def test_a_run_that_went_on_in_vain_says_so(tmp_path: Path) -> None:
    spec = ExperimentSpec(BaseSpec(weights="/a/model.keras"), start="continued")
    run = replace(make_run(tmp_path / "run", spec=spec), best_epoch=0)
    assert outcome(run) == "Done. It is as it was: no epoch had a lower validation loss."
