"""A preview of augmentation: pictures of the user's as they are, and beside each some of its views."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.theme import colors

ROWS, COLUMNS = 2, 4
_SIDE, _GAP = 76, 6
_AFTER_FIRST = 6  # pixels more between the picture as it is and its views


class ViewsPreview(QWidget):
    """Draws a row for each picture; the first of a row is the picture as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[list[QPixmap]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Preview of the views")

    @property
    def shown(self) -> tuple[int, ...]:
        """How many views there are in each row."""
        return tuple(map(len, self._rows))

    def show_views(self, rows: Sequence[Sequence[NDArray[np.uint8]]]) -> None:
        """Show RGB pictures (height, width, 3), the views of one in a row."""
        self._rows = [[_pixmap(view) for view in row[:COLUMNS]] for row in rows[:ROWS]]
        self.setAccessibleDescription(f"{len(self._rows)} pictures, first as they are, then their views")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for all, so that nothing moves when they come."""
        return QSize(_place(COLUMNS, 0)[0] - _GAP, _place(0, ROWS)[1] - _GAP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Empty squares where a picture is still to come."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for row in range(ROWS):
            views = self._rows[row] if row < len(self._rows) else []
            for column in range(len(views) or COLUMNS):
                x, y = _place(column, row)
                if views:
                    painter.drawPixmap(x, y, _SIDE, _SIDE, views[column])
                else:
                    painter.fillRect(x, y, _SIDE, _SIDE, QColor(colors().window))
        painter.end()


def _place(column: int, row: int) -> tuple[int, int]:
    return column * (_SIDE + _GAP) + (_AFTER_FIRST if column else 0), row * (_SIDE + _GAP)


def _pixmap(view: NDArray[np.uint8]) -> QPixmap:
    height, width, _ = view.shape
    numbers = np.ascontiguousarray(view)
    whole = QImage(numbers.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    side = 2 * _SIDE  # enough for a screen of twice the density
    return QPixmap.fromImage(
        whole.scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    )
