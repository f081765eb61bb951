"""The button “New class…”, which also takes drops."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QPushButton

from desktop_app.ui.dropped import paths_in
from desktop_app.ui.picture_mime import has_pictures, pictures_in
from desktop_app.ui.theme import set_role


class NewClassButton(QPushButton):
    """Lights up under a drag."""

    dropped = Signal(object, object)  # list[Path], whether they come out of the grid

    def __init__(self) -> None:
        super().__init__("Ne&w class…")
        set_role(self, "quiet")
        self.setToolTip("Drop pictures here, or press to name a class")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up."""
        if has_pictures(event.mimeData()) or event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.setDown(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Not here, then."""
        self.setDown(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what came."""
        self.setDown(False)
        own = has_pictures(event.mimeData())
        if paths := pictures_in(event.mimeData()) if own else paths_in(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(paths, own)
