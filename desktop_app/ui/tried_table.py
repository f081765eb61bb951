"""The table of pictures that were tried: sorted by a click, the unknown ones alone if wanted."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop_app.engine.trial import Tried
from desktop_app.ui.column_model import ROOT, Column, ColumnModel, Index
from desktop_app.ui.row_table import RowTable
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.wording import percent

_COLUMNS = (
    Column("File", words=True),
    Column("Label", "The most probable class", words=True),
    Column("Probability", "Of the label, calibrated on held-out pictures"),
    Column("Set", "The classes that it may be, for the chosen share", words=True),
    Column("Unknown", "Whether it is unlike anything seen in training", words=True),
)
_WIDTHS = (96, 92, 128, 88)
Members = Callable[[Tried], tuple[str, ...] | None]


def set_words(members: tuple[str, ...] | None) -> str:
    """A set in words; a dash where it is not known."""
    return "–" if members is None else ", ".join(map(safe, members)) or "none"


class TriedModel(ColumnModel):
    """One row a picture; a picture that is tried again keeps its row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_COLUMNS, parent)
        self.rows: list[Tried] = []
        self._places: dict[Path, int] = {}
        self._members: Members = lambda _tried: None

    def add(self, tried: Iterable[Tried]) -> None:
        """More answers."""
        fresh: list[Tried] = []
        known = len(self.rows)
        for one in tried:
            row = self._places.setdefault(one.file, known + len(fresh))
            if row >= known + len(fresh):
                fresh.append(one)
            elif row >= known:  # twice among them
                fresh[row - known] = one
            else:
                self.rows[row] = one
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(_COLUMNS) - 1))
        if fresh:
            self.beginInsertRows(QModelIndex(), known, known + len(fresh) - 1)
            self.rows += fresh
            self.endInsertRows()

    def clear(self) -> None:
        """No answers."""
        self.beginResetModel()
        self.rows, self._places = [], {}
        self.endResetModel()

    def rename(self, moved: Mapping[Path, Tried]) -> None:
        """Put other answers in the place of those to some files."""
        self.beginResetModel()
        self.rows = [moved.get(one.file, one) for one in self.rows]
        self._places = {one.file: row for row, one in enumerate(self.rows)}
        self.endResetModel()

    def row_of(self, file: Path) -> int:
        """Where a file is; -1 where it is not."""
        return self._places.get(file, -1)

    def set_members(self, members: Members) -> None:
        """Sets are made by `members` from now on."""
        self._members = members
        if self.rows:
            self.dataChanged.emit(self.index(0, 3), self.index(len(self.rows) - 1, 3))

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row a picture."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, as Qt asks for it."""
        tried, column = self.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(tried, column)
            case Qt.ItemDataRole.UserRole:
                return self._value(tried, column)
            case Qt.ItemDataRole.ToolTipRole if column == 0:
                return plain_tip(tried.file)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(column)
        return None

    def _text(self, tried: Tried, column: int) -> str:
        match column:
            case 0:
                return safe(tried.file.name)
            case 1:
                return safe(tried.label)
            case 2:
                return percent(tried.probability)
            case 3:
                return set_words(self._members(tried))
        return "unknown" if tried.unknown else ""

    def _value(self, tried: Tried, column: int) -> str | float:
        """What a column is sorted by."""
        match column:
            case 2:
                return tried.probability
            case 3:
                members = self._members(tried)
                return float(len(members)) if members is not None else -1.0
            case 4:
                return tried.distance or 0.0
        return self._text(tried, column)


class _Filter(QSortFilterProxyModel):
    """Lets all pass, or the unknown ones alone."""

    unknown_only = False

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        """Whether a row is shown."""
        model = self.sourceModel()
        return not self.unknown_only or (isinstance(model, TriedModel) and model.rows[row].unknown)

    def set_unknown_only(self, only: bool) -> None:
        """Filter anew."""
        self.unknown_only = only
        self.invalidate()


class TriedTable(RowTable):
    """Says which picture is chosen."""

    chosen = Signal(object)  # Tried, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Pictures tried", parent)
        self.tried = TriedModel(self)
        self._proxy = _Filter(self)
        self._proxy.setSourceModel(self.tried)
        self._proxy.setSortRole(Qt.ItemDataRole.UserRole)
        self._proxy.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setModel(self._proxy)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as they came
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.set_widths(_WIDTHS, can_change=True)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.chosen.emit(self.current()))

    def current(self) -> Tried | None:
        """The chosen picture."""
        index = self._proxy.mapToSource(self.currentIndex())
        return self.tried.rows[index.row()] if index.isValid() else None

    def shown(self) -> list[Tried]:
        """Those that pass the filter, in the order of the table."""
        rows = (self._proxy.mapToSource(self._proxy.index(row, 0)) for row in range(self._proxy.rowCount()))
        return [self.tried.rows[index.row()] for index in rows]

    def choose(self, file: Path) -> None:
        """Choose a picture, if it is shown."""
        index = self._proxy.mapFromSource(self.tried.index(self.tried.row_of(file), 0))
        if index.isValid():
            both = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, both)
            self.scrollTo(index)

    def set_unknown_only(self, only: bool) -> None:
        """Show the unknown ones alone, or all."""
        self._proxy.set_unknown_only(only)
