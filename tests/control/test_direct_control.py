"""ImageNet's own model from the menu to the answer; the model itself is made up."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from control_samples import PATIENCE, drop, idle, make_controller
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.direct_score import Answer, DirectScore, FolderScore
from desktop_app.engine.errors import WeightsUnavailableError
from desktop_app.engine.progress import Reporter
from desktop_app.ui.direct_dialog import DirectDialog


class Model:
    """Takes all for ants; or looks for ever."""

    def __init__(self, name: str, forever: bool = False) -> None:
        self.base = SimpleNamespace(row=SimpleNamespace(name=name))
        self._forever = forever

    def predict(
        self, files: Sequence[Path], _cache: object, reporter: Reporter
    ) -> tuple[list[Answer], list[Any]]:
        while self._forever:
            reporter.checkpoint()
        return [Answer(file, (("ant", 0.9), ("bee", 0.1))) for file in files], []

    def score(self, catalog: Catalog, _cache: object, _reporter: Reporter) -> DirectScore:
        count = len(catalog.pictures)
        return DirectScore((FolderScore("red", ("red wine",), count, count, count),), ("blue",), ())


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DirectDialog:
    monkeypatch.setattr("desktop_app.engine.pipeline.start_tensorflow", lambda _reporter: None)
    controller = make_controller(qtbot, tmp_path)
    idle(qtbot, controller.desk)
    controller.desk.window.menus.direct.emit()
    made = controller.direct.dialog
    assert made is not None
    made.controller = controller  # type: ignore[attr-defined]  # keeps it, and lets tests reach it
    return made


def use(monkeypatch: pytest.MonkeyPatch, make: Callable[..., Any]) -> list[str]:
    opened: list[str] = []

    def open_direct(name: str, *_: object) -> Any:
        opened.append(name)
        return make(name)

    monkeypatch.setattr("desktop_app.engine.direct.open_direct", open_direct)
    return opened


def test_it_answers_and_is_scored(
    qtbot: QtBot, dialog: DirectDialog, monkeypatch: pytest.MonkeyPatch, picture_folder: Callable[..., Path]
) -> None:
    controller: Controller = dialog.controller  # type: ignore[attr-defined]
    opened = use(monkeypatch, Model)
    folder = picture_folder(count=2)
    dialog.asked.emit("VGG16", [folder])
    idle(qtbot, controller.desk)
    assert dialog.pictures.count() == 4
    assert dialog.view.answer.text() == "ant: 90.0 %"
    drop(qtbot, controller, folder)
    dialog.score_requested.emit("VGG16")
    idle(qtbot, controller.desk)
    assert "100.0 % right" in dialog.total.text()
    assert "does not know blue" in dialog.total.text()
    assert opened == ["VGG16"]  # it stays open


def test_stopping_is_seen_at_once(
    qtbot: QtBot, dialog: DirectDialog, monkeypatch: pytest.MonkeyPatch, picture_folder: Callable[..., Path]
) -> None:
    controller: Controller = dialog.controller  # type: ignore[attr-defined]
    opened = use(monkeypatch, lambda name: Model(name, forever=True))
    dialog.asked.emit("VGG16", [picture_folder(count=1)])
    qtbot.waitUntil(lambda: bool(opened), timeout=PATIENCE)
    dialog.stop.click()
    assert dialog.status.text() == "Stopped."
    dialog.asked.emit("VGG16", [])
    assert "has to wait" in dialog.status.text() or controller.desk.working.current is None
    idle(qtbot, controller.desk)


def test_without_weights_it_says_what_to_do(
    qtbot: QtBot, dialog: DirectDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unavailable(_name: str) -> None:
        raise WeightsUnavailableError("They could not be downloaded.", "Get the file elsewhere.")

    controller: Controller = dialog.controller  # type: ignore[attr-defined]
    use(monkeypatch, unavailable)
    dialog.score_requested.emit("VGG16")
    idle(qtbot, controller.desk)
    assert dialog.status.text() == "They could not be downloaded. Get the file elsewhere."

    asked: list[Any] = []
    monkeypatch.setattr("desktop_app.engine.pipeline.import_weights", lambda *words: asked.append(words))
    dialog.file_chosen.emit("VGG16", tmp_path / "full.h5")
    idle(qtbot, controller.desk)
    ((_store, row, file, _reporter, top),) = asked
    assert (row.name, file, top) == ("VGG16", tmp_path / "full.h5", True)
    assert "is kept for the next time" in dialog.status.text()
