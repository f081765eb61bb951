"""The nearest training pictures, side by side, each with its class below."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop_app.engine.trial import Neighbour
from desktop_app.ui import icons
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import colors
from desktop_app.ui.thumbnails import Thumbnails

_SIDE, _BETWEEN = 66, 6  # pixels


class NeighbourStrip(QWidget):
    """Draws what has come of the thumbnails."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._near: Sequence[Neighbour] = ()
        thumbnails.ready.connect(self._come)

    def show_neighbours(self, near: Sequence[Neighbour]) -> None:
        """Draw others."""
        self._near = near
        words = ", ".join(f"{safe(one.label)} at {one.distance:.2f}" for one in near)
        self.setAccessibleName(f"The nearest training pictures: {words}" if near else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for five."""
        return QSize(5 * (_SIDE + _BETWEEN) - _BETWEEN, _SIDE + 4 + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        """Name the picture under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for place, one in enumerate(self._near):
                if self._box(place).contains(event.pos()):
                    tip = plain_tip(f"At {one.distance:.3f}: {one.file}")
                    QToolTip.showText(event.globalPos(), tip, self)
                    return True
            QToolTip.hideText()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c, painter, metrics = colors(), QPainter(self), self.fontMetrics()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = round(_SIDE * self.devicePixelRatioF())
        for place, one in enumerate(self._near):
            box = self._box(place)
            picture = self._thumbnails.get(one.file, side)
            if picture is not None and not picture.isNull():
                painter.drawPixmap(box, picture)
            else:
                painter.fillRect(box, QColor(c.hover))
                if picture is not None:
                    painter.drawPixmap(box.adjusted(23, 23, -23, -23), icons.pixmap("broken", 20, c.muted))
            below = QRect(box.left(), box.bottom() + 4, box.width(), metrics.height())
            painter.setPen(QColor(c.text))
            name = metrics.elidedText(safe(one.label), Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, name)
        painter.end()

    def _box(self, place: int) -> QRect:
        return QRect(place * (_SIDE + _BETWEEN), 0, _SIDE, _SIDE)

    def _come(self, path: object) -> None:
        if any(one.file == path for one in self._near):
            self.update()
