"""The Reporter: all that an engine function sees of the world outside it."""

import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from threading import Event

from desktop_app.engine.errors import Cancelled, FinishedEarly, Paused
from desktop_app.engine.history import EpochRow


@dataclass
class Control:
    """The verbs that reach into a run from another thread.

    `cancel` discards the run; `pause` stops it at once, to go on later from the last whole epoch; `finish`
    lets the current epoch end and keeps what was learned.
    """

    cancel: Event = field(default_factory=Event)
    pause: Event = field(default_factory=Event)
    finish: Event = field(default_factory=Event)


class Reporter:
    """Carries progress out of the engine and the wish to stop into it.

    Every call checks the flags first and raises `Cancelled` or `Paused`, so an engine function that reports
    often can be stopped often. A bare `Reporter()` listens to nobody.

    Args:
        on_progress: called with the fraction done, in [0, 1], and a line of text.
        on_epoch: called with each epoch's row.
        control: the flags to obey.
        on_news: called with whatever else a stage has to tell.
    """

    def __init__(
        self,
        on_progress: Callable[[float, str], None] | None = None,
        on_epoch: Callable[[EpochRow], None] | None = None,
        control: Control | None = None,
        on_news: Callable[[object], None] | None = None,
    ) -> None:
        self._on_progress = on_progress
        self._on_epoch = on_epoch
        self._on_news = on_news
        self._about = ""
        self._control = control or Control()
        self._start, self._end = 0.0, 1.0
        self._hasty = False

    def checkpoint(self) -> None:
        """Raise `Cancelled` or `Paused` if the user has asked for it."""
        if self._control.cancel.is_set():
            raise Cancelled
        if self._control.pause.is_set():
            raise Paused
        if self._hasty and self.finish_early:
            raise FinishedEarly

    def report(self, fraction: float, text: str) -> None:
        """Say that `fraction` (0 to 1) of this part is done, and what is being done."""
        self.checkpoint()
        if self._on_progress:
            inside = min(max(fraction, 0.0), 1.0)
            self._on_progress(self._start + (self._end - self._start) * inside, self._about + text)

    def publish(self, row: EpochRow) -> None:
        """Hand out one epoch's row."""
        self.checkpoint()
        if self._on_epoch:
            self._on_epoch(row)

    def tell(self, news: object) -> None:
        """Hand out what is known so far of something that is not an epoch."""
        self.checkpoint()
        if self._on_news:
            self._on_news(news)

    @property
    def finish_early(self) -> bool:
        """Whether the user wants the run to end after this epoch."""
        return self._control.finish.is_set()

    def part(self, start: float, end: float) -> "Reporter":
        """A reporter for a stage that owns the bar from `start` to `end` (fractions of this one)."""
        stage = copy(self)
        width = self._end - self._start
        stage._start, stage._end = self._start + width * start, self._start + width * end
        return stage

    def about(self, what: str) -> "Reporter":
        """The same, whose every line begins with `what` and a colon."""
        stage = copy(self)
        stage._about = f"{self._about}{what}: "
        return stage

    def hasty(self) -> "Reporter":
        """The same for a stage without epochs: the wish to finish early ends it by `FinishedEarly`."""
        stage = copy(self)
        stage._hasty = True
        return stage

    def silent(self) -> "Reporter":
        """The same for what is only tried: it obeys, and says nothing."""
        return Reporter(control=self._control)

    def relabelling(self, change: Callable[[EpochRow], EpochRow]) -> "Reporter":
        """The same, which hands out every epoch's row as `change` makes it."""
        stage = copy(self)
        stage._on_epoch = lambda row: self.publish(change(row))
        return stage


class Pace:
    """Measures how fast a stage goes and words it: 120 of 244 · 11.2 images/s · 12 s left.

    Args:
        total: how many there are in all.
        unit: what is counted, in the plural.
        already: how many were done before, and say nothing of how fast it goes.
    """

    def __init__(self, total: int, unit: str = "images", already: int = 0) -> None:
        self._total = total
        self._unit = unit
        self._already = already
        self._began = time.monotonic()

    def rate(self, done: int) -> float:
        """Units a second since the start; 0 before there is anything to measure."""
        elapsed = time.monotonic() - self._began
        fresh = done - self._already
        return fresh / elapsed if fresh and elapsed > 0 else 0.0

    def text(self, done: int) -> str:
        """The line for the progress bar when `done` are done."""
        words = f"{done:,} of {self._total:,}"
        rate = self.rate(done)
        if rate:
            words += f" · {rate:,.{0 if rate >= 100 else 1}f} {self._unit}/s"
            words += f" · {duration((self._total - done) / rate)} left"
        return words


def duration(seconds: float) -> str:
    """A length of time in words: 8 s, 2 min 05 s, 1 h 10 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
