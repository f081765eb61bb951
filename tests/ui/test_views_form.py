"""The form of augmentation and its preview."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import CHANGES, ViewsSpec
from desktop_app.ui.settings_panel import SettingsPanel
from desktop_app.ui.views_preview import COLUMNS, ROWS

SPEC = ExperimentSpec(views=ViewsSpec(7, False, True, False, True, True, average=True, seed=9))


@pytest.fixture
def panel(qtbot: QtBot) -> SettingsPanel:
    made = SettingsPanel()
    qtbot.addWidget(made)
    made.show()
    return made


def test_off_it_is_one_line_and_asks_for_nothing(panel: SettingsPanel) -> None:
    form = panel.views
    assert panel.spec().views is None
    assert form.on.isVisible()
    inside = (form.count, *form.ticks.values(), form.average, form.preview, form.others)
    assert not any(widget.isVisible() for widget in inside)
    form.on.setChecked(True)
    assert all(widget.isVisible() for widget in inside)
    assert panel.spec().views == ViewsSpec()
    assert list(form.ticks) == list(CHANGES)


def test_what_is_set_comes_back(panel: SettingsPanel) -> None:
    panel.set_spec(SPEC)
    assert panel.spec() == SPEC
    panel.set_spec(replace(SPEC, views=None))
    assert panel.spec().views is None
    panel.views.on.setChecked(True)
    assert panel.spec() == SPEC


@pytest.mark.parametrize("change", CHANGES)
def test_each_tick_is_its_own_choice_and_is_announced(
    panel: SettingsPanel, qtbot: QtBot, change: str
) -> None:
    panel.views.on.setChecked(True)
    tick = panel.views.ticks[change]
    with qtbot.waitSignal(panel.changed):
        tick.click()
    views = panel.spec().views
    assert views == replace(ViewsSpec(), **{change: tick.isChecked()})


def test_no_tick_stops_the_start_only_while_it_counts(panel: SettingsPanel) -> None:
    form = panel.views
    form.on.setChecked(True)
    for tick in form.ticks.values():
        tick.setChecked(False)
    assert panel.problem == form._words.text() == "Tick what the views differ in."
    assert panel.spec().views == ViewsSpec()
    form.on.setChecked(False)
    assert panel.problem == ""


def test_fine_tuning_goes_with_pictures_as_they_are_only(panel: SettingsPanel) -> None:
    form = panel.views
    form.on.setChecked(True)
    panel.tuning.on.setChecked(True)
    spec = panel.spec()
    assert (spec.views, spec.tuning) == (None, TuningSpec())
    assert not form.on.isEnabled()
    assert not form.count.isVisible()
    assert form._words.text() == "Not together with fine-tuning."
    panel.tuning.on.setChecked(False)
    assert panel.spec().views == ViewsSpec()
    assert form._words.isHidden()


def test_averaging_says_that_an_export_does_not(panel: SettingsPanel) -> None:
    panel.set_spec(SPEC)
    assert panel.views._once.isVisible()
    panel.views.average.setChecked(False)
    assert not panel.views._once.isVisible()


def test_the_preview_shows_rows_of_views_and_never_more_than_fit(panel: SettingsPanel) -> None:
    panel.views.on.setChecked(True)
    preview = panel.views.preview
    assert not preview.shown
    size = preview.size()
    red = np.full((32, 32, 3), (250, 10, 20), np.uint8)
    panel.views.show_views([[red, red[:, ::-1]], [red] * 9, [red]])
    assert preview.shown == (2, COLUMNS)
    assert len(preview.shown) == ROWS
    picture = preview.grab().toImage()
    assert picture.pixelColor(20, 20).name() == "#fa0a14"
    assert preview.size() == size == preview.sizeHint()
