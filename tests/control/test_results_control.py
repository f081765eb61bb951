"""The Results page from a run's folder to its figures; the model is made up."""

from pathlib import Path

import numpy as np
import pytest
from control_samples import PATIENCE, idle, make_controller, message
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.engine.answers import Answers, write_logits
from desktop_app.engine.catalog import Catalog, Picture, Problem
from desktop_app.engine.pictures_file import write_pictures
from desktop_app.engine.progress import Reporter
from desktop_app.engine.report import judge
from desktop_app.engine.run import LOGITS, Run
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.jobs.models import Models

NAMES = ("ants", "bees")
LABELS = np.arange(40) % 2
SAID = np.where(np.arange(40) % 10 < 8, LABELS, 1 - LABELS)
SPLITS = np.array(["train", "val"])[np.arange(40) // 2 % 2]


class Model:
    """Says of everything what the run said."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def answers_to(self, catalog: Catalog, source: str, _reporter: Reporter) -> tuple[Answers, list[Problem]]:
        files = tuple(picture.path for picture in catalog.pictures)
        labels = np.array([NAMES.index(picture.label) for picture in catalog.pictures])
        logits = np.eye(2, dtype=np.float32)[np.zeros(len(files), int)]
        none = np.array([""] * len(files), "U5")
        return Answers(source, NAMES, files, labels, logits, none, np.arange(len(files))), []

    def answers_again(self, _reporter: Reporter) -> tuple[Answers, list[Problem]]:
        files = tuple(Path(f"{place}.png") for place in range(40))
        logits = 2 * np.eye(2, dtype=np.float32)[SAID]
        again = Answers("all", NAMES, files, LABELS, logits, SPLITS, np.arange(40))
        return again, [Problem(Path("gone.png"), "it is gone")]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    folder = tmp_path / "a run"
    folder.mkdir()
    files = [tmp_path / f"{place}.png" for place in range(40)]
    pictures = [
        Picture(file, NAMES[label], "val" if split == "val" else "train")
        for file, label, split in zip(files, LABELS, SPLITS, strict=True)
    ]
    write_pictures(folder / "pictures.csv", pictures)
    write_logits(folder / LOGITS, 2 * np.eye(2, dtype=np.float32)[SAID])
    (folder / "experiment.json").write_text("{}")
    report = judge("validation pictures", LABELS[SPLITS == "val"], SAID[SPLITS == "val"], NAMES)
    return Run(folder, ExperimentSpec(), NAMES, 1, "imagenet", {}, (), report)


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Controller:
    monkeypatch.setattr(Models, "_classifier", lambda _self, run, _reporter: Model(run))
    return make_controller(qtbot, tmp_path)


def show(qtbot: QtBot, controller: Controller, run: Run) -> None:
    controller.results.show(run)
    wait(qtbot, controller)


def wait(qtbot: QtBot, controller: Controller) -> None:
    own = controller.results.measuring, controller.results.saving
    qtbot.waitUntil(lambda: not any(runner.current for runner in own), timeout=PATIENCE)
    idle(qtbot, controller.desk)


def judged_on(controller: Controller) -> str:
    shown = controller.desk.pages.results.judgement
    return shown.report.source if shown else ""


def test_a_run_is_judged_on_whichever_split_is_chosen(qtbot: QtBot, controller: Controller, run: Run) -> None:
    page = controller.desk.pages.results
    show(qtbot, controller, run)
    assert page.judgement is not None
    assert page.judgement.report.source == "validation pictures"
    assert page.summary.judged_on.currentText() == "Validation pictures (20)"
    page.split_requested.emit("train")
    wait(qtbot, controller)
    assert page.judgement.report.source == "training pictures"
    assert page.summary.judged_on.currentText() == "Training pictures (20)"
    assert page.judgement.report.accuracy == 0.8


def test_a_folder_is_judged_and_its_report_saved(
    qtbot: QtBot, controller: Controller, run: Run, tmp_path: Path
) -> None:
    desk, page = controller.desk, controller.desk.pages.results
    show(qtbot, controller, run)
    folder = tmp_path / "field"
    for name in NAMES:
        (folder / name).mkdir(parents=True)
        Image.new("RGB", (8, 8)).save(folder / name / "1.png")
    desk.window.test_requested.emit(folder)
    wait(qtbot, controller)
    assert page.judgement is not None
    assert page.judgement.report.confusion == ((1, 0), (1, 0))
    assert page.summary.judged_on.currentText() == "Pictures in field (2)"
    page.report_requested.emit(tmp_path / "report.html")
    wait(qtbot, controller)
    assert message(controller).startswith("The report is saved as “report.html”")
    assert "pictures in field" in (tmp_path / "report.html").read_text("utf-8")
    page.report_requested.emit(tmp_path / "missing" / "report.html")
    wait(qtbot, controller)
    assert "cannot be written" in message(controller)


def test_an_older_run_is_looked_at_again(qtbot: QtBot, controller: Controller, run: Run) -> None:
    page = controller.desk.pages.results
    (run.folder / LOGITS).unlink()
    show(qtbot, controller, run)
    assert judged_on(controller) == ""
    assert not page.summary.report.isEnabled()
    page.look_again_requested.emit()
    wait(qtbot, controller)
    assert judged_on(controller) == "validation pictures"
    assert "it is gone" in message(controller)
    page.split_requested.emit("train")  # nobody asks the model for these again
    wait(qtbot, controller)
    assert judged_on(controller) == "training pictures"
    show(qtbot, controller, run)
    assert judged_on(controller) == ""


def test_damaged_answers_are_said_and_the_rest_is_shown(
    qtbot: QtBot, controller: Controller, run: Run
) -> None:
    (run.folder / LOGITS).write_bytes(b"none")
    show(qtbot, controller, run)
    assert "damaged" in message(controller)
    assert controller.desk.pages.results.judgement is None
    assert controller.desk.pages.results.scores.model().rowCount() == 2
