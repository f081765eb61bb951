"""The three bases on the smallest pictures that they take, with random weights and statistics."""

from dataclasses import replace
from typing import Any

import numpy as np

from desktop_app.engine import frozen
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.frozen import PLAIN, Form, FrozenBase
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.specs import BaseSpec

SIZES = {"VGG16": 32, "ResNet50": 32, "InceptionV3": 75}


def small_rows() -> dict[str, Backbone]:
    """Rows to put into the table of backbones."""
    return {name: replace(BACKBONES[name], size=size, grid=1) for name, size in SIZES.items()}


def small_base(name: str, form: Form = PLAIN) -> FrozenBase:
    """A base whose weights are always the same."""
    built = frozen.build(BaseSpec(name, "none", precision="float32"), 0, shake)
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
