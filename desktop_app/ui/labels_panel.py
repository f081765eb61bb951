"""The queue of labels that look wrong: each is kept, changed, or its picture left out."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from desktop_app.engine.judgement import Mistake
from desktop_app.ui.answers_grid import AnswersGrid
from desktop_app.ui.ask_bar import AskBar
from desktop_app.ui.card import label, push_button
from desktop_app.ui.mistakes_panel import write_mistakes
from desktop_app.ui.saving import TABLE, SaveBar
from desktop_app.ui.theme import GAP
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.wording import pictures

_ABOUT = (
    "Are some pictures in the wrong class?\n\n"
    "Each picture is judged by heads that have not learned from it. Where they are sure of another class "
    "than the one it is in, it comes into a queue, the most doubtful first. You decide: keep the label, "
    "change it, or leave the picture out. Nothing changes on the disk, and each decision can be undone.\n\n"
    "A label that you have kept is not asked about again."
)
_NONE = "No label looks wrong."
_DONE = "The queue is empty: nothing is left to decide."
_ELSEWHERE = "To decide about these pictures, open the project or the folder that they are from."


class LabelsPanel(QWidget):
    """Shows doubts and says what is decided; K keeps, R relabels, L leaves out what is selected."""

    keep_requested = Signal(object)  # list[Mistake]
    relabel_requested = Signal(object)  # list[Mistake]
    leave_out_requested = Signal(object)  # list[Mistake]

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._shown: tuple[Mistake, ...] = ()
        self._here = True
        self.grid = _Queue(thumbnails)
        self.bar = SaveBar(
            "", self, "doubtful labels.csv", TABLE, lambda path: write_mistakes(path, self._shown)
        )
        self.ask = AskBar("Loo&k for them", "Judge each picture by heads that have not seen it", self.bar)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.buttons: list[QPushButton] = []
        for text, tip, key, tell in (
            (
                "Keep label",
                "The label is right: do not ask again (K)",
                Qt.Key.Key_K,
                self.keep_requested.emit,
            ),
            ("Relabel", "Put it where it seems to belong (R)", Qt.Key.Key_R, self.relabel_requested.emit),
            ("Leave out", "Let the picture take no part (L)", Qt.Key.Key_L, self.leave_out_requested.emit),
        ):
            button = push_button(text, tip)
            button.clicked.connect(lambda _checked=False, tell=tell: self._decide(tell))
            self.grid.acts[key] = button.click
            self.buttons.append(button)
            row.addWidget(button)
        self.hint = label("", "hint")
        row.addWidget(self.hint, 1)
        self._empty = label(role="hint", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.grid, 1)
        inner.addLayout(row)
        self._filled = filled
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(filled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self.bar)
        layout.addWidget(self.ask)
        layout.addLayout(self._stack, 1)
        self.grid.selection_changed.connect(lambda _count: self._show_state())
        self.forget()

    def forget(self) -> None:
        """Nothing is known of this run yet."""
        self._shown = ()
        self._say(_ABOUT)
        if not self.ask.running:
            self.ask.show_idle()

    def show_doubts(self, doubts: Sequence[Mistake], total: int, here: bool) -> None:
        """What is left of `total` that looked wrong; `here` where it can be decided about."""
        before = self.grid.currentIndex().row() if self._shown else 0
        self._shown, self._here = tuple(doubts), here
        if not doubts:
            self._say(_DONE if total else _NONE)
            return
        self.bar.say(
            f"{pictures(len(doubts))} of {total:,} to decide: the class it is in → the class it looks like, "
            "and how surely. The most doubtful come first; a double click opens one large."
        )
        self.grid.show_judged(self._shown)
        self._stack.setCurrentWidget(self._filled)
        self.grid.setCurrentIndex(self.grid.model().index(min(max(before, 0), len(doubts) - 1), 0))
        self._show_state()

    def _say(self, words: str) -> None:
        self._empty.setText(words)
        self._stack.setCurrentWidget(self._empty)
        self.bar.say("")
        self.bar.set_enabled(False)

    def _show_state(self) -> None:
        self.bar.set_enabled(bool(self._shown))
        some = bool(self.grid.selected)
        for button in self.buttons:
            button.setEnabled(self._here and some)
        self.hint.setText("K, R or L decides about what is selected." if self._here else _ELSEWHERE)

    def _decide(self, tell: Callable[[list[Mistake]], object]) -> None:
        chosen = set(self.grid.selected)
        decided = [one for one in self._shown if one.file in chosen]
        if decided and self._here:
            tell(decided)


class _Queue(AnswersGrid):
    """The grid, which hears a letter for each decision."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__(thumbnails)
        self.acts: dict[Qt.Key, Callable[[], object]] = {}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter alone decides; all other keys move and select."""
        alone = event.modifiers() == Qt.KeyboardModifier.NoModifier
        act = self.acts.get(Qt.Key(event.key())) if alone else None
        if act:
            act()
        else:
            super().keyPressEvent(event)
