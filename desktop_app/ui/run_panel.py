"""The run under way: curves, progress, and the buttons that start and stop it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.engine.history import EpochRow
from desktop_app.ui.card import Card, label, progress_bar, push_button, small_button
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.focus import holds_focus
from desktop_app.ui.plots import HistoryPlot
from desktop_app.ui.queue_card import QueueCard
from desktop_app.ui.theme import GAP, set_role
from desktop_app.ui.weights_problem import WeightsProblem

_OUTCOMES = {
    "succeeded": ("Done.", "success"),
    "cancelled": ("Cancelled. Nothing was kept.", "hint"),
    "paused": ("Paused.", "hint"),
    "failed": ("Training stopped with an error.", "error"),
}


class RunPanel(QWidget):
    """Three states: ready to start, running, and over with the curves still there.

    In the first and the last, a run that was stopped may wait to be resumed.
    """

    start_clicked = Signal()
    queue_clicked = Signal()
    finish_clicked = Signal()
    pause_clicked = Signal()
    cancel_clicked = Signal()
    resume_clicked = Signal()
    discard_clicked = Signal()
    results_clicked = Signal()
    compare_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ready, self._running, self._waiting, self._why = False, False, False, ""
        self._data = label("No pictures yet.", "heading", True)
        self._device = label(role="hint", wrap=True)
        self.plot = HistoryPlot()
        self.problem = WeightsProblem()
        self.bar = progress_bar("Progress of the training")
        self.text = ElidedLabel(role="hint")
        self.start = push_button("&Start training", role="primary")
        self.enqueue = small_button(
            "Add to queue", "Train these settings later, after those that wait already"
        )
        self.queue = QueueCard()
        self.finish = push_button("Fi&nish after this epoch", "Stop early and keep the best weights so far")
        self.pause = push_button("Pause", "Stop at once and go on later, even after closing the program")
        self.cancel = push_button("&Cancel", "Stop at once and keep nothing")
        self.resume = push_button("Resume", role="primary")
        self.discard = small_button("Discard", "Forget the run that was stopped")
        self._stopped = ElidedLabel(role="hint")
        self.results = push_button("See the &results", role="primary")
        self.compare = small_button(
            "Compare with from scratch",
            "Train the same network from random weights, on the same pictures for as many epochs.\n"
            "Each epoch takes the whole network, which is slow; end it after any epoch.",
        )
        for button, signal in (
            (self.compare, self.compare_clicked),
            (self.start, self.start_clicked),
            (self.enqueue, self.queue_clicked),
            (self.finish, self.finish_clicked),
            (self.pause, self.pause_clicked),
            (self.cancel, self.cancel_clicked),
            (self.resume, self.resume_clicked),
            (self.discard, self.discard_clicked),
            (self.results, self.results_clicked),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
        self._lay_out()
        self._arrange()
        self.results.hide()
        self.compare.hide()

    def set_data(self, text: str) -> None:
        """The pictures to train on, in one line."""
        self._data.setText(text)

    def set_device(self, text: str, tooltip: str) -> None:
        """What computes, in one line; more of it on hovering."""
        self._device.setText(text)
        self._device.setToolTip(tooltip)

    def set_ready(self, ready: bool, why: str) -> None:
        """Whether Start can be pressed; if not, why."""
        self._ready = ready
        self.start.setToolTip(why)
        if not self._running and why != self._why:  # else how the last run ended stays to be read
            self._say(why, "hint")
        self._why = why
        self._arrange()

    def set_waiting(self, what: str) -> None:
        """Offer to resume a run that was stopped, said in a few words; none where `what` is empty."""
        self._waiting = bool(what)
        self._stopped.setText(what)
        set_role(self.start, "" if what or not self.results.isHidden() else "primary")  # as in `end`
        self._arrange()
        if self._waiting and self.start.hasFocus():
            self.resume.setFocus()

    def begin(self, epochs: int, compared: Sequence[EpochRow] = ()) -> None:
        """A run starts, to be drawn beside the epochs of another."""
        self._running = True
        self.problem.hide()
        self.results.hide()
        self.compare.hide()
        self.plot.begin(epochs, compared)
        self.progress(0.0, "Starting…")
        self._arrange()
        self.cancel.setEnabled(True)
        self.pause.setEnabled(True)
        self.finish.setEnabled(False)
        self.setFocus()  # the button pressed is gone; no other one is singled out in its place

    def progress(self, fraction: float, text: str) -> None:
        """How far it is."""
        self.bar.setValue(round(1000 * fraction))
        self.bar.setAccessibleDescription(text)
        self._say(text, "hint")

    def add_epoch(self, row: EpochRow) -> None:
        """One more epoch is done, so that finishing early makes sense."""
        self.plot.add(row)
        if self._running and self.cancel.isEnabled() and not self.finish.isEnabled() and row.epoch == 1:
            self.finish.setEnabled(True)

    def end(self, outcome: str, words: str = "", comparable: bool = False, kept: int = 0) -> None:
        """The run is over, one of succeeded, failed, cancelled and paused; `words` say more of it.

        `comparable` tells whether it makes sense to compare it with a run from scratch, `kept` which epoch's
        weights it has, if any's.
        """
        self._running = False
        here = holds_focus(self)  # else the user is at something else
        self.plot.end(kept)
        if not self.plot.rows:
            self.plot.clear("No epoch was finished.")
        self._arrange()
        done = outcome == "succeeded"
        self.results.setVisible(done)
        self.compare.setVisible(done and comparable)
        set_role(self.start, "" if done else "primary")  # one way on stands out
        if self.problem.isHidden():
            said, role = _OUTCOMES[outcome]
            self._say(words or said, role)
            if here:
                (self.results if done else self.start).setFocus()

    def show_problem(self, message: str, hint: str) -> None:
        """There are no weights: say why, and offer the ways on."""
        self._say("", "hint")
        self.problem.show_problem(message, hint)
        if holds_focus(self):
            self.problem.retry.setFocus()

    def _say(self, text: str, role: str) -> None:
        if self.text.property("role") != role:
            set_role(self.text, role)
        self.text.setText(text)

    def _lay_out(self) -> None:
        facts = Card()
        facts.body.setSpacing(2)
        first = QHBoxLayout()
        first.addWidget(self._data, 1)
        first.addWidget(self.enqueue, 0, Qt.AlignmentFlag.AlignTop)
        facts.body.addLayout(first)
        facts.body.addWidget(self._device)
        curves = Card()
        curves.body.addWidget(self.plot)
        curves.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._waits = _row(self._stopped, self.discard, self.resume)
        self._row = QStackedWidget()  # it asks for the room of both, so that the window never has to grow
        self._row.addWidget(_row(QWidget(), self.compare, self.results, self.start))
        self._row.addWidget(_row(self.bar, self.finish, self.pause, self.cancel))
        self._row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(facts)
        layout.addWidget(curves, 1)
        layout.addWidget(self.queue)
        layout.addWidget(self.problem)
        layout.addWidget(self._waits)
        layout.addWidget(self.text)
        layout.addWidget(self._row)

    def _arrange(self) -> None:
        self._row.setCurrentIndex(int(self._running))
        self.enqueue.setVisible(not self._running)
        for button in (self.enqueue, self.start):
            button.setEnabled(self._ready)
        self._waits.setVisible(self._waiting and not self._running)


def _row(first: QWidget, *buttons: QWidget) -> QWidget:
    """`first` as wide as it gets, and `buttons` to its right."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GAP)
    row.addWidget(first, 1, Qt.AlignmentFlag.AlignVCenter)
    for button in buttons:
        row.addWidget(button)
    return made
