"""Presets: each is a setting that can be trained, and is known again."""

from dataclasses import replace

import pytest

from desktop_app.engine.presets import PRESETS, STANDARD, Preset, preset_of
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec

MINE = ExperimentSpec(
    BaseSpec("VGG16", "none"),
    HeadSpec((7,)),
    TrainingSpec(5, validation_share=0.3, seed=9, test_share=0.1, group_by="folder", mixup=1.0),
    TuningSpec(2),
)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_sets_head_and_training_and_nothing_else(preset: Preset) -> None:
    spec = preset.applied(MINE)
    assert preset_of(spec) is preset
    assert (spec.base, spec.tuning, spec.head) == (MINE.base, MINE.tuning, preset.head)
    assert spec.training.split == MINE.training.split
    assert spec.training.mixup == 0
    assert preset_of(replace(spec, training=replace(spec.training, batch=33))) is None
    assert preset_of(replace(spec, head=replace(spec.head, l2=0.5))) is None


def test_what_agrees_with_none_is_custom() -> None:
    assert preset_of(MINE) is None


def test_quick_is_what_the_command_line_does_and_standard_compares() -> None:
    assert PRESETS[1].applied(ExperimentSpec()) == ExperimentSpec()
    assert STANDARD.head == HeadSpec(automatic=True)
