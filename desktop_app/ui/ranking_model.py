"""The ranked backbones, and those that may be, as a table that Qt can show."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.ranking import Standing
from desktop_app.ui.column_model import ROOT, Column, ColumnModel, Index
from desktop_app.ui.wording import percent

_DASH = "–"


class _Figure(NamedTuple):
    column: Column
    text: Callable[[Standing], str]


_FIGURES = (
    _Figure(Column("Backbone", "Tick those to compare", words=True), lambda one: one.backbone),
    _Figure(Column("Weights", "What it learned from ImageNet"), lambda _one: ""),
    _Figure(
        Column("Accuracy", "Of a plain head on it, cross-validated"),
        lambda one: percent(one.accuracy),
    ),
    _Figure(
        Column("95 %", "So sure one can be of it"),
        lambda one: "{:.0f} to {:.0f} %".format(*(100 * edge for edge in one.interval)),
    ),
    _Figure(
        Column("LogME", "The evidence of its features for the classes: more is better, 0 means nothing"),
        lambda one: f"{one.logme:.2f}",
    ),
    _Figure(
        Column("A picture", "Time to compute its features on this device"),
        lambda one: f"{1000 * one.seconds:,.{0 if one.seconds >= 0.01 else 1}f} ms",
    ),
    _Figure(
        Column("Pictures", "How many it was asked about: the weak drop out early"),
        lambda one: f"{one.pictures:,}",
    ),
)
_WEIGHTS, _ACCURACY = 1, 2


class RankingModel(ColumnModel):
    """One row a backbone: the ranked ones first, the best on top."""

    ticked = Signal()

    def __init__(self, ticks: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__([figure.column for figure in _FIGURES], parent)
        self._ticks = set(ticks)
        self._here: frozenset[str] | None = None  # not known yet
        self._standings: dict[str, Standing] = {}
        self.names: list[str] = []
        self.show_standings(())

    @property
    def ticks(self) -> tuple[str, ...]:
        """The names to compare."""
        return tuple(name for name in BACKBONES if name in self._ticks)

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of them whose weights are not on this machine, as far as is known."""
        here = self._here
        return tuple(name for name in self.ticks if here is not None and name not in here)

    def standing(self, name: str) -> Standing | None:
        """What is known of one."""
        return self._standings.get(name)

    def show_here(self, names: frozenset[str]) -> None:
        """Whose weights are on this machine."""
        self._here = names
        self._refresh()

    def show_standings(self, standings: Sequence[Standing]) -> None:
        """The ranked ones, the best first."""
        self.layoutAboutToBeChanged.emit()
        before = [self.names[index.row()] for index in self.persistentIndexList()]
        self._standings = {one.backbone: one for one in standings}
        first = [*self._standings, *(name for name in self.ticks if name not in self._standings)]
        self.names = [*first, *(name for name in BACKBONES if name not in first)]
        for name, old in zip(before, self.persistentIndexList(), strict=True):
            self.changePersistentIndex(old, self.index(self.names.index(name), old.column()))
        self.layoutChanged.emit()

    def rowCount(self, _parent: Index = ROOT) -> int:
        """One row a backbone."""
        return len(self.names)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The names can be ticked."""
        tick = Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | tick

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, as Qt asks for it."""
        name = self.names[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(name, index.column())
            case Qt.ItemDataRole.CheckStateRole if index.column() == 0:
                return Qt.CheckState.Checked if name in self._ticks else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                known = self._standings.get(name)
                return known.problem if known and known.problem else BACKBONES[name].summary
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(index.column())
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick one, or not."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        name = self.names[index.row()]
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._ticks.add(name)
        else:
            self._ticks.discard(name)
        self.dataChanged.emit(index, index)
        self.ticked.emit()
        return True

    def _text(self, name: str, column: int) -> str:
        if column == 0:
            return name
        if column == _WEIGHTS:
            if self._here is None:
                return "…"
            return "here" if name in self._here else f"{BACKBONES[name].megabytes:,.0f} MB to get"
        one = self._standings.get(name)
        if one and one.problem and column == _ACCURACY:
            return "left out"
        return _DASH if one is None or one.problem else _FIGURES[column].text(one)

    def _refresh(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.names) - 1, len(_FIGURES) - 1))
