"""The picture as the model sees it: upright, RGB, 8 bits, square."""

import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from desktop_app.engine.colours import has_tables, is_srgb, opaque, to_srgb
from desktop_app.engine.formats import damaged, open_picture
from desktop_app.engine.picture_file import UnreadableError, open_file, read_file
from desktop_app.engine.resizing import Resize, fit
from desktop_app.engine.scaling import to_8_bits

__all__ = [
    "READING",
    "UnreadableError",
    "header_problem",
    "is_servable",
    "open_picture",
    "read_file",
    "rgb",
    "square",
]

READING = 2  # counts up whenever a picture is read to other pixels than before, for the caches
_BITS_PER_SAMPLE, _PHOTOMETRIC, _SAMPLE_FORMAT = 258, 262, 339  # TIFF
_LARGEST_SAMPLES = (281, 341)
_WHITE_IS_ZERO = 0
_UNSIGNED, _REAL = 1, 3  # sample formats
_WIDE = ("I", "F")  # Pillow's modes of more than 8 bits


def header_problem(path: Path) -> str | None:
    """Why the file at `path` cannot be a picture, judged by its first bytes; None if it looks fine."""
    try:
        with open_file(path) as file, open_picture(file):
            return None
    except UnreadableError as error:
        return str(error)


def rgb(data: bytes, enough: int | None = None) -> Image.Image:
    """Decode a picture as a person sees it.

    EXIF rotation is applied, an embedded colour profile turned into sRGB, transparency laid over white, more
    than 8 bits brought to 8 by their true range (`scaling`), the first frame taken of an animation.

    Args:
        data: an encoded picture.
        enough: a JPEG may be decoded at 1/2, 1/4 or 1/8 as long as both sides keep that many pixels.

    Raises:
        UnreadableError: it is no picture, is damaged, or is too large.
    """
    image = to_srgb(*_decoded(data, enough))
    return image if image.mode == "RGB" else image.convert("RGB")


def square(data: bytes, size: int, quick: bool = False, resize: Resize = "stretch") -> NDArray[np.uint8]:
    """Decode a picture and make it square.

    Args:
        data: an encoded picture.
        size: side of the square, in pixels.
        quick: decode a large JPEG at 1/2, 1/4 or 1/8, of which at least twice `size` must be left, and turn
            RGB into sRGB after the resizing. That halves the time or better, and changes a photograph's
            values by about one of 255 on average, or less.
        resize: what becomes of a picture that is not square (`resizing.fit`).

    Returns:
        RGB values from 0 to 255, shape (size, size, 3).

    Raises:
        UnreadableError: as `rgb`.
    """
    image, profile = _decoded(data, 2 * size if quick else None)
    if quick and image.mode == "RGB" and not is_srgb(image, profile):
        small = Image.fromarray(fit(image, size, resize))
        return np.asarray(to_srgb(small, profile))
    return fit(to_srgb(image, profile), size, resize)


def is_servable(data: bytes) -> bool:
    """Whether a graph (`serving`) reads a JPEG or PNG as the program does: 8 bits, a usual profile.

    Raises:
        UnreadableError: as `rgb`.
    """
    with open_picture(io.BytesIO(data)) as image:
        profile = image.info.get("icc_profile")
        return not image.mode.startswith(_WIDE) and image.mode != "CMYK" and not has_tables(profile)


def _decoded(data: bytes, enough: int | None) -> tuple[Image.Image, bytes | None]:
    """A picture upright, in 8 bits and opaque, as L, RGB or CMYK; and its colour profile."""
    with open_picture(io.BytesIO(data)) as image:
        try:
            if enough:
                image.draft(None, (enough, enough))
            image.load()
            with suppress(Exception):  # damaged metadata leave good pixels as they lie
                ImageOps.exif_transpose(image, in_place=True)
            profile = image.info.get("icc_profile")
            return opaque(_scaled(image) if image.mode.startswith(_WIDE) else image), profile
        except UnreadableError:
            raise
        except Exception as error:
            raise UnreadableError(damaged(error)) from error


def _scaled(image: Image.Image) -> Image.Image:
    """A picture of wide numbers as one of 8 bits."""
    tags: Any = getattr(image, "tag_v2", {})
    values = np.asarray(image)
    if (
        values.dtype == np.int32
        and _first(tags, _BITS_PER_SAMPLE) == 32
        and _first(tags, _SAMPLE_FORMAT) == 1
    ):
        values = values.view(np.uint32)
    grey = to_8_bits(values, _declared_bits(tags))
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        grey = 255 - grey
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        grey[values == clear] = 255
    return Image.fromarray(grey)


def _declared_bits(tags: Any) -> int:
    """How many bits a TIFF says its numbers have; 0 where it says nothing but how much room each takes."""
    room = _first(tags, _BITS_PER_SAMPLE)
    if room < 16 or _first(tags, _SAMPLE_FORMAT) == _REAL:
        return room if room < 16 else 0
    largest = max(_first(tags, tag) for tag in _LARGEST_SAMPLES)
    bits = int(largest).bit_length()
    return bits + bits % 2 if largest > 0 and bits < room else 0


def _first(tags: Any, tag: int) -> int:
    value = tags.get(tag, 0)
    return int(value[0] if isinstance(value, tuple) else value)
