"""Writing a file outside the window's thread: matplotlib takes a third of a second for a figure."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Signal


class Background(QObject):
    """Does work elsewhere, and says in its own thread how it went; the program does not end before.

    Whoever listens connects a slot of a widget: a widget that is gone by then hears nothing.
    """

    ended = Signal(object, object)  # Path; the `OSError` or `ValueError`, or None

    def start(self, path: Path, work: Callable[[], object]) -> None:
        """Do `work`, which writes to `path`."""
        Thread(target=self._run, args=(path, work), name="saving").start()

    def _run(self, path: Path, work: Callable[[], object]) -> None:
        error: Exception | None = None
        try:
            work()
        except Exception as caught:  # the window must hear of it in any case
            error = caught
        self.ended.emit(path, error)
