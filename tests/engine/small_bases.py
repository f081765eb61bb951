"""The three bases on the smallest pictures that they take, with random weights and statistics."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import slim
from numpy.typing import NDArray

from desktop_app.engine import frozen
from desktop_app.engine.backbones import Backbone
from desktop_app.engine.base_form import PLAIN, Form
from desktop_app.engine.frozen import FrozenBase
from desktop_app.engine.keras_bridge import keras, seed_everything
from desktop_app.engine.specs import BaseSpec

SIZES = {"VGG16": 32, "ResNet50": 32, "InceptionV3": 75}


def small_rows() -> dict[str, Backbone]:
    """Rows to put into the table of backbones."""
    return {name: slim.small_row(name, size) for name, size in SIZES.items()}


_deep: dict[str, tuple[FrozenBase, list[NDArray[np.float32]]]] = {}


def small_base(name: str, form: Form = PLAIN) -> FrozenBase:
    """A base whose weights are always the same, with an eighth of its filters.

    The deep ones take seconds to build: there is one of each, which is set back to its weights.
    """
    if name in _deep:
        built, weights = _deep[name]
        built.model.set_weights(weights)
        built.model.trainable = False
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(frozen, "bare_model", slim.bare_model)
            built = frozen.build(BaseSpec(name, "none", precision="float32"), 0, shake)
        if name != "VGG16":
            _deep[name] = built, built.model.get_weights()
    seed_everything(0)
    return replace(built, form=form, rest=())


def shake(model: Any, spread: float = 50.0) -> str:
    """Random BatchNormalization statistics, about those of random pictures.

    With Keras' own, many an error does not show; with any others, activations grow or die on their way up.
    `spread` is the standard deviation of what the base sees of a picture, behind its preprocessing.
    """
    dice = np.random.default_rng(0)
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for norm in norms:
        norm.momentum = 0.0
        norm.beta.assign(dice.uniform(-0.2, 0.2, norm.beta.shape))
        if norm.gamma is not None:
            norm.gamma.assign(dice.uniform(0.5, 1.5, norm.gamma.shape))
    if norms:
        model.trainable = True
        model(dice.normal(0, spread, (16, *model.input_shape[1:])).astype(np.float32), training=True)
    for norm in norms:
        mean, variance = norm.moving_mean.numpy(), norm.moving_variance.numpy()
        norm.moving_mean.assign(mean + dice.uniform(-0.2, 0.2, mean.shape) * np.sqrt(variance))
        norm.moving_variance.assign((variance + variance.mean() / 10) * dice.uniform(0.7, 1.4, mean.shape))
    return "shaken"
