"""A table that copies what is selected as tab-separated text, ready for a spreadsheet."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView

_HORIZONTAL, _VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class CopyTable(QTableView):
    """Ctrl+C copies the selected block, or all of it where at most one cell is selected, with its headers."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, and leave the Tab key to the window."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """To the clipboard."""
        QGuiApplication.clipboard().setText(as_text(self, self.selectedIndexes()))


def as_text(table: QTableView, selected: Iterable[QModelIndex] = (), separator: str = "\t") -> str:
    """The selected block of `table` with its headers; everything where less than two cells are selected."""
    model = table.model()
    cells = list(selected)
    whole = len(cells) < 2
    rows = range(model.rowCount()) if whole else sorted({cell.row() for cell in cells})
    columns = range(model.columnCount()) if whole else sorted({cell.column() for cell in cells})
    named = any(isinstance(model.headerData(row, _VERTICAL), str) for row in rows)
    lines = [[""] * named + [str(model.headerData(column, _HORIZONTAL)) for column in columns]]
    for row in rows:
        name = [str(model.headerData(row, _VERTICAL))] if named else []
        lines.append(name + [str(model.index(row, column).data()) for column in columns])
    return "\n".join(separator.join(_quote(word, separator) for word in line) for line in lines) + "\n"


def _quote(word: str, separator: str) -> str:
    if any(sign in word for sign in (separator, '"', "\n")):
        return '"' + word.replace('"', '""') + '"'
    return word
