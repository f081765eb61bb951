"""Projects: saved, opened, and never lost by accident."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller

Folders = Callable[..., Path]


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Controller:
    return make_controller(qtbot, tmp_path)


def settle(qtbot: QtBot, controller: Controller) -> None:
    qtbot.waitUntil(lambda: not controller.projects.runner.current, timeout=PATIENCE)
    idle(qtbot, controller.desk)


def save(qtbot: QtBot, controller: Controller, file: Path) -> None:
    controller.desk.window.menus.save_project_as.emit()
    (dialog,) = controller.desk.window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()
    dialog.deleteLater()
    settle(qtbot, controller)


def asked(controller: Controller) -> QMessageBox | None:
    boxes = [box for box in controller.desk.window.findChildren(QMessageBox) if box.isVisible()]
    return boxes[0] if boxes else None


def test_decisions_come_back_with_the_project(
    qtbot: QtBot, controller: Controller, picture_folder: Folders, tmp_path: Path
) -> None:
    desk, window = controller.desk, controller.desk.window
    pictures = picture_folder(classes=("a", "b", "c"), count=10)
    drop(qtbot, controller, pictures)
    desk.pages.data.classes.rename_requested.emit("a", "ants")
    idle(qtbot, desk)
    desk.pages.data.classes.exclude_requested.emit("c")
    idle(qtbot, desk)
    desk.pages.data.grid.leave_out_requested.emit([pictures / "b" / "0.png"])
    idle(qtbot, desk)
    before = desk.arrangement
    assert window.isWindowModified()
    save(qtbot, controller, tmp_path / "my.graftwork")
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("my")
    assert desk.settings.recent()[0] == tmp_path / "my.graftwork"

    window.menus.new_project.emit()
    idle(qtbot, desk)
    assert not desk.catalog.pictures
    window.take([tmp_path / "my.graftwork"])
    settle(qtbot, controller)
    assert desk.arrangement.catalog == before.catalog
    assert desk.arrangement.excluded == {"c": 10}
    assert desk.catalog.class_names == ("ants", "b")
    assert not desk.history.stack.canUndo()
    assert message(controller) == ""


def test_moved_pictures_are_found_again(
    qtbot: QtBot, controller: Controller, picture_folder: Folders, tmp_path: Path
) -> None:
    pictures = picture_folder(classes=("a", "b"), count=10)
    drop(qtbot, controller, pictures)
    controller.desk.pages.data.classes.rename_requested.emit("a", "ants")
    idle(qtbot, controller.desk)
    save(qtbot, controller, tmp_path / "my.graftwork")
    controller.desk.window.menus.new_project.emit()
    idle(qtbot, controller.desk)
    (tmp_path / "elsewhere").mkdir()
    shutil.move(pictures, tmp_path / "elsewhere" / "moved")
    controller.desk.window.take([tmp_path / "my.graftwork"])
    settle(qtbot, controller)
    assert controller.desk.catalog.class_names == ("ants", "b")
    assert len(controller.desk.catalog.pictures) == 20
    assert "has moved and was found again" in message(controller)


def test_missing_pictures_are_told(
    qtbot: QtBot, controller: Controller, picture_folder: Folders, tmp_path: Path
) -> None:
    # Like no other test's, for those lie nearby and would be found instead.
    pictures = picture_folder("nowhere else", ("x", "y"), 7)
    drop(qtbot, controller, pictures)
    save(qtbot, controller, tmp_path / "my.graftwork")
    controller.desk.window.menus.new_project.emit()
    shutil.rmtree(pictures)
    controller.desk.window.take([tmp_path / "my.graftwork"])
    settle(qtbot, controller)
    assert not controller.desk.catalog.pictures
    assert "Not found" in message(controller) or "There is no folder" in message(controller)


def test_a_damaged_project_changes_nothing(
    qtbot: QtBot, controller: Controller, picture_folder: Folders, tmp_path: Path
) -> None:
    drop(qtbot, controller, picture_folder())
    before = controller.desk.arrangement
    (tmp_path / "bad.graftwork").write_text("{")
    controller.desk.window.take([tmp_path / "bad.graftwork"])
    settle(qtbot, controller)
    assert "damaged" in message(controller)
    assert controller.desk.arrangement == before


@pytest.mark.parametrize("answer", ["Save", "Discard", "Cancel"])
def test_closing_asks_before_decisions_are_lost(
    qtbot: QtBot, controller: Controller, picture_folder: Folders, tmp_path: Path, answer: str
) -> None:
    window = controller.desk.window
    file = tmp_path / "my.graftwork"
    drop(qtbot, controller, picture_folder(classes=("a", "b"), count=10))
    save(qtbot, controller, file)
    saved = file.read_bytes()
    controller.desk.pages.data.classes.rename_requested.emit("a", "ants")
    idle(qtbot, controller.desk)
    assert not window.close()
    box = asked(controller)
    assert box is not None
    box.button(getattr(QMessageBox.StandardButton, answer)).click()
    settle(qtbot, controller)
    assert window.isVisible() == (answer == "Cancel")
    assert (file.read_bytes() != saved) == (answer == "Save")


def test_folders_alone_are_no_decision_to_lose(
    qtbot: QtBot, controller: Controller, picture_folder: Folders
) -> None:
    drop(qtbot, controller, picture_folder())
    assert not controller.desk.window.isWindowModified()
    assert controller.desk.window.close()
