"""The table of what each split holds, a row a class, with the totals below."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from desktop_app.engine.split import SplitRow
from desktop_app.ui import icons
from desktop_app.ui.column_model import ROOT, Column, ColumnModel, Index
from desktop_app.ui.row_table import RowTable
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import colors

_COLUMNS = (
    Column("Class", words=True),
    Column("Train", "Pictures to learn from"),
    Column("Val.", "Pictures to validate on"),
    Column("Test", "Pictures for the last judgement"),
)
_MOST = 6  # rows that are seen at once


class SplitModel(ColumnModel):
    """Holds the rows, and the totals as the last one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_COLUMNS, parent)
        self._rows: list[SplitRow] = []

    def show_rows(self, rows: Sequence[SplitRow]) -> None:
        """Hold others."""
        total = SplitRow("", sum(r.train for r in rows), sum(r.val for r in rows), sum(r.test for r in rows))
        self.beginResetModel()
        self._rows = [*rows, total] if rows else []
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """A row a class, and the totals."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  a table
        """A cell, as Qt asks for it."""
        row, column = self._rows[index.row()], index.column()
        last = index.row() == len(self._rows) - 1
        match role:
            case Qt.ItemDataRole.DisplayRole if column == 0:
                return "All" if last else safe(row.label)
            case Qt.ItemDataRole.DisplayRole:
                return f"{(row.train, row.val, row.test)[column - 1]:,}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(column)
            case Qt.ItemDataRole.ToolTipRole if row.warning or not column:
                return plain_tip(": ".join(filter(None, (row.label, row.warning))) or "All classes")
            case Qt.ItemDataRole.DecorationRole if row.warning and not column:
                return icons.pixmap("warning", 14, colors().warn)
            case Qt.ItemDataRole.ForegroundRole if row.warning and column == 2:
                return QColor(colors().warn)
            case Qt.ItemDataRole.FontRole if last:
                font = QFont()
                font.setWeight(QFont.Weight.DemiBold)
                return font
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return safe(row.warning)
        return None


class SplitTable(RowTable):
    """Narrow, and at most six rows high; Ctrl+C copies it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Pictures of each class in each split", parent)
        self._model = SplitModel(self)
        self.setModel(self._model)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.set_widths(())

    def show_rows(self, rows: Sequence[SplitRow]) -> None:
        """Show others, in columns as wide as their totals."""
        self._model.show_rows(rows)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        for column in range(1, len(_COLUMNS)):
            last = self._model.index(self._model.rowCount() - 1, column).data() if rows else ""
            wide = max(map(metrics.horizontalAdvance, (str(last), _COLUMNS[column].title)))
            self.setColumnWidth(column, wide + 18)
        seen = min(self._model.rowCount(), _MOST)
        line = self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + seen * line + 4)
