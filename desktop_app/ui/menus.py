"""The menu bar: every verb of the window by name and by key."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop_app.ui.safe_text import safe
from desktop_app.ui.sidebar import PAGES

_Key = QKeySequence.StandardKey


class Menus(QObject):
    """Fills a menu bar and says what was chosen."""

    open_folder = Signal()
    open_recent = Signal(object)  # a Path
    open_run = Signal()
    demo = Signal()
    clear = Signal()
    quit = Signal()
    paste = Signal()
    stored_features = Signal()
    page = Signal(str)
    about = Signal()
    log_folder = Signal()

    def __init__(self, bar: QMenuBar) -> None:
        super().__init__(bar)
        file = bar.addMenu("&File")
        _add(file, "&Open Folder…", self.open_folder.emit, _Key.Open)
        self.recent = file.addMenu("Open &Recent")
        _add(file, "Open R&un…", self.open_run.emit, "Ctrl+Shift+O")
        _add(file, "Open &Sample Pictures", self.demo.emit)
        file.addSeparator()
        _add(file, "&Clear", self.clear.emit)
        file.addSeparator()
        leave = _add(file, "&Quit", self.quit.emit, "Ctrl+Q")
        leave.setMenuRole(QAction.MenuRole.QuitRole)
        edit = bar.addMenu("&Edit")
        _add(edit, "&Paste Folders", self.paste.emit, _Key.Paste)
        edit.addSeparator()
        _add(edit, "Stored &Features…", self.stored_features.emit)
        view = bar.addMenu("&View")
        for number, name in enumerate(PAGES, 1):
            _add(view, f"&{name.title()}", partial(self.page.emit, name), f"Ctrl+{number}")
        help_ = bar.addMenu("&Help")
        about = _add(help_, "&About Graftwork", self.about.emit)
        about.setMenuRole(QAction.MenuRole.AboutRole)
        _add(help_, "Open &Log Folder", self.log_folder.emit)
        self.set_recent(())

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
