"""Reads the variables of a SavedModel without TensorFlow, whose own reader takes a file at its word.

A checkpoint is a “tensor bundle”: an index, which is a table of LevelDB with a protocol buffer for each
tensor (tensorflow/core/protobuf/tensor_bundle.proto), and a file of the numbers. Only what TensorFlow writes
for one program on one machine is taken: one file, no compression, whole tensors.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.plain_file import require_plain

INDEX, DATA = "variables.index", "variables.data-00000-of-00001"
_LARGEST_INDEX, _LARGEST = 16_000_000, 8_000_000_000  # bytes
_MAGIC = 0xDB4775248B80FB57
_FOOTER, _TRAILER = 48, 5  # bytes; a block ends in its compression and a checksum
_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2", 22: "<u4", 23: "<u8"}  # DataType → NumPy
_MOST_AXES = 8
_LONGEST = 1_000  # bytes of a name
_FEW = 8_000  # bytes: fewer are summed sooner one by one
_MASK = 0xA282EAD8  # added to a checksum, so that a file of checksums has one that is not odd


@dataclass(frozen=True)
class Tensor:
    """Where the numbers of a tensor lie; `crc` is the masked CRC-32C of their bytes."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    size: int
    crc: int


class Bundle:
    """The tensors of a checkpoint by name; those that hold no numbers are left out.

    Args:
        folder: “variables” of a SavedModel.

    Raises:
        ValueError: it is damaged, or holds what no export of this program does; the text completes a
            sentence.
        OSError: it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        require_plain(folder / INDEX, _LARGEST_INDEX)
        require_plain(folder / DATA, _LARGEST)
        self._file = folder / DATA
        self.size = self._file.stat().st_size
        index = (folder / INDEX).read_bytes()
        try:
            self.tensors = dict(self._tensors(index))
        except (IndexError, struct.error, UnicodeDecodeError, OverflowError) as error:
            raise ValueError(f"its {INDEX} is cut short or damaged") from error

    def read(self, name: str) -> NDArray[np.generic]:
        """The numbers of one tensor, checked against their sum; raises as the bundle itself does."""
        one = self.tensors[name]
        with self._file.open("rb") as file:
            file.seek(one.offset)
            data = file.read(one.size)
        if len(data) != one.size or masked(crc32c(data)) != one.crc:
            raise ValueError(f"the numbers of its “{name[:80]}” are damaged")
        return np.frombuffer(data, one.dtype).reshape(one.shape)

    def _tensors(self, index: bytes) -> Iterator[tuple[str, Tensor]]:
        seen = set()
        for key, value in _table(index):
            name = key.decode()
            if name in seen:
                raise ValueError(f"its {INDEX} names “{name[:80]}” twice")
            seen.add(name)
            if not name:
                _require_usual(dict(_fields(value)))
                continue
            entry = _entry(value)
            if entry is None:
                continue
            if entry.offset + entry.size > self.size:
                raise ValueError(f"its “{name[:80]}” claims more than its {DATA} holds")
            yield name, entry


def _require_usual(header: dict[int, int | bytes]) -> None:
    """One file of numbers, the lowest byte first."""
    if header.get(1, 0) != 1 or header.get(2, 0) != 0:
        raise ValueError(f"its {INDEX} is not of one file in the usual byte order")


def _entry(message: bytes) -> Tensor | None:
    """A BundleEntryProto: dtype 1, shape 2, shard 3, offset 4, size 5, sum 6; None of what is no number."""
    fields: dict[int, int | bytes] = {}
    for number, value in _fields(message):
        if number not in range(1, 7) or number in fields:
            raise ValueError(f"its {INDEX} has an entry of another kind")
        fields[number] = value
    kind, shape, shard, offset, size, crc = (fields.get(n, b"" if n == 2 else 0) for n in range(1, 7))
    numbers = [one for one in (kind, shard, offset, size, crc) if isinstance(one, int)]
    if len(numbers) < 5 or not isinstance(shape, bytes) or numbers[1]:
        raise ValueError(f"its {INDEX} has an entry of another kind")
    if kind not in _TYPES:
        return None
    axes = tuple(_axis(value) for number, value in _fields(shape) if number == 2)
    dtype = _TYPES[numbers[0]]
    if len(axes) > _MOST_AXES or prod(axes) * np.dtype(dtype).itemsize != numbers[3]:
        raise ValueError(f"its {INDEX} has an entry whose shape and size do not match")
    return Tensor(dtype, axes, numbers[2], numbers[3], numbers[4])


def _axis(message: int | bytes) -> int:
    if isinstance(message, int):
        raise ValueError(f"its {INDEX} has a shape of another kind")
    length = dict(_fields(message)).get(1, 0)
    if not isinstance(length, int) or length >= 1 << 40:
        raise ValueError(f"its {INDEX} has a shape of another kind")
    return length


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of the fields of a protocol buffer, as they come."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        if tag & 7 == 0:
            number, place = _varint(message, place)
            yield tag >> 3, number
        elif tag & 7 == 2:
            length, place = _varint(message, place)
            yield tag >> 3, _cut(message, place, length)
            place += length
        elif tag & 7 == 5:
            yield tag >> 3, struct.unpack_from("<I", message, place)[0]
            place += 4
        else:
            raise ValueError(f"its {INDEX} has a field of another kind")


def _table(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a table of LevelDB, in its order."""
    if len(data) < _FOOTER or struct.unpack_from("<Q", data, len(data) - 8)[0] != _MAGIC:
        raise ValueError(f"its {INDEX} is no table of TensorFlow")
    _, place = _handle(data, len(data) - _FOOTER)  # of what nobody needs
    (offset, length), _ = _handle(data, place)
    end = 0
    for _, handle in _pairs(_block(data, offset, length)):
        (offset, length), _ = _handle(handle, 0)
        if offset < end:  # else a few bytes could ask for the same block a million times
            raise ValueError(f"its {INDEX} is out of order")
        end = offset + length
        yield from _pairs(_block(data, offset, length))


def _handle(data: bytes, place: int) -> tuple[tuple[int, int], int]:
    offset, place = _varint(data, place)
    length, place = _varint(data, place)
    return (offset, length), place


def _block(data: bytes, offset: int, length: int) -> bytes:
    """The content of a block, its checksum compared."""
    whole = _cut(data, offset, length + _TRAILER)
    kind, crc = struct.unpack_from("<BI", whole, length)
    if kind:
        raise ValueError(f"its {INDEX} is compressed")
    if masked(crc32c(whole[:-4])) != crc:
        raise ValueError(f"its {INDEX} is damaged")
    return whole[:length]


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What a block holds; a key repeats the beginning of the one before."""
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    end, place, key = len(block) - 4 - 4 * restarts, 0, b""
    if end < 0:
        raise ValueError(f"its {INDEX} is damaged")
    while place < end:
        shared, place = _varint(block, place)
        more, place = _varint(block, place)
        length, place = _varint(block, place)
        if shared + more > _LONGEST:
            raise ValueError(f"its {INDEX} has a name of {shared + more:,} bytes")
        key = _cut(key, 0, shared) + _cut(block, place, more)
        yield key, _cut(block, place + more, length)
        place += more + length


def _cut(data: bytes, start: int, length: int) -> bytes:
    if start + length > len(data):
        raise IndexError(start)
    return data[start : start + length]


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where the next one begins."""
    number = 0
    for count in range(10):
        byte = data[place + count]
        number |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return number, place + count + 1
    raise IndexError(place)


def masked(crc: int) -> int:
    """A checksum as LevelDB stores it."""
    return ((crc >> 15 | crc << 17) + _MASK) & 0xFFFFFFFF


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli; RFC 3720, appendix B.4) of `data`.

    The data are cut into as many strips as each is long, all strips are gone through side by side, and their
    sums are joined two by two: a sum is linear, and a byte of zeros after the data is one linear step.
    """
    if len(data) < _FEW:
        steps, crc = _steps(), 0xFFFFFFFF
        for byte in data:
            crc = steps[(crc ^ byte) & 0xFF] ^ (crc >> 8)
        return crc ^ 0xFFFFFFFF
    width = max(1, int(len(data) ** 0.5))
    count = 1 << max(0, -(-len(data) // width) - 1).bit_length()  # strips, a power of two
    strips = np.zeros(count * width, np.uint8)  # zeros in front change nothing
    strips[len(strips) - len(data) :] = np.frombuffer(data, np.uint8)
    columns = np.ascontiguousarray(strips.reshape(count, width).T)
    sums, table = np.zeros(count, np.uint32), _bytes()
    for column in columns:
        sums = table[(sums ^ column) & 0xFF] ^ (sums >> 8)
    step = _power(width)
    while len(sums) > 1:
        sums = _apply(step, sums[::2]) ^ sums[1::2]
        step = _apply(step, step)
    begun = _apply(_power(len(data)), np.array([0xFFFFFFFF], np.uint32))
    return int(sums[0] ^ begun[0] ^ 0xFFFFFFFF)


@cache
def _bytes() -> NDArray[np.uint32]:
    """What a byte does to the sum."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0x82F63B78), table >> 1)
    return table


@cache
def _steps() -> list[int]:
    """The same as Python's own numbers, which are faster one by one."""
    return [int(step) for step in _bytes()]


def _power(zeros: int) -> NDArray[np.uint32]:
    """What so many bytes of zeros do to each bit of a sum, (32,)."""
    bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
    step, result = _bytes()[bits & 0xFF] ^ (bits >> 8), bits
    while zeros:
        if zeros & 1:
            result = _apply(step, result)
        step, zeros = _apply(step, step), zeros >> 1
    return result


def _apply(step: NDArray[np.uint32], sums: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A linear step, given by what it makes of each bit."""
    found = np.zeros_like(sums)
    for bit in range(32):
        found ^= np.where(sums >> np.uint32(bit) & 1, step[bit], np.uint32(0))
    return found
