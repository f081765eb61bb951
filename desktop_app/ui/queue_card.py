"""The queue: experiments that wait for their turn, and how those before them went."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from desktop_app.ui.card import Card, push_button, small_button
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import set_role

_LINES = 4  # in sight; the rest scrolls


class QueueCard(Card):
    """Draws the list and says what is wanted of it; hidden while it is empty."""

    start_requested = Signal()
    move_requested = Signal(int, int)  # a row, and how far: -1 up, 1 down
    remove_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__("Queue")
        self.list = QListWidget()
        set_role(self.list, "lines")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName("Experiments in the queue")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.up = small_button("Up", "Train the chosen one earlier")
        self.down = small_button("Down", "Train the chosen one later")
        self.remove = small_button("Remove", "Take the chosen one out of the queue")
        self.start = push_button("Start queue", "Train them one after the other")
        for button in (self.up, self.down, self.remove, self.start):
            self.head.addWidget(button)
        self.body.addWidget(self.list)
        self.up.clicked.connect(lambda _checked=False: self.move_requested.emit(self.list.currentRow(), -1))
        self.down.clicked.connect(lambda _checked=False: self.move_requested.emit(self.list.currentRow(), 1))
        self.remove.clicked.connect(lambda _checked=False: self.remove_requested.emit(self.list.currentRow()))
        self.start.clicked.connect(lambda _checked=False: self.start_requested.emit())
        self.list.currentRowChanged.connect(lambda _row: self._judge())
        self._movable: list[bool] = []
        self._busy = False
        self.hide()

    def show_entries(self, lines: Sequence[str], waiting: Sequence[bool], chosen: int, busy: bool) -> None:
        """Draw a line for each experiment.

        Args:
            lines: what it is, and how it stands.
            waiting: whether its turn is still to come, so that it can be moved.
            chosen: the row to select.
            busy: whether the queue is at work.
        """
        self._movable, self._busy = list(waiting), busy
        self.list.clear()
        for line in lines:
            item = QListWidgetItem(safe(line))
            item.setToolTip(safe(line))
            self.list.addItem(item)
        self.list.setCurrentRow(min(chosen, len(lines) - 1))
        height = max(1, min(_LINES, len(lines))) * max(18, self.list.sizeHintForRow(0))
        self.list.setFixedHeight(height + 2 * self.list.frameWidth() + 4)
        self.setVisible(bool(lines))
        self._judge()

    def _judge(self) -> None:
        row, movable = self.list.currentRow(), self._movable
        here = 0 <= row < len(movable) and movable[row]
        self.up.setEnabled(here and row > 0 and movable[row - 1])
        self.down.setEnabled(here and row + 1 < len(movable) and movable[row + 1])
        self.remove.setEnabled(0 <= row < len(movable) and (here or not self._busy))
        self.start.setEnabled(not self._busy and any(movable))
