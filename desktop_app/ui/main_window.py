"""The main window: the pages in the order of the work, and what surrounds them."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.engine.foreign_export import find_export
from desktop_app.engine.project_file import SUFFIX
from desktop_app.engine.runs import is_run_folder
from desktop_app.engine.table import SUFFIXES as TABLES
from desktop_app.ui import icons
from desktop_app.ui.about import AboutDialog
from desktop_app.ui.ask_folder import ask_folder
from desktop_app.ui.dialogs import Mode, ask_open
from desktop_app.ui.drop_zone import DropZone
from desktop_app.ui.dropped import folders_and_files, paths_in
from desktop_app.ui.heat_desk import HeatDesk
from desktop_app.ui.menus import Menus
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.sidebar import ALL, Sidebar
from desktop_app.ui.status_strip import StatusStrip

_MODELS = "Models (*.keras saved_model.pb)"
_LOOK_AT = 20  # paths of a drag: a look at thousands would make the mouse stick


class MainWindow(QMainWindow):
    """Takes drops anywhere, shows one page at a time, and does not close under a run.

    Paths are emitted as Python objects: a QString would spoil a name that is not UTF-8.
    """

    folders_dropped = Signal(object)  # list[Path], also of tables; dropped, opened, pasted, chosen again
    files_dropped = Signal(object)  # list[Path]
    project_dropped = Signal(object)  # Path
    test_requested = Signal(object)  # Path of a folder dropped on the results
    page_changed = Signal(str)
    open_run_requested = Signal(object)  # Path
    import_requested = Signal(object)  # Path of somebody's export
    demo_requested = Signal()
    clear_requested = Signal()
    paste_requested = Signal()  # while the Try page is shown, which takes other things
    log_folder_requested = Signal()
    stored_features_requested = Signal()
    direct_requested = Signal()
    close_requested = Signal()  # while busy; `close_now` when the run has ended
    leave_requested = Signal()  # with something unsaved; `leave` when that is settled

    def __init__(self, *pages: QWidget) -> None:
        """Show `pages`, one for each name in `sidebar.ALL`."""
        super().__init__()
        self.setWindowTitle("Graftwork[*]")
        self.setWindowIcon(icons.program_icon())
        self.resize(1180, 680)
        self._busy: str | None = None
        self._stopping = False
        self._unsaved = False
        self.heat = HeatDesk(self)
        self.sidebar = Sidebar()
        self.sidebar.page_wanted.connect(self.show_page)
        self.message_bar = MessageBar()
        self._pages = QStackedWidget()
        for page in pages:
            self._pages.addWidget(page)
        self._status = StatusStrip()
        self._lay_out()
        self._zone = DropZone(self, self._describe_drop)
        self._zone.dropped.connect(self._take_dropped)
        self.menus = Menus(self.menuBar())
        self._connect(self.menus)
        self.sidebar.show_page(self.page)
        self._centre.setFocus()  # no button is singled out before the keyboard is used

    @property
    def page(self) -> str:
        """The name of the page that is shown, one of `sidebar.ALL`."""
        return ALL[self._pages.currentIndex()]

    def show_page(self, name: str) -> None:
        """Go to the page called `name`."""
        changed = name != self.page
        steered = self.sidebar.isAncestorOf(self.focusWidget())
        if changed and not steered:
            self._centre.setFocus()  # else Qt singles out some control of the next page
        self._pages.setCurrentIndex(ALL.index(name))
        self.sidebar.show_page(name)
        if changed:
            if not steered and (page := self._pages.currentWidget()):
                page.setFocus()  # no control yet, but Tab goes on from here
            self.page_changed.emit(name)

    def set_step_done(self, name: str, done: bool) -> None:
        """Tick a page's step off in the sidebar, or not."""
        self.sidebar.buttons[name].set_done(done)

    def set_recent(self, folders: list[Path]) -> None:
        """Offer the folders used last in the File menu."""
        self.menus.set_recent(folders)

    def set_project(self, name: str, unsaved: bool) -> None:
        """Name the project in the title; `unsaved` marks it, and closing asks first."""
        self._unsaved = unsaved
        self.setWindowTitle(f"{name}[*] – Graftwork" if name else "Graftwork[*]")
        self.setWindowModified(unsaved)

    def set_device(self, text: str, tooltip: str) -> None:
        """Name the device that trains, at the bottom."""
        self._status.set_device(text, tooltip)

    def set_busy(self, text: str | None) -> None:
        """Say what is being done; None when nothing is, and the window may close at once."""
        self._busy = text
        if not (self._stopping and text):
            self._status.set_busy(text)

    def leave(self) -> None:
        """Close without asking about the project."""
        self._unsaved = False
        self.close()

    def close_now(self) -> None:
        """Close without asking: the run has ended."""
        self._busy = None
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A run must end first; until then the window stays and says so."""
        self._centre.setFocus()  # what is being typed, such as a note, counts
        if self._unsaved:
            event.ignore()
            self.leave_requested.emit()
            return
        if self._busy is None:
            event.accept()
            return
        event.ignore()
        self._status.set_busy("Stopping…")
        self._stopping = True
        self.close_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the message, unless the focused widget had a use for it."""
        if event.key() == Qt.Key.Key_Escape and not self.message_bar.isHidden():
            self.message_bar.clear()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(self.message_bar)
        beside.addWidget(self._pages, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.sidebar)
        upper.addLayout(beside, 1)
        self._centre = QWidget()
        whole = QVBoxLayout(self._centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self._status)
        self.setCentralWidget(self._centre)

    def _connect(self, menus: Menus) -> None:
        menus.open_folder.connect(self._ask_for_pictures)
        menus.open_recent.connect(lambda path: self.take([path]))
        menus.open_run.connect(self._ask_for_run)
        menus.import_model.connect(self._ask_for_model)
        menus.demo.connect(self.demo_requested)
        menus.clear.connect(self.clear_requested)
        menus.quit.connect(self.close)
        menus.paste.connect(self._paste)
        menus.stored_features.connect(self.stored_features_requested)
        menus.direct.connect(self.direct_requested)
        menus.page.connect(self.show_page)
        menus.about.connect(lambda: AboutDialog(self).open())
        menus.log_folder.connect(self.log_folder_requested)

    def _ask_for_pictures(self) -> None:
        ask_folder(self, "Open a folder of pictures", lambda folder: self.folders_dropped.emit([folder]))

    def _ask_for_run(self) -> None:
        ask_folder(self, "Open a run's folder", self.open_run_requested.emit)

    def _ask_for_model(self) -> None:
        title = "Import a model that Graftwork has exported"
        ask_open(
            self, title, Mode.ExistingFile, _MODELS, lambda chosen: self.import_requested.emit(chosen[0])
        )

    def _paste(self) -> None:
        if self.page == "try":
            self.paste_requested.emit()
            return
        paths = paths_in(QGuiApplication.clipboard().mimeData())
        if paths:
            self.take(paths)
        else:
            self.message_bar.show_message(
                "There is no folder on the clipboard.",
                "Copy one in a file manager, or copy its path.",
                "info",
            )

    def _describe_drop(self, paths: list[Path]) -> str:
        folders, files = folders_and_files(paths[:_LOOK_AT])
        if does := _does(paths[:_LOOK_AT]):
            return does
        if self._tests(folders):
            return "Drop to test the classifier on these pictures"
        if folders or any(file.suffix.lower() in TABLES for file in files):
            return "Drop to add these pictures"
        if any(file.suffix.lower() == SUFFIX for file in files):
            return "Drop to open this project"
        if self.sidebar.buttons["results"].done:
            return "Drop to try this picture" if len(paths) == 1 else "Drop to try these pictures"
        return "Drop folders here, not single pictures"

    def _take_dropped(self, paths: list[Path]) -> None:
        """On the Results page, a folder is something to test the classifier on."""
        folders, _ = folders_and_files(paths[:_LOOK_AT])
        if self._tests(folders):
            self.activateWindow()
            self.test_requested.emit(folders[0])
        else:
            self.take(paths)

    def _tests(self, folders: list[Path]) -> bool:
        there = self.page == "results" and self.sidebar.buttons["results"].done
        return there and len(folders) == 1 and not is_run_folder(folders[0]) and not find_export(folders[0])

    def take(self, paths: list[Path]) -> None:
        """Folders, runs, models, files or a project: dropped, pasted, opened or named on the command line."""
        if not paths:
            return
        folders, files = folders_and_files(paths)
        projects = [file for file in files if file.suffix.lower() == SUFFIX]
        runs = [folder for folder in folders if is_run_folder(folder)]
        models = [path for path in (*folders, *files) if path not in runs and find_export(path)]
        folders = [folder for folder in folders if folder not in runs and folder not in models]
        tables = [file for file in files if file.suffix.lower() in TABLES]
        files = [file for file in files if file not in {*projects, *tables, *models}]
        self.activateWindow()
        if projects:
            self.project_dropped.emit(projects[0])
        if runs:
            self.open_run_requested.emit(runs[0])
        if models:
            self.import_requested.emit(models[0])
        if folders or tables:
            self.folders_dropped.emit([*folders, *tables])
        if files:
            self.files_dropped.emit(files)


def _does(paths: list[Path]) -> str:
    """What a drop of a run or of a model does; "" of anything else."""
    if any(is_run_folder(path) for path in paths):
        return "Drop to open this run"
    return "Drop to import this model" if any(map(find_export, paths)) else ""
