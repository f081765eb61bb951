"""The preview of augmentation follows the choices and the pictures."""

from collections.abc import Callable
from pathlib import Path

import pytest
from control_samples import PATIENCE, drop, make_controller
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.engine.progress import Reporter
from desktop_app.engine.views_spec import ViewsSpec
from desktop_app.jobs import tasks


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Controller:
    made = make_controller(qtbot, tmp_path)
    made.intake._warm_up = lambda: None  # type: ignore[method-assign]
    return made


def settle(qtbot: QtBot, controller: Controller) -> tuple[int, ...]:
    qtbot.waitUntil(lambda: not controller.augmenting.runner.current, timeout=PATIENCE)
    return controller.desk.pages.train.settings.views.preview.shown


def looks(controller: Controller) -> bytes:
    picture = controller.desk.pages.train.settings.views.preview.grab().toImage()
    return bytes(picture.constBits())


def test_it_shows_the_users_pictures_as_the_ticks_have_them(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    form = controller.desk.pages.train.settings.views
    drop(qtbot, controller, picture_folder(count=3))
    assert settle(qtbot, controller) == ()  # off, nothing is made
    controller.desk.window.show_page("train")
    form.on.setChecked(True)
    assert settle(qtbot, controller) == (4, 4)
    seen = [looks(controller)]
    for act in (form.ticks["colour"].click, form.ticks["crop"].click, form.others.click):
        act()
        assert settle(qtbot, controller) == (4, 4)
        seen.append(looks(controller))
    assert len(set(seen)) == 4
    form.count.setValue(2)
    assert settle(qtbot, controller) == (2, 2)
    controller.pictures.clear()
    qtbot.waitUntil(lambda: form.preview.shown == (), timeout=PATIENCE)


def test_a_picture_that_cannot_be_read_has_no_row(picture_folder: Callable[..., Path]) -> None:
    file, other = sorted(picture_folder(classes=("red",), count=2).rglob("*.png"))
    other.write_bytes(b"nothing")
    rows = tasks.preview_views([other, file], ViewsSpec(3), 4, 32, "stretch")(Reporter())
    assert [len(row) for row in rows] == [3]
    assert rows[0][0].shape == (32, 32, 3)
