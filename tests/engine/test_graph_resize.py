from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from PIL import Image

from desktop_app.engine import images, resizing
from desktop_app.engine.graph_resize import fit
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.resizing import Resize

SIGNATURE = [tf.TensorSpec((None, None, None, 3), tf.uint8), tf.TensorSpec((), tf.int32)]
RESIZES: tuple[Resize, ...] = get_args(Resize)
IN_GRAPH: dict[Resize, Any] = {
    resize: tf.function(partial(fit, resize=resize), input_signature=SIGNATURE) for resize in RESIZES
}


@pytest.mark.parametrize("resize", RESIZES)
@pytest.mark.parametrize("size", [32, 224, 299])
@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (7, 300), (500, 375), (375, 500), (224, 224), (299, 1000), (31, 33)]
)
def test_it_is_pillows_resize_to_the_last_bit(height: int, width: int, size: int, resize: Resize) -> None:
    dice = np.random.default_rng(height)
    pixels = dice.integers(0, 256, (2, height, width, 3), np.uint8)
    expected = np.stack([resizing.fit(Image.fromarray(one), size, resize) for one in pixels])
    assert np.array_equal(IN_GRAPH[resize](pixels, size).numpy(), expected)


@pytest.mark.parametrize("resize", RESIZES)
def test_also_on_photographs(shared: Path, resize: Resize) -> None:
    for file in sorted((shared / "data" / "hymenoptera" / "val" / "ants").iterdir())[:20]:
        picture = images.rgb(file.read_bytes())
        served = IN_GRAPH[resize](np.asarray(picture)[None], 224).numpy()[0]
        assert np.array_equal(served, resizing.fit(picture, 224, resize))
