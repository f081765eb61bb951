"""All backbones as a table that Qt can show and sort."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from desktop_app.engine.backbones import BACKBONES, Backbone

_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
UNKNOWN = "–"


class _Column(NamedTuple):
    title: str
    tip: str
    value: Callable[[Backbone], Any]  # to sort by
    text: Callable[[Any], str] = str


_COLUMNS = (
    _Column("Backbone", "Its name in keras.applications", lambda row: row.name),
    _Column(
        "Top-1", "Accuracy on ImageNet in percent, as Keras states it", lambda row: row.top1, "{} %".format
    ),
    _Column("Size", "Of its weights without the top, in MB", lambda row: row.megabytes, "{:,.0f} MB".format),
    _Column("Parameters", "Without the top", lambda row: row.parameters / 1e6, "{:,.1f} M".format),
    _Column("Pixels", "Side of the picture that it sees", lambda row: row.size),
    _Column(
        "Features", "Numbers a picture, averaged over its places", lambda row: row.channels, "{:,}".format
    ),
    _Column("Speed here", "Pictures a second on this device, once measured", lambda _row: -1.0),
    _Column("Licence", "Of the weights, as Keras has stated it", lambda row: row.licence),
)
SPEED = next(place for place, column in enumerate(_COLUMNS) if column.title == "Speed here")


class BackboneModel(QAbstractTableModel):
    """One row a backbone, in the table's own order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = tuple(BACKBONES)
        self._speeds: dict[str, float] = {}
        self._measuring: tuple[str, ...] = ()

    def set_speed(self, name: str, pictures: float) -> None:
        """A second, on this device."""
        self._speeds[name] = pictures
        self._refresh()

    def set_measuring(self, names: tuple[str, ...]) -> None:
        """Those being measured."""
        self._measuring = names
        self._refresh()

    def rowCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """One row a backbone."""
        return len(self.names)

    def columnCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """As many as there are."""
        return len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, as Qt asks for it."""
        row, column = BACKBONES[self.names[index.row()]], _COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                known = index.column() != SPEED
                return (column.text(column.value(row)) or UNKNOWN) if known else self._speed(row.name)
            case Qt.ItemDataRole.UserRole:
                return column.value(row) if index.column() != SPEED else self._speeds.get(row.name, -1.0)
            case Qt.ItemDataRole.ToolTipRole:
                return row.summary
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if column.title in {"Backbone", "Licence"} else _RIGHT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A header, as Qt asks for it."""
        if orientation == Qt.Orientation.Vertical:
            return None
        column = _COLUMNS[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.ToolTipRole:
                return column.tip
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if column.title in {"Backbone", "Licence"} else _RIGHT
        return None

    def _speed(self, name: str) -> str:
        if name in self._measuring:
            return "measuring…"
        pictures = self._speeds.get(name, -1.0)
        return UNKNOWN if pictures < 0 else f"{pictures:,.0f} /s" if pictures >= 10 else f"{pictures:.1f} /s"

    def _refresh(self) -> None:
        self.dataChanged.emit(self.index(0, SPEED), self.index(len(self.names) - 1, SPEED))
