"""Lossless JPEG of more than 8 bits, the commonest compression of hospitals' archives (ITU-T T.81).

Written here because no library would do: GDCM ends the whole process on damaged pictures, libjpeg's
wrapper may be used under the GPL alone, and Pillow's libjpeg-turbo is not asked for more than 8 bits. Only
the chain of code lengths is followed one by one; all else is arithmetic on arrays.
"""

import io
from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC} | {0xF7}  # start of frame; F7 is JPEG-LS
_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_LOSSLESS = 0xC3
_NO_CODE = 255  # in place of a length
_AT_ONCE = 1 << 20  # differences, to spare the memory


class LosslessJpegError(ValueError):
    """The stream is damaged, or of a kind that is not decoded here."""


@dataclass
class Header:
    """What the markers before the pixels say; `frame` is 0 where there is no start of frame."""

    frame: int = 0
    bits: int = 0
    height: int = 0
    width: int = 0
    components: int = 0
    predictor: int = 0
    shift: int = 0
    restart: int = 0
    codes: dict[int, bytes] = field(default_factory=dict)  # DHT's own form, by table
    table: int = 0
    start: int = 0


def read_header(data: bytes) -> Header:
    """Walk the markers up to the start of the scan."""
    found, place = Header(), 0
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            raise LosslessJpegError("a marker is missing")
        marker, place = data[place + 1], place + 2
        if marker == 0xFF:
            place -= 1
        if marker in _ALONE or marker == 0xFF:
            continue
        length = int.from_bytes(data[place : place + 2])
        body, place = data[place + 2 : place + length], place + max(length, 2)
        try:
            _take(found, marker, body)
        except IndexError:
            raise LosslessJpegError("a marker is cut short") from None
        if marker == 0xDA:
            found.start = place
            break
    return found


def _take(found: Header, marker: int, body: bytes) -> None:
    if marker in _FRAMES:
        found.frame, found.bits, found.components = marker, body[0], body[5]
        found.height, found.width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    elif marker == 0xC4:
        while body:
            count = 17 + sum(body[1:17])
            found.codes[body[0]], body = body[1:count], body[count:]
    elif marker == 0xDD:
        found.restart = int.from_bytes(body[:2])
    elif marker == 0xDA and body:
        found.table, found.predictor, found.shift = body[2] >> 4, body[-3], body[-1] & 15


def decode(data: bytes) -> NDArray[np.uint16]:
    """Decode a picture of one component, predicted from the pixel to the left.

    Returns:
        Shape (height, width).

    Raises:
        LosslessJpegError: it is damaged, or of another kind.
    """
    header = read_header(data)
    height, width = header.height, header.width
    if header.frame != _LOSSLESS or header.components != 1 or header.predictor != 1:
        raise LosslessJpegError("only lossless JPEG of one component and with predictor 1 is decoded")
    if not 2 <= header.bits - header.shift <= 16 or not height * width or header.restart % width:
        raise LosslessJpegError("its header makes no sense")
    if header.table not in header.codes:
        raise LosslessJpegError("its code table is missing")
    sizes, lengths = _tables(header.codes[header.table])
    rows = header.restart // width or height
    parts = [
        _decode_rows(part, min(rows, height - number * rows), width, sizes, lengths, header)
        for number, part in enumerate(_intervals(data[header.start :]))
        if number * rows < height
    ]
    picture = np.concatenate(parts)
    if len(picture) != height:
        raise LosslessJpegError("it is cut short")
    return picture << np.uint16(header.shift)


def is_available(_syntax: str) -> bool:
    """Asked by pydicom of each of its plugins."""
    return True


def decode_frame(data: bytes, runner: Any) -> bytes:
    """Decode as a plugin of pydicom; Pillow knows the pictures of 8 bits, colour among them."""
    if read_header(data).bits > 8:
        runner.set_option("bits_allocated", 16)
        return decode(data).tobytes()
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return image.tobytes()


def _tables(codes: bytes) -> tuple[NDArray[np.uint8], bytes]:
    """For all next 16 bits: how many bits the difference has, and how many it takes with its code."""
    counts, symbols = codes[:16], codes[16:]
    sizes, lengths = np.zeros(1 << 16, np.uint8), np.full(1 << 16, _NO_CODE, np.uint8)
    code = place = 0
    for bits, count in enumerate(counts, 1):
        for symbol in symbols[place : place + count]:
            first, last = code << (16 - bits), (code + 1) << (16 - bits)
            # A difference of 2**15 is a code alone.
            sizes[first:last], lengths[first:last] = symbol, bits + (symbol if symbol < 16 else 0)
            code += 1
        place += count
        code <<= 1
    if place != len(symbols) or (len(symbols) and max(symbols) > 16):
        raise LosslessJpegError("its code table makes no sense")
    return sizes, lengths.tobytes()


def _intervals(scan: bytes) -> list[bytes]:
    """The entropy-coded bytes between restart markers, without the zeros that were stuffed in after 255."""
    values = np.frombuffer(scan, np.uint8)
    full = np.flatnonzero(values[:-1] == 0xFF)
    after = values[full + 1]
    marks = full[after != 0]
    ends = marks[(values[marks + 1] & 0xF8 != 0xD0) & (values[marks + 1] != 0xFF)]
    end = int(ends[0]) if len(ends) else len(values)
    stuffed = full[(after == 0) & (full < end)] + 1
    cuts = marks[(values[marks + 1] & 0xF8 == 0xD0) & (marks < end)]
    keep = np.ones(len(values), bool)
    keep[stuffed] = False
    starts, stops = [0, *(cuts + 2)], [*cuts, end]
    return [values[a:b][keep[a:b]].tobytes() for a, b in zip(starts, stops, strict=True)]


def _decode_rows(
    coded: bytes, rows: int, width: int, sizes: NDArray[np.uint8], lengths: bytes, header: Header
) -> NDArray[np.uint16]:
    if rows * width > 8 * len(coded):
        raise LosslessJpegError("it is cut short")
    values = np.frombuffer(coded + bytes(8), np.uint8).astype(np.uint32)
    words = values[:-3] << 24 | values[1:-2] << 16 | values[2:-1] << 8 | values[3:]  # 32 bits from each byte
    starts = _walk(words, lengths, rows * width)
    if starts[-1] > 8 * len(coded):
        raise LosslessJpegError("it is cut short")
    flat = np.empty(rows * width, np.uint16)
    for first in range(0, len(flat), _AT_ONCE):
        part = starts[first : first + _AT_ONCE + 1]
        flat[first : first + _AT_ONCE] = _differences(words, part, sizes)
    picture = flat.reshape(rows, width)
    picture[:1, :1] += np.uint16(1 << (header.bits - header.shift - 1))
    # The first of a row is predicted from above. All sums are modulo 2**16, as the standard has it.
    picture[:, 0] = np.cumsum(picture[:, 0], dtype=np.uint16)
    return np.cumsum(picture, axis=1, dtype=np.uint16)


def _differences(
    words: NDArray[Any], starts: NDArray[np.int64], sizes: NDArray[np.uint8]
) -> NDArray[np.uint16]:
    """The differences between `starts`, modulo 2**16."""
    taken = np.diff(starts).astype(np.uint32)
    if taken.max() == _NO_CODE:
        raise LosslessJpegError("it holds an unknown code")
    size = sizes[_bits(words, starts[:-1])].astype(np.uint32)
    small = size & 15
    extra = _bits(words, starts[:-1] + (taken - small)) >> (16 - small)
    positive = extra >> (np.maximum(small, 1) - 1) > 0
    difference = np.where(positive | (small == 0), extra, extra + 1 - (np.uint32(1) << small))
    difference[small == 0] = 0
    difference[size == 16] = 1 << 15
    return np.asarray(difference, np.uint16)


def _bits(words: NDArray[Any], places: NDArray[np.int64]) -> Any:
    """The 16 bits from each of `places`."""
    return (words[places >> 3] << (places & 7).astype(np.uint32)) >> np.uint32(16)


def _walk(words: NDArray[Any], lengths: bytes, count: int) -> NDArray[np.int64]:
    """Where each of `count` differences starts, in bits, and where the last ends."""
    length = np.frombuffer(lengths, np.uint8)
    each = np.empty((len(words), 8), np.uint8)
    for bit in range(8):
        each[:, bit] = length[(words << np.uint32(bit)) >> np.uint32(16)]
    steps = each.tobytes()
    starts, place = array("q", [0]), 0
    try:
        for _ in range(count):
            place += steps[place]
            starts.append(place)
    except IndexError:
        raise LosslessJpegError("it is cut short") from None
    return np.frombuffer(starts, np.int64)
