"""Sniffing: whether a file surely begins as a JPEG or a PNG of a fit size, told without a decoder.

Pillow takes 50 µs and many small reads for that, which is long where there are a hundred thousand files. Here
only the common case is told; whatever is in any way odd is left to `images.header_problem`.
"""

import os
import zlib
from pathlib import Path

from desktop_app.engine.formats import MAX_PIXELS, MAX_SIDE

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_HEAD = 4096  # bytes read at a time
_STEPS = 64  # segments or chunks before the pixels; more is odd
_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
_QUANTIZATION, _SEVERAL_PICTURES, _SCAN = 0xDB, 0xE2, 0xDA
_SKIPPED = {0xC4, 0xDD, *range(0xE0, 0xF0), 0xFE}  # other tables, application data, comments
_PLAIN_CHUNKS = {
    b"IHDR",
    b"PLTE",
    b"tRNS",
    b"sRGB",
    b"gAMA",
    b"cHRM",
    b"pHYs",
    b"bKGD",
    b"tIME",
    b"tEXt",
    b"eXIf",
}
_PNG_KINDS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}  # colour type: bits


class _OddError(Exception):
    """Not the common case."""


def surely_picture(path: Path) -> bool:
    """Whether the file at `path` has a flawless JPEG or PNG header; False may mean anything."""
    try:
        file = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return False
    try:
        reader = _Reader(file)
        start = reader.take(0, 3)
        width, height = _jpeg(reader) if start == b"\xff\xd8\xff" else _png(reader)
    except (OSError, _OddError):
        return False
    finally:
        os.close(file)
    return 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS


class _Reader:
    """Reads a file here and there."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._offset = 0
        self._data = os.read(file, _HEAD)

    def take(self, offset: int, count: int) -> bytes:
        """`count` bytes at `offset`, at most `_HEAD`."""
        start = offset - self._offset
        if start < 0 or start + count > len(self._data):
            os.lseek(self._file, offset, os.SEEK_SET)
            self._offset, self._data, start = offset, os.read(self._file, _HEAD), 0
        found = self._data[start : start + count]
        if len(found) < count:
            raise _OddError
        return found


def _jpeg(reader: _Reader) -> tuple[int, int]:
    """Width and height, once the whole way to the pixels has been walked."""
    size = None
    offset = 2
    for _ in range(_STEPS):
        head = reader.take(offset, 4)
        kind, length = head[1], int.from_bytes(head[2:])
        if head[0] != 0xFF or length < 2:
            break
        if kind == _SCAN and size:
            reader.take(offset, 2 + length)
            return size
        if kind in _FRAMES and size is None:
            depth, *sides, parts = reader.take(offset + 4, 6)
            if depth != 8 or length != 8 + 3 * parts or parts not in {1, 3, 4}:
                break
            size = sides[2] << 8 | sides[3], sides[0] << 8 | sides[1]
        elif kind == _QUANTIZATION:
            # Tables of 64 bytes, each after a number below 16: more would be 16-bit tables.
            if (length - 2) % 65 or max(reader.take(offset + 4, length - 2)[::65]) > 15:
                break
        elif kind not in _SKIPPED or (kind == _SEVERAL_PICTURES and reader.take(offset + 4, 4) == b"MPF\0"):
            break
        offset += 2 + length
    raise _OddError


def _png(reader: _Reader) -> tuple[int, int]:
    """Width and height, once the whole way to the pixels has been walked, each chunk with its checksum."""
    head = reader.take(0, 29)
    bits, colour, *methods = head[24:29]
    if head[:16] != b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" or bits not in _PNG_KINDS.get(colour, ()):
        raise _OddError
    if methods[:2] != [0, 0] or methods[2] > 1:
        raise _OddError
    offset = 8
    for _ in range(_STEPS):
        chunk = reader.take(offset, 8)
        length = int.from_bytes(chunk[:4])
        if chunk[4:] == b"IDAT":
            return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
        if chunk[4:] not in _PLAIN_CHUNKS or length > _HEAD - 8:
            break
        body = reader.take(offset + 4, length + 8)
        if zlib.crc32(body[:-4]) != int.from_bytes(body[-4:]):
            break
        offset += 12 + length
    raise _OddError
