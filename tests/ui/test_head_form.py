"""The head designer: presets, the drawing, and what is faded with its reason."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.engine.presets import PRESETS, Preset
from desktop_app.engine.specs import ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.ui.form_field import parse_weight
from desktop_app.ui.train_page import TrainPage

ALL = ExperimentSpec(
    head=HeadSpec((64, 8), 0.5, 0.25, "tanh", True, True),
    training=TrainingSpec(7, 16, 0.01, 0.2, 3, 0.0, "", "sgd", "plateau", 5, "logits", 0.1, 0.2),
)


@pytest.fixture
def page(qtbot: QtBot) -> TrainPage:
    made = TrainPage()
    qtbot.addWidget(made)
    made.resize(1080, 640)
    made.set_ready(True)
    made.settings.advanced.unfold()
    made.show()
    return made


def pressed(page: TrainPage) -> list[str]:
    return [name for name, button in page.settings.preset.buttons.items() if button.isChecked()]


def test_every_choice_goes_in_and_comes_out(page: TrainPage) -> None:
    page.set_spec(ALL)
    assert page.spec() == ALL


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_click_takes_a_preset_and_an_edit_makes_it_custom(page: TrainPage, preset: Preset) -> None:
    settings = page.settings
    page.set_spec(ALL)
    assert pressed(page) == []
    assert settings.preset.custom.isVisible()
    settings.preset.buttons[preset.name].click()
    assert page.spec() == preset.applied(ALL)
    assert pressed(page) == [preset.name]
    assert not settings.preset.custom.isVisible()
    settings.training.smoothing.setValue(0.33)
    assert pressed(page) == []
    settings.training.smoothing.setValue(preset.training.label_smoothing)
    assert pressed(page) == [preset.name]


def test_a_pressed_preset_stays_pressed(page: TrainPage) -> None:
    button = page.settings.preset.buttons["Careful"]
    button.click()
    button.click()
    assert pressed(page) == ["Careful"]


def test_what_a_plain_head_does_not_heed_is_faded_with_the_reason(page: TrainPage) -> None:
    head, training = page.settings.head, page.settings.training
    steps = (training.epochs, training.rate.edit, training.optimizer, training.schedule)
    hidden = (head.automatic, head.activation, head.normalization, head.dropout)
    fading = (*steps, training.patience, training.mixup, *hidden)
    tips = [field.toolTip() for field in fading]
    head.units.edit.setText("")
    assert not any(field.isEnabled() for field in fading)
    assert all("plain logistic head" in field.toolTip() for field in fading)
    assert training._solved.isVisible()
    for field in (training.batch, training.imbalance, training.smoothing, head.l2):
        assert field.isEnabled()
    head.units.edit.setText("32")
    assert all(field.isEnabled() for field in fading)
    assert [field.toolTip() for field in fading] == tips
    assert not training._solved.isVisible()


def test_nonsense_that_plays_no_part_stops_nothing(page: TrainPage) -> None:
    page.settings.training.rate.edit.setText("fast")
    assert not page.run.start.isEnabled()
    page.settings.head.units.edit.setText("")
    assert page.run.start.isEnabled()
    page.settings.head.l2.edit.setText("-1")
    assert "L2 weight" in page.run.text.text()


def test_the_drawing_follows_every_choice(page: TrainPage) -> None:
    head = page.settings.head
    page.set_classes(3)
    page.set_spec(ExperimentSpec())
    assert head.diagram.words == (
        "2,048 features; 256 · relu (524,544 parameters); 3 classes (771 parameters)"
    )
    assert head.diagram.accessibleDescription() == head.diagram.words
    high = head.diagram.sizeHint().height()
    head.units.edit.setText("")
    assert head.diagram.words == "2,048 features; 3 classes (6,147 parameters)"
    assert head.diagram.sizeHint().height() < high
    head.units.edit.setText("8")
    head.normalization.setChecked(True)
    assert "8 · normalized, relu (16,408 parameters)" in head.diagram.words
    head.pooling.setCurrentIndex(head.pooling.findData("flatten"))
    assert head.diagram.words.startswith("100,352 features")
    page.settings.backbone.set_value("VGG16")
    assert head.diagram.words.startswith("25,088 features")
    page.set_classes(0)
    assert head.diagram.words.endswith("; classes")


def picture(page: TrainPage) -> QImage:
    return page.settings.head.diagram.grab().toImage()


@pytest.mark.parametrize(
    "edit",
    [
        lambda page: page.settings.head.units.edit.setText("256, 16"),
        lambda page: page.settings.head.normalization.setChecked(True),
        lambda page: page.set_classes(20),
        lambda page: page.settings.setEnabled(False),
    ],
)
def test_the_drawing_is_drawn_anew(page: TrainPage, edit: Callable[[TrainPage], None]) -> None:
    page.set_classes(2)
    before = picture(page)
    edit(page)
    QApplication.processEvents()
    assert picture(page) != before


@pytest.mark.parametrize("text", ["", "-1", "nan", "inf", "many"])
def test_weights_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="0, or a number"):
        parse_weight(text)


def test_a_weight_may_have_a_decimal_comma() -> None:
    assert (parse_weight("0"), parse_weight("0,5")) == (0, 0.5)
