"""A model is imported: chosen or dropped, it becomes the open run and one of the project's."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from test_results_control import run as run_  # a fixture

from desktop_app.control import runs
from desktop_app.control.controller import Controller
from desktop_app.engine import pipeline
from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import Run
from desktop_app.engine.specs import ExperimentSpec

run = run_


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Controller:
    """Its imports all give the same run; “bad” ones fail."""

    def import_model(path: Path, out: Path, _reporter: Reporter) -> Run:
        if path.stem == "bad":
            raise EngineError("It is not to be trusted.", "Choose another.")
        assert out.parent == tmp_path / "runs"
        return replace(run, imported=path.name)

    monkeypatch.setattr(pipeline, "import_model", import_model)
    return make_controller(qtbot, tmp_path)


def a_model(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize("name", ["Käfer.keras", "a folder/model.keras", "saved/saved_model.pb"])
def test_what_is_dropped_becomes_the_open_run(
    qtbot: QtBot, controller: Controller, tmp_path: Path, run: Run, name: str
) -> None:
    file = a_model(tmp_path / "models" / name)
    dropped = file if file.parent.name == "models" else file.parent
    desk = controller.desk
    assert desk.window._describe_drop([dropped]) == "Drop to import this model"
    desk.window._take_dropped([dropped])
    idle(qtbot, desk)
    qtbot.waitUntil(lambda: not controller.results.measuring.current, timeout=PATIENCE)
    assert desk.run is not None
    assert desk.run.imported == dropped.name
    assert desk.window.page == "results"
    assert f"“{dropped.name}” is imported: it tells 2 classes apart." in message(controller)
    assert run.folder in desk.project.runs
    page = desk.pages.results
    assert not page.summary.report.isEnabled()
    assert page._why.isVisible()
    assert "imported from" in page._why.text()
    assert not page._again.isVisible()
    assert f"imported from “{dropped.name}”" in page.summary.base.text()


def test_what_cannot_be_imported_is_a_sentence(qtbot: QtBot, controller: Controller, tmp_path: Path) -> None:
    controller.desk.window.take([a_model(tmp_path / "models" / "bad.keras")])
    idle(qtbot, controller.desk)
    assert "It is not to be trusted." in message(controller)
    assert controller.desk.run is None


def test_while_something_is_at_work_it_waits(
    controller: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(controller.desk, "refuse", lambda: True)
    monkeypatch.setattr(controller.desk.working, "start", started.append)
    controller.importing.take(tmp_path / "model.keras")
    assert not started


def test_it_is_trained_on_with_the_pictures_of_the_project(
    qtbot: QtBot,
    controller: Controller,
    run: Run,
    picture_folder: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "open_run", lambda _folder: run)
    started: list[ExperimentSpec] = []
    monkeypatch.setattr(controller.training, "run", lambda spec, *_: started.append(spec))
    page = controller.desk.pages.runs
    page.train_on_requested.emit(run.folder)
    assert "no pictures to train on with" in message(controller)
    drop(qtbot, controller, picture_folder())
    desk = controller.desk

    def answer(text: str) -> str:
        (box,) = desk.window.findChildren(QMessageBox)
        next(button for button in box.buttons() if button.text() == text).click()
        said = f"{box.text()} {box.informativeText()}"
        box.setParent(None)
        return said

    page.train_on_requested.emit(run.folder)
    answer("Cancel")
    assert not started
    desk.run = run
    desk.pages.results.summary.again.menu().actions()[1].trigger()  # the Results page offers it, too
    answer("Other &settings…")
    assert not started
    assert desk.window.page == "train"
    page.train_on_requested.emit(run.folder)
    said = answer("&Train on")
    for words in (f"“{run.folder.name}”", run.spec.base.backbone, "New to it: ", "30 epochs", "2 classes"):
        assert words in said
    (spec,) = started
    assert spec.start == "continued"
    assert spec.base.weights == str(run.model_file)
    assert spec.training == controller.desk.pages.train.spec().training
    assert controller.desk.window.page == "train"
