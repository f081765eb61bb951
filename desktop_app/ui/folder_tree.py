"""A small drawn tree of folders, which says faster than words what layout is meant."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui import icons
from desktop_app.ui.theme import colors

_INDENT, _ICON = 20, 16


class FolderTree(QWidget):
    """Draws `lines`, each a depth, a name, and a quiet remark."""

    def __init__(self, lines: Sequence[tuple[int, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setAccessibleName("; ".join(f"{name} {remark}".strip() for _, name, remark in lines))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The size it would like."""
        metrics = self.fontMetrics()
        width = max(
            depth * _INDENT + _ICON + 8 + metrics.horizontalAdvance(f"{name}  {remark}") + 4
            for depth, name, remark in self._lines
        )
        return QSize(width, len(self._lines) * self._row)

    def minimumSizeHint(self) -> QSize:
        """The size it needs."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        painter = QPainter(self)
        folder = icons.pixmap("folder", _ICON, c.accent)
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, (depth, name, remark) in enumerate(self._lines):
            top = row * self._row
            x = depth * _INDENT
            if depth:
                self._draw_branch(painter, row, depth)
            painter.drawPixmap(QPoint(x, top + (self._row - _ICON) // 2), folder)
            box = QRect(x + _ICON + 8, top, self.width(), self._row)
            painter.setPen(QColor(c.text))
            painter.drawText(box, middle, name)
            box.translate(painter.fontMetrics().horizontalAdvance(f"{name}  "), 0)
            painter.setPen(QColor(c.muted))
            painter.drawText(box, middle, remark)
        painter.end()

    @property
    def _row(self) -> int:
        return self.fontMetrics().height() + 6

    def _draw_branch(self, painter: QPainter, row: int, depth: int) -> None:
        """From the folder above, down and to the right."""
        above = next(r for r in range(row - 1, -1, -1) if self._lines[r][0] < depth)
        x = (depth - 1) * _INDENT + _ICON // 2
        middle = row * self._row + self._row // 2
        painter.setPen(QPen(QColor(colors().outline), 1))
        painter.drawLine(x, above * self._row + self._row // 2 + _ICON // 2, x, middle)
        painter.drawLine(x, middle, x + _INDENT - _ICON // 2 - 3, middle)
