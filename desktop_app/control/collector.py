"""Python's garbage in cycles, collected in the window's thread alone.

By itself Python collects it in whatever thread makes the next object. A widget or a timer that hung in a
cycle would be ended outside the thread that it belongs to, which Qt answers with a crash; and with a hundred
thousand pictures in memory, each full collection holds all threads up for a tenth of a second.
"""

import gc
import time

from PySide6.QtCore import QObject, QTimer

_OFTEN = 250  # milliseconds
_SELDOM = 30.0  # seconds between full collections


class Collector(QObject):
    """Takes Python's place as long as it lives: young objects often, all of them seldom."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._full = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(_OFTEN)

    def collect(self) -> None:
        """Collect what Python's thresholds call for, or would have."""
        young, middle, old = gc.get_threshold()
        made, collected, full = gc.get_count()
        now = time.monotonic()
        if full > old and now - self._full > _SELDOM:
            self._full = now
            gc.collect()
        elif collected > middle:
            gc.collect(1)
        elif made > young:
            gc.collect(0)

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
