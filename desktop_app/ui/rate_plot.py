"""The curve of the learning-rate finder: loss by rate, on a logarithmic axis."""

from math import ceil, floor, log10

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop_app.engine.rate_finder import RateCurve
from desktop_app.ui.theme import colors

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 14, 40  # pixels around the curve
_ROOM = 1.1  # of the height of what matters: a loss that diverges leaves through the top


class RatePlot(QWidget):
    """Draws the smoothed losses, each step's own behind them, and the suggestion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: RateCurve | None = None
        self.setMinimumSize(420, 240)

    def show_curve(self, curve: RateCurve) -> None:
        """Draw `curve`."""
        self._curve = curve
        found = f"suggested: {curve.suggestion:.1e}" if curve.suggestion else "no suggestion"
        self.setAccessibleName("Loss by learning rate")
        self.setAccessibleDescription(found)
        self.update()

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return QSize(520, 280)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axes and curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        curve, c = self._curve, colors()
        if curve is None or len(curve.rates) < 2:
            return
        first, last = log10(curve.rates[0]), log10(curve.rates[-1])
        low, start = float(curve.smoothed.min()), float(curve.smoothed[0])
        high = low + _ROOM * max(start - low, 1e-9) * 1.2
        bottom = low - 0.08 * (high - low)

        def place(rate: float, loss: float) -> QPointF:
            right = (log10(rate) - first) / (last - first)
            up = (loss - bottom) / (high - bottom)
            return QPointF(area.left() + right * area.width(), area.bottom() - up * area.height())

        painter.setFont(self.font())
        ink, faint = QColor(c.muted), QColor(c.border)
        for power in range(ceil(first), floor(last) + 1):
            at = place(10.0**power, bottom)
            painter.setPen(faint)
            painter.drawLine(QPointF(at.x(), area.top()), at)
            painter.setPen(ink)
            text = QRectF(at.x() - 30, area.bottom() + 4, 60, 16)
            painter.drawText(text, Qt.AlignmentFlag.AlignCenter, f"1e{power}")
        for share in (0.0, 0.5, 1.0):
            loss = low + share * (start - low)
            at = place(curve.rates[0], loss)
            painter.setPen(ink)
            text = QRectF(0, at.y() - 8, _LEFT - 8, 16)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(text, side, f"{loss:.2f}")
        below = QRectF(area.left(), area.bottom() + 20, area.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "learning rate")
        painter.setClipRect(area.adjusted(-3, -3, 3, 3))
        for losses, pen in (
            (curve.losses, QPen(QColor(c.border), 1)),
            (curve.smoothed, QPen(QColor(c.accent), 2)),
        ):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([place(*pair) for pair in zip(curve.rates, losses, strict=True)]))
        if curve.suggestion:
            at = place(curve.suggestion, float(curve.smoothed[list(curve.rates).index(curve.suggestion)]))
            painter.setPen(QPen(QColor(c.text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
            painter.setBrush(QColor(c.text))
            painter.drawEllipse(at, 4, 4)
