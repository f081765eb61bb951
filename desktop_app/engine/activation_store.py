"""The activation store: what crosses the freeze boundary, a record a picture, in files mapped to memory.

A record is a hundred times as long as a feature vector, and every epoch reads all of them in another order.
So they lie in plain files: a training maps them and copies out the rows of a batch, and how much stays in
memory is up to the system. A file belongs to the one program that appends to it; all read all files. Each
record has its picture's digest and a checksum, so that a torn or damaged one is as good as absent.
"""

import hashlib
import os
import shutil
import uuid
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

LIMIT = 20_000_000_000  # bytes, until the user sets another
_SPARE = 1_000_000_000  # bytes that are left free on the disk
_AT_ONCE = 16  # records between two looks at the world


class ActivationStore:
    """A folder of shelves, one for each network below a boundary.

    Args:
        folder: made when something is stored.
        limit: bytes that it may use. The shelves that have not been used for longest make room.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder, self._limit = folder, limit

    def open(
        self, key: str, shape: tuple[int, ...], dtype: DTypeLike, pictures: int, watch: Callable[[], None]
    ) -> "Shelf | None":
        """The shelf for what `key` names, with room for that many pictures; None where there is no such room.

        Args:
            key: all that shapes the activations.
            shape: of one picture's.
            dtype: float32 or float16.
            pictures: how many it must be able to hold.
            watch: called often while records are checked; it may raise.
        """
        record = _record(shape, dtype)
        needed = pictures * record.itemsize
        place = self._folder / hashlib.sha256(f"{key}:{shape}:{record}".encode()).hexdigest()[:32]
        if needed > self._limit:
            return None
        try:
            place.mkdir(parents=True, exist_ok=True)
            os.utime(place)
            self._make_room(self._limit - needed, place)
            if needed - _size(place) > shutil.disk_usage(place).free - _SPARE:
                return None
            return Shelf(place, record, watch)
        except OSError:
            return None

    @property
    def size(self) -> int:
        """Bytes in use."""
        return _size(self._folder)

    def clear(self) -> None:
        """Forget everything."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make_room(self, most: int, kept: Path) -> None:
        """Drop the shelves unused for longest until all but `kept` take at most `most` bytes."""
        others = [place for place in self._folder.iterdir() if place.is_dir() and place != kept]
        used = sum(_size(place) for place in others)
        for place in sorted(others, key=lambda place: place.stat().st_mtime):
            if used <= most:
                break
            used -= _size(place)
            shutil.rmtree(place, ignore_errors=True)  # on Windows, not while another program reads it


class Shelf:
    """The stored activations of one kind, found by their pictures' digests (SHA-256)."""

    def __init__(self, place: Path, record: np.dtype[np.void], watch: Callable[[], None]) -> None:
        self._record = record
        self._own = place / f"{uuid.uuid4().hex}.records"
        self._writing: BinaryIO | None = None
        self._maps: list[NDArray[np.void]] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        for file in sorted(place.glob("*.records")):
            self._map(file, watch)

    def __contains__(self, picture: bytes) -> bool:
        return picture in self._places

    def add(self, pictures: Sequence[bytes], numbers: NDArray[np.floating]) -> None:
        """Append a record for each picture's digest; `OSError` where the disk takes no more."""
        records = np.zeros(len(pictures), self._record)
        records["picture"] = np.frombuffer(b"".join(pictures), np.uint8).reshape(-1, 32)
        records["numbers"] = numbers
        records["checksum"] = [_checksum(record) for record in records]
        if self._writing is None:
            self._writing = self._own.open("ab")
        self._writing.write(records.tobytes())

    def seal(self, watch: Callable[[], None]) -> None:
        """Make what was added readable."""
        if self._writing:
            self._stop_writing()
            self._map(self._own, watch)

    def take(self, pictures: Sequence[bytes]) -> NDArray[np.float32]:
        """The activations of pictures that are on the shelf, float32 (n, *shape)."""
        taken = np.empty((len(pictures), *self._record["numbers"].shape), np.float32)
        for row, picture in enumerate(pictures):
            file, place = self._places[picture]
            taken[row] = self._maps[file][place]["numbers"]
        return taken

    def discard(self) -> None:
        """Throw away what this program has added."""
        self._stop_writing()
        with suppress(OSError):
            self._own.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of all files."""
        self._stop_writing()
        self._maps.clear()
        self._places.clear()

    def _stop_writing(self) -> None:
        if self._writing:
            self._writing.close()
            self._writing = None

    def _map(self, file: Path, watch: Callable[[], None]) -> None:
        count = file.stat().st_size // self._record.itemsize
        if not count:
            return
        records = np.memmap(file, self._record, "r", shape=(count,))
        self._maps.append(records)
        for place in range(count):
            if place % _AT_ONCE == 0:
                watch()
            if _checksum(records[place]) == records[place]["checksum"]:
                self._places[records[place]["picture"].tobytes()] = (len(self._maps) - 1, place)


def record_size(shape: tuple[int, ...], dtype: DTypeLike) -> int:
    """Bytes that one picture's activations take."""
    return _record(shape, dtype).itemsize


def _record(shape: tuple[int, ...], dtype: DTypeLike) -> np.dtype[np.void]:
    return np.dtype([("numbers", dtype, shape), ("picture", np.uint8, 32), ("checksum", np.uint32)])


def _checksum(record: np.void) -> int:
    return zlib.crc32(record["numbers"].tobytes(), zlib.crc32(record["picture"].tobytes()))


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
