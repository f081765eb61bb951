"""The table of classes: how many pictures, precision, recall and F1."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.engine.report import ClassScore, Report
from desktop_app.ui.copy_table import CopyTable
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.wording import percent

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS = (
    ("Class", "label", ""),
    ("Pictures", "support", "How many pictures of this class were judged"),
    ("Precision", "precision", "Of the pictures taken for this class, the share that are of it"),
    ("Recall", "recall", "Of the pictures of this class, the share that were recognised"),
    ("F1", "f1", "The harmonic mean of precision and recall"),
)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ScoreModel(QAbstractTableModel):
    """One row a class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scores: tuple[ClassScore, ...] = ()

    def show_report(self, report: Report) -> None:
        """Hold another report."""
        self.beginResetModel()
        self._scores = report.per_class
        self.endResetModel()

    def rowCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """One row a class."""
        return len(self._scores)

    def columnCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """As many as there are."""
        return len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, as Qt asks for it."""
        value = getattr(self._scores[index.row()], _COLUMNS[index.column()][1])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return percent(value) if isinstance(value, float) else safe(str(value))
            case Qt.ItemDataRole.UserRole:
                return value
            case Qt.ItemDataRole.ToolTipRole if index.column() == 0:
                return plain_tip(value)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if index.column() else _LEFT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A header, as Qt asks for it."""
        if orientation == Qt.Orientation.Vertical:
            return None
        title, _, tip = _COLUMNS[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.ToolTipRole:
                return tip
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section else _LEFT
        return None


class ScoreTable(CopyTable):
    """Sorted by a click on a column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ScoreModel(self)
        proxy = QSortFilterProxyModel(self)
        proxy.setSourceModel(self._model)
        proxy.setSortRole(Qt.ItemDataRole.UserRole)
        proxy.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setModel(proxy)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(34)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        for column in range(1, len(_COLUMNS)):
            self.setColumnWidth(column, 96)
        self.setAccessibleName("Precision, recall and F1 of each class")

    def show_report(self, report: Report) -> None:
        """Show another report's classes."""
        self._model.show_report(report)
