"""The Train page: settings to the left, the run to the right."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from desktop_app.engine.history import EpochRow
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.ui.run_panel import RunPanel
from desktop_app.ui.settings_panel import SettingsPanel
from desktop_app.ui.theme import GAP, MARGIN

_SETTINGS_WIDTH = 364


class TrainPage(QWidget):
    """Emits what the user wants and draws how far the run is."""

    start_requested = Signal(object)  # ExperimentSpec
    queue_requested = Signal(object)  # ExperimentSpec
    cancel_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    discard_requested = Signal()
    finish_requested = Signal()
    results_requested = Signal()
    scratch_requested = Signal()  # the run shown is to be compared with one from scratch
    rate_requested = Signal()  # a suggestion for the learning rate
    spec_changed = Signal(object)  # ExperimentSpec
    weights_file_requested = Signal(str)  # a backbone's name; the file dialog has opened
    weights_file_chosen = Signal(str, Path)
    retry_requested = Signal()
    untrained_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ready = False
        self._why = "Add pictures on the Data page first."
        self._running = False
        self.settings = SettingsPanel()
        self.run = RunPanel()
        self.settings_column = _Column(self.settings)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(0)
        layout.addWidget(self.settings_column)
        layout.addSpacing(GAP - self.settings_column.beside)
        layout.addWidget(self.run, 1)

        self.settings.changed.connect(self._on_change)
        weights = self.settings.weights
        weights.file_requested.connect(self.weights_file_requested)
        weights.file_chosen.connect(self.weights_file_chosen)
        self.settings.training.find_requested.connect(self.rate_requested)
        self.run.start_clicked.connect(lambda: self.start_requested.emit(self.spec()))
        self.run.queue_clicked.connect(lambda: self.queue_requested.emit(self.spec()))
        self.run.finish_clicked.connect(self._finish)
        self.run.cancel_clicked.connect(self._cancel)
        self.run.pause_clicked.connect(self._pause)
        self.run.resume_clicked.connect(self.resume_requested)
        self.run.discard_clicked.connect(self.discard_requested)
        self.run.compare_clicked.connect(self.scratch_requested)
        self.run.results_clicked.connect(self.results_requested)
        self.run.problem.retry_requested.connect(self.retry_requested)
        self.run.problem.untrained_requested.connect(self.untrained_requested)
        self.run.problem.file_requested.connect(lambda: weights.choose_file(self.spec().base.backbone))
        self._judge()

    def spec(self) -> ExperimentSpec:
        """The experiment as chosen."""
        return self.settings.spec()

    def set_spec(self, spec: ExperimentSpec) -> None:
        """Show another experiment's choices."""
        self.settings.set_spec(spec)

    def set_rate(self, rate: float) -> None:
        """Show another learning rate."""
        self.settings.training.rate.set_value(rate)

    def set_device(self, text: str, tooltip: str = "") -> None:
        """What computes: the GPU's name and memory, or the CPU and why no GPU."""
        self.run.set_device(text, tooltip)

    def set_ready(self, ready: bool, why: str = "") -> None:
        """Whether there is something to train on; if not, why."""
        self._ready, self._why = ready, why
        self._judge()

    def set_data_summary(self, text: str) -> None:
        """The pictures to train on, in one line."""
        self.run.set_data(text)

    def set_classes(self, count: int) -> None:
        """How many classes the pictures have; 0 while there are none."""
        self.settings.head.set_classes(count)

    def set_weights_state(self, backbone: str, text: str) -> None:
        """What is known of ImageNet's weights for `backbone`, such as “will be downloaded, 59 MB”."""
        self.settings.weights.set_state(backbone, text)

    def set_weights_file(self, backbone: str, path: Path) -> None:
        """Accept a file of the user's as the weights of `backbone`; the spec then names it."""
        self.settings.weights.set_file(backbone, path)
        self.run.problem.hide()

    def begin_run(self, epochs: int, compared: Sequence[EpochRow] = ()) -> None:
        """A run has started, to be drawn beside the epochs of another."""
        self._running = True
        self.settings.setEnabled(False)
        self.run.begin(epochs, compared)

    def show_progress(self, fraction: float, text: str) -> None:
        """How far the run is, in [0, 1] and in words."""
        self.run.progress(fraction, text)

    def add_epoch(self, row: EpochRow) -> None:
        """Draw one more epoch."""
        self.run.add_epoch(row)

    def end_run(self, outcome: str, words: str = "", comparable: bool = False, kept: int = 0) -> None:
        """Let the user choose again; all is as in `RunPanel.end`."""
        self._running = False
        self.settings.setEnabled(True)
        self._judge()
        self.run.end(outcome, words, comparable, kept)

    def set_waiting(self, what: str) -> None:
        """Offer to resume a run that was stopped, said in a few words; none where `what` is empty."""
        self.run.set_waiting(what)

    def show_weights_problem(self, message: str, hint: str) -> None:
        """Say why there are no weights, and offer the three ways on."""
        self.run.show_problem(message, hint)

    def _on_change(self) -> None:
        self.run.problem.hide()
        self._judge()
        self.spec_changed.emit(self.spec())

    def _judge(self) -> None:
        if not self._running:
            problem = self.settings.problem
            self.run.set_ready(self._ready and not problem, self._why if not self._ready else problem)

    def _finish(self) -> None:
        self.run.finish.setEnabled(False)
        self.run.progress(self.run.bar.value() / 1000, "Finishing after this epoch…")
        self.finish_requested.emit()

    def _cancel(self) -> None:
        self._stop("Cancelling…")
        self.cancel_requested.emit()

    def _pause(self) -> None:
        self._stop("Pausing…")
        self.pause_requested.emit()

    def _stop(self, words: str) -> None:
        for button in (self.run.cancel, self.run.pause, self.run.finish):
            button.setEnabled(False)
        self.run.progress(self.run.bar.value() / 1000, words)


class _Column(QScrollArea):
    """Scrolls the settings where the window is too low; the bar lies in the gap to what is beside them."""

    def __init__(self, settings: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(settings)
        self._layout = settings.layout()
        bar = self.verticalScrollBar().sizeHint().width()
        self.beside = (GAP + bar) // 2  # so that the bar is in the middle of the gap
        self.setFixedWidth(_SETTINGS_WIDTH + self.beside)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._make_room(0, 0)

    @Slot(int, int)
    def _make_room(self, _lowest: int, highest: int) -> None:
        bar = self.verticalScrollBar().sizeHint().width() if highest else 0
        if self._layout:
            self._layout.setContentsMargins(0, 0, self.beside - bar, 0)
