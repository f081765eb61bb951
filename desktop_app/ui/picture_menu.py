"""What can be done with the selected pictures, as a menu."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.ui.safe_text import safe

_MOST_CLASSES = 400  # more would not fit on any screen, scrolled or not


class PictureMenu(QMenu):
    """The keys beside the words are there to be learned: the grid itself hears them."""

    open_requested = Signal()
    leave_out_requested = Signal(object)  # list[Path]
    take_back_requested = Signal(object)  # list[Path]
    move_requested = Signal(object, object)  # list[Path], the label

    def __init__(
        self, paths: Sequence[Path], classes: Sequence[str], left_out: bool, parent: QWidget | None = None
    ) -> None:
        """Ask about the pictures at `paths`; `left_out` where all of them are not used at present."""
        super().__init__(parent)
        self._paths = list(paths)
        one = len(paths) == 1
        self._add("&Open", self.open_requested.emit, "Return").setEnabled(one)
        target = self.addMenu("&Move to class")
        target.setEnabled(bool(classes))
        for name in classes[:_MOST_CLASSES]:
            _hear(target.addAction(safe(name).replace("&", "&&")), self._mover(name))
        if left_out:
            self._add("&Take back", lambda: self.take_back_requested.emit(self._paths))
        else:
            self._add("&Leave out", lambda: self.leave_out_requested.emit(self._paths), "Del")
        self.addSeparator()
        self._add("&Show in file manager", lambda: show_in_file_manager(self._paths[0])).setEnabled(one)
        self._add("&Copy path" if one else "&Copy paths", lambda: copy_paths(self._paths), "Ctrl+C")

    def _add(self, text: str, act: Callable[[], object], key: str = "") -> QAction:
        action = self.addAction(text)
        action.setShortcut(QKeySequence(key))
        return _hear(action, act)

    def _mover(self, label: str) -> Callable[[], object]:
        return lambda: self.move_requested.emit(self._paths, label)


def show_in_file_manager(path: Path) -> None:
    """Open the folder of the file at `path`."""
    QDesktopServices.openUrl(QUrl.fromEncoded(path.parent.as_uri().encode()))


def copy_paths(paths: Sequence[Path]) -> None:
    """One a line, to the clipboard."""
    QGuiApplication.clipboard().setText("\n".join(map(safe, paths)))


def _hear(action: QAction, act: Callable[[], object]) -> QAction:
    action.triggered.connect(lambda _checked=False: act())
    return action
