"""Multiplications, against the figures that the networks' authors give."""

import pytest

from desktop_app.engine import frozen
from desktop_app.engine.backbones import backbone
from desktop_app.engine.cost import multiplications
from desktop_app.engine.frozen import bare_model
from desktop_app.engine.keras_bridge import keras


@pytest.mark.parametrize(("name", "billions"), [("VGG16", 15.3), ("ResNet50", 3.86), ("InceptionV3", 5.7)])
def test_the_published_figures(name: str, billions: float) -> None:
    assert multiplications(bare_model(backbone(name))) / 1e9 == pytest.approx(billions, rel=0.01)


def test_models_inside_and_layers_called_twice_count_each_time() -> None:
    pictures = keras.Input((8, 8, 3))
    layer = keras.layers.Conv2D(3, 3, padding="same")
    inner = keras.Model(pictures, layer(layer(pictures)))
    outer = keras.Model(pictures, keras.layers.Dense(5)(keras.layers.Flatten()(inner(pictures))))
    assert multiplications(outer) == 2 * 64 * 27 * 3 + 192 * 5


def test_a_sequential_model_counts_too() -> None:
    layers = keras.layers
    assert (
        multiplications(keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(5)])) == 240
    )


def test_heavy_networks_take_fewer_pictures_at_once() -> None:
    batches = [
        frozen.wrap(bare_model(backbone(name)), backbone(name)).batch for name in ("VGG16", "ResNet50")
    ]
    assert batches == [4, 8]
