"""The drop zone: makes a whole widget take folders, and shows that it will."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.ui import icons
from desktop_app.ui.dropped import paths_in
from desktop_app.ui.picture_mime import has_pictures
from desktop_app.ui.theme import MARGIN, RADIUS, colors


class DropZone(QWidget):
    """Lies unseen over `host`, listens to what is dragged over it, and appears while a drop is possible.

    It is transparent to the mouse, so that `host` stays the target of the drag throughout; a child of
    `host` that accepts drops itself goes first.

    Args:
        host: takes the drops.
        describe: says in a few words what a drop of those paths would do.
    """

    dropped = Signal(object)  # list[Path]

    def __init__(self, host: QWidget, describe: Callable[[list[Path]], str]) -> None:
        super().__init__(host)
        self._describe = describe
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        host.setAcceptDrops(True)
        host.installEventFilter(self)

    def eventFilter(self, host: QObject, event: QEvent) -> bool:
        """Take the host's drag events, and none of its others."""
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
        elif event.type() == QEvent.Type.DragLeave:
            self.hide()
        elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._drop(event)
        elif event.type() == QEvent.Type.Resize and isinstance(host, QWidget):
            self.setGeometry(host.rect())
            return False
        else:
            return False
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(c.window)
        veil.setAlpha(245)
        painter.fillRect(self.rect(), veil)
        frame = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.setPen(QPen(QColor(c.accent), 2, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(c.accent_soft))
        painter.setOpacity(0.85)
        painter.drawRoundedRect(frame, 2 * RADIUS, 2 * RADIUS)
        painter.setOpacity(1)
        sign = QRect(0, 0, 72, 72)
        sign.moveCenter(frame.center())
        sign.translate(0, -28)
        painter.drawPixmap(sign, icons.pixmap("drop", sign.width(), c.accent))
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(c.text))
        below = QRect(frame.left(), sign.bottom() + 8, frame.width(), 40)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()

    def _enter(self, event: QDragEnterEvent) -> None:
        paths = paths_in(event.mimeData())
        if not paths or has_pictures(event.mimeData()):  # pictures of the grid are for the classes alone
            event.ignore()
            return
        self._text = self._describe(paths)
        event.setDropAction(Qt.DropAction.CopyAction)  # never a move: the files stay where they are
        event.accept()
        self.raise_()
        self.show()
        self.update()

    def _drop(self, event: QDropEvent) -> None:
        self.hide()
        paths = paths_in(event.mimeData())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if paths:
            self.dropped.emit(paths)
