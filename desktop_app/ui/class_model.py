"""The classes as a list model: all pictures, each class, and below them the excluded ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.wording import pictures

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class and how many pictures it has.

    Attributes:
        label: its name; "" for the pictures without a class, None for all pictures.
        count: how many pictures.
        excluded: whether they take no part.
        color: the index of its colour, -1 for none; the panel counts it.
    """

    label: str | None
    count: int
    excluded: bool = False
    color: int = -1

    @property
    def name(self) -> str:
        """What the user reads."""
        return "All pictures" if self.label is None else safe(self.label) or "Without a class"

    @property
    def takes_drops(self) -> bool:
        """Whether pictures can be put into it."""
        return bool(self.label) and not self.excluded


class ClassModel(QAbstractListModel):
    """Rows of `ClassRow`; a name that is typed becomes an intent, for what is shown comes from outside."""

    rename_typed = Signal(object, object)  # the label, the text

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[ClassRow] = []
        self._shown: list[ClassRow] = []
        self._words = ""
        self.largest = 1

    @property
    def rows(self) -> Sequence[ClassRow]:
        """All rows, also those that the filter hides."""
        return self._all

    def set_rows(self, rows: Sequence[ClassRow]) -> None:
        """Show other rows; where only counts differ, an editor that is open stays."""
        self._all = list(rows)
        self.largest = max((row.count for row in rows if row.label is not None), default=1) or 1
        self._show()

    def set_filter(self, words: str) -> None:
        """Show the classes with `words` in their names."""
        self._words = words.casefold().strip()
        self._show()

    def row(self, index: _Index) -> ClassRow | None:
        """The row at `index`."""
        return self._shown[index.row()] if index.isValid() else None

    def find(self, label: str | None) -> QModelIndex:
        """Where `label` is; an invalid index where it is not."""
        place = next((i for i, row in enumerate(self._shown) if row.label == label), None)
        return QModelIndex() if place is None else self.index(place)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """What one may rename takes an editor."""
        row = self.row(index)
        editable = row is not None and row.label is not None and not row.excluded
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if editable else Qt.ItemFlag.NoItemFlags)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A row, as Qt asks for it."""
        if not (row := self.row(index)):
            return None
        words = f"{row.name}, {pictures(row.count)}" + (", excluded" if row.excluded else "")
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.EditRole:
                return safe(row.label or "")
            case Qt.ItemDataRole.AccessibleTextRole:
                return words
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(words)
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Say what was typed; the row changes when the project does."""
        row, text = self.row(index), str(value).strip()
        if role == Qt.ItemDataRole.EditRole and row and text not in {"", safe(row.label or "")}:
            self.rename_typed.emit(row.label, text)
        return False

    def _show(self) -> None:
        rows = [
            row
            for row in self._all
            if not self._words or row.label is None or self._words in row.name.casefold()
        ]
        same = [(row.label, row.excluded) for row in rows] == [(r.label, r.excluded) for r in self._shown]
        if same:
            self._shown = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        else:
            self.beginResetModel()
            self._shown = rows
            self.endResetModel()
