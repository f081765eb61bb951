import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.errors import Cancelled, EngineError, Paused
from desktop_app.engine.history import EpochRow
from desktop_app.engine.progress import Reporter
from desktop_app.jobs.job import Job
from desktop_app.jobs.runner import Runner


class Heard:
    """Every signal of a job, in order."""

    def __init__(self, job: Job) -> None:
        self.all: list[tuple[str, tuple[Any, ...]]] = []
        for name in ("progressed", "epoch_ended", "succeeded", "failed", "cancelled", "paused", "finished"):
            getattr(job, name).connect(lambda *args, name=name: self.all.append((name, args)))

    def names(self) -> list[str]:
        return [name for name, _ in self.all]


def run(qtbot: QtBot, work: Callable[[Reporter], object], cancelled: bool = False) -> Heard:
    job = Job(work, "test")
    heard = Heard(job)
    if cancelled:
        job.cancel()
    with ThreadPoolExecutor(1) as pool, qtbot.waitSignal(job.finished, timeout=5000):
        job.start(pool)
    return heard


def fail(error: BaseException) -> Callable[[Reporter], object]:
    def work(_reporter: Reporter) -> object:
        raise error

    return work


def test_success_carries_the_value_back_to_the_gui_thread(qtbot: QtBot) -> None:
    threads: list[object] = []
    job = Job(lambda _reporter: threads.append(threading.current_thread()) or 42, "test")  # type: ignore[func-returns-value]
    heard = Heard(job)
    job.succeeded.connect(lambda _value: threads.append(threading.current_thread()))
    with ThreadPoolExecutor(1) as pool, qtbot.waitSignal(job.finished):
        job.start(pool)
    assert heard.all == [("succeeded", (42,)), ("finished", ())]
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


@pytest.mark.parametrize("error", [EngineError("no"), ValueError("bug"), MemoryError()])
def test_an_error_arrives_whole(qtbot: QtBot, error: Exception) -> None:
    heard = run(qtbot, fail(error))
    assert heard.names() == ["failed", "finished"]
    assert heard.all[0][1][0] is error


def test_cancelled_is_no_error(qtbot: QtBot) -> None:
    assert run(qtbot, fail(Cancelled())).names() == ["cancelled", "finished"]


def test_paused_is_no_error_and_no_cancelling(qtbot: QtBot) -> None:
    assert run(qtbot, fail(Paused())).names() == ["paused", "finished"]


def test_a_job_cancelled_while_it_waits_never_begins(qtbot: QtBot) -> None:
    began: list[int] = []
    heard = run(qtbot, lambda _reporter: began.append(1), cancelled=True)
    assert heard.names() == ["cancelled", "finished"]
    assert not began


def test_progress_is_throttled_but_epochs_are_not(qtbot: QtBot) -> None:
    def work(reporter: Reporter) -> None:
        for number in range(500):
            reporter.report(number / 500, "counting")
            reporter.publish(EpochRow(number + 1, 0.0, 0.0))

    names = run(qtbot, work).names()
    assert names.count("epoch_ended") == 500
    assert 1 <= names.count("progressed") < 100


def test_a_new_stage_is_always_told(qtbot: QtBot) -> None:
    def work(reporter: Reporter) -> None:
        reporter.report(0.0, "Reading: 1 of 2")
        reporter.report(0.1, "Reading: 2 of 2")
        reporter.report(0.2, "Writing")

    told = [args[1] for name, args in run(qtbot, work).all if name == "progressed"]
    assert told == ["Reading: 1 of 2", "Writing"]


def test_the_runner_hears_only_the_newest_job(qtbot: QtBot) -> None:
    runner, gate, outcomes = Runner(), threading.Event(), []

    def wait(reporter: Reporter) -> str:
        gate.wait(5)
        reporter.checkpoint()
        return "old"

    old = runner.start("old", wait)
    for signal in (old.succeeded, old.cancelled, old.finished):
        signal.connect(lambda *_: outcomes.append("old"))
    new = runner.start("new", lambda _reporter: "new")
    new.succeeded.connect(outcomes.append)
    with qtbot.waitSignal(new.finished):
        gate.set()
    assert outcomes == ["new"]
    assert runner.current is None
    runner.shutdown()


def test_the_runner_says_when_it_is_busy(qtbot: QtBot) -> None:
    runner = Runner()
    told: list[object] = []
    runner.busy_changed.connect(told.append)
    with qtbot.waitSignal(runner.start("scan", lambda _reporter: None).finished):
        pass
    assert told == ["scan", None]
    runner.shutdown()


def test_shutdown_ends_what_runs_without_waiting(qtbot: QtBot) -> None:
    runner, began = Runner(), threading.Event()

    def forever(reporter: Reporter) -> None:
        began.set()
        while True:
            reporter.checkpoint()

    runner.start("forever", forever)
    assert began.wait(5)
    runner.shutdown()  # the fixture that looks for leaked threads is the judge


def test_a_job_may_start_the_next_one(qtbot: QtBot) -> None:
    runner = Runner()
    outcomes: list[object] = []

    def start_second(_value: object) -> None:
        second = runner.start("second", lambda _reporter: "second")
        second.succeeded.connect(outcomes.append)

    runner.start("first", lambda _reporter: "first").succeeded.connect(start_second)
    qtbot.waitUntil(lambda: not runner.current)
    assert outcomes == ["second"]
    runner.shutdown()


def test_after_shutdown_nothing_begins(qtbot: QtBot) -> None:
    runner = Runner()
    runner.shutdown()
    runner.start("late", lambda _reporter: None)
    assert runner.current is None
