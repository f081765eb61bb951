"""A bar of the shares that training, validation and test have, with a legend."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.theme import colors

_NAMES = ("Train", "Validation", "Test")
_BAR, _SQUARE, _GAP = 10, 9, 6  # pixels


class SplitBar(QWidget):
    """Draws how many pictures each split has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, train: int, val: int, test: int) -> None:
        """Draw these."""
        self._counts = (train, val, test)
        self.setAccessibleName(self.words)
        self.setToolTip(self.words)
        self.update()

    @property
    def words(self) -> str:
        """The same in words."""
        return ", ".join(f"{name} {count:,}" for name, count in zip(_NAMES, self._counts, strict=True))

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return QSize(220, _BAR + _GAP + self.fontMetrics().height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(0, 0, self.width(), _BAR)
        shape = QPainterPath()
        shape.addRoundedRect(track, _BAR / 2, _BAR / 2)
        painter.fillPath(shape, QColor(c.border))
        painter.save()
        painter.setClipPath(shape)
        x, total = 0.0, sum(self._counts) or 1
        for count, ink in zip(self._counts, _inks(), strict=True):
            width = self.width() * count / total
            painter.fillRect(QRectF(x, 0, width - (1 if width > 3 else 0), _BAR), ink)
            x += width
        painter.restore()
        self._paint_legend(painter)
        painter.end()

    def _paint_legend(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        words = [f"{name} {count:,}" for name, count in zip(_NAMES, self._counts, strict=True)]
        needed = sum(metrics.horizontalAdvance(word) + _SQUARE + 5 for word in words)
        between = min(16.0, (self.width() - needed) / 2)
        if between < 4:  # the names are known by their order; the tool tip has them
            words = [f"{count:,}" for count in self._counts]
            between = 16.0
        top, x = _BAR + _GAP, 0.0
        for word, ink in zip(words, _inks(), strict=True):
            painter.fillRect(QRectF(x, top + (metrics.height() - _SQUARE) / 2, _SQUARE, _SQUARE), ink)
            x += _SQUARE + 5
            painter.setPen(QColor(colors().muted))
            painter.drawText(QRectF(x, top, 200, metrics.height()), Qt.AlignmentFlag.AlignVCenter, word)
            x += metrics.horizontalAdvance(word) + between


def _inks() -> tuple[QColor, QColor, QColor]:
    """A ramp in one hue, which needs no sense of colour."""
    c = colors()
    soft = QColor(c.accent)
    soft.setAlphaF(0.45)
    return QColor(c.accent), soft, QColor(c.muted)
