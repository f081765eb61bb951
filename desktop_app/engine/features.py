"""Features: every picture once through the frozen base."""

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.images import UnreadableError, read_file, square
from desktop_app.engine.progress import Pace, Reporter

if TYPE_CHECKING:
    from desktop_app.engine.frozen import FrozenBase

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Features:
    """What the base makes of a list of files.

    Attributes:
        matrix: float32, (n, width), a row a file; rows of unreadable files are zero.
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
    digest: bytes = b""
    stored: Vector | None = None
    pixels: NDArray[np.uint8] | None = None
    problem: str | None = None


def extract(
    files: Sequence[Path], base: "FrozenBase", cache: FeatureCache | None, reporter: Reporter
) -> Features:
    """Compute the features of `files`, or fetch them from `cache`.

    Reading and decoding run ahead of the base on other threads, a bounded number of pictures far. What is
    computed is stored batch by batch, so a cancelled run loses at most the batch in flight.
    """
    matrix = np.zeros((len(files), base.width), np.float32)
    unreadable: dict[int, str] = {}
    digests: list[str] = []
    cached = 0
    waiting: list[tuple[int, _Decoded]] = []
    pace = Pace(len(files))

    def flush() -> None:
        if not waiting:
            return
        vectors = base.run(np.stack([picture.pixels for _, picture in waiting if picture.pixels is not None]))
        for (index, _), vector in zip(waiting, vectors, strict=True):
            matrix[index] = vector
        if cache:
            cache.put(base.key, [(p.digest, v) for (_, p), v in zip(waiting, vectors, strict=True)])
        waiting.clear()

    for index, picture in enumerate(_decode_ahead(files, base, cache)):
        done = index - len(waiting)
        reporter.report(done / len(files), f"Computing features: {pace.text(done)}")
        digests.append(picture.digest.hex())
        if picture.problem:
            unreadable[index] = picture.problem
        elif picture.stored is not None:
            matrix[index] = picture.stored
            cached += 1
        else:
            waiting.append((index, picture))
        if len(waiting) == base.batch:
            flush()
    flush()
    reporter.report(1, f"Computed features: {pace.text(len(files))}")
    return Features(matrix, unreadable, tuple(digests), cached)


def _decode_ahead(
    files: Sequence[Path], base: "FrozenBase", cache: FeatureCache | None
) -> Iterator[_Decoded]:
    """Decode on all cores, in order, at most a few batches ahead of whoever consumes."""

    def decode(path: Path) -> _Decoded:
        try:
            data = read_file(path)
            digest = hashlib.sha256(data).digest()
            stored = cache.get(digest, base.key) if cache else None
            if stored is not None and stored.shape == (base.width,):
                return _Decoded(digest, stored=stored)
            return _Decoded(digest, pixels=square(data, base.row.size))
        except UnreadableError as error:
            return _Decoded(problem=str(error))

    workers = os.cpu_count() or 1
    ahead = 2 * base.batch + workers
    pending: deque[Future[_Decoded]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="decode")
    try:
        for path in files:
            pending.append(pool.submit(decode, path))
            if len(pending) >= ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
