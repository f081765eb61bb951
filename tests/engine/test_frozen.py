from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import slim

from desktop_app.engine import frozen
from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.specs import BaseSpec, Pooling

REFERENCE = {
    "VGG16": keras.applications.vgg16,
    "ResNet50": keras.applications.resnet,
    "InceptionV3": keras.applications.inception_v3,
}


def randomize(model: Any) -> str:
    """Random BatchNormalization statistics too: with the default ones many an error does not show."""
    dice = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            for name, low, high in (
                ("gamma", 0.5, 1.5),
                ("beta", -0.5, 0.5),
                ("moving_mean", -0.5, 0.5),
                ("moving_variance", 0.5, 1.5),
            ):
                weight = getattr(layer, name)
                if weight is not None:
                    weight.assign(dice.uniform(low, high, weight.shape))
    return "random"


@pytest.mark.parametrize("name", REFERENCE)  # test_backbones.py has the others
def test_features_are_what_keras_itself_predicts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "bare_model", slim.bare_model)
    bare: list[Any] = []

    def load(model: Any) -> str:
        bare.append(model)
        return randomize(model)

    base = frozen.build(BaseSpec(name, "none", precision="float32"), 0, load)
    pictures = np.random.default_rng(1).integers(0, 256, (3, base.row.size, base.row.size, 3), np.uint8)
    activations = bare[0].predict(REFERENCE[name].preprocess_input(pictures.astype(np.float32)), verbose=0)
    expected = activations.mean(axis=(1, 2), dtype=np.float64)
    assert np.abs(base.run(pictures) - expected).max() <= 1e-5 * np.abs(expected).max()
    assert expected.std() > 0.01  # a dead network would agree with anything


@pytest.mark.parametrize("name", REFERENCE)
def test_the_table_says_what_the_network_is(name: str) -> None:
    row, model = BACKBONES[name], frozen.bare_model(BACKBONES[name])
    assert model.input_shape == (None, row.size, row.size, 3)
    assert model.output_shape == (None, row.grid, row.grid, row.channels)
    assert model.count_params() == row.parameters


@pytest.mark.usefixtures("small_backbones")
class TestSmall:
    @pytest.mark.parametrize(
        ("pooling", "pool"),
        [
            ("avg", lambda x: x.mean(axis=(1, 2))),
            ("max", lambda x: x.max(axis=(1, 2))),
            ("flatten", lambda x: x.reshape(len(x), -1)),
        ],
    )
    def test_pooling(self, pooling: Pooling, pool: Callable[[Any], Any]) -> None:
        bare: list[Any] = []

        def load(model: Any) -> str:
            bare.append(model)
            return "x"

        base = frozen.build(BaseSpec("VGG16", "none", pooling, "float32"), 0, load)
        pictures = np.random.default_rng(1).integers(0, 256, (2, 32, 32, 3), np.uint8)
        expected = pool(bare[0](REFERENCE["VGG16"].preprocess_input(pictures.astype(np.float32))).numpy())
        assert np.allclose(base.run(pictures), expected, atol=1e-6)
        assert base.width == base.row.feature_width(pooling) == expected.shape[1]

    def test_a_picture_does_not_depend_on_its_neighbours(self) -> None:
        base = frozen.build(BaseSpec("VGG16", "none"), 0, lambda _: "x")
        pictures = np.random.default_rng(1).integers(0, 256, (base.batch, 32, 32, 3), np.uint8)
        assert np.array_equal(base.run(pictures)[:1], base.run(pictures[:1]))

    def test_an_untrained_base_is_drawn_by_the_seed(self) -> None:
        pictures = np.full((1, 32, 32, 3), 77, np.uint8)
        first, same, other = (
            frozen.build(BaseSpec("VGG16", "none"), seed, lambda _: "x").run(pictures) for seed in (0, 0, 1)
        )
        assert np.array_equal(first, same)
        assert not np.array_equal(first, other)

    def test_all_that_shapes_features_is_in_the_key(self) -> None:
        specs = [
            BaseSpec("VGG16", "none", precision="float32"),
            BaseSpec("VGG16", "none", "max", precision="float32"),
            BaseSpec("VGG16", "none", precision="bfloat16"),
        ]
        one = {frozen.build(spec, 0, lambda _: "one").key for spec in specs}
        two = {frozen.build(spec, 0, lambda _: "two").key for spec in specs}
        assert len(one | two) == 6

    def test_bfloat16_is_close_and_not_the_same(self) -> None:
        pictures = np.random.default_rng(1).integers(0, 256, (4, 32, 32, 3), np.uint8)
        exact, rough = (
            frozen.build(BaseSpec("VGG16", "none", precision=p), 0, lambda _: "x").run(pictures)
            for p in ("float32", "bfloat16")
        )
        cosine = (exact * rough).sum(axis=1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(rough, axis=1)
        assert cosine.min() > 0.999
        assert rough.dtype == np.float32
        assert not np.array_equal(exact, rough)

    def test_preprocessing_stays_in_float32(self) -> None:
        base = frozen.build(BaseSpec("VGG16", "none", precision="bfloat16"), 0, lambda _: "x")
        assert base.network.get_layer("preprocess").output.dtype == "float32"
        assert base.network.output.dtype == "float32"
        assert base.network.get_layer("vgg16").output.dtype == "bfloat16"
