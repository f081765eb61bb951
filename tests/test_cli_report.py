"""`graftwork report`, on a run that was written by hand: no TensorFlow is needed to tell of it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_app import cli
from desktop_app.engine import arms
from desktop_app.engine.answers import write_logits
from desktop_app.engine.catalog import Picture
from desktop_app.engine.history import EpochRow, write_csv
from desktop_app.engine.pictures_file import write_pictures
from desktop_app.engine.report import judge
from desktop_app.engine.run import FORMAT, LOGITS
from desktop_app.engine.specs import BaseSpec, ExperimentSpec
from desktop_app.engine.verdict import Answered, Arm, decide

NAMES = ("ant", "bee")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    labels = np.arange(40) % 2
    said = np.where(np.arange(40) % 10 < 8, labels, 1 - labels)
    logits = 2 * np.eye(2, dtype=np.float32)[said]
    splits = [("train", "val")[place // 2 % 2] for place in range(40)]
    pictures = [
        Picture(tmp_path / f"{place}.png", NAMES[label], split)  # type: ignore[arg-type]
        for place, (label, split) in enumerate(zip(labels, splits, strict=True))
    ]
    write_pictures(folder / "pictures.csv", pictures)
    write_logits(folder / LOGITS, logits)
    write_csv(folder / "history.csv", (EpochRow(1, 0.5, 0.5, 0.5, 0.5),))
    (folder / "model.keras").write_bytes(b"a model")
    report = judge("validation pictures", labels, said, NAMES).to_json()
    (folder / "report.json").write_text(json.dumps({"summary": {}, "report": report}))
    experiment = {
        "format": FORMAT,
        "spec": ExperimentSpec(BaseSpec(weights="none")).to_json(),
        "class_names": NAMES,
        "best_epoch": 1,
        "weights_origin": "untrained base",
    }
    (folder / "experiment.json").write_text(json.dumps(experiment))
    return folder


def test_it_is_written_and_says_on_what(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    assert cli.main(["report", str(run), "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["judged_on"] == "validation pictures"
    assert told["accuracy"] == pytest.approx(0.8)
    assert told["bytes"] == out.stat().st_size > 10_000
    assert cli.main(["report", str(run), "--on", "train", "--out", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["judged_on"] == "training pictures"
    assert "Judged on 20 training pictures." in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--on", "test"], "This run has no test pictures. It has: train, val."),
        (["--on", "all"], "invalid choice"),
    ],
)
def test_what_there_is_not_is_refused(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    assert cli.main(["report", str(run), *words, "--out", str(tmp_path / "r.html")]) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()
    assert cli.main(["report", str(run), "--out", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_it_needs_neither_tensorflow_nor_qt(run: Path, tmp_path: Path) -> None:
    words = ["report", str(run), "--out", str(tmp_path / "r.html")]
    code = f"import sys\nfrom desktop_app import cli\nassert cli.main({words!r}) == 0\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"tensorflow", "keras", "PySide6"} & set(told.split())


def test_a_verdict_is_told_also_where_it_cannot_be_kept(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (Arm(name, name, np.ones(9, bool)) for name in "ab")
    found = decide(one, [other], Answered(np.zeros(9, np.int64), np.arange(9)))
    monkeypatch.setattr(arms, "judge_transfer", lambda *_: found)
    monkeypatch.setattr("desktop_app.engine.pipeline.start_tensorflow", lambda _reporter: None)
    assert cli.main(["verdict", str(run)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((run / "verdict.json").read_text()) | {
        "weights": "untrained base",
        "run": str(run),
    }
    (run / "verdict.json").unlink()
    (run / "verdict.json").mkdir()
    assert cli.main(["verdict", str(run)]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again.pop("not_kept").startswith("The verdict cannot be kept in")
    assert again == told
