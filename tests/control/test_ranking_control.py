"""The comparison of backbones from the button to the choice; what ranks them is made up."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from control_samples import PATIENCE, drop, idle, make_controller
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter
from desktop_app.engine.ranking import Standing, best_first
from desktop_app.ui.ranking_dialog import RankingDialog

FOUND = (
    Standing("VGG16", 20, 0.8, (0.6, 0.9), 0.1, 0.02),
    Standing("ResNet50", 20, 0.9, (0.7, 1), 0.2, 0.01),
)


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Controller:
    monkeypatch.setattr("desktop_app.engine.pipeline.start_tensorflow", lambda _reporter: None)
    return make_controller(qtbot, tmp_path)


@pytest.fixture
def ranks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Reporter], None]], list[Any]]:
    """Puts something else in place of the ranking, which then does as it is told; gives what it was asked."""

    def put(then: Callable[[Reporter], None]) -> list[Any]:
        asked: list[Any] = []

        def rank_backbones(names: Sequence[str], *rest: Any) -> tuple[Standing, ...]:
            asked.append((names, *rest))
            reporter = next(one for one in rest if isinstance(one, Reporter))
            for one in FOUND:
                reporter.tell(one)
            then(reporter)
            return best_first(FOUND)

        monkeypatch.setattr("desktop_app.engine.candidates.rank_backbones", rank_backbones)
        return asked

    return put


def opened(qtbot: QtBot, controller: Controller) -> RankingDialog:
    controller.desk.pages.train.settings.backbone.which.click()
    idle(qtbot, controller.desk)
    assert controller.ranking.dialog is not None
    return controller.ranking.dialog


def wait(reporter: Reporter) -> None:
    while True:
        reporter.checkpoint()


def fail(_reporter: Reporter) -> None:
    raise EngineError("There are too few.", "Add some.")


def test_the_best_is_found_and_taken(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path], ranks: Callable[..., list[Any]]
) -> None:
    asked = ranks(lambda _reporter: None)
    drop(qtbot, controller, picture_folder())
    choice = controller.desk.pages.train.settings.backbone
    choice.set_value("VGG16")
    dialog = opened(qtbot, controller)
    assert "MB to get" in dialog.model.index(0, 1).data()
    dialog.download.setChecked(False)
    dialog.start.click()
    idle(qtbot, controller.desk)
    ((names, catalog, base, *_, download, _duplicates),) = asked
    assert names == ("VGG16", "ResNet50", "InceptionV3")
    assert (catalog, base.weights, download) == (controller.desk.catalog, "imagenet", False)
    assert dialog.selected == "ResNet50"
    dialog.use.click()
    assert choice.value() == "ResNet50"
    assert choice._speeds == {"VGG16": 50, "ResNet50": 100}
    again = opened(qtbot, controller)
    assert again.model.standing("VGG16") == FOUND[0]


def test_stopping_is_seen_at_once_and_keeps_what_is_known(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path], ranks: Callable[..., list[Any]]
) -> None:
    ranks(wait)
    drop(qtbot, controller, picture_folder())
    dialog = opened(qtbot, controller)
    dialog.start.click()
    qtbot.waitUntil(lambda: dialog.model.standing("ResNet50") is not None, timeout=PATIENCE)
    dialog.start.click()
    assert "Stopped" in dialog.status.text()
    assert "Compare" in dialog.start.text()
    idle(qtbot, controller.desk)
    assert dialog.model.standing("ResNet50") == FOUND[1]


def test_closing_the_dialog_stops_it(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path], ranks: Callable[..., list[Any]]
) -> None:
    ranks(wait)
    drop(qtbot, controller, picture_folder())
    dialog = opened(qtbot, controller)
    dialog.start.click()
    qtbot.waitUntil(lambda: dialog.model.standing("ResNet50") is not None, timeout=PATIENCE)
    dialog.reject()
    idle(qtbot, controller.desk)
    assert controller.ranking.dialog is None


def test_what_went_wrong_is_said_where_it_is_seen(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path], ranks: Callable[..., list[Any]]
) -> None:
    dialog = opened(qtbot, controller)
    assert not dialog.start.isEnabled()
    assert "pictures" in dialog.status.text()
    dialog.reject()
    ranks(fail)
    drop(qtbot, controller, picture_folder())
    dialog = opened(qtbot, controller)
    dialog.start.click()
    idle(qtbot, controller.desk)
    assert dialog.status.text() == "There are too few. Add some."
