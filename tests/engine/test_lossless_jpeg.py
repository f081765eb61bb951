import io
import struct
from contextlib import suppress

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine.lossless_jpeg import LosslessJpegError, decode, read_header

CODE = 5  # bits of every code: the simplest table that holds all 17 sizes


def encode(picture: NDArray[np.uint16], bits: int = 16, rows: int = 0, shift: int = 0) -> bytes:
    """Lossless JPEG by the letter of the standard, pixel by pixel; a restart after every `rows`."""
    height, width = picture.shape
    counts = bytearray(16)
    counts[CODE - 1] = 17
    table = b"\0" + bytes(counts) + bytes(range(17))
    out = b"\xff\xd8"
    out += b"\xff\xc3" + struct.pack(">HBHHBBBB", 11, bits, height, width, 1, 1, 0x11, 0)
    out += b"\xff\xc4" + struct.pack(">H", 2 + len(table)) + table
    if rows:
        out += b"\xff\xdd" + struct.pack(">HH", 4, rows * width)
    out += b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0, 1, 0, shift)
    step = rows or height
    for number, top in enumerate(range(0, height, step)):
        part = (picture[top : top + step] >> shift).astype(int)
        stream = ""
        for y, row in enumerate(part):
            for x, value in enumerate(row):
                start = 1 << (bits - shift - 1)
                guess = row[x - 1] if x else part[y - 1][0] if y else start
                difference = (value - guess + 32768) % 65536 - 32768
                size = 16 if difference == -32768 else int(abs(difference)).bit_length()
                stream += format(size, f"0{CODE}b")
                if 0 < size < 16:
                    low = difference if difference > 0 else difference + (1 << size) - 1
                    stream += format(low, f"0{size}b")
        stream += "1" * (-len(stream) % 8)
        coded = int(stream, 2).to_bytes(len(stream) // 8)
        out += coded.replace(b"\xff", b"\xff\0")
        if top + step < height:
            out += bytes([0xFF, 0xD0 + number % 8])
    return out + b"\xff\xd9"


def noise(height: int, width: int, top: int = 65536) -> NDArray[np.uint16]:
    return np.random.default_rng(height * width).integers(0, top, (height, width)).astype(np.uint16)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (9, 1), (13, 17)])
@pytest.mark.parametrize("bits", [9, 12, 16])
def test_what_was_encoded_comes_back(height: int, width: int, bits: int) -> None:
    picture = noise(height, width, 1 << bits)
    assert np.array_equal(decode(encode(picture, bits)), picture)


def test_restarts_and_dropped_bits() -> None:
    picture = noise(20, 7)
    assert np.array_equal(decode(encode(picture, rows=1)), picture)
    assert np.array_equal(decode(encode(picture, rows=3)), picture)
    assert np.array_equal(decode(encode(picture, shift=3)), picture >> 3 << 3)


def test_the_widest_step_and_full_bytes() -> None:
    picture = np.array([[0, 32768, 0, 65535, 32767, 65535, 0]], np.uint16)
    assert np.array_equal(decode(encode(picture)), picture)


def test_damage_is_an_error_and_never_a_hang() -> None:
    whole = encode(noise(15, 15))
    dice = np.random.default_rng(0)
    for cut in range(0, len(whole) - 12, 7):
        with pytest.raises(LosslessJpegError):
            decode(whole[:cut])
    for _ in range(300):
        damaged = bytearray(whole)
        for place in dice.integers(2, len(whole), 4):
            damaged[place] = dice.integers(0, 256)
        with suppress(LosslessJpegError):
            assert decode(bytes(damaged)).dtype == np.uint16


def test_the_header_of_other_jpegs_is_read_too() -> None:
    file = io.BytesIO()
    Image.new("RGB", (30, 20)).save(file, "JPEG")
    header = read_header(file.getvalue())
    assert (header.width, header.height, header.bits, header.components) == (30, 20, 8, 3)
    with pytest.raises(LosslessJpegError, match="only lossless"):
        decode(file.getvalue())
