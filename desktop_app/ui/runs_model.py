"""The runs as a table that Qt can show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_app.engine.runs import RunSummary
from desktop_app.engine.specs import UNTRAINED, ExperimentSpec
from desktop_app.ui.class_colors import draw_class_marker
from desktop_app.ui.column_model import ROOT, Column, ColumnModel, Index
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import colors
from desktop_app.ui.wording import duration, file_size, percent

_DASH = "–"
DOT, _SHARP = 10, 2  # pixels, on a screen as sharp as that


@dataclass(frozen=True)
class RunRow:
    """A run, what the user calls it and has noted about it, and whether its results are open."""

    summary: RunSummary
    name: str
    note: str = ""
    open: bool = False


class _Figure(NamedTuple):
    column: Column
    text: Callable[[RunSummary], str]
    key: Callable[[RunSummary], Any]  # to sort by


def kind(run: RunSummary) -> str:
    """What is special about a run, in a word or two; why it cannot be opened, where it cannot."""
    if run.problem:
        return run.short
    if run.imported:
        return "untrained import" if run.spec and run.spec.base.weights == UNTRAINED else "imported"
    return "unfinished" if run.unfinished else _special(run.spec) if run.spec else _DASH


def _special(spec: ExperimentSpec) -> str:
    if spec.start == "scratch":
        return "from scratch"
    words = ["trained on"] if spec.start == "continued" else []
    if spec.base.weights == UNTRAINED:
        words.append("untrained")
    if spec.tuning:
        count = spec.tuning.blocks
        words.append("1 block tuned" if count == 1 else f"{count} blocks tuned")
    if spec.views:
        words.append(f"{spec.views.count} views")
    return ", ".join(words) or "frozen base"


_FIGURES = (
    _Figure(Column("Name", "F2 renames", words=True), lambda _run: "", lambda _run: ""),
    _Figure(
        Column("When", "When it ended", words=True),
        lambda run: f"{run.created.astimezone():%Y-%m-%d %H:%M}" if run.created else _DASH,
        lambda run: run.created.timestamp() if run.created else 0.0,
    ),
    _Figure(
        Column("Data", "Runs with the same sign saw the same pictures, classes and splits", words=True),
        lambda run: run.fingerprint[:6] or _DASH,
        lambda run: run.fingerprint,
    ),
    _Figure(
        Column("Backbone", words=True),
        lambda run: run.spec.base.backbone if run.spec else _DASH,
        lambda run: run.spec.base.backbone.casefold() if run.spec else "",
    ),
    _Figure(
        Column("Head", "Its hidden layers", words=True),
        lambda run: (", ".join(map(str, run.units)) or "plain") if run.spec else _DASH,
        lambda run: run.units,
    ),
    _Figure(
        Column("Kind", "What else is special about it", words=True),
        kind,
        kind,
    ),
    _Figure(
        Column("Accuracy", "On its test pictures where it has some, else on its validation pictures"),
        lambda run: _DASH if run.accuracy is None else percent(run.accuracy),
        lambda run: -1.0 if run.accuracy is None else run.accuracy,
    ),
    _Figure(
        Column("95 %", "So sure one can be of the accuracy"),
        lambda run: "{:.0f} to {:.0f} %".format(*(100 * e for e in run.interval)) if run.interval else _DASH,
        lambda run: run.interval[0] if run.interval else -1.0,
    ),
    _Figure(
        Column("Time", "How long it took"),
        lambda run: _DASH if run.seconds is None else duration(run.seconds),
        lambda run: -1.0 if run.seconds is None else run.seconds,
    ),
    _Figure(
        Column("Size", "On the disk"),
        lambda run: file_size(run.size) if run.size else _DASH,
        lambda run: run.size,
    ),
)
WIDTHS = (0, 134, 74, 136, 78, 114, 80, 90, 64, 84)  # pixels; the first column takes the rest
NAME, WHEN, DATA, TIME, SIZE = 0, 1, 2, 8, 9


class RunsModel(ColumnModel):
    """One row a run."""

    renamed = Signal(object, str)  # Path, name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([figure.column for figure in _FIGURES], parent)
        self.rows: tuple[RunRow, ...] = ()
        self._column, self._order = WHEN, Qt.SortOrder.DescendingOrder
        self._drawn: Mapping[Path, int] = {}

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Hold other runs."""
        self.beginResetModel()
        self.rows = self._sorted(rows)
        self.endResetModel()

    def show_drawn(self, drawn: Mapping[Path, int]) -> None:
        """Mark the runs whose curves are drawn with their colours, by their numbers."""
        self._drawn = drawn
        if self.rows:
            self.dataChanged.emit(self.index(0, NAME), self.index(len(self.rows) - 1, NAME))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Put the rows in another order; a proxy of Qt's takes ten times as long to ask for each cell."""
        self._column, self._order = column, order
        self.layoutAboutToBeChanged.emit()
        before = [(index, self.rows[index.row()]) for index in self.persistentIndexList()]
        self.rows = self._sorted(self.rows)
        places = {row.summary.folder: place for place, row in enumerate(self.rows)}
        for index, row in before:
            self.changePersistentIndex(index, self.index(places[row.summary.folder], index.column()))
        self.layoutChanged.emit()

    def _sorted(self, rows: Sequence[RunRow]) -> tuple[RunRow, ...]:
        return tuple(sorted(rows, key=self._key, reverse=self._order == Qt.SortOrder.DescendingOrder))

    def _key(self, row: RunRow) -> Any:
        return row.name.casefold() if self._column == NAME else _FIGURES[self._column].key(row.summary)

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row a run."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The names can be changed."""
        edit = Qt.ItemFlag.ItemIsEditable if index.column() == NAME else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | edit

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  a table
        """A cell, as Qt asks for it."""
        row, column = self.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return safe(row.name) if column == NAME else _FIGURES[column].text(row.summary)
            case Qt.ItemDataRole.EditRole:
                return safe(row.name)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip("\n".join(filter(None, _about(row))))
            case Qt.ItemDataRole.DecorationRole if column == NAME and row.summary.folder in self._drawn:
                return _dot(self._drawn[row.summary.folder])
            case Qt.ItemDataRole.ForegroundRole if row.summary.problem:
                return QColor(colors().faded)
            case Qt.ItemDataRole.FontRole if row.open and column == NAME:
                font = QFont()
                font.setBold(True)
                return font
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.side(column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name; the row follows when the project has it."""
        row = self.rows[index.row()]
        if role != Qt.ItemDataRole.EditRole or value == safe(row.name):
            return False
        self.renamed.emit(row.summary.folder, str(value))
        return True


def _about(row: RunRow) -> tuple[str, ...]:
    """More than the row has room for."""
    return (
        row.name,
        row.summary.problem,
        "Its results are open." if row.open else "",
        row.note[:500],
        str(row.summary.folder),
    )


def _dot(number: int) -> QIcon:
    """The colour of a run's curves."""
    image = QPixmap(QSize(DOT, DOT) * _SHARP)
    image.setDevicePixelRatio(_SHARP)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw_class_marker(painter, QRectF(0, 0, DOT, DOT), number)
    painter.end()
    made = QIcon(image)
    made.addPixmap(image, QIcon.Mode.Selected)  # else Qt tints it, and it is another colour than the curve's
    return made
