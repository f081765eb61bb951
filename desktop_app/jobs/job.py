"""A job: one engine function on its way through the worker thread, seen from the GUI thread."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future

from PySide6.QtCore import QMetaMethod, QObject, Qt, Signal, Slot

from desktop_app.engine.errors import Cancelled
from desktop_app.engine.progress import Control, Reporter

PROGRESS_INTERVAL = 0.1  # seconds: 10 Hz is as fast as anyone reads


class Job(QObject):
    """Announces a run's progress and its one outcome; make it in the GUI thread.

    After `start`, exactly one of `succeeded`, `failed` and `cancelled` is emitted, then `finished`.
    """

    progressed = Signal(float, str)
    epoch_ended = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    finished = Signal()
    _ended = Signal(object)

    def __init__(self, work: Callable[[Reporter], object], name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._work = work
        self._control = Control()
        self._last_progress = 0.0
        self._ended.connect(self._sort, Qt.ConnectionType.QueuedConnection)

    def start(self, executor: Executor) -> None:
        """Queue the work; signals begin to flow."""
        reporter = Reporter(self._progress, self.epoch_ended.emit, self._control)

        def run() -> object:
            reporter.checkpoint()  # it may have been cancelled while it waited
            return self._work(reporter)

        executor.submit(run).add_done_callback(self._ended.emit)

    def cancel(self) -> None:
        """Ask the run to stop and to discard what it has."""
        self._control.cancel.set()

    def finish_early(self) -> None:
        """Ask the run to stop after this epoch and to keep what it has."""
        self._control.finish.set()

    def mute(self) -> None:
        """Cut off all who listen."""
        public = (
            self.progressed,
            self.epoch_ended,
            self.succeeded,
            self.failed,
            self.cancelled,
            self.finished,
        )
        for signal in public:
            if self.isSignalConnected(QMetaMethod.fromSignal(signal)):
                signal.disconnect()

    def _progress(self, fraction: float, text: str) -> None:
        """Called in the worker thread; only the newest of a burst matters."""
        now = time.monotonic()
        if now - self._last_progress >= PROGRESS_INTERVAL:
            self._last_progress = now
            self.progressed.emit(fraction, text)

    @Slot(object)
    def _sort(self, future: "Future[object]") -> None:
        """Back in the GUI thread: the future says how it went."""
        error = future.exception()
        if error is None:
            self.succeeded.emit(future.result())
        elif isinstance(error, Cancelled):
            self.cancelled.emit()
        else:
            self.failed.emit(error)
        self.finished.emit()
