"""The Train page."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import ui_samples as samples
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.engine.backbones import BACKBONES, USUAL
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.ui.form_field import parse_rate, parse_units, show_units
from desktop_app.ui.train_page import TrainPage

OTHER = ExperimentSpec(
    BaseSpec("VGG16", "none", "max", "float32", resize="pad"),
    HeadSpec((64, 32), 0.5, 0.01),
    TrainingSpec(7, 16, 0.01, 0.333, 4_000_000_000),
)


@pytest.fixture
def page(qtbot: QtBot) -> TrainPage:
    made = TrainPage()
    qtbot.addWidget(made)
    made.resize(1080, 640)
    made.set_ready(True)
    made.show()
    return made


def press(button: QAbstractButton) -> None:
    assert button.isEnabled()
    assert button.isVisible()
    button.click()


def test_defaults_are_the_specs_own(page: TrainPage) -> None:
    assert page.spec() == ExperimentSpec()


def test_every_choice_goes_in_and_comes_out(page: TrainPage) -> None:
    page.set_spec(OTHER)
    assert page.spec() == OTHER


def test_setting_a_spec_announces_it_once(page: TrainPage, qtbot: QtBot) -> None:
    heard: list[object] = []
    page.spec_changed.connect(heard.append)
    page.set_spec(OTHER)
    assert heard == [OTHER]


@pytest.mark.parametrize("name", USUAL)
def test_each_usual_backbone_can_be_chosen(page: TrainPage, qtbot: QtBot, name: str) -> None:
    row = page.settings.backbone._rows[name]
    assert BACKBONES[name].summary in row.accessibleDescription()
    press(row)
    assert page.spec().base.backbone == name


def test_start_hands_over_the_spec(page: TrainPage, qtbot: QtBot) -> None:
    page.set_spec(OTHER)
    with qtbot.waitSignal(page.start_requested) as heard:
        press(page.run.start)
    assert heard.args == [OTHER]


def test_start_waits_for_data_and_says_why(page: TrainPage) -> None:
    page.set_ready(False, "Add pictures first.")
    assert not page.run.start.isEnabled()
    assert page.run.text.text() == "Add pictures first."
    page.set_ready(True)
    assert page.run.start.isEnabled()


def test_nonsense_is_told_beside_the_field_and_stops_the_start(page: TrainPage) -> None:
    page.settings.advanced.unfold()
    field = page.settings.head.units
    field.edit.setText("256, many")
    assert field._problem.isVisible()
    assert not page.run.start.isEnabled()
    assert "hidden layers" in page.run.text.text()
    assert page.spec().head.units == (256,)
    field.edit.setText("")
    assert not field._problem.isVisible()
    assert page.run.start.isEnabled()
    assert page.spec().head.units == ()


@pytest.mark.parametrize(
    ("text", "units"), [("", ()), ("256", (256,)), (" 256,64 ", (256, 64)), ("8 4;2", (8, 4, 2))]
)
def test_layers_are_read(text: str, units: tuple[int, ...]) -> None:
    assert parse_units(text) == units
    assert parse_units(show_units(units)) == units


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "65537", "٣", "1 " * 9])
def test_layers_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"numbers|most"):
        parse_units(text)


@pytest.mark.parametrize(("text", "rate"), [("0.001", 1e-3), ("1e-4", 1e-4), ("0,01", 0.01), (" 10 ", 10)])
def test_rates_are_read(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "-1", "11", "nan", "inf", "fast"])
def test_rates_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="A number"):
        parse_rate(text)


def test_advanced_settings_are_folded_away_at_first(page: TrainPage, qtbot: QtBot) -> None:
    assert not page.settings.head.isVisible()
    QTest.keyClick(page.settings.advanced.button, Qt.Key.Key_Space)
    assert page.settings.head.isVisible()


def test_an_untrained_base_is_labelled(page: TrainPage, qtbot: QtBot) -> None:
    weights = page.settings.weights
    assert not weights._warning.isVisible()
    press(weights._none)
    assert weights._warning.isVisible()
    assert "Untrained base" in weights._warning.text()
    assert page.spec().base.weights == "none"


def test_the_state_of_the_weights_follows_the_backbone(page: TrainPage, qtbot: QtBot) -> None:
    page.set_weights_state("VGG16", "downloaded")
    page.set_weights_state("ResNet50", "will be downloaded, 95 MB")
    assert page.settings.weights._state.text() == "will be downloaded, 95 MB"
    press(page.settings.backbone._rows["VGG16"])
    assert page.settings.weights._state.text() == "downloaded"


def test_a_file_counts_for_its_own_backbone_only(page: TrainPage, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "my&weights.h5"
    page.set_weights_file("VGG16", file)
    assert page.spec().base.weights == "imagenet"
    press(page.settings.backbone._rows["VGG16"])
    press(page.settings.weights._file)
    assert page.spec().base == replace(ExperimentSpec().base, backbone="VGG16", weights=str(file))
    press(page.settings.backbone._rows["ResNet50"])
    assert page.spec().base.weights == "imagenet"
    assert not page.settings.weights._file.isVisible()


def test_an_accepted_file_is_chosen(page: TrainPage, tmp_path: Path) -> None:
    page.set_weights_file("ResNet50", tmp_path / "w.h5")
    assert page.spec().base.weights == str(tmp_path / "w.h5")


def test_choosing_a_file_opens_a_dialog_that_does_not_block(page: TrainPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.weights_file_requested) as asked:
        press(page.settings.weights._choose)
    assert asked.args == ["ResNet50"]
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(page.weights_file_chosen) as chosen:
        dialog.filesSelected.emit(["/some/file.h5"])
    assert chosen.args == ["ResNet50", Path("/some/file.h5")]
    assert page.spec().base.weights == "imagenet"
    dialog.close()


def test_a_run_from_start_to_results(page: TrainPage, qtbot: QtBot) -> None:
    run = page.run
    page.begin_run(3)
    assert not page.settings.isEnabled()
    assert not run.start.isVisible()
    assert run.cancel.isVisible()
    assert not run.finish.isEnabled()
    page.show_progress(0.5, "half of it")
    assert run.bar.value() == 500
    assert run.text.text() == "half of it"
    for row in samples.epochs(3):
        page.add_epoch(row)
    assert run.finish.isEnabled()
    page.end_run("succeeded")
    assert page.settings.isEnabled()
    assert run.start.isVisible()
    assert not run.cancel.isVisible()
    assert list(run.plot.rows) == samples.epochs(3)
    with qtbot.waitSignal(page.results_requested):
        press(run.results)
    page.begin_run(3)
    assert list(run.plot.rows) == []
    assert not run.results.isVisible()


def test_finish_and_cancel_are_two_verbs_each_said_once(page: TrainPage, qtbot: QtBot) -> None:
    page.begin_run(3)
    rows = samples.epochs(3)
    page.add_epoch(rows[0])
    with qtbot.assertNotEmitted(page.cancel_requested), qtbot.waitSignal(page.finish_requested):
        press(page.run.finish)
    assert not page.run.finish.isEnabled()
    page.add_epoch(rows[1])
    assert not page.run.finish.isEnabled()
    with qtbot.assertNotEmitted(page.finish_requested), qtbot.waitSignal(page.cancel_requested):
        press(page.run.cancel)
    assert not page.run.cancel.isEnabled()
    page.end_run("cancelled")
    assert "Nothing was kept" in page.run.text.text()
    page.end_run("succeeded", "Epoch 2 was the best.")
    assert page.run.text.text() == "Epoch 2 was the best."
    assert page.run.start.isEnabled()
    assert len(page.run.plot.rows) == 2


def test_a_paused_run_waits_to_be_resumed_or_discarded(page: TrainPage, qtbot: QtBot) -> None:
    run = page.run
    assert not run.resume.isVisible()
    page.begin_run(3)
    with qtbot.waitSignal(page.pause_requested):
        press(run.pause)
    assert not run.pause.isEnabled()
    assert not run.cancel.isEnabled()
    page.end_run("paused")
    page.set_waiting("A run was stopped.")
    assert page.window().focusWidget() is run.resume
    for button, signal in ((run.resume, page.resume_requested), (run.discard, page.discard_requested)):
        with qtbot.waitSignal(signal):
            press(button)
    assert "A run was stopped." in [each.text() for each in page.findChildren(QLabel) if each.isVisible()]
    page.begin_run(3)
    assert not run.resume.isVisible()
    assert run.pause.isEnabled()
    page.end_run("failed")
    assert run.discard.isVisible()
    page.set_waiting("")
    assert not run.discard.isVisible()
    assert run.start.property("role") == "primary"
    page.end_run("succeeded")
    page.set_waiting("")
    assert run.start.property("role") == ""  # the results are the way on


def test_data_that_change_during_a_run_are_heeded_after_it(page: TrainPage) -> None:
    page.begin_run(3)
    page.set_ready(False, "No pictures.")
    page.show_progress(0.1, "busy")
    page.end_run("failed")
    assert not page.run.start.isEnabled()


@pytest.mark.parametrize("problem_first", [True, False])
def test_missing_weights_leave_three_ways_on(page: TrainPage, qtbot: QtBot, problem_first: bool) -> None:
    problem = page.run.problem

    def fail() -> None:
        page.begin_run(3)
        if problem_first:
            page.show_weights_problem("No network.", "Three ways on.")
        page.end_run("failed")
        if not problem_first:
            page.show_weights_problem("No network.", "Three ways on.")
        assert problem.isVisible()
        assert "error" not in page.run.text.text()

    def accept_file() -> None:
        page.set_weights_file("ResNet50", Path("w.h5"))

    def go_without() -> None:
        page.set_spec(replace(ExperimentSpec(), base=BaseSpec(weights="none")))

    ways: list[tuple[QAbstractButton, object, Callable[[], None]]] = [
        (problem.retry, page.retry_requested, lambda: page.begin_run(3)),
        (problem.untrained, page.untrained_requested, go_without),
        (problem.file, page.weights_file_requested, accept_file),
    ]
    for button, signal, answer in ways:
        fail()
        with qtbot.waitSignal(signal):
            press(button)
        assert problem.isVisible()  # a dialog may be left without a choice
        answer()
        assert not problem.isVisible()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()


def test_a_choice_makes_the_weights_problem_old_news(page: TrainPage) -> None:
    page.show_weights_problem("No network.", "Three ways on.")
    press(page.settings.backbone._rows["VGG16"])
    assert not page.run.problem.isVisible()


def test_the_keyboard_reaches_all_and_starts(page: TrainPage, qtbot: QtBot) -> None:
    reached = set()
    widget = page.settings.backbone._rows["ResNet50"]
    widget.setFocus()
    start = page.run.start
    for _ in range(40):
        focused = page.window().focusWidget()
        assert focused is not None
        reached.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    training = page.settings.training
    assert {training.epochs, page.settings.advanced.button, start} <= reached
    with qtbot.waitSignal(page.start_requested):
        QTest.keyClick(start, Qt.Key.Key_Space)


def test_arrow_keys_move_between_backbones(page: TrainPage, qtbot: QtBot) -> None:
    row = page.settings.backbone._rows["ResNet50"]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Down)
    assert page.spec().base.backbone == "InceptionV3"


def test_the_wheel_changes_no_field_that_it_merely_passes(page: TrainPage) -> None:
    epochs = page.settings.training.epochs
    page.run.start.setFocus()
    for focused, expected in ((False, 30), (True, 31)):
        if focused:
            epochs.setFocus()
        place, none = QPointF(5, 5), QPoint()
        up = QWheelEvent(
            place,
            epochs.mapToGlobal(place),
            none,
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(epochs, up)
        assert epochs.value() == expected


def test_nothing_jumps_when_a_run_begins(page: TrainPage, qtbot: QtBot) -> None:
    before = page.run.plot.geometry()
    page.begin_run(3)
    page.show_progress(0.5, "Computing features: 120 of 244 pictures · 6.8 images/s · 48 s left " * 3)
    QApplication.processEvents()
    assert page.run.plot.geometry() == before
    assert "48 s left" in page.run.text.toolTip()
    page.end_run("succeeded")
    QApplication.processEvents()
    assert page.run.plot.geometry() == before


def test_it_fits_the_smallest_window(page: TrainPage) -> None:
    assert page.minimumSizeHint().width() <= 1080
    assert page.minimumSizeHint().height() <= 560


def test_what_a_newcomer_needs_shows_without_scrolling(page: TrainPage, qapp: QApplication) -> None:
    page.resize(1080, 640)
    page.set_weights_file("ResNet50", Path("w.h5"))
    QApplication.processEvents()
    bar = page.settings_column.verticalScrollBar()
    assert bar.maximum() == 0
    page.settings.advanced.unfold()
    QApplication.processEvents()
    assert bar.maximum() > 0


def test_a_run_is_compared_with_one_from_scratch(page: TrainPage, qtbot: QtBot) -> None:
    page.begin_run(2)
    page.end_run("succeeded", comparable=True)
    with qtbot.waitSignal(page.scratch_requested):
        press(page.run.compare)
    page.begin_run(2, samples.epochs(2))
    assert not page.run.compare.isVisible()
    page.end_run("cancelled", comparable=True)
    assert not page.run.compare.isVisible()
    page.begin_run(2)
    page.end_run("succeeded")
    assert not page.run.compare.isVisible()


def test_tab_goes_down_the_settings(page: TrainPage) -> None:
    page.settings.preset.buttons["Standard"].setFocus()
    seen = []
    for _ in range(6):
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        seen.append(page.window().focusWidget())
    training = page.settings.training
    assert training.epochs in seen
    heights = [each.mapTo(page.settings, QPoint()).y() for each in seen if page.settings.isAncestorOf(each)]
    assert heights == sorted(heights)
    assert heights[0] > page.settings.preset.mapTo(page.settings, QPoint()).y()
