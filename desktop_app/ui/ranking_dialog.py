"""Which backbone? They are compared on the user's own pictures, and one is taken."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.ranking import Standing
from desktop_app.ui.card import Card, label, progress_bar, push_button
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.ranking_model import RankingModel
from desktop_app.ui.row_table import RowTable
from desktop_app.ui.theme import GAP, MARGIN, set_role

if TYPE_CHECKING:
    from desktop_app.ui.ranking_chart import RankingChart

_WIDTHS = (124, 92, 104, 80, 96, 88)  # pixels; the first column takes the rest
_ABOUT = (
    "Tick the backbones to compare. Each looks at a sample of your pictures, and a plain head is "
    "cross-validated on what it sees; the weak ones drop out early.\n\n"
    "What was computed is kept: a training that follows starts with it."
)


class RankingDialog(QDialog):
    """Says what is wanted and shows what is known; Escape closes it, and stops the comparison."""

    chosen = Signal(str)
    start_requested = Signal(object, bool)  # tuple of names; whether weights may be downloaded
    stop_requested = Signal()

    def __init__(self, ticks: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Which backbone?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 600)
        self._why = ""
        self._running = False
        self._chart: RankingChart | None = None
        self.model = RankingModel(ticks, self)
        self.table = self._make_table()
        self.download = QCheckBox()
        self.download.setChecked(True)
        self.status = ElidedLabel(role="hint")
        self.bar = progress_bar("How far the comparison is")
        self.start = push_button("")
        self.start.clicked.connect(self._start)
        self.close_button = push_button("C&lose")
        self.close_button.clicked.connect(self.reject)
        self.use = push_button("&Use this backbone", role="primary")
        self.use.clicked.connect(self._use)
        for button in (self.start, self.close_button, self.use):
            button.setAutoDefault(False)
        self._lay_out()
        self.model.ticked.connect(self._show_state)
        self.table.doubleClicked.connect(lambda index: self._use() if index.column() else None)
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._show_selected())
        self._show_state()
        self.table.setFocus()

    @property
    def selected(self) -> str:
        """The name in the selected row, or nothing."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.names[rows[0].row()] if rows else ""

    def show_here(self, names: frozenset[str]) -> None:
        """Whose weights are on this machine."""
        self.model.show_here(names)
        self._show_state()

    def set_ready(self, why: str) -> None:
        """Why nothing can be compared; "" where it can."""
        self._why = why
        self._show_state()
        self._show_selected()

    def begin(self) -> None:
        """A comparison has started."""
        self._running = True
        self.bar.setValue(0)
        self._show_state()

    def show_progress(self, fraction: float, text: str) -> None:
        """How far it is, in [0, 1] and in words."""
        if self._running:
            self.bar.setValue(round(1000 * fraction))
            self._say(text)

    def show_standings(self, standings: Sequence[Standing]) -> None:
        """What is known, the best first."""
        self.model.show_standings(standings)
        if any(not one.problem for one in standings):
            if self._chart is None:
                from desktop_app.ui.ranking_chart import RankingChart

                self._chart = RankingChart(self)
                self._stack.addWidget(self._chart)
            self._stack.setCurrentWidget(self._chart)
            self._chart.show_standings(standings)
            self._show_state()

    def end(self, words: str, role: str = "hint") -> None:
        """It is over: how, in words, and in which of the theme's roles."""
        self._running = False
        self._show_state()
        if not words:
            self.table.selectRow(0)
            self.table.scrollToTop()
            self._show_selected()
        else:
            self._say(words, role)

    def _make_table(self) -> RowTable:
        table = RowTable("Backbones with their accuracy on your pictures")
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.set_widths(_WIDTHS)
        return table

    def _lay_out(self) -> None:
        card = Card()
        empty = label(_ABOUT, "hint", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        card.body.addLayout(self._stack)
        card.setMinimumHeight(210)
        buttons = QHBoxLayout()
        buttons.addWidget(self.start)
        buttons.addWidget(self.download)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN - 4, MARGIN, GAP + 6)
        layout.setSpacing(GAP)
        layout.addWidget(card, 2)
        layout.addWidget(self.table, 3)
        layout.addWidget(self.status)
        layout.addWidget(self.bar)
        layout.addLayout(buttons)

    def _say(self, text: str, role: str = "hint") -> None:
        self.status.setText(text)
        set_role(self.status, role)

    def _show_state(self) -> None:
        ticks, missing = self.model.ticks, self.model.missing
        self.start.setText("&Stop" if self._running else f"&Compare {len(ticks)}")
        self.start.setEnabled(self._running or (bool(ticks) and not self._why))
        self.bar.setVisible(self._running)
        size = sum(BACKBONES[name].megabytes for name in missing)
        self.download.setText(f"&Download missing weights ({size:,.0f} MB)")
        self.download.setVisible(bool(missing) and not self._running)
        self.use.setEnabled(bool(self.selected))
        compared = self._chart is not None
        set_role(self.start, "" if compared or self._running else "primary")  # one way on stands out
        set_role(self.use, "primary" if compared else "")

    def _show_selected(self) -> None:
        """Say what is known of the selected one, unless there is something more urgent to say."""
        self.use.setEnabled(bool(self.selected))
        if self._running:
            return
        known = self.model.standing(self.selected)
        if self._why:
            self._say(self._why, "warning")
        elif known and known.problem:
            self._say(known.problem, "warning")
        elif self.selected:
            self._say(f"{self.selected}: {BACKBONES[self.selected].summary}.")
        else:
            self._say("")

    def _start(self) -> None:
        if self._running:
            self.stop_requested.emit()
        else:
            self.start_requested.emit(self.model.ticks, self.download.isChecked())

    def _use(self) -> None:
        if self.selected:
            name = self.selected
            self.accept()
            self.chosen.emit(name)
