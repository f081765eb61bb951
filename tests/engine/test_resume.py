"""Killed at any time, a run goes on and ends with the history of an undisturbed one, bit for bit."""

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import slim

from desktop_app.engine import frozen, training
from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.catalog import scan
from desktop_app.engine.errors import EngineError, Paused
from desktop_app.engine.history import EpochRow, read_csv
from desktop_app.engine.pipeline import Places, resume, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.unfinished import find_unfinished
from desktop_app.engine.weights import WeightsStore

SPEC = ExperimentSpec(
    BaseSpec("VGG16", "none"),
    HeadSpec((8,), 0.5),
    TrainingSpec(epochs=4, batch=4),
    TuningSpec(epochs=3, batch=8, learning_rate=1e-3),
)
CHUNK = 4  # rows: four to an epoch, so that it can be killed within one
pytestmark = pytest.mark.usefixtures("small_backbones")


def places(folder: Path, name: str = "run") -> Places:
    return Places(folder / name, WeightsStore(folder / "weights", cache=None), folder / "cache")


class Deadly(Reporter):
    """Kills its own process: in the middle of the head's third epoch, or of fine-tuning's second."""

    def __init__(self, stage: str) -> None:
        super().__init__(self._watch if stage == "tuning" else None, self._count if stage == "head" else None)
        self.left = [-1]  # of looks at the flags, shared with the copies for each stage

    def checkpoint(self) -> None:
        self.left[0] -= 1
        if not self.left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    def _count(self, row: EpochRow) -> None:
        if row.epoch == 2:
            self.left[0] = 3  # a report, and a chunk of the next epoch

    def _watch(self, _fraction: float, text: str) -> None:
        if text.startswith("Fine-tuning, epoch 2 of 3: 24 of 48"):
            os.kill(os.getpid(), signal.SIGKILL)


def killed(folder: Path, stage: str) -> tuple[EpochRow, ...]:
    """What is on the disk after a process was killed in `stage`."""
    command = [sys.executable, __file__, str(folder), stage]
    ended = subprocess.run(command, check=False, timeout=300, env=slim.environment())
    assert ended.returncode == -signal.SIGKILL
    assert not (folder / "run").exists()
    (unfinished,) = find_unfinished(folder)
    return unfinished.rows


def weights(folder: Path) -> bytes:
    with zipfile.ZipFile(folder / "model.keras") as model:
        return model.read("model.weights.h5")


def test_killed_twice_it_ends_as_if_nothing_had_happened(
    picture_folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_CHUNK", CHUNK)
    pictures = picture_folder(count=10)
    assert [row.epoch for row in killed(tmp_path, "head")] == [1, 2]
    rows = killed(tmp_path, "tuning")
    assert [(row.epoch, row.stage) for row in rows][-2:] == [(4, "head"), (5, "tuning")]

    (unfinished,) = find_unfinished(tmp_path)
    told: list[str] = []
    heard: list[EpochRow] = []
    reporter = Reporter(lambda _fraction, text: told.append(text), heard.append)
    run = resume(unfinished, places(tmp_path), reporter)
    assert not any(text.startswith(("Training the head", "Fine-tuning, epoch 1")) for text in told)
    assert rows == tuple(heard[:5])

    whole = train(scan([pictures], Reporter()), SPEC, places(tmp_path, "undisturbed"), Reporter())
    assert run.folder == tmp_path / "run"
    assert run.history == whole.history == tuple(heard) == read_csv(run.folder / "history.csv")
    for name in ("history.csv", "pictures.csv"):
        assert (run.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert {path.name for path in run.folder.iterdir()} == {path.name for path in whole.folder.iterdir()}
    assert (run.report, run.best_epoch, run.tuning) == (whole.report, whole.best_epoch, whole.tuning)
    assert len(weights(run.folder)) == len(weights(whole.folder))
    assert find_unfinished(tmp_path) == ()


def test_a_paused_run_refuses_other_pictures_and_goes_on_with_its_own(
    picture_folder: Callable[..., Path], tmp_path: Path
) -> None:
    pictures = picture_folder(count=10)
    head = replace(SPEC, tuning=None, training=TrainingSpec(epochs=3, batch=4))
    control = Control()
    with pytest.raises(Paused):
        train(
            scan([pictures], Reporter()),
            head,
            places(tmp_path),
            Reporter(None, lambda row: control.pause.set() if row.epoch == 2 else None, control),
        )
    (unfinished,) = find_unfinished(tmp_path)
    one = pictures / "red" / "0.png"
    kept = one.read_bytes()
    one.write_bytes((pictures / "blue" / "0.png").read_bytes())
    with pytest.raises(EngineError, match="The pictures have changed since"):
        resume(unfinished, places(tmp_path), Reporter())
    one.unlink()
    with pytest.raises(EngineError, match="The pictures have changed since"):
        resume(unfinished, places(tmp_path), Reporter())
    one.write_bytes(kept)
    run = resume(unfinished, places(tmp_path), Reporter())
    whole = train(scan([pictures], Reporter()), head, places(tmp_path, "undisturbed"), Reporter())
    assert run.history == whole.history


if __name__ == "__main__":
    BACKBONES["VGG16"] = slim.small_row("VGG16", 32)
    frozen.bare_model = slim.bare_model
    vars(frozen)["fastest"] = lambda: "float32"  # as the fixture has it
    training._CHUNK, training._SAVING = CHUNK, 1.0
    where = Path(sys.argv[1])
    train(scan([where / "pictures"], Reporter()), SPEC, places(where), Deadly(sys.argv[2]))
