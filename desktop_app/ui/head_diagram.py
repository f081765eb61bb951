"""A small drawing of the head: features, hidden layers, classes, and the parameters between them."""

from math import log2

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.engine.head_plan import plan
from desktop_app.engine.specs import HeadSpec
from desktop_app.ui.theme import colors

_BAR, _GAP, _BELOW = 24, 14, 6  # pixels
_WIDEST = 0.5  # a share of the width


class HeadDiagram(QWidget):
    """A bar for each layer, the wider the more units it has; what it learns is written beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[int, str, str]] = []  # units, what is in the bar, what is beside it
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_head(self, spec: HeadSpec, width: int, classes: int) -> None:
        """Draw the head for features of `width`; without classes yet, it is drawn for two."""
        layers = plan(spec, width, classes or 2)
        extras = (["normalized"] if spec.normalization else []) + [spec.activation]
        self._rows = [(width, f"{width:,} features", "")]
        for layer in layers[:-1]:
            self._rows.append(
                (layer.units, f"{layer.units:,} · {', '.join(extras)}", _count(layer.parameters))
            )
        named = f"{classes:,} classes" if classes else "classes"
        self._rows.append((layers[-1].units, named, _count(layers[-1].parameters) if classes else ""))
        self.setAccessibleName("The head's layers")
        self.setAccessibleDescription(self.words)
        self.setToolTip(self.words)
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """The same in words."""
        return "; ".join(f"{bar} ({beside})" if beside else bar for _, bar, beside in self._rows)

    def sizeHint(self) -> QSize:
        """As high as its layers."""
        return QSize(240, len(self._rows) * (_BAR + _GAP) - _GAP + _BELOW)

    def minimumSizeHint(self) -> QSize:
        """All layers are always seen."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        text, muted = (c.text, c.muted) if enabled else (c.faded, c.faded)
        least = max(painter.fontMetrics().horizontalAdvance(bar) for _, bar, _ in self._rows) + 20
        most = max(least, self.width() * _WIDEST)
        top = max(log2(units + 1) for units, _, _ in self._rows)
        middle = most / 2
        for place, (units, bar, beside) in enumerate(self._rows):
            y = place * (_BAR + _GAP)
            width = least + (most - least) * log2(units + 1) / top
            if place:
                self._arrow(painter, QPointF(middle, y - _GAP + 2), QPointF(middle, y - 2), QColor(c.outline))
            box = QRectF(middle - width / 2, y, width, _BAR).adjusted(0.5, 0.5, -0.5, -0.5)
            ends = place in {0, len(self._rows) - 1}
            painter.setPen(QPen(QColor(c.outline if ends or not enabled else c.accent), 1))
            painter.setBrush(QColor(c.field if ends or not enabled else c.accent_soft))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(QColor(text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, bar)
            painter.setPen(QColor(muted))
            right = QRectF(most + 10, y, self.width() - most - 10, _BAR)
            painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, beside)
        painter.end()

    def _arrow(self, painter: QPainter, start: QPointF, end: QPointF, ink: QColor) -> None:
        painter.setPen(QPen(ink, 1.5))
        painter.drawLine(start, end)
        painter.drawLine(end, end + QPointF(-3, -3))
        painter.drawLine(end, end + QPointF(3, -3))


def _count(parameters: int) -> str:
    return f"{parameters:,} parameters"
