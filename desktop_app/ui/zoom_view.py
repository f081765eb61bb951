"""A picture as large as there is room, or as its pixels are; the wheel zooms, the mouse moves it."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import icons
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, colors

_STEP, _MOST = 1.25, 4.0  # a notch of the wheel; screen pixels a side of the picture's pixel
_SIGN = 48  # pixels


class ZoomView(QWidget):
    """Draws only what is seen, from the smaller of two versions of the picture where that is enough."""

    zoomed = Signal(float)  # screen pixels a side of the picture's pixel

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole, self._small = QImage(), QImage()
        self._text, self._broken = "", False
        self._zoom: float | None = None  # None: as large as there is room
        self._centre = QPointF()  # in the picture
        self._grip: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_picture(self, whole: QImage, small: QImage) -> None:
        """Show a picture; `small` is the same, no larger than the screen."""
        self._whole, self._small, self._text = whole, small, ""
        self.fit()

    def show_text(self, text: str, broken: bool = False) -> None:
        """No picture, but why; `broken` where there will be none."""
        self._whole = self._small = QImage()
        self._text, self._broken = text, broken
        self.fit()

    @property
    def zoom(self) -> float:
        """Screen pixels a side of the picture's pixel."""
        return self._zoom or self._fitting

    @property
    def text(self) -> str:
        """What is said in place of a picture."""
        return self._text

    @property
    def seen(self) -> QRectF:
        """The part of the picture that is seen, in its pixels; beyond its edges where it is smaller."""
        size = QSizeF(self.width(), self.height()) / self._scale
        return QRectF(self._centre - QPointF(size.width(), size.height()) / 2, size)

    def fit(self) -> None:
        """As large as there is room, but no larger than its pixels."""
        self._zoom = None
        self._centre = QPointF(self._whole.width() / 2, self._whole.height() / 2)
        self._moved()

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """Enlarge; the point `around` of the widget stays where it is, else the middle."""
        zoom = min(zoom, max(_MOST, self._fitting))
        if self._whole.isNull() or zoom <= self._fitting:
            self.fit()
            return
        away = QPointF() if around is None else around - self._middle
        self._centre += away / self._scale
        self._zoom = zoom
        self._centre -= away / self._scale
        self._moved()

    def zoom_by(self, steps: float) -> None:
        """So many notches of the wheel."""
        self.set_zoom(self.zoom * _STEP**steps)

    def sizeHint(self) -> QSize:
        """What it would like."""
        return QSize(720, 560)

    def minimumSizeHint(self) -> QSize:
        """What it needs."""
        return QSize(240, 200)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the mouse is."""
        self.set_zoom(self.zoom * _STEP ** (event.angleDelta().y() / 120), event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All of it, or pixel by pixel."""
        if self._zoom:
            self.fit()
        else:
            self.set_zoom(1.0, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it."""
        if self._grip is not None and self._zoom:
            self._centre -= (event.position() - self._grip) / self._scale
            self._grip = event.position()
            self._moved()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self._moved()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep it inside."""
        self._moved()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what is seen of it, or why there is nothing."""
        painter = QPainter(self)
        if self._whole.isNull():
            self._paint_text(painter)
        else:
            self._paint_picture(painter)
        if self.hasFocus():
            painter.setPen(QColor(colors().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_picture(self, painter: QPainter) -> None:
        scale, whole = self._scale, self._whole
        origin = self._middle - self._centre * scale
        target = QRectF(origin, whole.size().toSizeF() * scale)
        enough = self._small.width() >= whole.width() * self.zoom * 0.99
        image = self._small if enough else whole
        seen = target.intersected(QRectF(self.rect()))
        part = image.width() / target.width()
        source = QRectF((seen.topLeft() - origin) * part, seen.size() * part)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 2)
        painter.drawImage(seen, image, source)

    def _paint_text(self, painter: QPainter) -> None:
        c = colors()
        box = self.rect().adjusted(2 * GAP, 2 * GAP, -2 * GAP, -2 * GAP)
        if self._broken:
            sign = icons.pixmap("broken", _SIGN, c.muted)
            top = box.center().y() - _SIGN - GAP
            painter.drawPixmap(box.center().x() - _SIGN // 2, top, sign)
            box.setTop(top + _SIGN + GAP)
        else:
            box.setTop(box.center().y())
        painter.setPen(QColor(c.text))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(box, flags, safe(self._text))

    @property
    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    @property
    def _scale(self) -> float:
        """The widget's pixels a side of the picture's pixel."""
        return self.zoom / self.devicePixelRatioF()

    @property
    def _fitting(self) -> float:
        if self._whole.isNull():
            return 1.0
        ratio = self.devicePixelRatioF()
        wide, high = self.width() * ratio / self._whole.width(), self.height() * ratio / self._whole.height()
        return min(wide, high, 1.0)

    def _moved(self) -> None:
        """No empty room on one side while there is more of the picture on the other."""
        if not self._whole.isNull():
            for get, put, size, room in (
                (self._centre.x, self._centre.setX, self._whole.width(), self.width()),
                (self._centre.y, self._centre.setY, self._whole.height(), self.height()),
            ):
                half = min(room / self._scale, size) / 2
                put(min(max(get(), half), size - half))
        held = Qt.CursorShape.ClosedHandCursor if self._grip is not None else Qt.CursorShape.OpenHandCursor
        self.setCursor(held if self._zoom else Qt.CursorShape.ArrowCursor)
        self.zoomed.emit(self.zoom)
        self.update()
