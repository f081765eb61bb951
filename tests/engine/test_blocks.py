"""Where each network of keras.applications can be cut, by names and graph only."""

import os
from typing import Any, NamedTuple

import numpy as np
import pytest

from desktop_app.engine.blocks import STEM, blocks
from desktop_app.engine.keras_bridge import keras

layers = keras.layers
EVERY = "GRAFTWORK_EVERY_BACKBONE"  # set it to build the slow members of a family too: five minutes


class Net(NamedTuple):
    name: str
    blocks: int  # with the stem
    last: str
    share: float  # of the parameters in the last block
    slow: bool = False


# All of keras.applications in Keras 3.15.
NETS = [
    Net("ConvNeXtTiny", 19, "stage_3_block_2", 0.171),
    Net("ConvNeXtSmall", 37, "stage_3_block_2", 0.096, slow=True),
    Net("ConvNeXtBase", 37, "stage_3_block_2", 0.096, slow=True),
    Net("ConvNeXtLarge", 37, "stage_3_block_2", 0.097, slow=True),
    Net("ConvNeXtXLarge", 37, "stage_3_block_2", 0.097, slow=True),
    Net("DenseNet121", 5, "conv5", 0.311),
    Net("DenseNet169", 5, "conv5", 0.475, slow=True),
    Net("DenseNet201", 5, "conv5", 0.387, slow=True),
    Net("EfficientNetB0", 17, "block7a", 0.281),
    Net("EfficientNetB1", 24, "block7b", 0.302, slow=True),
    Net("EfficientNetB2", 24, "block7b", 0.309, slow=True),
    Net("EfficientNetB3", 27, "block7b", 0.264, slow=True),
    Net("EfficientNetB4", 33, "block7b", 0.219, slow=True),
    Net("EfficientNetB5", 40, "block7c", 0.177, slow=True),
    Net("EfficientNetB6", 46, "block7c", 0.156, slow=True),
    Net("EfficientNetB7", 56, "block7d", 0.123, slow=True),
    Net("EfficientNetV2B0", 22, "block6h", 0.139),
    Net("EfficientNetV2B1", 28, "block6i", 0.119, slow=True),
    Net("EfficientNetV2B2", 29, "block6j", 0.111, slow=True),
    Net("EfficientNetV2B3", 33, "block6l", 0.092, slow=True),
    Net("EfficientNetV2S", 41, "block6o", 0.066, slow=True),
    Net("EfficientNetV2M", 58, "block7e", 0.087, slow=True),
    Net("EfficientNetV2L", 80, "block7g", 0.06, slow=True),
    Net("InceptionResNetV2", 44, "block8_10", 0.096, slow=True),
    Net("InceptionV3", 12, "mixed10", 0.279),
    Net("MobileNet", 14, "conv_13", 0.33),
    Net("MobileNetV2", 18, "block_16", 0.396),
    Net("MobileNetV3Large", 16, "expanded_conv_14", 0.32),
    Net("MobileNetV3Small", 12, "expanded_conv_10", 0.377),
    Net("NASNetLarge", 2, "cells", 1, slow=True),
    Net("NASNetMobile", 2, "cells", 1, slow=True),
    Net("ResNet50", 17, "conv5_block3", 0.19),
    Net("ResNet101", 34, "conv5_block3", 0.105, slow=True),
    Net("ResNet152", 51, "conv5_block3", 0.077, slow=True),
    Net("ResNet50V2", 17, "conv5_block3", 0.19),
    Net("ResNet101V2", 34, "conv5_block3", 0.105, slow=True),
    Net("ResNet152V2", 51, "conv5_block3", 0.077, slow=True),
    Net("VGG16", 5, "block5", 0.481),
    Net("VGG19", 5, "block5", 0.471, slow=True),
    Net("Xception", 14, "block14", 0.228),
]


def build(name: str) -> Any:
    return getattr(keras.applications, name)(include_top=False, weights=None)


def test_the_table_names_every_network() -> None:
    made = {name for name in dir(keras.applications) if name[0].isupper()}
    assert made == {net.name for net in NETS}


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_every_boundary_is_a_true_one(net: Net) -> None:
    if net.slow and EVERY not in os.environ:
        pytest.skip(f"slow, and another of its family is built: set {EVERY}")
    model = build(net.name)
    found = blocks(model)
    assert len({block.name for block in found}) == len(found)
    assert sum(block.parameters for block in found) == model.count_params()
    weighted = [layer.name for layer in model.layers if layer.weights]
    assert sorted(name for block in found for name in block.layers) == sorted(weighted)

    expected = 1.0
    operations = {operation.name: operation for operation in model.operations}
    for block in found:
        assert block.share == pytest.approx(expected)
        expected -= block.parameters / model.count_params()
        # Keras itself refuses a model whose outputs need more than its inputs.
        boundary = operations[block.boundary].output
        above = keras.Model(boundary, model.output)
        assert above.count_params() == round(block.share * model.count_params())
        below = keras.Model(model.input, boundary)
        assert below.count_params() + above.count_params() == model.count_params()
    assert (len(found), found[-1].name) == (net.blocks, net.last)
    assert found[-1].share == pytest.approx(net.share, abs=6e-4)


@pytest.mark.parametrize(
    ("name", "names", "boundaries"),
    [
        (
            "VGG16",
            [f"block{number}" for number in range(1, 6)],
            ["", *(f"block{number}_pool" for number in range(1, 5))],
        ),
        (
            "ResNet50",
            [STEM, *(f"conv{stage}_block{number}" for stage, count in ((2, 3), (3, 4), (4, 6), (5, 3))
                     for number in range(1, count + 1))],
            ["", "pool1_pool", *(f"conv{stage}_block{number}_out"
                                 for stage, count in ((2, 3), (3, 4), (4, 6), (5, 2))
                                 for number in range(1, count + 1))],
        ),
        (
            "InceptionV3",
            [STEM, *(f"mixed{number}" for number in range(11))],
            ["", "max_pooling2d_1", *(f"mixed{number}" for number in range(10))],
        ),
    ],
)  # fmt: skip
def test_the_blocks_are_those_of_the_papers(name: str, names: list[str], boundaries: list[str]) -> None:
    keras.utils.clear_session()
    model = build(name)
    found = blocks(model)
    assert [block.name for block in found] == names
    assert [block.boundary for block in found] == [model.layers[0].name, *boundaries[1:]]


def test_what_runs_past_a_layer_forbids_a_cut_there() -> None:
    inputs = keras.Input((4,))
    first = layers.Dense(4, name="block1_first")(inputs)
    second = layers.Dense(4, name="block2_second")(first)
    joined = layers.Add(name="block2_joined")([inputs, second])
    outputs = layers.Dense(2, name="block3_last")(joined)
    (whole, last) = blocks(keras.Model(inputs, outputs))
    assert (whole.boundary, whole.layers) == (
        inputs._keras_history.operation.name,
        ("block1_first", "block2_second"),
    )
    assert (last.name, last.boundary, last.layers) == ("block3", "block2_joined", ("block3_last",))
    assert last.share == pytest.approx(10 / 50)


def test_a_network_without_known_names_is_cut_at_every_layer_with_weights() -> None:
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, name="a"), layers.ReLU(), layers.Dense(2, name="b")]
    )
    found = blocks(keras.Model(model.inputs, model.outputs))
    assert [(block.name, block.layers) for block in found] == [("a", ("a",)), ("b", ("b",))]
    assert np.isclose(found[1].share, 8 / 23)
