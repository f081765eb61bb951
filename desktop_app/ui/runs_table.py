"""The table of runs as it is drawn, and its keys."""

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.ui.column_model import Index
from desktop_app.ui.row_table import RowTable
from desktop_app.ui.runs_model import DATA, DOT, SIZE, TIME, WHEN, WIDTHS, RunsModel

_LEAST = 150  # pixels of a name …
_GIVE_WAY = (SIZE, TIME, DATA)  # … or else these are not shown, as many as it takes


class RunsTable(RowTable):
    """Keys: Return opens, F2 renames, Delete deletes."""

    return_pressed = Signal()
    rename_pressed = Signal()
    delete_pressed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__("Runs with their settings and their accuracy", parent)
        self.setModel(model)
        self.setSortingEnabled(True)
        self.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        self.setIconSize(QSize(DOT, DOT))
        self.setItemDelegate(_NoFrame(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.set_widths(WIDTHS[1:], can_change=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names need room more than some figures do."""
        super().resizeEvent(event)
        room = self.viewport().width() - sum(WIDTHS)
        for column in _GIVE_WAY:
            self.setColumnHidden(column, room < _LEAST)
            room += WIDTHS[column] if room < _LEAST else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """These are for the page, the rest for Qt."""
        signals: dict[int, SignalInstance] = {
            Qt.Key.Key_Return: self.return_pressed,
            Qt.Key.Key_Enter: self.return_pressed,
            Qt.Key.Key_F2: self.rename_pressed,
            Qt.Key.Key_Delete: self.delete_pressed,
            Qt.Key.Key_Backspace: self.delete_pressed,
        }
        signal = signals.get(event.key())
        if signal and self.state() != QAbstractItemView.State.EditingState:
            signal.emit()
        else:
            super().keyPressEvent(event)


class _NoFrame(QStyledItemDelegate):
    """Rows are chosen here, so no cell is framed."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell as if the keyboard were elsewhere; the row is tinted."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """All of the cell, and as much higher as the editor is, evenly."""
        cell, height = option.rect, editor.sizeHint().height()
        editor.setGeometry(cell.x(), cell.center().y() - height // 2 + 1, cell.width(), height)
