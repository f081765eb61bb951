"""The Runs page: every run of the project, side by side."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.history import History
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.figure_panel import FigurePanel
from desktop_app.ui.runs_model import NAME, RunRow, RunsModel
from desktop_app.ui.runs_panel import RunsPanel
from desktop_app.ui.runs_table import RunsTable
from desktop_app.ui.theme import GAP, MARGIN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from desktop_app.engine.figures import Ink

MOST = 8  # runs whose curves are drawn: as many as there are colours
_PANEL_WIDTH = 300
_NONE = "There are no runs yet.\nEvery training is kept, and appears here."
_OTHERS = "No run has seen these pictures yet."
_CURVES = "Validation in full, training faint and dashed."
_NO_CURVES = "The curves of the selected runs appear here."


class RunsPage(QWidget):
    """Emits what the user wants done to which run, and draws what is known of them."""

    selected = Signal(object)  # list[RunRow], as they stand in the table
    scope_changed = Signal()
    open_requested = Signal(object)  # Path; so are the next ones
    resume_requested = Signal(object)
    repeat_requested = Signal(object)
    train_on_requested = Signal(object)
    folder_requested = Signal(object)
    renamed = Signal(object, str)
    noted = Signal(object, str)
    delete_requested = Signal(object)  # list[RunRow]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RunsModel(self)
        self.model.renamed.connect(self.renamed)
        self.table = RunsTable(self.model)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._select())
        self.table.doubleClicked.connect(lambda _index: self._open())
        self.table.return_pressed.connect(self._open)
        self.table.delete_pressed.connect(self._delete)
        self.table.rename_pressed.connect(self._rename)
        self.scope = QComboBox()
        self.scope.addItems(["Runs on these pictures", "All runs"])
        self.scope.setAccessibleName("Which runs are listed")
        self.scope.currentIndexChanged.connect(lambda _index: self.scope_changed.emit())
        self.count = label(role="hint")
        self.open = push_button("&Open results", self._open, "primary", "Show its results (Return)")
        self.repeat = push_button(
            "&Make like this…",
            lambda: self._ask(self.repeat_requested),
            tip="Take its settings to the Train page",
        )
        self.on = push_button(
            "Trai&n on…",
            lambda: self._ask(self.train_on_requested),
            tip="Go on where it has ended, with its base and its head, on the pictures of the Data page",
        )
        self.folder = push_button("Sho&w folder", lambda: self._ask(self.folder_requested))
        self.rename = push_button("&Rename", self._rename, tip="F2")
        self.delete = push_button(
            "&Delete", self._delete, tip="Move it to the trash (Del); this can be undone"
        )
        self.panel = RunsPanel()
        self.panel.setFixedWidth(_PANEL_WIDTH)
        self.panel.note_changed.connect(self.noted)
        self.curves = FigurePanel("Accuracy and loss by epoch of the selected runs", "runs.png")
        self._lay_out()
        self._show_state([])

    @property
    def everywhere(self) -> bool:
        """Whether all runs are wanted, not only those of the project."""
        return self.scope.currentIndex() == 1

    @property
    def chosen(self) -> list[RunRow]:
        """The selected runs, as they stand in the table."""
        ranges = self.table.selectionModel().selection()
        parts = [ranges.at(number) for number in range(ranges.count())]
        places = {place for part in parts for place in range(part.top(), part.bottom() + 1)}
        return [self.model.rows[place] for place in sorted(places)]

    def show_rows(self, rows: Sequence[RunRow], can_choose: bool, others: int = 0) -> None:
        """List other runs; those selected that are still there stay selected.

        Args:
            rows: what to list.
            can_choose: whether the project has runs of its own, to be told from all.
            others: how many there are that are not listed.
        """
        self._empty.setText(_OTHERS if others else _NONE)
        self._all.setText(f"Show all runs ({others:,})")
        self._all.setVisible(bool(others))
        kept = {row.summary.folder for row in self.chosen}
        current = self.table.currentIndex()
        at = self.model.rows[current.row()].summary.folder if current.isValid() else None
        choice = self.table.selectionModel()
        choice.blockSignals(True)
        self.model.show_rows(rows)
        flag, again = QItemSelectionModel.SelectionFlag, QItemSelection()
        for place, row in enumerate(self.model.rows):
            index = self.model.index(place, NAME)
            if row.summary.folder == at:
                choice.setCurrentIndex(index, flag.NoUpdate)
            if row.summary.folder in kept:
                again.select(index, index)
        choice.select(again, flag.Select | flag.Rows)
        choice.blockSignals(False)
        self.scope.setEnabled(can_choose)
        self.count.setText("1 run" if len(rows) == 1 else f"{len(rows):,} runs" if rows else "")
        self._stack.setCurrentIndex(1 if rows else 0)
        self._select()

    def show_curves(self, histories: Mapping[Path, History]) -> None:
        """Draw the curves of selected runs."""
        told = {folder: history for folder, history in histories.items() if history.rows}
        chosen = [row for row in self.chosen[: MOST + 1] if row.summary.folder in told][:MOST]
        self.model.show_drawn({row.summary.folder: place for place, row in enumerate(chosen)})
        if not chosen:
            self.curves.show_nothing(_NO_CURVES)
            return
        runs = [(row.name, told[row.summary.folder]) for row in chosen]
        self.curves.view.setAccessibleDescription("; ".join(_words(*run) for run in runs))

        def draw(figure: "Figure", ink: "Ink") -> None:  # in its own thread, so that this may take its time
            from desktop_app.engine.run_figures import draw_runs

            draw_runs(figure, ink, runs)

        self.curves.show_figure(_CURVES, draw)

    def select(self, folder: Path, add: bool = False) -> None:
        """Select a run, and no other unless it is to `add` to the selection."""
        flag = QItemSelectionModel.SelectionFlag
        for place, row in enumerate(self.model.rows):
            if row.summary.folder == folder:
                index = self.model.index(place, NAME)
                how = flag.Select if add else flag.ClearAndSelect
                self.table.selectionModel().setCurrentIndex(index, how | flag.Rows)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP // 2)
        row.addWidget(self.scope)
        row.addSpacing(GAP // 2)
        row.addWidget(self.count)
        row.addStretch(1)
        self._buttons = (self.delete, self.rename, self.folder, self.repeat, self.on, self.open)
        for button in self._buttons:
            row.addWidget(button)
        lower = QWidget()
        beside = QHBoxLayout(lower)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(GAP)
        beside.addWidget(self.curves, 1)
        beside.addWidget(self.panel)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(GAP)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(lower)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 5)
        split.setSizes([240, 310])
        self._empty = label(_NONE, "hint")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._all = push_button("Show all runs", lambda: self.scope.setCurrentIndex(1))
        self._all.hide()
        nothing = QWidget()
        middle = QVBoxLayout(nothing)
        middle.setSpacing(GAP + GAP // 2)
        middle.addStretch(1)
        middle.addWidget(self._empty, 0, Qt.AlignmentFlag.AlignCenter)
        middle.addWidget(self._all, 0, Qt.AlignmentFlag.AlignCenter)
        middle.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(nothing)
        self._stack.addWidget(split)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)

    def _select(self) -> None:
        chosen = self.chosen
        self._show_state(chosen)
        self.panel.show_rows(chosen)
        self.selected.emit(chosen)

    def _show_state(self, chosen: Sequence[RunRow]) -> None:
        one = chosen[0].summary if len(chosen) == 1 else None
        self.open.setText("Res&ume" if one and one.unfinished else "&Open results")
        self.open.setEnabled(bool(one and not one.problem))
        self.repeat.setEnabled(bool(one and one.spec))
        self.on.setEnabled(bool(one and one.opens))
        self.folder.setEnabled(bool(one and one.short not in {"gone", "drive not there"}))
        self.rename.setEnabled(bool(one and not one.unfinished))
        self.delete.setEnabled(bool(chosen))
        self.delete.setText(
            "&Take off the list" if chosen and all(r.summary.problem for r in chosen) else "&Delete"
        )

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in reversed(self._buttons):
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _open(self) -> None:
        if self.open.isEnabled():
            run = self.chosen[0].summary
            self._ask(self.resume_requested if run.unfinished else self.open_requested)

    def _rename(self) -> None:
        if self.rename.isEnabled():
            row = self.table.selectionModel().selectedRows()[0].row()
            self.table.edit(self.model.index(row, NAME))

    def _delete(self) -> None:
        if chosen := self.chosen:
            self.delete_requested.emit(chosen)

    def _ask(self, signal: object) -> None:
        if len(chosen := self.chosen) == 1:
            signal.emit(chosen[0].summary.folder)  # type: ignore[attr-defined]  # it is a bound signal


def _words(name: str, history: History) -> str:
    row, count = history.kept_row or history.rows[-1], len(history.rows)
    share = row.accuracy if row.val_accuracy is None else row.val_accuracy
    when = f"at epoch {row.epoch} of {count}, which was kept" if history.kept_row else f"after {count} epochs"
    return f"{name}: {share:.1%} {when}"
