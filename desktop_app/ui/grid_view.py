"""A list view of equal cells, as quick with a hundred thousand as with ten.

QListView's own layout visits every item, which takes a third of a second for so many; here it never runs,
for where a cell lies is arithmetic.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop_app.ui.grid_layout import GridLayout
from desktop_app.ui.theme import colors

_Index = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction
_EDGE = 8  # pixels around the cells


class GridView(QListView):
    """Keys, clicks, the rubber band and a screen reader work as in any list view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.places = GridLayout()
        self._band: QPoint | None = None  # where the rubber band began, in the content
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its coming would move cells
        self.setTabKeyNavigation(False)

    # For the one who derives

    def cell_size(self) -> QSize:
        """How large a cell must be at least."""
        return QSize(100, 100)

    def paint_cell(self, painter: QPainter, box: QRect, row: int, selected: bool, current: bool) -> None:
        """Draw one; the background is there."""

    def is_on_cell(self, _box: QRect, _point: QPoint) -> bool:
        """Whether a click at this point of a cell means it, or the free space around."""
        return True

    # Where things are

    def rows_seen(self, margin: int = 0) -> range:
        """The rows on the screen, and `margin` pixels above and below."""
        top = self.verticalOffset()
        return self.places.between(top - margin, top + self.viewport().height() - 1 + margin)

    def visualRect(self, index: _Index) -> QRect:
        """The cell of `index` in the viewport."""
        return self.cell(index.row()) if index.isValid() else QRect()

    def cell(self, row: int) -> QRect:
        """The cell number `row` in the viewport."""
        x, y = self.places.origin(row)
        return QRect(x + _EDGE, y - self.verticalOffset(), self.places.width, self.places.height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """What a click there means."""
        row = self.places.at(point.x() - _EDGE, point.y() + self.verticalOffset())
        if row < 0 or not self.is_on_cell(self.cell(row), point):
            return QModelIndex()
        return self.model().index(row, 0)

    def horizontalOffset(self) -> int:
        """It never scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:
        """How far it is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: _Index) -> bool:
        """None is."""
        return False

    # Layout and scrolling

    def doItemsLayout(self) -> None:
        """At once, for it costs nothing."""
        QAbstractItemView.doItemsLayout(self)  # not QListView's

    def reset(self) -> None:
        """Other rows: lay them out now, for a hidden view is told late, and asked before."""
        super().reset()
        self.updateGeometries()

    def updateGeometries(self) -> None:
        """Count the columns, and tell the scroll bar."""
        need, room = self.cell_size(), self.viewport().size()
        self.places = GridLayout.fit(
            self.model().rowCount() if self.model() else 0,
            room.width() - 2 * _EDGE,
            need.width(),
            need.height(),
        )
        bar = self.verticalScrollBar()
        bar.setSingleStep(max(1, self.places.height // 3))
        bar.setPageStep(room.height())
        bar.setRange(0, max(0, self.places.total_height - room.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is at the top there, though the columns change."""
        first = self.rows_seen().start if self.places.count else -1
        columns = self.places.columns
        QAbstractItemView.resizeEvent(self, event)  # not QListView's
        self.updateGeometries()
        if first >= 0 and columns != self.places.columns:
            self.verticalScrollBar().setValue(self.places.origin(first)[1])

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is drawn already."""
        self.viewport().scroll(dx, dy)

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QListView.ScrollHint.EnsureVisible
    ) -> None:
        """No further than needed, or as `hint` says."""
        if not index.isValid():
            return
        top, height = self.places.origin(index.row())[1], self.viewport().height()
        bottom = top + self.places.height
        now = self.verticalOffset()
        match hint:
            case QListView.ScrollHint.PositionAtTop:
                now = top
            case QListView.ScrollHint.PositionAtBottom:
                now = bottom - height
            case QListView.ScrollHint.PositionAtCenter:
                now = (top + bottom - height) // 2
            case _:
                now = min(max(now, bottom - height), top)
        self.verticalScrollBar().setValue(now)

    # Moving and selecting

    def moveCursor(self, action: QAbstractItemView.CursorAction, _keys: Qt.KeyboardModifier) -> QModelIndex:
        """Where a key leads from the current cell."""
        count, columns = self.places.count, self.places.columns
        page = max(1, self.viewport().height() // self.places.height) * columns
        steps = {
            _Move.MoveLeft: -1,
            _Move.MovePrevious: -1,
            _Move.MoveRight: 1,
            _Move.MoveNext: 1,
            _Move.MoveUp: -columns,
            _Move.MoveDown: columns,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
            _Move.MoveHome: -count,
            _Move.MoveEnd: count,
        }
        row = self.currentIndex().row()
        target = 0 if row < 0 else row + steps[action]
        if action in {_Move.MoveUp, _Move.MovePageUp} and target < 0:
            target = row % columns
        return self.model().index(min(max(target, 0), count - 1), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """All that the rubber band touches; else, as Shift does, from one corner's cell to the other's."""
        if self.state() == QListView.State.DragSelectingState:
            box = rect.normalized().translated(-_EDGE, self.verticalOffset())
            ranges = self.places.within(box.left(), box.top(), box.right(), box.bottom())
            chosen = self._selection(ranges)
        else:
            ends = [self.indexAt(point).row() for point in (rect.topLeft(), rect.bottomRight())]
            rows = sorted(row for row in ends if row >= 0)
            chosen = self._selection([range(rows[0], rows[-1] + 1)] if rows else [])
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What must be drawn anew when this is selected."""
        region, seen = QRegion(), self.rows_seen()
        for part in _parts(selection):
            for row in range(max(part.top(), seen.start), min(part.bottom() + 1, seen.stop)):
                region += self.cell(row)
        return region

    def selectAll(self) -> None:
        """As one range; QListView would ask for each."""
        self.select_rows(range(self.model().rowCount()))

    def selected_rows(self) -> list[int]:
        """In order; without an object for each, as there may be a hundred thousand."""
        return sorted(row for part in self.selected_parts() for row in range(part.top(), part.bottom() + 1))

    def selected_parts(self) -> list[QItemSelectionRange]:
        """The same as ranges, in no order."""
        return _parts(self.selectionModel().selection())

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select these and no others; the rows come in order."""
        ranges: list[range] = [rows] if isinstance(rows, range) and rows else []
        rows = () if ranges else rows
        for row in rows:
            if ranges and ranges[-1].stop == row:
                ranges[-1] = range(ranges[-1].start, row + 1)
            else:
                ranges.append(range(row, row + 1))
        select = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(self._selection(ranges), select)

    def _selection(self, ranges: list[range]) -> QItemSelection:
        model, chosen = self.model(), QItemSelection()
        for rows in ranges:
            chosen.select(model.index(rows.start, 0), model.index(rows.stop - 1, 0))
        return chosen

    # The rubber band, and drawing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where a rubber band would begin."""
        self._band = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the rubber band."""
        QAbstractItemView.mouseMoveEvent(self, event)
        if self.state() == QListView.State.DragSelectingState:
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        QAbstractItemView.mouseReleaseEvent(self, event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only the cells that need it."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, seen = self.verticalOffset(), self.rows_seen()
        parts = [(part.top(), part.bottom()) for part in self.selected_parts()]
        parts = [part for part in parts if part[0] < seen.stop and part[1] >= seen.start]
        current = self.currentIndex().row() if self.hasFocus() else -1
        for box in _boxes(event.region()):
            for row in self.places.between(box.top() + top, box.bottom() + top):
                cell = self.cell(row)
                if cell.intersects(box):
                    selected = any(first <= row <= last for first, last in parts)
                    self.paint_cell(painter, cell, row, selected, row == current)
        if self._band and self.state() == QListView.State.DragSelectingState:
            self._paint_band(painter)
        painter.end()

    def _paint_band(self, painter: QPainter) -> None:
        begin = (self._band or QPoint()) - QPoint(0, self.verticalOffset())
        end = self.viewport().mapFromGlobal(self.cursor().pos())
        soft = QColor(colors().accent)
        painter.setPen(QPen(soft, 1))
        soft.setAlpha(40)
        painter.setBrush(soft)
        painter.drawRect(QRect(begin, end).normalized())


def _parts(selection: QItemSelection) -> list[QItemSelectionRange]:
    return list(selection)  # type: ignore[no-any-return,call-overload]  # it is a sequence, though PySide does not say so


def _boxes(region: QRegion) -> list[QRect]:
    return list(region)  # type: ignore[no-any-return,call-overload]  # as above
