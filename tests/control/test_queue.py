"""Experiments wait for their turn, and a failure stops none but itself."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from control_samples import drop, idle, make_controller
from pytestqt.qtbot import QtBot

from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec

GOOD = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(epochs=2))
BAD = replace(GOOD, base=BaseSpec("VGG16", "/nowhere/weights.h5"))
PLAIN = replace(GOOD, head=HeadSpec(()))
pytestmark = pytest.mark.usefixtures("small_backbones")


def test_the_queue_is_trained_in_its_order_whatever_fails(
    qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    controller = make_controller(qtbot, tmp_path)
    desk, run = controller.desk, controller.desk.pages.train.run
    drop(qtbot, controller, picture_folder(count=10))
    trained: list[ExperimentSpec] = []
    controller.training.trained.connect(lambda made: trained.append(made.spec))

    def lines() -> list[str]:
        return [run.queue.list.item(row).text() for row in range(run.queue.list.count())]

    assert not run.queue.isVisibleTo(run)
    for spec in (PLAIN, GOOD, BAD, replace(GOOD, training=TrainingSpec(epochs=9))):
        controller.queue.add(spec)
    assert run.queue.isVisibleTo(run)
    run.queue.remove.click()  # the last is chosen
    run.queue.list.setCurrentRow(2)
    run.queue.up.click()
    run.queue.up.click()
    assert not run.queue.up.isEnabled()
    assert [line.partition(": ")[2] for line in lines()] == ["waiting"] * 3
    run.queue.start.click()
    assert not run.queue.start.isEnabled()
    idle(qtbot, desk)
    assert trained == [PLAIN, GOOD]
    first, second, third = lines()
    assert first.startswith("1.  VGG16, head 8, rate 0.001, 2 epochs, seed 0: failed: ")
    assert second.startswith("2.  VGG16, plain head, 2 epochs, seed 0: ")
    assert second.endswith("% in validation")
    assert third.endswith("% in validation")
    assert not run.queue.start.isEnabled()


def test_what_the_user_stops_stops_the_queue(
    qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    controller = make_controller(qtbot, tmp_path)
    desk, run = controller.desk, controller.desk.pages.train.run
    drop(qtbot, controller, picture_folder(count=10))
    for spec in (GOOD, PLAIN):
        controller.desk.pages.train.set_spec(spec)
        run.enqueue.click()
    run.queue.start.click()
    run.cancel.click()
    idle(qtbot, desk)
    states = [run.queue.list.item(row).text().rpartition(": ")[2] for row in range(2)]
    assert states == ["stopped", "waiting"]
    assert run.queue.start.isEnabled()
    assert desk.run is None
