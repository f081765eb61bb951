"""A job: one engine function on its way through the worker thread, seen from the GUI thread."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_app.engine.errors import Cancelled, Paused
from desktop_app.engine.history import EpochRow
from desktop_app.engine.progress import Control, Reporter

PROGRESS_INTERVAL = 0.1  # seconds: 10 Hz is as fast as anyone reads


class Job(QObject):
    """Announces a run's progress and its one outcome; make it in the GUI thread.

    After `start`, exactly one of `succeeded`, `failed`, `cancelled` and `paused` is emitted, then `finished`;
    a muted job emits nothing more. All signals leave from the GUI thread.
    """

    progressed = Signal(float, str)
    epoch_ended = Signal(object)  # EpochRow
    told = Signal(object)  # what else is known so far
    succeeded = Signal(object)  # what the function returned
    failed = Signal(object)  # the exception
    cancelled = Signal()
    paused = Signal()
    finished = Signal()
    _arrived = Signal(object)  # from the worker thread: (fraction, text), EpochRow, Future or news

    def __init__(self, work: Callable[[Reporter], object], name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._work = work
        self._control = Control()
        self._muted = False
        self._last_progress = 0.0
        self._stage = ""
        self._arrived.connect(self._sort, Qt.ConnectionType.QueuedConnection)

    def start(self, executor: Executor) -> None:
        """Queue the work; signals begin to flow."""
        reporter = Reporter(self._progress, self._tell, self._control, self._tell)

        def run() -> object:
            reporter.checkpoint()  # it may have been cancelled while it waited
            return self._work(reporter)

        executor.submit(run).add_done_callback(self._tell)

    def cancel(self) -> None:
        """Ask the run to stop and to discard what it has."""
        self._control.cancel.set()

    def pause(self) -> None:
        """Ask the run to stop and to keep what it needs to go on later."""
        self._control.pause.set()

    def finish_early(self) -> None:
        """Ask the run to stop after this epoch and to keep what it has."""
        self._control.finish.set()

    def mute(self) -> None:
        """Tell nobody anything any more, and go when the run has ended."""
        self._muted = True

    def _progress(self, fraction: float, text: str) -> None:
        """Called in the worker thread: a new stage is told at once, the rest at a readable pace."""
        now, stage = time.monotonic(), text.partition(":")[0]
        if stage != self._stage or now - self._last_progress >= PROGRESS_INTERVAL:
            self._last_progress, self._stage = now, stage
            self._tell((fraction, text))

    def _tell(self, news: object) -> None:
        """Called in the worker thread, which may outlive the window by a moment and then talks to nobody."""
        with suppress(RuntimeError):
            self._arrived.emit(news)

    @Slot(object)
    def _sort(self, news: object) -> None:
        """Back in the GUI thread."""
        if self._muted:
            if isinstance(news, Future):
                self.deleteLater()
        elif isinstance(news, Future):
            self._end(news)
        elif isinstance(news, EpochRow):
            self.epoch_ended.emit(news)
        elif isinstance(news, tuple):
            self.progressed.emit(*news)
        else:
            self.told.emit(news)

    def _end(self, future: "Future[object]") -> None:
        error = Cancelled() if future.cancelled() else future.exception()
        if error is None:
            self.succeeded.emit(future.result())
        elif isinstance(error, Cancelled):
            self.cancelled.emit()
        elif isinstance(error, Paused):
            self.paused.emit()
        else:
            self.failed.emit(error)
        if self._muted:  # a listener has started the next job
            self.deleteLater()
        else:
            self.finished.emit()
