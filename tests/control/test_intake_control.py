"""What is dropped: taken as it is where it speaks for itself, else asked about."""

from collections.abc import Callable
from pathlib import Path

import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.ui.intake_dialog import IntakeDialog

Folders = Callable[..., Path]


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Controller:
    made = make_controller(qtbot, tmp_path)
    made.intake._warm_up = lambda: None  # type: ignore[method-assign]
    return made


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    folder = tmp_path / "flat"
    folder.mkdir()
    for number in range(20):
        Image.new("RGB", (16, 16), (9 * number, 40, 200)).save(
            folder / f"{'cat' if number % 2 else 'dog'}_{number}.png"
        )
    return folder


def asked(qtbot: QtBot, controller: Controller) -> IntakeDialog:
    def dialogs() -> list[IntakeDialog]:
        return [one for one in controller.desk.window.findChildren(IntakeDialog) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(dialogs()), timeout=PATIENCE)
    (dialog,) = dialogs()
    qtbot.waitUntil(lambda: "Looking" not in dialog.found.text(), timeout=PATIENCE)
    return dialog


def test_names_are_classes_only_when_the_user_says_so(
    qtbot: QtBot, controller: Controller, flat: Path
) -> None:
    drop(qtbot, controller, flat)
    assert not controller.desk.project.sources
    dialog = asked(qtbot, controller)
    assert "20 pictures in 2 classes" in dialog.found.text()
    dialog.add.click()
    idle(qtbot, controller.desk)
    assert controller.desk.catalog.class_names == ("cat", "dog")
    assert len(controller.desk.catalog.pictures) == 20
    assert controller.desk.settings.recent() == [flat]


def test_a_table_gives_the_classes(qtbot: QtBot, controller: Controller, flat: Path) -> None:
    rows = [f"{file.name},{'tabby' if 'cat' in file.name else 'poodle'}" for file in sorted(flat.iterdir())]
    (flat / "labels.csv").write_text("image,breed\n" + "\n".join(rows))
    controller.desk.window.take([flat / "labels.csv"])
    idle(qtbot, controller.desk)
    asked(qtbot, controller).add.click()
    idle(qtbot, controller.desk)
    assert controller.desk.catalog.class_names == ("poodle", "tabby")


def test_what_is_not_wanted_after_all_changes_nothing(
    qtbot: QtBot, controller: Controller, flat: Path
) -> None:
    drop(qtbot, controller, flat)
    asked(qtbot, controller).cancel.click()
    idle(qtbot, controller.desk)
    assert not controller.desk.project.sources
    assert not controller.desk.history.stack.canUndo()


def test_two_unclear_folders_are_asked_about_one_after_the_other(
    qtbot: QtBot, controller: Controller, flat: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for number in range(20):
        name = f"{'ant' if number % 2 else 'bee'}_{number}.png"
        Image.new("RGB", (16, 16), (9 * number, 200, 40)).save(other / name)
    drop(qtbot, controller, flat, other)
    for _ in range(2):
        asked(qtbot, controller).add.click()
        qtbot.waitUntil(lambda: not controller.desk.window.findChildren(IntakeDialog) or True)
        idle(qtbot, controller.desk)
    assert controller.desk.catalog.class_names == ("ant", "bee", "cat", "dog")


def test_class_folders_and_single_classes_are_taken_without_a_question(
    qtbot: QtBot, controller: Controller, picture_folder: Folders
) -> None:
    drop(qtbot, controller, picture_folder(), picture_folder("green", ("green",)) / "green")
    assert controller.desk.catalog.class_names == ("blue", "green", "red")
    assert not controller.desk.window.findChildren(IntakeDialog)


def test_pictures_dropped_onto_a_class_belong_to_it(
    qtbot: QtBot, controller: Controller, picture_folder: Folders, flat: Path
) -> None:
    drop(qtbot, controller, picture_folder())
    files = sorted(flat.iterdir())[:3]
    controller.desk.pages.data.classes.files_dropped.emit(files, "red")
    idle(qtbot, controller.desk)
    assert {picture.path for picture in controller.desk.catalog.of_class("red")} >= set(files)
    controller.desk.history.stack.undo()
    idle(qtbot, controller.desk)
    assert len(controller.desk.catalog.pictures) == 12


def test_a_folder_dropped_again_is_looked_at_again(
    qtbot: QtBot, controller: Controller, picture_folder: Folders
) -> None:
    pictures = picture_folder()
    drop(qtbot, controller, pictures)
    (pictures / "red" / "0.png").unlink()
    drop(qtbot, controller, pictures)
    assert len(controller.desk.catalog.pictures) == 11
    assert len(controller.desk.project.sources) == 1
    assert message(controller) == ""
