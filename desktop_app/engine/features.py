"""Features: every picture once through the frozen base."""

import hashlib
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike, NDArray

from desktop_app.engine.feature_cache import FeatureCache, Vector, stamp
from desktop_app.engine.images import READING, UnreadableError, read_file, square
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.resizing import Resize

if TYPE_CHECKING:
    from desktop_app.engine.frozen import FrozenBase

# Greatest relative error of a vector kept as float16: the format's own rounding, and a hundredth of what the
# fidelity check lets the base itself err. A vector with numbers that float16 cannot hold fails it.
HALF_ERROR = 2**-11
_AT_ONCE = 256  # stored vectors between two looks at the clock
_STARVED = 0.1  # share of the time that the base waits for pictures; above it, decoding is what limits


@dataclass(frozen=True)
class Features:
    """What the base makes of a list of files.

    Attributes:
        matrix: (n, width), a row a file; rows of unreadable files are zero. float32, or float16 where that
            was asked for and holds every row.
        unreadable: index of a file → why it could not be read.
        digests: SHA-256 of each file's content, "" where it could not be read.
        cached: how many rows came from the cache.
    """

    matrix: Vector
    unreadable: dict[int, str]
    digests: tuple[str, ...]
    cached: int


@dataclass(frozen=True)
class _Decoded:
    index: int
    stamp: str = ""
    digest: bytes = b""
    stored: Vector | None = None
    pixels: NDArray[np.uint8] | None = None
    problem: str | None = None


def extract(
    files: Sequence[Path],
    base: "FrozenBase",
    cache: FeatureCache | None,
    reporter: Reporter,
    dtype: DTypeLike = np.float32,
    resize: Resize = "stretch",
) -> Features:
    """Compute the features of `files`, or fetch them from `cache`.

    Reading and decoding run ahead of the base on other threads, a bounded number of pictures far. What is
    computed is stored batch by batch, so a run that is cancelled or killed loses at most the batch in flight.
    A batch that the memory cannot take is computed in halves.

    Args:
        files: pictures, of which some may be unreadable.
        base: computes what is not stored.
        cache: None to store nothing.
        reporter: hears how fast it goes, and what limits it.
        dtype: float32, or float16 to decode large JPEGs quickly (see `images.square`) and to keep each vector
            in half the room if `HALF_ERROR` allows. Vectors are stored as they are returned, so that it makes
            no difference which run computed them.
        resize: what becomes of pictures that are not square.
    """
    return _Extraction(files, base, cache, reporter, dtype, resize).run()


class _Extraction:
    """One call of `extract`."""

    def __init__(
        self,
        files: Sequence[Path],
        base: "FrozenBase",
        cache: FeatureCache | None,
        reporter: Reporter,
        dtype: DTypeLike,
        resize: Resize,
    ) -> None:
        self._files, self._base, self._cache, self._reporter = files, base, cache, reporter
        self._resize = resize
        self._half = np.dtype(dtype) == np.float16
        self._key = f"{base.key}:{'quick float16' if self._half else 'float32'}:{resize}:{READING}"
        self._matrix: Vector = np.zeros((len(files), base.width), dtype)
        self._digests = [b""] * len(files)
        self._unreadable: dict[int, str] = {}
        self._cached = 0
        self._seen: list[tuple[Path, str, bytes]] = []

    def run(self) -> Features:
        """Do it."""
        total = len(self._files)
        self._reporter.report(0, f"Computing features: {Pace(total).text(0)}")
        missing = self._recall()
        self._compute(missing)
        self._reporter.report(1, f"Computed features: {total:,} of {total:,}")
        digests = tuple(digest.hex() for digest in self._digests)
        return Features(self._matrix, self._unreadable, digests, self._cached)

    def _recall(self) -> list[int]:
        """Fetch what is stored of files that are known to be untouched; the indices of all others."""
        total = len(self._files)
        if self._cache is None:
            return list(range(total))
        missing = []
        pace = Pace(total)
        for index, file in enumerate(self._files):
            if index % _AT_ONCE == 0:
                self._reporter.report(self._cached / total, f"Fetching features: {pace.text(index)}")
            mark = stamp(file)
            digest = self._cache.digest(file, mark) if mark else b""
            stored = self._stored(digest) if digest else None
            if stored is None:
                missing.append(index)
            else:
                self._digests[index] = digest
                self._keep(index, stored)
                self._cached += 1
        return missing

    def _compute(self, missing: list[int]) -> None:
        """Read the files at the indices `missing`, and compute what is not stored of them."""
        total = len(self._files)
        pace = Pace(total, already=self._cached)
        before = self._cached
        waiting: list[_Decoded] = []
        starved = 0.0
        pictures = self._decode_ahead(missing)
        began = asked = time.monotonic()
        for number, picture in enumerate(pictures):
            starved += time.monotonic() - asked
            done = before + number - len(waiting)
            limit = "decoding" if starved > _STARVED * (time.monotonic() - began) else "the base"
            words = f" · limited by {limit}" if done > before else ""
            self._reporter.report(done / total, f"Computing features: {pace.text(done)}{words}")
            self._digests[picture.index] = picture.digest
            if picture.problem:
                self._unreadable[picture.index] = picture.problem
            elif picture.stored is not None:
                self._keep(picture.index, picture.stored)
                self._cached += 1
                self._note(picture)
            else:
                waiting.append(picture)
            if len(waiting) >= self._base.batch:
                self._flush(waiting)
            asked = time.monotonic()
        self._flush(waiting)
        if self._cache:
            self._cache.note(self._seen)

    def _flush(self, waiting: list[_Decoded]) -> None:
        """Compute and store what is waiting."""
        while waiting:
            batch = waiting[: self._base.batch]
            try:
                vectors = self._base.run(np.stack([p.pixels for p in batch if p.pixels is not None]))
            except Exception as error:
                if self._base.batch == 1 or not _out_of_memory(error):
                    raise
                self._base = replace(self._base, batch=self._base.batch // 2)
                continue
            kept = [_halved(vector) if self._half else vector for vector in vectors]
            for picture, vector in zip(batch, kept, strict=True):
                self._keep(picture.index, vector)
            if self._cache:
                self._cache.put(self._key, [(p.digest, v) for p, v in zip(batch, kept, strict=True)])
            for picture in batch:
                self._note(picture)
            del waiting[: len(batch)]

    def _keep(self, index: int, vector: Vector) -> None:
        if vector.dtype.itemsize > self._matrix.dtype.itemsize:
            self._matrix = self._matrix.astype(vector.dtype)
        self._matrix[index] = vector

    def _note(self, picture: _Decoded) -> None:
        """Remember what the file holds, many files at a time."""
        self._seen.append((self._files[picture.index], picture.stamp, picture.digest))
        if self._cache and len(self._seen) >= _AT_ONCE:
            self._cache.note(self._seen)
            self._seen.clear()

    def _stored(self, digest: bytes) -> Vector | None:
        stored = self._cache.get(digest, self._key) if self._cache else None
        return stored if stored is not None and stored.shape == self._matrix.shape[1:] else None

    def _decode(self, index: int) -> _Decoded:
        """Read a file once, for its digest and its pixels."""
        file = self._files[index]
        mark = stamp(file)  # before it is read: if it changes meanwhile, the mark no longer fits
        try:
            data = read_file(file)
            digest = hashlib.sha256(data).digest()
            stored = self._stored(digest)
            pixels = self._square(data) if stored is None else None
        except UnreadableError as error:
            return _Decoded(index, problem=str(error))
        return _Decoded(index, mark, digest, stored, pixels)

    def _square(self, data: bytes) -> NDArray[np.uint8]:
        return square(data, self._base.row.size, self._half, self._resize)

    def _decode_ahead(self, indices: Sequence[int]) -> Iterator[_Decoded]:
        """Decode on all cores, in order, at most a few batches ahead of whoever consumes."""
        workers = os.cpu_count() or 1
        ahead = 2 * self._base.batch + workers
        pending: deque[Future[_Decoded]] = deque()
        pool = ThreadPoolExecutor(workers, thread_name_prefix="decode")
        try:
            for index in indices:
                pending.append(pool.submit(self._decode, index))
                if len(pending) >= ahead:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _halved(vector: Vector) -> Vector:
    """As float16 if that loses no more than `HALF_ERROR`, else unchanged."""
    with np.errstate(over="ignore", invalid="ignore"):
        half = vector.astype(np.float16)
        error = np.linalg.norm(half.astype(np.float32) - vector)
        faithful = np.isfinite(half).all() and error <= HALF_ERROR * np.linalg.norm(vector)
    return half if faithful else vector


def _out_of_memory(error: Exception) -> bool:
    """Whether a base has run out of it; TensorFlow's error is known by its name, to import nothing here."""
    return isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
