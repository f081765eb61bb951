"""Progress goes out, the wish to stop comes in."""

import time

import pytest

from desktop_app.engine.errors import Cancelled, Paused
from desktop_app.engine.history import EpochRow
from desktop_app.engine.progress import Control, Pace, Reporter, duration

ROW = EpochRow(1, 0.5, 0.5)


def heard() -> tuple[list[tuple[float, str]], Reporter]:
    lines: list[tuple[float, str]] = []
    return lines, Reporter(lambda fraction, text: lines.append((round(fraction, 9), text)))


@pytest.mark.parametrize(("said", "shown"), [(0, 0), (0.25, 0.25), (1, 1), (-1, 0), (7, 1)])
def test_a_fraction_stays_in_the_bar(said: float, shown: float) -> None:
    lines, reporter = heard()
    reporter.report(said, "Working")
    assert lines == [(shown, "Working")]


@pytest.mark.parametrize(("said", "shown"), [(0, 0.2), (0.5, 0.4), (1, 0.6), (2, 0.6)])
def test_a_part_owns_its_share(said: float, shown: float) -> None:
    lines, reporter = heard()
    reporter.part(0.2, 0.6).report(said, "")
    assert lines[0][0] == shown


def test_parts_nest_and_join() -> None:
    lines, reporter = heard()
    outer = reporter.part(0.5, 1)
    for start, end in ((0, 0.5), (0.5, 1)):
        inner = outer.part(start, end)
        inner.report(0, "")
        inner.report(1, "")
    assert [fraction for fraction, _ in lines] == [0.5, 0.75, 0.75, 1]


def test_cancelling_reaches_every_call_of_every_part() -> None:
    control, lines = Control(), []
    reporter = Reporter(lambda *line: lines.append(line), lambda row: lines.append((row.loss, "")), control)
    part = reporter.part(0, 0.5).part(0, 0.5)
    part.checkpoint()
    part.report(1, "before")
    part.publish(ROW)
    control.cancel.set()
    for call in (part.checkpoint, lambda: part.report(1, "after"), lambda: part.publish(ROW)):
        with pytest.raises(Cancelled):
            call()
    assert lines == [(0.25, "before"), (0.5, "")]


def test_pausing_reaches_every_part_and_cancelling_comes_before_it() -> None:
    control = Control()
    part = Reporter(control=control).part(0, 1)
    control.pause.set()
    with pytest.raises(Paused):
        part.report(1, "after")
    control.cancel.set()
    with pytest.raises(Cancelled):
        part.checkpoint()


def test_finishing_early_stops_nothing_by_itself() -> None:
    control = Control()
    part = Reporter(control=control).part(0, 1)
    assert [part.finish_early] == [False]
    control.finish.set()
    part.report(1, "")
    assert [part.finish_early, Reporter(control=control).finish_early] == [True, True]


def test_nobody_needs_to_listen() -> None:
    Reporter().report(0.5, "")
    Reporter().publish(ROW)
    assert not Reporter().finish_early


@pytest.mark.parametrize(
    ("total", "done", "elapsed", "words"),
    [
        (244, 0, 10, "0 of 244"),
        (244, 120, 0, "120 of 244"),
        (244, 120, 10, "120 of 244 · 12.0 images/s · 10 s left"),
        (120_000, 60_000, 30, "60,000 of 120,000 · 2,000 images/s · 30 s left"),
        (10, 10, 100, "10 of 10 · 0.1 images/s · 0 s left"),
        (1000, 10, 60, "10 of 1,000 · 0.2 images/s · 1 h 39 min left"),
    ],
)
def test_pace_in_words(
    monkeypatch: pytest.MonkeyPatch, total: int, done: int, elapsed: float, words: str
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace(total)
    now += elapsed
    assert pace.text(done) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0.4, "0 s"),
        (8.2, "8 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.7, "1 h 00 min"),
        (4200, "1 h 10 min"),
        (360_000, "100 h 00 min"),
    ],
)
def test_duration_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
