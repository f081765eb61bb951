"""The Try page with a real model: answers as they come, a heat map, and what cannot be read."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.trial import Tried

SPEC = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec(()), TrainingSpec(epochs=2))
pytestmark = pytest.mark.usefixtures("small_backbones")


@pytest.fixture
def trained(qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]) -> Controller:
    controller = make_controller(qtbot, tmp_path)
    drop(qtbot, controller, picture_folder(count=10))
    controller.desk.pages.train.start_requested.emit(SPEC)
    idle(qtbot, controller.desk)
    return controller


def test_dropped_folders_and_pictures_are_tried_until_stopped(
    qtbot: QtBot, trained: Controller, picture_folder: Callable[..., Path], tmp_path: Path
) -> None:
    desk, page = trained.desk, trained.desk.pages.try_out
    more = picture_folder("more", count=3)
    (more / "red" / "bad.png").write_text("no picture")
    shutil.rmtree(desk.home.cache)  # then answers come first, and what they are like later
    early: list[Tried] = []
    page.table.tried.rowsInserted.connect(lambda *_: early.extend(page.table.tried.rows[len(early) :]))
    page.pictures_dropped.emit([more, tmp_path / "pictures" / "red" / "0.png"])
    idle(qtbot, desk)
    assert desk.window.page == "try"
    rows = page.table.tried.rows
    assert [one.file.name for one in rows] == ["0.png", "1.png", "2.png"] * 2 + ["0.png"]
    assert "“bad.png” is left out because" in message(trained)
    assert [(one.file, one.probabilities, one.neighbours) for one in early] == [
        (one.file, one.probabilities, ()) for one in rows
    ]
    assert all(len(one.neighbours) == 5 for one in rows)
    assert rows[-1].neighbours[0].file == rows[-1].file  # learned from, or its copy in validation
    assert page.table.current() == rows[0]

    page.view.heat.click()
    qtbot.waitUntil(lambda: page.view._heat is not None)
    idle(qtbot, desk)
    heat = page.view._heat
    assert heat is not None
    assert (heat.file, heat.label, heat.heat.shape) == (rows[0].file, rows[0].label, (40, 48))

    assert desk.window.heat.ready
    with qtbot.waitSignal(desk.window.heat.found, timeout=PATIENCE) as told:
        desk.window.heat.ask(tmp_path / "pictures" / "blue" / "0.png")
    assert told.args[0].heat.max() <= 1
    with qtbot.waitSignal(desk.window.heat.refused, timeout=PATIENCE) as told:
        desk.window.heat.ask(more / "red" / "bad.png")
    assert "“bad.png” cannot be read" in told.args[1]

    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(0xFF2040FF)
    page.image_pasted.emit(image)
    idle(qtbot, desk)
    assert rows[-1].file.name == "pasted 1.png"
    page.save_requested.emit(tmp_path / "tried.csv")
    idle(qtbot, desk)
    assert (tmp_path / "tried.csv").read_text("utf-8").count("\n") == 9
    trained.trying._sort(page.table.shown(), tmp_path / "sorted", True)
    idle(qtbot, desk)
    assert "8 pictures moved into" in message(trained)
    assert len([file for file in (tmp_path / "sorted").rglob("*") if file.is_file()]) == 8
    assert all(one.file.is_relative_to(tmp_path / "sorted") for one in page.table.tried.rows)

    # The answers of a run that is no longer open are not shown.
    assert desk.run is not None
    page.pictures_dropped.emit([tmp_path / "pictures"])
    trained.results.show(replace(desk.run))
    idle(qtbot, desk)
    assert page.table.tried.rows == []

    # Stopped, it keeps what has come.
    page.clear.click()
    page.table.tried.rowsInserted.connect(lambda *_: page.stop.click())
    page.pictures_dropped.emit([tmp_path / "pictures"] * 20)
    idle(qtbot, desk)
    assert page.table.tried.rows
    assert not page.stop.isVisible()
    assert message(trained) == ""
