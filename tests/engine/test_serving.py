import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from desktop_app.engine.images import rgb
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.serving import decode, exif_orientation


def photograph(orientation: int | None, endian: str = ">") -> bytes:
    pixels = np.zeros((24, 40, 3), np.uint8)
    pixels[:12, :20], pixels[12:, :20], pixels[:12, 20:] = (250, 10, 10), (10, 250, 10), (10, 10, 250)
    file = io.BytesIO()
    exif = Image.Exif()
    exif.endian = endian
    exif[0x010F] = "a maker's name that is stored behind the entries"
    if orientation is not None:
        exif[0x0112] = orientation
    Image.fromarray(pixels).save(file, "JPEG", quality=95, exif=exif.tobytes())
    return file.getvalue()


@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize("orientation", [None, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 300])
def test_the_graph_turns_photographs_as_the_program_does(orientation: int | None, endian: str) -> None:
    data = photograph(orientation, endian)
    assert exif_orientation(data).numpy() == (orientation if orientation in range(1, 9) else 1)
    assert np.array_equal(decode(tf.constant(data)).numpy(), np.asarray(rgb(data)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\xff\xffExif\0\0",
        b"\xff\xd8\xff\xe1\0\x08Exif\0\0II*\0\xff\xff\xff\xff",
    ],
)
def test_odd_bytes_have_no_orientation(data: bytes) -> None:
    assert exif_orientation(data).numpy() == 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "RGB", "1"])
def test_the_graph_reads_png_as_the_program_does(mode: str, tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    image = Image.fromarray(dice.integers(0, 256, (9, 13, 4), np.uint8), "RGBA").convert(mode)
    image.save(tmp_path / "picture.png")
    data = (tmp_path / "picture.png").read_bytes()
    difference: Any = decode(tf.constant(data)).numpy().astype(int) - np.asarray(rgb(data))
    assert np.abs(difference).max() <= 1
