"""Every backbone of the table passes the same test, against Keras itself."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
from keras.src.utils import file_utils

from desktop_app.engine import assembly, frozen
from desktop_app.engine.backbones import BACKBONES, USUAL, Backbone, backbone
from desktop_app.engine.errors import EngineError
from desktop_app.engine.head import build_head
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.specs import BaseSpec, HeadSpec
from desktop_app.engine.weights_file import load_weights

EVERY = "GRAFTWORK_EVERY_BACKBONE"  # set it for all of them: minutes
QUICK = {"ResNet50V2", "MobileNet", "MobileNetV3Small", "EfficientNetB0", "ConvNeXtTiny"}
LOADED = {"MobileNetV3Small", "EfficientNetB0", "ConvNeXtTiny"}  # each has a trap of its own
SMALLEST = {"InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71}  # pixels; the others take 32

# Keras' MobileNets, when they take another size than that of their weights.
pytestmark = pytest.mark.filterwarnings("ignore:`input_shape` is undefined:UserWarning")


@pytest.fixture(params=list(BACKBONES))
def row(request: pytest.FixtureRequest) -> Iterator[Backbone]:
    if request.param not in QUICK and EVERY not in os.environ:
        pytest.skip(f"another of its kind runs: set {EVERY}")
    yield BACKBONES[request.param]
    keras.utils.clear_session()


def make(row: Backbone, **options: Any) -> Any:
    return getattr(keras.applications, row.name)(**options)


def module(row: Backbone) -> Any:
    """Where Keras keeps the network, and what it calls `preprocess_input` for it."""
    return sys.modules[getattr(keras.applications, row.name).__module__]


def small(row: Backbone) -> Backbone:
    return replace(row, size=SMALLEST.get(row.name, 32))


class Asked(Exception):  # noqa: N818  Keras stops where it would have begun to load
    def __init__(self, name: str, url: str, expected: str | None) -> None:
        self.name, self.url, self.expected = name, url, expected or ""


def asks(row: Backbone, top: bool, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What Keras would download."""

    def ask(name: str, url: str, file_hash: str | None = None, **_: Any) -> None:
        raise Asked(name, url, file_hash)

    monkeypatch.setattr(file_utils, "get_file", ask)
    with pytest.raises(Asked) as caught:
        make(row, include_top=top, weights="imagenet")
    return caught.value


def test_every_network_of_keras_is_in_the_table() -> None:
    assert set(BACKBONES) == {name for name in dir(keras.applications) if name[0].isupper()}
    assert list(BACKBONES)[:3] == list(USUAL)


@pytest.mark.parametrize("row", BACKBONES.values(), ids=lambda row: row.name)
def test_a_row_is_whole(row: Backbone) -> None:
    assert row.weights_url.startswith("https://storage.googleapis.com/")
    assert row.full_url.endswith(".h5")
    assert {len(row.weights_md5), len(row.weights_sha256)} <= {0, 32, 64}
    assert (row.weights_sum == "") == (row.full_sum == "") == (row.name in {"MobileNet", "MobileNetV2"})
    assert row.parameters < row.full_parameters
    assert 68 <= row.top1 <= 87
    assert 0 < row.megabytes < 1500
    assert 0 < len(row.summary) < 70
    assert row.feature_width("flatten") == row.grid**2 * row.feature_width("avg")


def test_the_usual_rows_are_what_they_were() -> None:
    row = BACKBONES["ResNet50"]
    assert (row.size, row.channels, row.grid, row.parameters) == (224, 2048, 7, 23_587_712)
    assert row.weights_md5 == "4d473c1dd8becc155b73f8504c6f6626"
    assert (row.top1, row.licence, row.full_parameters) == (74.9, "MIT", 25_636_712)
    assert BACKBONES["NASNetMobile"].cached_name == "nasnet_mobile_no_top.h5"


def test_names_in_any_case_and_names_that_are_none() -> None:
    assert backbone("efficientnetb0").name == "EfficientNetB0"
    with pytest.raises(EngineError, match="no backbone called “ResNet51”") as caught:
        backbone("ResNet51")
    assert "ResNet50" in caught.value.hint
    assert len(caught.value.hint) < 200


def test_the_files_are_those_that_keras_would_fetch(row: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    base, full = asks(row, False, monkeypatch), asks(row, True, monkeypatch)
    assert (base.url, base.expected) == (row.weights_url, row.weights_sum)
    assert base.name == row.cached_name or base.url.endswith(f"/{base.name}")
    assert (full.url, full.expected) == (row.full_url, row.full_sum)


def test_the_figures_are_those_of_the_network(row: Backbone) -> None:
    flexible = row.name.startswith("MobileNetV3")  # trained on 224 pixels, by the names of its files
    assert flexible or make(row, weights=None).input_shape == (None, row.size, row.size, 3)
    model = frozen.bare_model(row)
    assert model.output_shape == (None, row.grid, row.grid, row.channels)
    assert model.count_params() == row.parameters


@pytest.mark.parametrize("row", BACKBONES.values(), ids=lambda row: row.name)
def test_preprocessing_is_keras_own(row: Backbone) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3)).astype(np.float32)
    inputs = keras.Input((8, 8, 3))
    ours = keras.Model(inputs, frozen._preprocess(inputs, row))(pictures).numpy()
    theirs = module(row).preprocess_input(pictures.copy())
    assert np.allclose(ours, theirs, rtol=0, atol=1e-6 * np.abs(theirs).max())
    assert (row.preprocessing == "none") == np.array_equal(theirs, pictures)


def fill(model: Any) -> None:
    """Random weights and statistics, as large as leaves the activations alive but finite."""
    dice = np.random.default_rng(0)
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            if layer.weights:
                layer.adapt_mean.assign((0.485, 0.456, 0.406))
                layer.adapt_variance.assign((0.229, 0.224, 0.225))  # Keras' own file has it so
        elif isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_variance.assign(dice.uniform(1, 4, layer.moving_variance.shape))
            layer.moving_mean.assign(dice.uniform(-0.3, 0.3, layer.moving_mean.shape))
    for variable in model.weights:
        if variable.path.rpartition("/")[2] in {"bias", "beta"}:
            variable.assign(dice.uniform(-0.3, 0.3, variable.shape))


def keras_2(model: Any, path: Path) -> Path:
    import h5py

    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, model)
    return path


def keras_3(model: Any, path: Path) -> Path:
    model.save_weights(path.with_suffix(".weights.h5"))
    return path.with_suffix(".weights.h5")


def test_weights_of_either_format_give_what_keras_gives(
    row: Backbone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Keras loads "imagenet" from a file of ours; we load the same, fold, assemble, save and read back."""
    if row.name not in LOADED and EVERY not in os.environ:
        pytest.skip(f"another of its kind runs: set {EVERY}")
    row = small(row)
    shape = (row.size, row.size, 3)
    monkeypatch.setitem(BACKBONES, row.name, row)
    source = make(row, include_top=False, weights=None, input_shape=shape)
    fill(source)
    files = keras_2(source, tmp_path / "base.h5"), keras_3(source, tmp_path / "again.h5")
    monkeypatch.setattr(file_utils, "get_file", lambda *_, **__: str(files[0]))
    fixed = row.name.startswith("NASNet")  # takes no other size with Keras' own weights
    theirs = source if fixed else make(row, include_top=False, weights="imagenet", input_shape=shape)
    pictures = np.random.default_rng(1).integers(0, 256, (2, *shape), np.uint8)
    ready = module(row).preprocess_input(pictures.astype(np.float32))
    expected = theirs(ready, training=False).numpy().mean(axis=(1, 2))
    assert expected.std() > 0
    assert np.isfinite(expected).all()

    def error(found: Any) -> float:
        return float(np.abs(np.asarray(found) - expected).max() / np.abs(expected).max())

    bare: list[Any] = []

    def take(model: Any) -> str:
        bare.append(model)
        return "taken"

    base = frozen.build(BaseSpec(row.name, precision="float32"), 1, take)
    for file in files:
        for variable in bare[0].weights:
            variable.assign(np.ones(variable.shape, np.float32))
        load_weights(bare[0], row, file)
        assert error(base.exactly(pictures)) <= 1e-5
    assert base.form.folded
    assert error(base.run(pictures)) <= 1e-4

    model = assembly.assemble(base.model, build_head(HeadSpec(()), base.width, 3))
    said = model(pictures.astype(np.float32))
    model.save(tmp_path / "model.keras")
    again = assembly.load_classifier(tmp_path / "model.keras")
    assert np.allclose(again(pictures.astype(np.float32)), said, atol=1e-6)
    shutil.rmtree(tmp_path)  # pytest would keep the large files
