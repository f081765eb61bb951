from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from desktop_app.engine import images
from desktop_app.engine.graph_resize import stretch
from desktop_app.engine.keras_bridge import tf

SIGNATURE = [tf.TensorSpec((None, None, None, 3), tf.uint8), tf.TensorSpec((), tf.int32)]


@tf.function(input_signature=SIGNATURE)  # type: ignore[untyped-decorator]
def in_graph(pictures: Any, size: Any) -> Any:
    return stretch(pictures, size)


@pytest.mark.parametrize("size", [32, 224, 299])
@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (7, 300), (500, 375), (375, 500), (224, 224), (299, 1000), (31, 33)]
)
def test_it_is_pillows_resize_to_the_last_bit(height: int, width: int, size: int) -> None:
    dice = np.random.default_rng(height)
    pixels = dice.integers(0, 256, (2, height, width, 3), np.uint8)
    expected = np.stack([images.stretch(Image.fromarray(one), size) for one in pixels])
    assert np.array_equal(in_graph(pixels, size).numpy(), expected)


def test_also_on_photographs(shared: Path) -> None:
    for file in sorted((shared / "data" / "hymenoptera" / "val" / "ants").iterdir())[:20]:
        picture = images.rgb(file.read_bytes())
        served = in_graph(np.asarray(picture)[None], 224).numpy()[0]
        assert np.array_equal(served, images.stretch(picture, 224))
