"""All backbones as a table that Qt can show and sort."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.ui.column_model import ROOT, Column, ColumnModel, Index

UNKNOWN = "–"


class _Figure(NamedTuple):
    column: Column
    value: Callable[[Backbone], Any]  # to sort by
    text: Callable[[Any], str] = str


_FIGURES = (
    _Figure(Column("Backbone", "Its name in keras.applications", words=True), lambda row: row.name),
    _Figure(
        Column("Top-1", "Accuracy on ImageNet in percent, as Keras states it"),
        lambda row: row.top1,
        "{} %".format,
    ),
    _Figure(
        Column("Size", "Of its weights without the top, in MB"),
        lambda row: row.megabytes,
        "{:,.0f} MB".format,
    ),
    _Figure(Column("Parameters", "Without the top"), lambda row: row.parameters / 1e6, "{:,.1f} M".format),
    _Figure(Column("Pixels", "Side of the picture that it sees"), lambda row: row.size),
    _Figure(
        Column("Features", "Numbers a picture, averaged over its places"),
        lambda row: row.channels,
        "{:,}".format,
    ),
    _Figure(Column("Speed here", "Pictures a second on this device, once measured"), lambda _row: -1.0),
    _Figure(Column("Licence", "Of the weights, as Keras has stated it", words=True), lambda row: row.licence),
)
SPEED = next(place for place, figure in enumerate(_FIGURES) if figure.column.title == "Speed here")


class BackboneModel(ColumnModel):
    """One row a backbone, in the table's own order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([figure.column for figure in _FIGURES], parent)
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

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row a backbone."""
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, as Qt asks for it."""
        row, figure = BACKBONES[self.names[index.row()]], _FIGURES[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                known = index.column() != SPEED
                return (figure.text(figure.value(row)) or UNKNOWN) if known else self._speed(row.name)
            case Qt.ItemDataRole.UserRole:
                return figure.value(row) if index.column() != SPEED else self._speeds.get(row.name, -1.0)
            case Qt.ItemDataRole.ToolTipRole:
                return row.summary
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(index.column())
        return None

    def _speed(self, name: str) -> str:
        if name in self._measuring:
            return "measuring…"
        pictures = self._speeds.get(name, -1.0)
        return UNKNOWN if pictures < 0 else f"{pictures:,.0f} /s" if pictures >= 10 else f"{pictures:.1f} /s"

    def _refresh(self) -> None:
        self.dataChanged.emit(self.index(0, SPEED), self.index(len(self.names) - 1, SPEED))
