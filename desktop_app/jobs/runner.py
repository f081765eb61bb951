"""The runner: one worker thread, and at most one current job."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.engine.progress import Reporter
from desktop_app.jobs.job import Job


class Runner(QObject):
    """Starts jobs one at a time.

    A job that is replaced is cancelled, and its signals are cut off, so that only the current one is heard.
    """

    busy_changed = Signal(object)  # the current job's name, or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="graftwork")
        self._current: Job | None = None
        self._closed = False

    @property
    def current(self) -> Job | None:
        """The job under way."""
        return self._current

    def start(self, name: str, work: Callable[[Reporter], object]) -> Job:
        """Make a job of `work` and return it before it can have emitted anything.

        After `shutdown` it never begins.
        """
        if self._current:
            self._current.cancel()
            self._current.mute()
        job = Job(work, name, self)
        if self._closed:
            return job
        self._current = job
        job.finished.connect(self._end)
        self.busy_changed.emit(name)
        job.start(self._executor)
        return job

    def shutdown(self) -> None:
        """Cancel what runs and let the thread end; does not wait."""
        self._closed = True
        if self._current:
            self._current.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    @Slot()
    def _end(self) -> None:
        """The current job has ended: no other is heard. A lambda here would keep the runner alive in it."""
        job, self._current = self._current, None
        self.busy_changed.emit(None)
        if job:
            job.deleteLater()
