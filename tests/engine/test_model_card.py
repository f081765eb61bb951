"""What the model card says of a run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from run_samples import make_run

from desktop_app.engine.export_table import FORMATS
from desktop_app.engine.exported import Exported
from desktop_app.engine.kept import VERDICT
from desktop_app.engine.model_card import model_card
from desktop_app.engine.passport import passport
from desktop_app.engine.run import open_run
from desktop_app.engine.specs import ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.verdict import Answered, Arm, decide


def card(folder: Path, spec: ExperimentSpec, name: str = "litert") -> str:
    run, row = make_run(folder, spec=spec), FORMATS[name]
    paper = passport(run, row, "none", 224, 512)
    return model_card(run, row, paper, Exported(folder, 1, 10, 1e-6, name), [])


@pytest.mark.parametrize(
    ("head", "said", "unsaid"),
    [
        (
            HeadSpec((8, 4), 0.3),
            "hidden layers of 8, 4 units, dropout 0.3\n- at most 9 epochs of adam",
            "L-BFGS",
        ),
        (HeadSpec(()), "no hidden layers\n- solved by L-BFGS; the weight of its L2 penalty was", "epochs of"),
        (HeadSpec((), l2=0.01), "the weight of its L2 penalty is 0.01", "dropout"),
    ],
)
def test_the_method_is_the_one_that_was_used(tmp_path: Path, head: HeadSpec, said: str, unsaid: str) -> None:
    text = card(tmp_path / "run", replace(ExperimentSpec(), head=head, training=TrainingSpec(epochs=9)))
    assert said in text
    assert unsaid not in text


def test_of_an_imported_model_it_says_no_more_than_is_known(tmp_path: Path) -> None:
    run, row = make_run(tmp_path / "run", spec=ExperimentSpec()), FORMATS["litert"]
    exported = Exported(tmp_path, 1, 10, 1e-6, "litert")
    paper = passport(run, row, "none", 224, 512)
    assert "the best kept (epoch " in model_card(run, row, paper, exported, [("ants", "train")])
    text = model_card(replace(run, imported="<b>.keras", best_epoch=0), row, paper, exported, [])
    assert "the best kept\n" in text
    assert "epoch 0" not in text
    assert "imported from “\\<b\\>.keras”. Its pictures have stayed with its maker" in text
    assert "| class | training" not in text


def test_it_says_whether_transfer_has_helped_if_somebody_has_asked(tmp_path: Path) -> None:
    assert "ransfer" not in card(tmp_path / "run", ExperimentSpec())
    arms = [Arm(name, name.title(), np.arange(9) < right) for name, right in (("us", 8), ("them", 3))]
    verdict = decide(arms[0], arms[1:], Answered(np.zeros(9, np.int64), np.arange(9)))
    run, row = open_run(tmp_path / "run"), FORMATS["litert"]
    VERDICT.keep(run.folder, verdict)
    exported = Exported(tmp_path, 1, 10, 1e-6, "litert")
    text = model_card(run, row, passport(run, row, "none", 224, 512), exported, [])
    assert f"\n\n{verdict.sentence}\n\n## This file" in text
    (run.folder / VERDICT.file).write_text("{}")
    assert "ransfer" not in model_card(run, row, passport(run, row, "none", 224, 512), exported, [])


@pytest.mark.parametrize("name", FORMATS)
def test_the_way_to_use_it_can_be_typed(tmp_path: Path, name: str) -> None:
    text = card(tmp_path / "run", ExperimentSpec(), name)
    assert "## Use\n\n```\npip install " in text
    assert "\npython sample.py " in text
    for system in ("Raspberry Pi", "Android", "iOS"):
        assert (system in text) == (name == "litert")
    assert ("tensorflow/serving" in text) == (name == "savedmodel")
