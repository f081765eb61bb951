"""A learning rate is found in the window and taken; a run's settings are taken again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from control_samples import drop, idle, make_controller, message
from pytestqt.qtbot import QtBot

from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.ui.rate_dialog import RateDialog

SPEC = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(epochs=2, batch=4))
pytestmark = pytest.mark.usefixtures("small_backbones")


def test_a_rate_is_found_and_a_finished_run_is_repeated_with_a_change(
    qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    controller = make_controller(qtbot, tmp_path)
    desk, page = controller.desk, controller.desk.pages.train
    page.set_spec(SPEC)
    page.rate_requested.emit()
    idle(qtbot, desk)
    assert "There are no readable pictures here" in message(controller)
    drop(qtbot, controller, picture_folder(count=10))
    page.settings.training.find.click()
    (dialog,) = (one for one in desk.window.findChildren(RateDialog) if one.isVisible())
    idle(qtbot, desk)
    assert message(controller) == ""
    assert "ing learning rates" not in dialog.words.text()
    dialog.chosen.emit(0.0125)
    assert page.spec().training.learning_rate == 0.0125
    dialog.close()

    page.start_requested.emit(page.spec())
    idle(qtbot, desk)
    assert desk.run is not None
    page.set_spec(ExperimentSpec())
    desk.pages.results.summary.again.menu().actions()[0].trigger()
    assert desk.window.page == "train"
    assert page.spec().head == SPEC.head
    assert page.spec().training.learning_rate == 0.0125
    assert "settings of that run" in message(controller)
