"""The colour and the shape that stand for a class, told apart also by those who see colours otherwise."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from desktop_app.ui.theme import is_dark

# By search, then by eye: each two keep a distance of 0.07 in OKLab also as people with protanopia,
# deuteranopia or tritanopia see them, each has a contrast of 3 on its scheme's papers, and a pair is one hue.
LIGHT = ("#0e52b8", "#e25600", "#3f8f6f", "#7a0f45", "#5f470b", "#00496b", "#a16be8", "#646464")
DARK = ("#6ea0ff", "#f58a3a", "#6fe8a8", "#c75a9c", "#948539", "#b9def8", "#8a68ee", "#a4a4a4")
_SHAPES = 4


def class_color(index: int) -> QColor:
    """The colour of the class at `index` in the present scheme; it comes again after eight classes."""
    table = DARK if is_dark() else LIGHT
    return QColor(table[index % len(table)])


def draw_class_marker(painter: QPainter, box: QRectF, index: int) -> None:
    """Fill the shape of the class at `index` in `box`: every eight classes another one, four in all."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(class_color(index))
    middle, half = box.center(), min(box.width(), box.height()) / 2
    match index // len(LIGHT) % _SHAPES:
        case 0:
            painter.drawEllipse(middle, half, half)
        case 1:
            painter.drawRect(
                QRectF(middle.x() - 0.85 * half, middle.y() - 0.85 * half, 1.7 * half, 1.7 * half)
            )
        case 2:
            painter.drawPolygon(_polygon(middle, half, (0, -1), (1, 0.85), (-1, 0.85)))
        case _:
            painter.drawPolygon(_polygon(middle, half, (0, -1), (1, 0), (0, 1), (-1, 0)))
    painter.restore()


def _polygon(middle: QPointF, half: float, *corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(middle.x() + half * x, middle.y() + half * y) for x, y in corners])
