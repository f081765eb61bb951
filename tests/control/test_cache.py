"""Stored features, from the window's menu to the file and back."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.control.controller import Controller
from desktop_app.control.desk import Home
from desktop_app.engine.feature_cache import LIMIT, FeatureCache
from desktop_app.engine.pipeline import activations_folder
from desktop_app.session.settings import Settings
from desktop_app.ui.stored_features import StoredFeaturesDialog


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Controller:
    home = Home(*(tmp_path / name for name in ("weights", "cache", "runs", "samples", "log")))
    controller = app.build(home, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(controller.desk.window, before_close_func=lambda _window: controller.shut_down())
    controller.desk.window.show()
    return controller


def opened(qtbot: QtBot, controller: Controller) -> StoredFeaturesDialog:
    controller.desk.window.stored_features_requested.emit()
    (dialog,) = controller.desk.window.findChildren(StoredFeaturesDialog)
    idle(qtbot, controller)
    return dialog


def idle(qtbot: QtBot, controller: Controller) -> None:
    qtbot.waitUntil(lambda: controller.cache.runner.current is None)


def test_it_is_looked_at_limited_and_cleared(qtbot: QtBot, controller: Controller) -> None:
    cache = FeatureCache(controller.desk.home.cache)
    cache.put("base", [(bytes([number]), np.zeros(5000, np.float32)) for number in range(100)])
    kept = activations_folder(controller.desk.home.cache) / "of a base" / "a.records"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(bytes(5_000_000))  # what fine-tuning keeps
    dialog = opened(qtbot, controller)
    assert dialog.usage.text().endswith("MB of 10.0 GB in use")
    assert dialog.usage.text().startswith("7.")
    dialog.limit.setValue(3)
    idle(qtbot, controller)
    assert cache.limit == 3 * 10**9
    dialog.clear_requested.emit()
    idle(qtbot, controller)
    assert dialog.usage.text() == "0.0 MB of 3.0 GB in use"
    assert cache.get(b"\1", "base") is None
    assert not kept.exists()
    cache.close()


def test_a_dialog_closed_too_soon_harms_nothing(qtbot: QtBot, controller: Controller) -> None:
    controller.desk.window.stored_features_requested.emit()
    (dialog,) = controller.desk.window.findChildren(StoredFeaturesDialog)
    dialog.reject()
    qtbot.waitUntil(lambda: not controller.desk.window.findChildren(StoredFeaturesDialog))
    idle(qtbot, controller)
    assert controller.desk.window.message_bar.text == ""


def test_a_cache_that_cannot_be_opened_is_a_sentence(qtbot: QtBot, controller: Controller) -> None:
    controller.desk.home.cache.touch()
    controller.desk.window.stored_features_requested.emit()
    idle(qtbot, controller)
    assert "can be kept in" in controller.desk.window.message_bar.text
    controller.desk.home.cache.unlink()
    cache = FeatureCache(controller.desk.home.cache)
    assert cache.limit == LIMIT
    cache.close()
