"""The composition root: builds the window and everything behind it."""

import os
import sys
from collections.abc import Sequence
from types import TracebackType

from PySide6.QtCore import QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop_app.cli import VERBS
from desktop_app.cli.telling import tell
from desktop_app.cli.words import for_window
from desktop_app.control.collector import Collector
from desktop_app.control.controller import Controller
from desktop_app.control.desk import Desk, Home, Pages
from desktop_app.engine.errors import EngineError
from desktop_app.session import paths
from desktop_app.session.log import start_log
from desktop_app.session.settings import Settings
from desktop_app.ui import theme
from desktop_app.ui.data_page import DataPage
from desktop_app.ui.export_page import ExportPage
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.results_page import ResultsPage
from desktop_app.ui.runs_page import RunsPage
from desktop_app.ui.train_page import TrainPage
from desktop_app.ui.try_page import TryPage

SWITCH_INTERVAL = 0.001  # seconds a busy worker thread may hold Python's lock before the window gets it


def main(words: Sequence[str]) -> int:
    """Show the window with the folders, or the project, named in `words`; the exit code."""
    try:
        arguments = for_window(words, VERBS)
    except EngineError as error:
        tell(f"graftwork: {error}")
        return 2
    sys.setswitchinterval(SWITCH_INTERVAL)
    app = _application()
    app.setApplicationName("Graftwork")
    app.setDesktopFileName("graftwork")
    theme.apply(app)
    log = paths.log_file()
    start_log(log)
    controller = build(
        Home(paths.weights_folder(), paths.cache_folder(), paths.runs_folder(), paths.samples_folder(), log),
        Settings(paths.settings_file()),
    )
    _catch_all(controller)
    collector = Collector()
    app.aboutToQuit.connect(lambda: _end(controller))
    controller.desk.window.show()
    given = [path.absolute() for path in arguments.paths]
    QTimer.singleShot(0, controller, lambda: controller.start(given, arguments.demo))
    code = app.exec()
    collector.stop()
    return code


def _application() -> QApplication:
    """Qt itself; where it finds no display it would end the process without a word that anybody sees."""
    said: list[str] = []

    def hear(kind: QtMsgType, _context: object, words: str) -> None:
        said.append(" ".join(words.split()))
        if kind == QtMsgType.QtFatalMsg:
            tell(
                f"graftwork: The window cannot be opened. Start it on a desktop, or work without it: "
                f"“graftwork --help”. Qt says: {' '.join(said)}"
            )
            os._exit(2)

    qInstallMessageHandler(hear)
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(None)
    return app


def build(home: Home, settings: Settings) -> Controller:
    """The window, its pages and their controller, not yet shown."""
    pages = Pages(DataPage(), TrainPage(), ResultsPage(), TryPage(), ExportPage(), RunsPage())
    window = MainWindow(pages.data, pages.train, pages.results, pages.try_out, pages.export, pages.runs)
    window.restoreGeometry(settings.geometry)
    return Controller(Desk(window, pages, settings, home))


def _end(controller: Controller) -> None:
    controller.desk.settings.geometry = controller.desk.window.saveGeometry()
    controller.shut_down()


def _catch_all(controller: Controller) -> None:
    """An exception in a slot is shown and logged, and the window lives on."""

    def show(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        controller.desk.show_error(error)

    sys.excepthook = show
