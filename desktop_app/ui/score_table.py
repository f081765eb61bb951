"""The table of classes: how many pictures, precision, recall and F1."""

from typing import Any

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QWidget

from desktop_app.engine.report import ClassScore, Report
from desktop_app.ui.column_model import ROOT, Column, ColumnModel, Index
from desktop_app.ui.row_table import RowTable
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.wording import percent

_COLUMNS = (
    Column("Class", words=True),
    Column("Pictures", "How many pictures of this class were judged"),
    Column("Precision", "Of the pictures taken for this class, the share that are of it"),
    Column("Recall", "Of the pictures of this class, the share that were recognised"),
    Column("F1", "The harmonic mean of precision and recall"),
    Column("ROC AUC", "The area below the ROC curve: how often a picture of this class ranks above another"),
    Column("Avg. precision", "The mean precision over all recalls, the area below that curve"),
)
_FIGURES = ("label", "support", "precision", "recall", "f1", "roc_auc", "average_precision")
_AREAS = _FIGURES[5:]


class ScoreModel(ColumnModel):
    """One row a class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_COLUMNS, parent)
        self._scores: tuple[ClassScore, ...] = ()

    def show_report(self, report: Report) -> None:
        """Hold another report."""
        self.beginResetModel()
        self._scores = report.per_class
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row a class."""
        return 0 if parent.isValid() else len(self._scores)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, as Qt asks for it."""
        value = getattr(self._scores[index.row()], _FIGURES[index.column()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if _FIGURES[index.column()] in _AREAS:
                    return "–" if value is None else f"{value:.3f}"
                return percent(value) if isinstance(value, float) else safe(str(value))
            case Qt.ItemDataRole.UserRole:
                return -1.0 if value is None else value
            case Qt.ItemDataRole.ToolTipRole if index.column() == 0:
                return plain_tip(value)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(index.column())
        return None


class ScoreTable(RowTable):
    """Sorted by a click on a column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Precision, recall and F1 of each class", parent, height=34)
        self._model = ScoreModel(self)
        proxy = QSortFilterProxyModel(self)
        proxy.setSourceModel(self._model)
        proxy.setSortRole(Qt.ItemDataRole.UserRole)
        proxy.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setModel(proxy)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        titles = (self.fontMetrics().horizontalAdvance(column.title) for column in _COLUMNS[1:])
        self.set_widths([max(96, words + 40) for words in titles])

    def show_report(self, report: Report) -> None:
        """Show another report's classes."""
        self._model.show_report(report)
