"""Where the model looked: the gradients, the geometry, and a set of which only one corner decides."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_bases import SIZES, small_base, small_rows

from desktop_app.engine.assembly import assemble, load_classifier
from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.frozen import surround
from desktop_app.engine.grad_cam import GradCam
from desktop_app.engine.head import build_head
from desktop_app.engine.heat_map import on_picture
from desktop_app.engine.keras_bridge import keras, seed_everything, tf
from desktop_app.engine.specs import BaseSpec, HeadSpec, Pooling

SIDE = 32
pytestmark = pytest.mark.usefixtures("small_backbones")


def classifier(pooling: Pooling = "avg", units: tuple[int, ...] = (), classes: int = 2, seed: int = 0) -> Any:
    """A base of two convolutions and a pooling, nested as the real ones are."""
    seed_everything(seed)
    pictures = keras.Input((SIDE, SIDE, 3))
    value = keras.layers.Rescaling(1 / 128, -1.0)(pictures)
    value = keras.layers.Conv2D(8, 3, 2, "same", activation="relu", name="first")(value)
    value = keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="last")(value)
    value = keras.layers.MaxPooling2D(name="end")(value)
    base = surround(keras.Model(pictures, value, name="tiny"), BaseSpec("VGG16", pooling=pooling), "")
    head = build_head(HeadSpec(units, dropout=0.5, normalization=bool(units)), base.width, classes)
    return assemble(base.model, head)


def corner_set(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noise, in which the lower right corner is striped: across or down."""
    dice = np.random.default_rng(seed)
    pictures = dice.integers(90, 166, (count, SIDE, SIDE, 3)).astype(np.float32)
    labels = dice.integers(0, 2, count)
    stripes = np.where(np.arange(12) // 2 % 2, 255.0, 0.0)[:, None, None]
    for picture, label in zip(pictures, labels, strict=True):
        picture[-12:, -12:] = stripes if label else stripes.transpose(1, 0, 2)
    return pictures, labels


def share(heat: np.ndarray) -> float:
    """Of the mass, in the lower right corner, which a cell of the activation may overlap by half."""
    whole = on_picture(heat, SIDE, SIDE, "stretch")
    return float(whole[-14:, -14:].sum() / whole.sum())


def test_the_corner_that_decides_has_the_mass() -> None:
    model = classifier()
    for layer in model.layers:
        layer.trainable = True
    pictures, labels = corner_set(160, 1)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(pictures, labels, batch_size=32, epochs=12, verbose=0)
    pictures, labels = corner_set(40, 2)
    assert (model(pictures, training=False).numpy().argmax(axis=1) == labels).mean() > 0.95
    heat = GradCam(model).heat(pictures, labels)
    assert heat.shape == (40, 16, 16)  # before the pooling at the end
    assert np.mean([share(one) for one in heat]) >= 0.8


@pytest.mark.parametrize("pooling", ["avg", "max", "flatten"])
def test_each_pooling_looks_where_its_head_does(pooling: Pooling) -> None:
    """Weights by hand: red speaks for one class, green for the other; “flatten” minds the corner alone."""
    model = classifier(pooling)
    body = model.get_layer("tiny")
    for name, weights in (("first", [[-1, 1], [1, -1]]), ("last", [[1, 0], [0, 1]])):
        kernel, bias = (np.zeros_like(one) for one in body.get_layer(name).get_weights())
        kernel[1, 1, slice(1, 3) if name == "first" else slice(2), :2] = weights  # of green and red
        bias[:2] = -0.3 if name == "first" else 0
        body.get_layer(name).set_weights([kernel, bias])
    dense = model.get_layer("head").layers[-1]
    kernel, bias = (np.zeros_like(one) for one in dense.get_weights())
    grid = kernel.reshape(-1, 8, 2)
    grid[-1 if pooling == "flatten" else 0, :2] = [[1, -1], [-1, 1]]
    dense.set_weights([kernel, bias])

    pictures = np.full((2, SIDE, SIDE, 3), 128, np.float32)
    pictures[[0, 1], -4:, -4:, [0, 1]] = 255  # red; green
    if pooling == "flatten":
        pictures[[0, 1], :4, :4, [0, 1]] = 255  # which does not decide
    heat = GradCam(model).heat(pictures, np.array([0, 1]))
    assert min(map(share, heat)) > 0.99
    assert GradCam(model).heat(pictures, np.array([1, 0])).max() == 0  # it only speaks against the other


@pytest.mark.parametrize(("pooling", "units"), [("avg", ()), ("max", (6,)), ("flatten", (6, 5))])
def test_the_gradients_are_those_of_a_plain_tape(
    pooling: Pooling, units: tuple[int, ...], tmp_path: Path
) -> None:
    model = classifier(pooling, units, classes=4)
    model.save(tmp_path / "model.keras")
    model = load_classifier(tmp_path / "model.keras")
    pictures = np.random.default_rng(3).integers(0, 256, (3, SIDE, SIDE, 3))
    classes = np.array([3, 0, 2])
    activation, gradients = GradCam(model).gradients(pictures, classes)

    body, head = model.get_layer("tiny"), model.get_layer("head")
    inside = keras.Model(body.input, body.get_layer("last").output)
    prepared = pictures[..., ::-1].astype(np.float32) - np.array([103.939, 116.779, 123.68], np.float32)
    np.testing.assert_allclose(activation, inside(prepared), rtol=1e-4, atol=1e-4)
    with tf.GradientTape() as tape:
        last = tf.Variable(activation)
        value = body.get_layer("end")(last)
        pooled = {
            "avg": tf.reduce_mean(value, (1, 2)),
            "max": tf.reduce_max(value, (1, 2)),
            "flatten": tf.reshape(value, (3, -1)),
        }[pooling]
        logits = head(pooled, training=False)
        asked = sum(logits[place, wanted] for place, wanted in enumerate(classes))
    np.testing.assert_allclose(gradients, tape.gradient(asked, last).numpy(), rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(model(pictures, training=False), tf.nn.softmax(logits), rtol=1e-4)


@pytest.mark.parametrize("name", ["VGG16", "ResNet50"])
def test_every_base_is_explained_and_its_answers_stay(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for row, small in small_rows().items():
        monkeypatch.setitem(BACKBONES, row, small)
    base = small_base(name)
    model = assemble(base.model, build_head(HeadSpec(()), base.width, 3))
    pictures = np.random.default_rng(4).integers(0, 256, (2, SIZES[name], SIZES[name], 3))
    before = model(pictures, training=False).numpy()
    heat = GradCam(model).heat(pictures, np.array([0, 2]))
    assert heat.shape == ((2, 2, 2) if name == "VGG16" else (2, 1, 1))
    assert np.isfinite(heat).all()
    assert (model(pictures, training=False).numpy() == before).all()
