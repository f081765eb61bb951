"""The menu bar: every verb of the window by name and by key."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop_app.ui.safe_text import safe
from desktop_app.ui.sidebar import ALL

_Key = QKeySequence.StandardKey


class Menus(QObject):
    """Fills a menu bar and says what was chosen."""

    new_project = Signal()
    open_project = Signal()
    save_project = Signal()
    save_project_as = Signal()
    open_folder = Signal()
    open_recent = Signal(object)  # a Path
    open_run = Signal()
    import_model = Signal()
    demo = Signal()
    clear = Signal()
    quit = Signal()
    paste = Signal()
    stored_features = Signal()
    direct = Signal()
    page = Signal(str)
    about = Signal()
    log_folder = Signal()

    def __init__(self, bar: QMenuBar) -> None:
        super().__init__(bar)
        file = bar.addMenu("&File")
        _add(file, "&New Project", self.new_project.emit, _Key.New)
        _add(file, "&Open Project…", self.open_project.emit, _Key.Open)
        self.recent = file.addMenu("Open &Recent")
        self._save = _add(file, "&Save Project", self.save_project.emit, _Key.Save)
        self._save_as = _add(file, "Save Project &As…", self.save_project_as.emit, "Ctrl+Shift+S")
        file.addSeparator()
        _add(file, "Add &Folder…", self.open_folder.emit, "Ctrl+Shift+F")
        _add(file, "Add Sa&mple Pictures", self.demo.emit)
        file.addSeparator()
        _add(file, "Open R&un…", self.open_run.emit, "Ctrl+Shift+O")
        _add(file, "&Import a Model…", self.import_model.emit)
        file.addSeparator()
        leave = _add(file, "&Quit", self.quit.emit, "Ctrl+Q")
        leave.setMenuRole(QAction.MenuRole.QuitRole)
        self._edit = edit = bar.addMenu("&Edit")
        self._paste = _add(edit, "&Paste", self.paste.emit, _Key.Paste)
        _add(edit, "&Clear Pictures", self.clear.emit)
        edit.addSeparator()
        _add(edit, "Stored &Features…", self.stored_features.emit)
        _add(edit, "Ask &ImageNet's Own Model…", self.direct.emit)
        view = bar.addMenu("&View")
        for number, name in enumerate(ALL, 1):
            _add(view, f"&{name.title()}", partial(self.page.emit, name), f"Ctrl+{number}")
        help_ = bar.addMenu("&Help")
        about = _add(help_, "&About Graftwork", self.about.emit)
        about.setMenuRole(QAction.MenuRole.AboutRole)
        _add(help_, "Open &Log Folder", self.log_folder.emit)
        self.set_recent(())

    def add_history(self, undo: QAction, redo: QAction) -> None:
        """Begin the Edit menu with the way back and forth."""
        self._edit.insertActions(self._paste, [undo, redo])
        self._edit.insertSeparator(self._paste)

    def set_can_save(self, can: bool) -> None:
        """Whether there is anything to save."""
        self._save.setEnabled(can)
        self._save_as.setEnabled(can)

    def set_recent(self, folders: Iterable[Path]) -> None:
        """Offer the folders used last."""
        self.recent.clear()
        for folder in folders:
            text = safe(folder).replace("&", "&&")
            _add(self.recent, text, partial(self.open_recent.emit, folder))
        self.recent.setEnabled(not self.recent.isEmpty())


def _add(
    menu: QMenu, text: str, act: Callable[[], object], key: QKeySequence.StandardKey | str | None = None
) -> QAction:
    action = menu.addAction(text)
    if key is not None:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda _checked=False: act())
    return action
