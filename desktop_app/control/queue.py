"""Control of the queue: experiments are trained one after the other, whatever became of those before."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.control.training import TrainingControl, planned
from desktop_app.engine.errors import EngineError
from desktop_app.engine.run import Run
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.ui.wording import percent

_WAITING, _TRAINING = "waiting", "training…"


@dataclass
class _Entry:
    """An experiment, and how it stands."""

    spec: ExperimentSpec
    state: str = _WAITING


class QueueControl(QObject):
    """Holds the queue; each experiment learns from the pictures that are open when its turn comes."""

    def __init__(self, desk: Desk, training: TrainingControl) -> None:
        super().__init__(desk)
        self._desk, self._training = desk, training
        self._entries: list[_Entry] = []
        self._current: _Entry | None = None
        page = desk.pages.train
        self._card = page.run.queue
        page.queue_requested.connect(self.add)
        self._card.start_requested.connect(self.start)
        self._card.move_requested.connect(self.move)
        self._card.remove_requested.connect(self.remove)
        training.trained.connect(self._succeed)
        training.failed.connect(self._fail)
        training.ended.connect(self._go_on)

    def add(self, spec: ExperimentSpec) -> None:
        """Put an experiment at the end."""
        self._entries.append(_Entry(spec))
        self._show(len(self._entries) - 1)

    def move(self, row: int, by: int) -> None:
        """Let an experiment have its turn earlier or later."""
        entries = self._entries
        entries[row], entries[row + by] = entries[row + by], entries[row]
        self._show(row + by)

    def remove(self, row: int) -> None:
        """Take an experiment out."""
        del self._entries[row]
        self._show(row)

    def start(self) -> None:
        """Train the next one that waits."""
        if self._desk.refuse():
            return
        entry = next((one for one in self._entries if one.state == _WAITING), None)
        self._current = entry
        if entry:
            entry.state = _TRAINING
            self._desk.pages.train.set_spec(entry.spec)
            self._training.train(entry.spec)
        self._show(self._entries.index(entry) if entry else len(self._entries) - 1)

    def _succeed(self, run: Run) -> None:
        if self._current:
            self._current.state = f"{percent(run.summary['val_accuracy'])} in validation"

    def _fail(self, error: Exception) -> None:
        if self._current:
            why = error.message if isinstance(error, EngineError) else "an error of the program"
            self._current.state = f"failed: {why}"

    def _go_on(self) -> None:
        """A training has ended: the next one's turn, unless the user has stopped it."""
        entry, self._current = self._current, None
        if entry is None:
            return
        if entry.state == _TRAINING:
            entry.state = "stopped"
            self._show(self._entries.index(entry))
        else:
            self.start()

    def _show(self, chosen: int) -> None:
        entries = self._entries
        lines = [f"{number}.  {_words(one.spec)}: {one.state}" for number, one in enumerate(entries, 1)]
        waiting = [one.state == _WAITING for one in entries]
        self._card.show_entries(lines, waiting, max(chosen, 0), self._current is not None)


def _words(spec: ExperimentSpec) -> str:
    """An experiment in a line."""
    head = f"head {', '.join(map(str, spec.head.units))}" if spec.head.units else "plain head"
    tuning = f", {spec.tuning.blocks} blocks tuned" if spec.tuning else ""
    rate = f", rate {spec.training.learning_rate:g}" if spec.head.units else ""
    return f"{spec.base.backbone}, {head}{rate}, {planned(spec)} epochs{tuning}, seed {spec.training.seed}"
