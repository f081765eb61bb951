"""Garbage is collected here, and in no other thread."""

import gc
import threading
import time
from collections.abc import Iterator
from typing import ClassVar

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.control.collector import Collector


class Knot:
    """Notes in which thread it is collected."""

    ended: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.ended.add(threading.current_thread().name)


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    Knot.ended.clear()
    collector = Collector()
    yield collector
    collector.stop()
    assert gc.isenabled()


def tie(count: int) -> None:
    for _ in range(count):
        Knot()


def test_knots_of_any_thread_end_in_the_windows(qtbot: QtBot, collector: Collector) -> None:
    thread = threading.Thread(target=tie, args=(5000,), name="busy")
    thread.start()
    thread.join()
    assert not Knot.ended
    qtbot.waitUntil(lambda: bool(Knot.ended), timeout=20_000)
    assert Knot.ended == {"MainThread"}


def test_all_objects_are_looked_at_seldom(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: (701, 11, 11))
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", lambda generation=2: asked.append(generation))
    now = time.monotonic()
    for passed in (1, 29, 31, 32, 60, 63):
        monkeypatch.setattr(time, "monotonic", lambda passed=passed: now + passed)
        collector.collect()
    assert asked == [1, 1, 2, 1, 1, 2]
