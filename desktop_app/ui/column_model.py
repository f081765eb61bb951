"""A table's model whose columns are told by a title, a tip and a side."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class Column(NamedTuple):
    """What stands above a column; words keep to the left, numbers to the right."""

    title: str
    tip: str = ""
    words: bool = False


class ColumnModel(QAbstractTableModel):
    """Answers for the headers; the rows are the subclass' own."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def columnCount(self, parent: Index = ROOT) -> int:
        """As many as there are titles."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A header, as Qt asks for it."""
        if orientation == Qt.Orientation.Vertical:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            case Qt.ItemDataRole.ToolTipRole:
                return self.columns[section].tip
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(section)
        return None

    def side(self, column: int) -> Qt.AlignmentFlag:
        """Where the cells of a column are set."""
        across = Qt.AlignmentFlag.AlignLeft if self.columns[column].words else Qt.AlignmentFlag.AlignRight
        return across | Qt.AlignmentFlag.AlignVCenter
