"""A place to drop files on, or to press in order to choose them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.ui.theme import RADIUS, colors

PICTURES = "Pictures (*.jpg *.jpeg *.png *.bmp *.gif *.webp *.tif *.tiff *.avif);;All files (*)"


class DropBox(QAbstractButton):
    """Takes the files and folders that `accepts` likes; a press, space or Enter asks for a dialog."""

    dropped = Signal(list)  # of Path

    def __init__(self, text: str, accepts: Callable[[Path], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accepts = accepts
        self._over = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(64)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say yes to what would be taken."""
        self._set_over(bool(self._paths(event.mimeData())))
        event.setAccepted(self._over)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """The files go elsewhere."""
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        paths = self._paths(event.mimeData())
        self._set_over(False)
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.isEnabled() and (self._over or self.hasFocus() or self.underMouse())
        pen = QPen(QColor(c.accent if lively else c.outline), 2 if self._over or self.hasFocus() else 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(c.accent_soft if self._over else c.card))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)
        painter.setPen(QColor(c.text if self.isEnabled() else c.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(12, 8, -12, -8), flags, self.text())
        painter.end()

    def _paths(self, data: QMimeData) -> Sequence[Path]:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        return [path for path in paths if self._accepts(path)]

    def _set_over(self, over: bool) -> None:
        self._over = over
        self.update()
