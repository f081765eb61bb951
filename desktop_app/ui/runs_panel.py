"""Beside the curves of the selected runs: which of two is better, and notes on one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_app.engine.compare import RunComparison
from desktop_app.engine.errors import EngineError
from desktop_app.engine.paired import points
from desktop_app.ui.card import Card, label
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.runs_model import RunRow
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import set_role
from desktop_app.ui.wording import percent, shortened

_LONGEST = 40  # signs of a name in a sentence
_HOW = "Select two runs (Ctrl+click) to ask which is better, or several to see their curves together."


class RunsPanel(Card):
    """Says what is known of the selection; emits notes when the keyboard leaves them."""

    note_changed = Signal(object, str)  # Path, text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._row: RunRow | None = None
        self.title = ElidedLabel(role="heading")
        self.sentence = label(wrap=True)
        self.transfer = label(wrap=True)
        self.detail = label(role="hint", wrap=True)
        self.note = _Note()
        self.note.setPlaceholderText("Notes on this run")
        self.note.setAccessibleName("Notes on this run")
        self.note.setTabChangesFocus(True)
        self.note.left.connect(self.keep)
        for widget in (self.title, self.sentence, self.transfer, self.detail):
            self.body.addWidget(widget)
        self.body.addWidget(self.note, 1)
        self.body.addStretch(0)
        self.setAccessibleName("The selected runs")
        self.show_rows([])

    def show_rows(self, rows: list[RunRow]) -> None:
        """Speak of other runs."""
        self.keep()
        one = rows[0] if len(rows) == 1 else None
        same = one and self._row and self._row.summary.folder == one.summary.folder
        self._row = one
        self.note.setVisible(bool(one and not one.summary.unfinished))
        if one is None:
            strange = len(rows) == 2 and not all(row.summary.opens for row in rows)
            sentence = "These two cannot be compared: they do not both have results." if strange else ""
            self._say(f"{len(rows)} runs" if rows else "No run selected", sentence, "" if strange else _HOW)
            return
        if not (same and self.note.hasFocus()):
            self.note.setPlainText(one.note)
        run = one.summary
        figure = ""
        if run.accuracy is not None and run.interval:
            low, high = (f"{100 * edge:.0f}" for edge in run.interval)
            whose = "its maker's" if run.imported else "its"
            figure = f"{percent(run.accuracy)} right, between {low} and {high} %, on {whose} {run.source}."
        if run.unfinished:
            figure = (
                f"It was stopped after {run.epochs} epochs." if run.epochs else "It was stopped at its start."
            )
        self._say(one.name, run.problem or figure, _HOW, "warning" if run.problem else "")

    def show_comparing(self) -> None:
        """Two are being compared."""
        self._say("Which is better?", "Comparing…", "")

    def show_comparison(self, names: tuple[str, str], found: RunComparison | EngineError) -> None:
        """How two runs, A and B, compare, or why they cannot be compared."""
        if isinstance(found, EngineError):
            self._say("Which is better?", found.message, found.hint)
        else:
            short = (shortened(names[0], _LONGEST), shortened(names[1], _LONGEST))
            self._say("Which is better?", verdict(short, found), evidence(short, found))

    def show_transfer(self, words: str) -> None:
        """Whether transfer has helped the one run, if that is known."""
        self.transfer.setText(words)
        self.transfer.setVisible(bool(words))

    def keep(self) -> None:
        """Say what was noted, if it is new."""
        text = self.note.toPlainText().strip()
        if self._row and text != self._row.note:
            self.note_changed.emit(self._row.summary.folder, text)

    def _say(self, title: str, sentence: str, detail: str, role: str = "") -> None:
        self.title.setText(safe(title))
        self.sentence.setText(safe(sentence))
        self.sentence.setVisible(bool(sentence))
        set_role(self.sentence, role)
        self.transfer.hide()
        self.detail.setText(safe(detail))


class _Note(QPlainTextEdit):
    """Tells when the keyboard leaves it."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The user has written what there was to write; a menu over it is no leaving."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


def verdict(names: tuple[str, str], found: RunComparison) -> str:
    """Which of two runs is better, by how much, in a sentence."""
    gain, (low, high) = found.difference.mean, found.difference.interval
    if not found.difference.clear:
        by = f"{points(gain)} points [{points(low)}, {points(high)}]"
        return f"No clear difference: “{names[0]}” has {by} more." if gain else f"No difference: {by}."
    better = names[0]
    if gain < 0:
        better, gain, low, high = names[1], -gain, -high, -low
    return f"“{better}” is better by {points(gain)} points [{points(low)}, {points(high)}]."


def evidence(names: tuple[str, str], found: RunComparison) -> str:
    """What the verdict rests on."""
    count = "1 of the" if found.pictures == 1 else f"{found.pictures:,}"
    p = found.difference.p
    return (
        f"“{names[0]}” {percent(found.accuracy_a)}, “{names[1]}” {percent(found.accuracy_b)} "
        f"on the same {count} {found.source}; 95 % bootstrap interval, McNemar's exact test "
        f"{'p < 0.0001' if p < 0.0001 else f'p = {p:.2g}'}."
    )
