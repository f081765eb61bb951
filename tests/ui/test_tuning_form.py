"""The forms of fine-tuning."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.block_table import block_table
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.ui.settings_panel import SettingsPanel

SPEC = ExperimentSpec(
    training=TrainingSpec(batch=16, seed=7), tuning=TuningSpec(3, 5, 16, 2e-5, 3.0, "constant", 7)
)


@pytest.fixture
def panel(qtbot: QtBot) -> SettingsPanel:
    made = SettingsPanel()
    qtbot.addWidget(made)
    made.advanced.unfold()
    made.show()
    return made


def test_off_it_is_one_line_and_asks_for_nothing(panel: SettingsPanel) -> None:
    form = panel.tuning
    assert panel.spec().tuning is None
    assert form.on.isVisible()
    for hidden in (form.blocks, form.epochs, form.expert):
        assert not hidden.isVisible()
    form.on.setChecked(True)
    for shown in (form.blocks, form.epochs, form.rate, form.decay):
        assert shown.isVisible()
    assert panel.spec().tuning == TuningSpec()


def test_what_is_set_comes_back(panel: SettingsPanel) -> None:
    panel.set_spec(SPEC)
    assert panel.spec() == SPEC
    panel.set_spec(replace(SPEC, tuning=None))
    assert panel.spec().tuning is None
    panel.tuning.on.setChecked(True)
    assert panel.spec() == SPEC


def test_batch_and_seed_are_those_of_the_training(panel: SettingsPanel) -> None:
    panel.set_spec(SPEC)
    panel.training.seed.setValue(9)
    panel.training.batch.setValue(4)
    tuning = panel.spec().tuning
    assert tuning is not None
    assert (tuning.seed, tuning.batch) == (9, 4)


def test_the_slider_says_which_blocks_and_how_much_of_the_base(panel: SettingsPanel, qtbot: QtBot) -> None:
    form = panel.tuning
    form.on.setChecked(True)
    assert form._words.text() == "conv5_block3: 19 % of the base's 23.6 M parameters"
    with qtbot.waitSignal(panel.changed):
        form.blocks.setValue(3)
    three = "3 blocks, conv5_block1 to conv5_block3: 64 % of the base's 23.6 M parameters"
    assert form._words.text() == form.blocks.accessibleDescription() == three
    form.blocks.setValue(17)
    assert "stem to conv5_block3: 100 %" in form._words.text()


def test_another_backbone_has_other_blocks(panel: SettingsPanel) -> None:
    panel.tuning.on.setChecked(True)
    panel.tuning.blocks.setValue(17)
    panel.backbone.set_value("VGG16")
    assert panel.tuning.blocks.maximum() == len(block_table("VGG16")) == 5
    tuning = panel.spec().tuning
    assert tuning is not None
    assert tuning.blocks == 5
    panel.set_spec(replace(SPEC, base=BaseSpec("InceptionV3")))
    assert "mixed8 to mixed10" in panel.tuning._words.text()


def test_a_rate_that_makes_no_sense_stops_the_start_only_while_it_counts(panel: SettingsPanel) -> None:
    panel.tuning.on.setChecked(True)
    for nonsense in ("5", "fast", "0"):
        panel.tuning.rate.edit.setText(nonsense)
        assert panel.problem == "Mend the learning rate of fine-tuning under Advanced first."
    assert panel.spec().tuning == TuningSpec()
    panel.tuning.on.setChecked(False)
    assert panel.problem == ""
