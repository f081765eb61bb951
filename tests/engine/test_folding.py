"""Which networks fold, and that folding changes nothing."""

import os
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.engine.folding import Folded, FoldingError, fold
from desktop_app.engine.keras_bridge import keras, tf

# Keras, from NumPy 2.4 on, when it copies a variable's value.
pytestmark = pytest.mark.filterwarnings("ignore:.*__array__.*copy keyword:DeprecationWarning")

layers = keras.layers
EVERY = "GRAFTWORK_EVERY_BACKBONE"  # set it to run the slow members of a family too: ten minutes


class Net(NamedTuple):
    name: str
    folded: int  # BatchNormalizations that vanish
    left: int = 0  # that stay as a multiplication and an addition: they come before, not after a convolution
    size: int = 64  # pixels
    slow: bool = False


# All of keras.applications in Keras 3.15.
NETS = [
    Net("ConvNeXtTiny", 0, size=32),
    Net("ConvNeXtSmall", 0, slow=True),
    Net("ConvNeXtBase", 0, slow=True),
    Net("ConvNeXtLarge", 0, slow=True),
    Net("ConvNeXtXLarge", 0, slow=True),
    Net("DenseNet121", 59, 62),
    Net("DenseNet169", 83, 86, slow=True),
    Net("DenseNet201", 99, 102, slow=True),
    Net("EfficientNetB0", 49),
    Net("EfficientNetB1", 69, slow=True),
    Net("EfficientNetB2", 69, slow=True),
    Net("EfficientNetB3", 78, slow=True),
    Net("EfficientNetB4", 96, slow=True),
    Net("EfficientNetB5", 116, slow=True),
    Net("EfficientNetB6", 134, slow=True),
    Net("EfficientNetB7", 163, slow=True),
    Net("EfficientNetV2B0", 59),
    Net("EfficientNetV2B1", 73, slow=True),
    Net("EfficientNetV2B2", 76, slow=True),
    Net("EfficientNetV2B3", 88, slow=True),
    Net("EfficientNetV2S", 110, slow=True),
    Net("EfficientNetV2M", 157, slow=True),
    Net("EfficientNetV2L", 217, slow=True),
    Net("InceptionResNetV2", 204, size=75, slow=True),
    Net("InceptionV3", 94, size=75),
    Net("MobileNet", 27),
    Net("MobileNetV2", 52),
    Net("MobileNetV3Large", 46),
    Net("MobileNetV3Small", 34),
    Net("NASNetLarge", 260, 4, slow=True),
    Net("NASNetMobile", 188, 4, size=32),
    Net("ResNet50", 53),
    Net("ResNet101", 104, slow=True),
    Net("ResNet152", 155, slow=True),
    Net("ResNet50V2", 32, 17),
    Net("ResNet101V2", 66, 34, slow=True),
    Net("ResNet152V2", 100, 51, slow=True),
    Net("VGG16", 0),
    Net("VGG19", 0, slow=True),
    Net("Xception", 40, size=71),
]


def made(net: Net, precision: str) -> Any:
    """The network, all of whose layers compute in `precision`."""
    make = getattr(keras.applications, net.name)
    keras.config.set_dtype_policy(precision)
    try:
        return make(include_top=False, weights=None, input_shape=(net.size, net.size, 3), pooling="avg")
    finally:
        keras.config.set_dtype_policy("float32")


def norms(model: Any) -> list[Any]:
    return [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]


def shake(model: Any, variance: tuple[float, float] = (0.5, 1.5)) -> Any:
    """Give every BatchNormalization random statistics: with Keras' own, many an error does not show."""
    dice = np.random.default_rng(0)
    ranges = {"gamma": (0.5, 1.5), "beta": (-0.5, 0.5), "moving_mean": (-0.5, 0.5)}
    for norm in norms(model):
        for name, (low, high) in {**ranges, "moving_variance": variance}.items():
            weight = getattr(norm, name)
            if weight is not None:
                weight.assign(dice.uniform(low, high, weight.shape))
    return model


def error(model: Any, other: Any, pictures: NDArray[Any]) -> float:
    """Of the features of `other`, relative to the largest of `model`."""
    exact, found = (np.asarray(net(pictures, training=False)) for net in (model, other))
    assert exact.std() > 0  # a dead network would agree with anything
    return float(np.abs(found - exact).max() / np.abs(exact).max())


def test_the_table_names_every_network() -> None:
    assert [net.name for net in NETS if not hasattr(keras.applications, net.name)] == []
    made = {name for name in dir(keras.applications) if name[0].isupper()}
    assert made == {net.name for net in NETS}


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_the_features_stay_the_same(net: Net) -> None:
    if net.slow and EVERY not in os.environ:
        pytest.skip(f"slow, and another of its family runs: set {EVERY}")
    keras.utils.set_random_seed(0)
    # In float64, what differs is rounding, of the numbers that a Rescaling keeps in float32 too.
    precision = "float64" if net.folded else "float32"
    model = made(net, precision)
    # Larger variances than weights call for: else an untrained deep network amplifies rounding without end
    # (in float64, one rounding of its first kernel changes the features of EfficientNetB7 by 5e-5).
    shake(model, variance=(1, 4))
    before = len(norms(model))
    folded = fold(model, precision)
    assert (folded.folded, folded.left, norms(folded.model)) == (net.folded, net.left, [])
    assert before == net.folded + net.left
    pictures = np.random.default_rng(1).uniform(-1, 1, (2, net.size, net.size, 3))
    assert error(model, folded.model, pictures) <= 1e-6


def small(*stack: Any, shape: tuple[int, ...] = (8, 8, 3)) -> tuple[Any, Folded]:
    """A network of the given layers, and its folded copy."""
    inputs = x = keras.Input(shape)
    for layer in stack:
        x = layer(x)
    model = shake(keras.Model(inputs, x))
    return model, fold(model)


def agree(model: Any, folded: Folded) -> bool:
    pictures = np.random.default_rng(1).normal(size=(3, *model.input_shape[1:])).astype(np.float32)
    return error(model, folded.model, pictures) < 1e-6


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(4, 3, padding="same"),
        layers.Conv2D(6, 3, groups=3, use_bias=False),
        layers.DepthwiseConv2D(3, depth_multiplier=2),
        layers.DepthwiseConv2D(3, use_bias=False),
        layers.SeparableConv2D(4, 3, depth_multiplier=2),
        layers.Dense(5),
    ],
    ids=lambda layer: layer.name,
)
def test_every_kind_of_kernel(layer: Any) -> None:
    layer.bias_initializer = "random_normal"
    model, folded = small(layer, layers.BatchNormalization(epsilon=0.1), layers.ReLU())
    assert (folded.folded, folded.left) == (1, 0)
    assert agree(model, folded)


@pytest.mark.parametrize("options", [{"scale": False}, {"center": False}, {"scale": False, "center": False}])
def test_a_normalization_without_scale_or_center(options: dict[str, bool]) -> None:
    model, folded = small(layers.Conv2D(4, 3), layers.BatchNormalization(**options))
    assert folded.folded == 1
    assert agree(model, folded)


@pytest.mark.parametrize(
    ("between", "goes"),
    [
        (layers.Dropout(0.5), True),
        (layers.AveragePooling2D(2, padding="same"), True),
        (layers.AveragePooling2D(3, strides=2, padding="same"), True),
        (layers.GlobalAveragePooling2D(), True),
        (layers.Cropping2D(1), True),
        (layers.MaxPooling2D(3, padding="same"), True),
        (layers.ZeroPadding2D(1), False),  # the border would stay 0 instead of becoming the shift
        (layers.ReLU(), False),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_only_what_commutes_may_stand_between(between: Any, goes: bool) -> None:
    model, folded = small(layers.Conv2D(4, 3), between, layers.BatchNormalization())
    assert folded.folded == goes
    assert agree(model, folded)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_maximum_does_not_commute_with_a_negative_scale(sign: int) -> None:
    norm = layers.BatchNormalization()
    model, _ = small(layers.Conv2D(4, 3), layers.MaxPooling2D(), norm)
    norm.gamma.assign(sign * norm.gamma)
    folded = fold(model)
    assert folded.folded == (sign > 0)
    assert agree(model, folded)


def test_padding_commutes_where_nothing_is_shifted() -> None:
    norm = layers.BatchNormalization(center=False)
    model, _ = small(layers.Conv2D(4, 3), layers.ZeroPadding2D(1), norm)
    norm.moving_mean.assign(tf.zeros(4))
    folded = fold(model)
    assert folded.folded == 1
    assert agree(model, folded)


def test_what_others_read_too_is_left_alone() -> None:
    inputs = keras.Input((8, 8, 3))
    convolved = layers.Conv2D(4, 3)(inputs)
    outputs = layers.Add()([convolved, layers.BatchNormalization()(convolved)])
    model = shake(keras.Model(inputs, outputs))
    folded = fold(model)
    assert (folded.folded, folded.left) == (0, 1)
    assert agree(model, folded)


def test_what_is_an_output_too_is_left_alone() -> None:
    inputs = keras.Input((8, 8, 3))
    convolved = layers.Conv2D(4, 3)(inputs)
    model = shake(keras.Model(inputs, [convolved, layers.BatchNormalization()(convolved)]))
    assert fold(model).folded == 0


@pytest.mark.parametrize("shared", ["convolution", "normalization"])
def test_shared_layers_are_left_alone(shared: str) -> None:
    convolutions = [layers.Conv2D(3, 3, padding="same") for _ in range(2)]
    norms = [layers.BatchNormalization() for _ in range(2)]
    if shared == "convolution":
        convolutions[1] = convolutions[0]
    else:
        norms[1] = norms[0]
    inputs = x = keras.Input((8, 8, 3))
    for convolution, norm in zip(convolutions, norms, strict=True):
        x = norm(convolution(x))
    model = shake(keras.Model(inputs, x))
    folded = fold(model)
    assert folded.folded == 0
    assert agree(model, folded)


def test_other_axes_and_activations_are_left_alone() -> None:
    for stack in (
        (layers.Conv2D(4, 3), layers.BatchNormalization(axis=1)),
        (layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization()),
    ):
        model, folded = small(*stack)
        assert folded.folded == 0
        assert agree(model, folded)


def test_models_inside_models_and_bare_operations() -> None:
    inner = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(3, 1), layers.BatchNormalization()])
    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, inner(inner(inputs) * 2.0)[..., ::-1] + 1.0)
    shake(inner)
    folded = fold(model)
    assert (folded.folded, folded.left) == (1, 0)
    assert agree(model, folded)


@keras.saving.register_keras_serializable("tests")
class Squared(keras.layers.Conv2D):  # type: ignore[misc]
    """A convolution whose output is not what its kernel says."""

    def call(self, inputs: Any) -> Any:
        return super().call(inputs) ** 2


def test_a_convolution_of_the_users_own_is_left_alone() -> None:
    model, folded = small(Squared(4, 3), layers.BatchNormalization())
    assert folded.folded == 0
    assert agree(model, folded)


def test_a_network_of_unknown_layers_is_refused() -> None:
    class Unknown(keras.Model):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            return inputs

    with pytest.raises(FoldingError):
        fold(Unknown())


def test_an_adapted_normalization_keeps_its_numbers() -> None:
    adapted = layers.Normalization()
    adapted.adapt(np.random.default_rng(0).normal(5, 3, (20, 8, 8, 3)).astype(np.float32))
    model, folded = small(adapted, layers.Conv2D(4, 3), layers.BatchNormalization())
    assert agree(model, folded)


def test_the_original_stays_as_it_is() -> None:
    model, _ = small(layers.Conv2D(4, 3), layers.BatchNormalization())
    before = model.get_weights()
    fold(model, "bfloat16")
    assert len(norms(model)) == 1
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_sixteen_bits_but_where_it_would_hurt() -> None:
    model, _ = small(
        layers.Rescaling(1 / 255), layers.Conv2D(4, 3, name="kept"), layers.Conv2D(4, 3, name="cast"),
        layers.BatchNormalization(), layers.GlobalAveragePooling2D(),
    )  # fmt: skip
    half = fold(model, "bfloat16", keep=("kept",)).model
    formats = {layer.name: layer.compute_dtype for layer in half.layers if layer.weights}
    assert formats == {"kept": "float32", "cast": "bfloat16"}
    assert half.get_layer("cast").kernel.dtype == "bfloat16"
    assert half.output.dtype == "float32"
