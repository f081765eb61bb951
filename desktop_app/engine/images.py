"""The picture as the model sees it: upright, RGB, 8 bits, square."""

import io
import warnings
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

MAX_PIXELS = 100_000_000  # more is a decompression bomb, or a scan that wants another tool
MAX_SIDE = 100_000  # pixels; a longer strip would fill the memory when it is stretched to a square
MAX_BYTES = 1 << 30
_TOO_LARGE = "it is larger than any photograph, which could exhaust the memory"
_UNKNOWN = "it is not a picture this program can read"

# Odd metadata is not the user's concern, and the size is judged below.
warnings.filterwarnings("ignore", module=r"PIL\..*")


class UnreadableError(Exception):
    """A picture that cannot be read; the text ends the sentence “left out because …”."""


def header_problem(path: Path) -> str | None:
    """Why the file at `path` cannot be a picture, judged by its first bytes; None if it looks fine."""
    try:
        with _reading(path) as file, _open(file):
            return None
    except UnreadableError as error:
        return str(error)


def read_file(path: Path) -> bytes:
    """The file's content; `UnreadableError` says why there is none."""
    try:
        with _reading(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"it may not be read ({error.strerror})") from error
    if len(data) > MAX_BYTES:
        raise UnreadableError(_TOO_LARGE)
    return data


def rgb(data: bytes, enough: int | None = None) -> Image.Image:
    """Decode a picture as a person sees it.

    EXIF rotation is applied, transparency laid over white, 16 bits brought to 8, the first frame taken of
    an animation.

    Args:
        data: an encoded picture.
        enough: a JPEG may be decoded at 1/2, 1/4 or 1/8 as long as both sides keep that many pixels.

    Raises:
        UnreadableError: it is no picture, is damaged, or is too large.
    """
    with _open(io.BytesIO(data)) as image:
        try:
            if enough:
                image.draft(None, (enough, enough))
            image.load()
            with suppress(Exception):  # damaged metadata leave good pixels as they lie
                ImageOps.exif_transpose(image, in_place=True)
            return _to_rgb(image)
        except Exception as error:
            raise UnreadableError(f"it is damaged ({error})") from error


def square(data: bytes, size: int, quick: bool = False) -> NDArray[np.uint8]:
    """Decode a picture and stretch it to a square.

    Args:
        data: an encoded picture.
        size: side of the square, in pixels.
        quick: decode a large JPEG at 1/2, 1/4 or 1/8, of which at least twice `size` must be left. That
            halves the time or better, and changes a photograph's values by less than one of 255 on average.

    Returns:
        RGB values from 0 to 255, shape (size, size, 3).

    Raises:
        UnreadableError: as `rgb`.
    """
    return stretch(rgb(data, 2 * size if quick else None), size)


def stretch(image: Image.Image, size: int) -> NDArray[np.uint8]:
    """Bilinear with antialiasing, shape (size, size, 3).

    In two passes, across and then down; Pillow left to itself picks their order by the picture's shape. The
    exported model does the very same (`graph_resize.stretch`).
    """
    across = image.resize((size, image.height), Image.Resampling.BILINEAR)
    return np.asarray(across.resize((size, size), Image.Resampling.BILINEAR))


def _reading(path: Path) -> BinaryIO:
    try:
        if path.stat().st_size == 0:
            raise UnreadableError("it is empty")
        return path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableError("it is no longer there") from error
    except OSError as error:
        raise UnreadableError(f"it may not be read ({error.strerror})") from error


def _open(file: BinaryIO) -> Image.Image:
    try:
        image = Image.open(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableError(_TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise UnreadableError(_UNKNOWN) from error
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise UnreadableError(f"it is damaged ({error})") from error
    problem = _refusal(image)
    if problem:
        image.close()
        raise UnreadableError(problem)
    return image


def _refusal(image: Image.Image) -> str | None:
    # To draw PostScript is to run a program out of the file; a stub format has no decoder.
    if image.format == "EPS" or isinstance(image, ImageFile.StubImageFile):
        return _UNKNOWN
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        return _TOO_LARGE
    return None if min(image.size) > 0 else "it has no pixels"


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16-bit grey; Pillow's own conversion would clip it at 255.
        wide = np.asarray(image).astype(np.int64)
        clear = wide == image.info.get("transparency", -1)
        grey = np.where(clear, 255, np.clip(wide, 0, 65535) // 256)
        image = Image.fromarray(grey.astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")
