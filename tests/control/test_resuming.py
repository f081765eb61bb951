"""A training is paused, the program closed and opened again, and the training goes on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec

LONG = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(epochs=100_000))
pytestmark = pytest.mark.usefixtures("small_backbones")


def learning(qtbot: QtBot, controller: Controller) -> None:
    """Wait until an epoch has ended."""
    assert controller.desk.working.current is not None
    with qtbot.waitSignal(controller.desk.working.current.epoch_ended, timeout=PATIENCE):
        pass


def test_a_paused_training_goes_on_in_the_next_session(
    qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    first = make_controller(qtbot, tmp_path)
    desk, page = first.desk, first.desk.pages.train
    drop(qtbot, first, picture_folder(count=10))
    page.start_requested.emit(LONG)
    learning(qtbot, first)
    page.run.pause.click()
    assert not page.run.cancel.isEnabled()
    idle(qtbot, desk)
    assert page.run.text.text().startswith("Paused")
    assert page.run.resume.isVisibleTo(page)
    page.run.resume.click()
    assert not page.run.resume.isVisibleTo(page)
    learning(qtbot, first)
    assert page.run.plot.rows[0].epoch == 1
    assert not desk.window.close()  # as the user closes it under a training
    qtbot.waitUntil(lambda: not desk.window.isVisible(), timeout=PATIENCE)
    (folder,) = desk.home.runs.iterdir()
    assert folder.name.endswith("VGG16.unfinished")

    second = make_controller(qtbot, tmp_path)
    desk, page = second.desk, second.desk.pages.train
    second.start([], demo=False)
    idle(qtbot, desk)
    assert "A training with VGG16, begun on" in message(second)
    assert "was stopped after epoch" in message(second)
    page.set_spec(replace(LONG, head=HeadSpec(())))
    second.resuming.resume()
    assert desk.window.page == "train"
    assert page.spec() == LONG
    learning(qtbot, second)
    page.finish_requested.emit()
    idle(qtbot, desk)
    assert message(second) == ""
    assert desk.run is not None
    assert [desk.run.folder] == list(desk.home.runs.iterdir())
    assert desk.project.runs == ()  # for it has no pictures of this run
    assert not page.run.resume.isVisibleTo(page)


def test_what_was_stopped_can_be_discarded(
    qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    controller = make_controller(qtbot, tmp_path)
    desk, page = controller.desk, controller.desk.pages.train
    pictures = picture_folder(count=10)
    drop(qtbot, controller, pictures)
    page.start_requested.emit(LONG)
    learning(qtbot, controller)
    page.pause_requested.emit()
    idle(qtbot, desk)
    (pictures / "red" / "0.png").unlink()
    page.resume_requested.emit()
    idle(qtbot, desk)
    assert "The pictures have changed since" in message(controller)
    assert page.run.discard.isVisibleTo(page)
    page.run.discard.click()
    assert list(desk.home.runs.iterdir()) == []
    assert not page.run.discard.isVisibleTo(page)
    controller.resuming.offer()
    assert message(controller) == ""
