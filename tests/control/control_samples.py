"""The whole program but the screen, for tests of its controllers."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.control.controller import Controller
from desktop_app.control.desk import Desk, Home
from desktop_app.engine.weights import WeightsStore
from desktop_app.session.settings import Settings

PATIENCE = 120_000  # milliseconds, for a machine that is busy with other things


def make_controller(qtbot: QtBot, folder: Path) -> Controller:
    """A window with all its pages, whose things are kept in `folder`."""
    home = Home(*(folder / name for name in ("weights", "cache", "runs", "samples", "log")))
    controller = app.build(home, Settings(folder / "settings.ini"))
    controller.desk.store = WeightsStore(home.weights, cache=None)

    def end(_window: object) -> None:
        controller.desk.window.set_project("", unsaved=False)
        controller.shut_down()
        idle(qtbot, controller.desk)

    qtbot.addWidget(controller.desk.window, before_close_func=end)
    controller.desk.window.show()
    return controller


def idle(qtbot: QtBot, desk: Desk) -> None:
    """Wait until nothing is at work."""
    runners = (desk.looking, desk.arranging, desk.checking, desk.working)
    qtbot.waitUntil(lambda: not any(runner.current for runner in runners), timeout=PATIENCE)


def drop(qtbot: QtBot, controller: Controller, *folders: Path) -> None:
    """Add folders of pictures, and wait."""
    controller.desk.window.folders_dropped.emit(list(folders))
    idle(qtbot, controller.desk)


def message(controller: Controller) -> str:
    """What the message bar says."""
    return controller.desk.window.message_bar.text
