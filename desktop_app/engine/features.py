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
from desktop_app.engine.images import READING, UnreadableError, read_file
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.resizing import Resize
from desktop_app.engine.views import key as view_key
from desktop_app.engine.views import views
from desktop_app.engine.views_spec import ViewsSpec

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
        matrix: (n, width), a row a file, or (n, views, width); rows of unreadable files are zero. float32, or
            float16 where that was asked for and holds every row.
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
    stored: Sequence[Vector | None] = ()  # one a view
    pixels: Sequence[NDArray[np.uint8]] = ()  # of the views that are not stored, in their order
    problem: str | None = None


@dataclass(frozen=True)
class _Waiting:
    """A view that is to go through the base."""

    picture: _Decoded
    place: int  # among the views asked for
    pixels: NDArray[np.uint8]


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
    found = _Extraction(files, base, cache, reporter, dtype, resize).run()
    return replace(found, matrix=found.matrix[:, 0])


def extract_views(
    files: Sequence[Path],
    base: "FrozenBase",
    cache: FeatureCache | None,
    reporter: Reporter,
    dtype: DTypeLike,
    resize: Resize,
    spec: ViewsSpec,
    numbers: Sequence[int],
) -> Features:
    """Compute the features of some views of each of `files`; all else is as in `extract`.

    A file is read and decoded once for all its views, each of which is stored by itself: more views of the
    same kind cost only what they are more.

    Args:
        files: as in `extract`.
        base: as there.
        cache: as there.
        reporter: as there.
        dtype: as there.
        resize: as there.
        spec: what makes a view.
        numbers: which views; 0 is the picture as it is, and the same as in `extract`.
    """
    return _Extraction(files, base, cache, reporter, dtype, resize, spec, numbers).run()


def stored(
    digests: Sequence[str], base: str, cache: FeatureCache, dtype: DTypeLike, resize: Resize
) -> dict[int, Vector]:
    """What `extract` has stored of pictures, by index, without the base that it was made by.

    Args:
        digests: SHA-256 of each picture's content, in hex.
        base: the base's key.
        cache: where to look.
        dtype: as in `extract`.
        resize: as there.
    """
    key = stored_key(base, dtype, resize)
    found = ((index, cache.get(bytes.fromhex(digest), key)) for index, digest in enumerate(digests))
    return {index: vector for index, vector in found if vector is not None}


def stored_key(base: str, dtype: DTypeLike, resize: Resize) -> str:
    """What `extract` stores a picture's features under."""
    return _key(base, np.dtype(dtype) == np.float16, resize) + view_key(ViewsSpec(1), 0)


def _key(base: str, half: bool, resize: Resize) -> str:
    """Everything that shapes a stored vector but its picture and its view."""
    return f"{base}:{'quick float16' if half else 'float32'}:{resize}:{READING}"


class _Extraction:
    """One call of `extract` or `extract_views`."""

    def __init__(
        self,
        files: Sequence[Path],
        base: "FrozenBase",
        cache: FeatureCache | None,
        reporter: Reporter,
        dtype: DTypeLike,
        resize: Resize,
        spec: ViewsSpec | None = None,
        numbers: Sequence[int] = (0,),
    ) -> None:
        self._files, self._base, self._cache, self._reporter = files, base, cache, reporter
        self._resize = resize
        self._spec, self._numbers = spec or ViewsSpec(1), numbers
        self._noun, self._unit = ("features", "images") if spec is None else ("views", "views")
        self._half = np.dtype(dtype) == np.float16
        plain = _key(base.key, self._half, resize)
        self._keys = [plain + view_key(self._spec, number) for number in numbers]
        self._matrix: Vector = np.zeros((len(files), len(numbers), base.width), dtype)
        self._total = len(files) * len(numbers)
        self._digests = [b""] * len(files)
        self._unreadable: dict[int, str] = {}
        self._cached = 0
        self._seen: list[tuple[Path, str, bytes]] = []

    def run(self) -> Features:
        """Do it."""
        self._reporter.report(0, f"Computing {self._noun}: {Pace(self._total, self._unit).text(0)}")
        missing = self._recall()
        self._compute(missing)
        self._reporter.report(1, f"Computed {self._noun}: {self._total:,} of {self._total:,}")
        digests = tuple(digest.hex() for digest in self._digests)
        return Features(self._matrix, self._unreadable, digests, self._cached)

    def _recall(self) -> list[int]:
        """Fetch what is stored of files that are known to be untouched; the indices of all others."""
        if self._cache is None:
            return list(range(len(self._files)))
        missing = []
        pace = Pace(self._total, self._unit)
        for index, file in enumerate(self._files):
            if index % _AT_ONCE == 0:
                words = pace.text(index * len(self._numbers))
                self._reporter.report(self._cached / self._total, f"Fetching {self._noun}: {words}")
            mark = stamp(file)
            digest = self._cache.digest(file, mark) if mark else b""
            stored = self._stored(digest) if digest else []
            if not stored or any(vector is None for vector in stored):
                missing.append(index)
                continue
            self._digests[index] = digest
            for place, vector in enumerate(stored):
                self._keep(index, place, vector)
        return missing

    def _compute(self, missing: list[int]) -> None:
        """Read the files at the indices `missing`, and compute what is not stored of them."""
        pace = Pace(self._total, self._unit, self._cached)
        before = self._cached
        waiting: list[_Waiting] = []
        starved = 0.0
        pictures = self._decode_ahead(missing)
        began = asked = time.monotonic()
        for number, picture in enumerate(pictures):
            starved += time.monotonic() - asked
            done = before + number * len(self._numbers) - len(waiting)
            limit = "reading them" if starved > _STARVED * (time.monotonic() - began) else "the backbone"
            words = f" · limited by {limit}" if done > before else ""
            self._reporter.report(done / self._total, f"Computing {self._noun}: {pace.text(done)}{words}")
            self._digests[picture.index] = picture.digest
            if picture.problem:
                self._unreadable[picture.index] = picture.problem
            pixels = iter(picture.pixels)
            for place, stored in enumerate(picture.stored):
                if stored is None:
                    waiting.append(_Waiting(picture, place, next(pixels)))
                else:
                    self._keep(picture.index, place, stored)
            if picture.stored and not picture.pixels:
                self._note(picture)
            self._flush(waiting, whole=True)
            asked = time.monotonic()
        self._flush(waiting)
        if self._cache:
            self._cache.note(self._seen)

    def _flush(self, waiting: list[_Waiting], whole: bool = False) -> None:
        """Compute and store what is waiting; of `whole` batches, what they leave goes on waiting."""
        while len(waiting) >= (self._base.batch if whole else 1):
            self._reporter.checkpoint()
            batch = waiting[: self._base.batch]
            try:
                vectors = self._base.run(np.stack([one.pixels for one in batch]))
            except Exception as error:
                if self._base.batch == 1 or not _out_of_memory(error):
                    raise
                self._base = replace(self._base, batch=self._base.batch // 2)
                continue
            kept: dict[int, list[tuple[bytes, Vector]]] = {}
            for one, vector in zip(batch, vectors, strict=True):
                small = _halved(vector) if self._half else vector
                self._put(one.picture.index, one.place, small)
                kept.setdefault(one.place, []).append((one.picture.digest, small))
            if self._cache:
                for place, rows in kept.items():
                    self._cache.put(self._keys[place], rows)
            for one in batch:
                self._note(one.picture)
            del waiting[: len(batch)]

    def _keep(self, index: int, place: int, vector: Vector | None) -> None:
        """Take over what was stored."""
        if vector is not None:
            self._put(index, place, vector)
            self._cached += 1

    def _put(self, index: int, place: int, vector: Vector) -> None:
        if vector.dtype.itemsize > self._matrix.dtype.itemsize:
            self._matrix = self._matrix.astype(vector.dtype)
        self._matrix[index, place] = vector

    def _note(self, picture: _Decoded) -> None:
        """Remember what the file holds, many files at a time; its views come one after the other."""
        seen = (self._files[picture.index], picture.stamp, picture.digest)
        if self._seen and self._seen[-1] == seen:
            return
        self._seen.append(seen)
        if self._cache and len(self._seen) >= _AT_ONCE:
            self._cache.note(self._seen)
            self._seen.clear()

    def _stored(self, digest: bytes) -> list[Vector | None]:
        """What is stored of each view."""
        found = [self._cache.get(digest, key) if self._cache else None for key in self._keys]
        fits = self._matrix.shape[2:]
        return [vector if vector is not None and vector.shape == fits else None for vector in found]

    def _decode(self, index: int) -> _Decoded:
        """Read a file once, for its digest and its pixels."""
        file = self._files[index]
        mark = stamp(file)  # before it is read: if it changes meanwhile, the mark no longer fits
        try:
            data = read_file(file)
            digest = hashlib.sha256(data).digest()
            stored = self._stored(digest)
            missing = [n for n, vector in zip(self._numbers, stored, strict=True) if vector is None]
            size = self._base.row.size
            pixels = tuple(views(data, digest, missing, self._spec, size, self._half, self._resize))
        except UnreadableError as error:
            return _Decoded(index, problem=str(error))
        return _Decoded(index, mark, digest, stored, pixels)

    def _decode_ahead(self, indices: Sequence[int]) -> Iterator[_Decoded]:
        """Decode on all cores, in order, at most a few batches ahead of whoever consumes."""
        workers = os.cpu_count() or 1
        ahead = 2 * self._base.batch // len(self._numbers) + workers
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
