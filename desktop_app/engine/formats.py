"""Formats: an encoded picture of any kind, opened without decoding it yet."""

import warnings
from functools import cache
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from desktop_app.engine.dicom import DicomImageFile, is_dicom
from desktop_app.engine.picture_file import TOO_LARGE, UnreadableError

MAX_PIXELS = 100_000_000  # more is a decompression bomb, or a scan that wants another tool
MAX_SIDE = 100_000  # pixels; a longer strip would fill the memory when it is stretched to a square
_UNKNOWN = "it is not a picture this program can read"
_HEAD = 132  # bytes that tell DICOM
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Known well enough to be told by name, though nothing here reads them.
_STRANGERS = {
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"%PDF": "PDF",
    b"<svg": "SVG",
    b"FUJIFILMCCD-RAW": "Fujifilm's raw format",
}

# Odd metadata is not the user's concern, and the size is judged below.
warnings.filterwarnings("ignore", module=r"(PIL|pydicom|pi_heif)\..*")


def open_picture(file: BinaryIO) -> ImageFile.ImageFile:
    """Read the header of an encoded picture; its `load` decodes the first frame.

    Raises:
        UnreadableError: it is no picture, is damaged, or is too large.
    """
    try:
        head = file.read(_HEAD)
        file.seek(0)
        image = DicomImageFile(file) if is_dicom(head) else _pillow(file, head)
    except UnreadableError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableError(TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise UnreadableError(_stranger(head)) from error
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise UnreadableError(damaged(error)) from error
    problem = _refusal(image)
    if problem:
        image.close()
        raise UnreadableError(problem)
    return image


def damaged(error: Exception) -> str:
    """The reason that a decoder gives, in one short line."""
    first = next(iter(str(error).splitlines()), "") or type(error).__name__
    return f"it is damaged ({first[:200]})"


def _pillow(file: BinaryIO, head: bytes) -> ImageFile.ImageFile:
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        _register_heif()
    return Image.open(file)


@cache
def _register_heif() -> None:
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)


def _stranger(head: bytes) -> str:
    for start, name in _STRANGERS.items():
        if head.startswith(start):
            return f"it is {name}, which this program cannot read"
    return _UNKNOWN


def _refusal(image: Image.Image) -> str | None:
    # To draw PostScript is to run a program out of the file; a stub format has no decoder.
    if image.format == "EPS" or isinstance(image, ImageFile.StubImageFile):
        return _UNKNOWN
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        return TOO_LARGE
    return None if min(image.size) > 0 else "it has no pixels"
