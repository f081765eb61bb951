"""Three ways to make a picture square."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Resize = Literal["stretch", "crop", "pad"]


def fit(image: Image.Image, size: int, resize: Resize = "stretch") -> NDArray[np.uint8]:
    """Resize, bilinear with antialiasing; the exported model does the very same (`graph_resize.fit`).

    Args:
        image: RGB, or grey.
        size: side of the square, in pixels.
        resize: “stretch” both sides to the square, “crop” to the central square first, or “pad” with black
            what the longer side at full length leaves free, as Keras does.

    Returns:
        RGB values from 0 to 255, shape (size, size, 3).
    """
    if resize == "pad":
        square = Image.new(image.mode, (size, size))
        small = _resized(image, *padded_size(*image.size, size))
        square.paste(small, ((size - small.width) // 2, (size - small.height) // 2))
    else:
        square = _resized(central(image) if resize == "crop" else image, size, size)
    return np.asarray(square if square.mode == "RGB" else square.convert("RGB"))


def padded_size(width: int, height: int, size: int) -> tuple[int, int]:
    """How large a picture is whose longer side becomes `size`; halves of a pixel are rounded up."""
    longer = max(width, height)
    across, down = ((2 * side * size + longer) // (2 * longer) for side in (width, height))
    return max(across, 1), max(down, 1)


def central(image: Image.Image) -> Image.Image:
    """The largest square in the middle."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def _resized(image: Image.Image, width: int, height: int) -> Image.Image:
    """In two passes, across and then down; Pillow left to itself picks their order by the picture's shape."""
    across = image.resize((width, image.height), Image.Resampling.BILINEAR)
    return across.resize((width, height), Image.Resampling.BILINEAR)
