"""Findings: shown, put aside, brought back."""

import shutil
from collections.abc import Callable
from pathlib import Path

from control_samples import PATIENCE, drop, idle, make_controller
from pytestqt.qtbot import QtBot


def test_what_is_put_aside_stays_so_in_the_project(
    qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    controller = make_controller(qtbot, tmp_path)
    desk, panel = controller.desk, controller.desk.pages.data.checks
    pictures = picture_folder(count=10)
    shutil.copy(pictures / "red" / "0.png", pictures / "red" / "again.png")
    drop(qtbot, controller, pictures)
    (twice,) = (f for f in controller.checking._findings if f.check == "duplicates")

    def shown() -> bool:
        return twice.title in {card.finding.title for card in panel.cards}

    assert shown()
    panel.dismissed.emit(twice)
    assert not shown()
    assert panel.restore.text().startswith("1 put aside")
    desk.history.stack.undo()
    assert shown()
    desk.history.stack.redo()
    assert not shown()

    file = tmp_path / "my.graftwork"
    controller.projects._write(file, None)
    qtbot.waitUntil(lambda: not controller.projects.runner.current, timeout=PATIENCE)
    desk.window.menus.new_project.emit()
    idle(qtbot, desk)
    assert not desk.project.aside
    desk.window.take([file])
    qtbot.waitUntil(lambda: bool(desk.catalog.pictures), timeout=PATIENCE)
    idle(qtbot, desk)
    assert not shown()
    panel.restore.click()
    assert shown()
