"""The fidelity check: a fast form of the base is kept only if it says what the untouched network says."""

import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.folding import FoldingError
from desktop_app.engine.frozen import FrozenBase
from desktop_app.engine.images import UnreadableError, read_file, square
from desktop_app.engine.progress import Reporter

SAMPLE = 8  # pictures
MOST_TURN = 1e-3  # 1 - cosine of each picture's features, in a format of 16 bits
MOST_ERROR = 1e-4  # of folded float32 features, relative to the largest


def settle(
    base: FrozenBase, files: Sequence[Path], cache: FeatureCache | None, reporter: Reporter
) -> tuple[FrozenBase, str]:
    """Choose the first form of `base` that is faithful on some of `files`.

    This comes before the features, whose key names the form. What was measured is remembered in `cache`, so
    that another run on the same pictures measures nothing.

    Returns:
        The base to use, and how it was chosen, in words; "" where there was no choice.
    """
    said: list[str] = []
    sample: list[bytes] = []
    exact: NDArray[np.float32] | None = None
    while base.rest:
        reporter.report(0.0, "Checking that the quicker form of the backbone sees the same")
        sample = sample or _sample(files)
        digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in sample)).digest()
        key = f"fidelity {base.key}"
        stored = cache.get(digest, key) if cache else None
        if stored is None:
            pictures = _decoded(sample, base.row.size)
            if not len(pictures):
                return base.plain(), "untouched float32: no picture to compare another format on"
            if exact is None:
                exact = _exactly(base, pictures, reporter)
            stored = np.array([_distance(base, pictures, exact)], np.float32)
            if cache:
                cache.put(key, [(digest, stored)])
        faithful, words = _verdict(base, float(stored[0]))
        said.append(words)
        if faithful:
            break
        base = base.next()
    return base, "; ".join(said)


def _exactly(base: FrozenBase, pictures: NDArray[np.uint8], reporter: Reporter) -> NDArray[np.float32]:
    """What the untouched network says, (n, width), two pictures at a time, so that a cancel is soon heard."""
    parts = []
    for start in range(0, len(pictures), 2):
        parts.append(base.exactly(pictures[start : start + 2]))
        reporter.checkpoint()
    return np.concatenate(parts)


def _sample(files: Sequence[Path]) -> list[bytes]:
    """The contents of a few files, drawn by name so that pictures added later seldom change the draw."""
    drawn = sorted(files, key=lambda file: (zlib.crc32(file.name.encode(errors="replace")), file))
    contents: list[bytes] = []
    for file in drawn[: 4 * SAMPLE]:
        try:
            contents.append(read_file(file))
        except UnreadableError:
            continue
        if len(contents) == SAMPLE:
            break
    return contents


def _decoded(sample: list[bytes], size: int) -> NDArray[np.uint8]:
    """The pictures among `sample`, uint8 (n, size, size, 3)."""
    pictures = []
    for data in sample:
        try:
            pictures.append(square(data, size))
        except UnreadableError:
            continue
    return np.array(pictures, np.uint8).reshape(-1, size, size, 3)


def _distance(base: FrozenBase, pictures: NDArray[np.uint8], exact: NDArray[np.float32]) -> float:
    """How far `base` is from `exact`, (n, width), on `pictures`; infinite where it cannot be computed.

    In float32 the greatest error relative to the greatest value, else the greatest 1 - cosine of a picture.
    """
    try:
        batches = [pictures[start : start + base.batch] for start in range(0, len(pictures), base.batch)]
        found = np.concatenate([base.run(batch) for batch in batches]).astype(np.float64)
    except FoldingError:
        return float("inf")
    if not np.isfinite(found).all():
        return float("inf")
    if base.precision == "float32":
        return float(np.abs(found - exact).max() / max(np.abs(exact).max(), np.finfo(np.float32).tiny))
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(exact.astype(np.float64), axis=1)
    same = (found == exact).all(axis=1) * 1.0
    return float(1 - np.divide((found * exact).sum(axis=1), lengths, out=same, where=lengths > 0).min())


def _verdict(base: FrozenBase, distance: float) -> tuple[bool, str]:
    """Whether a form at that distance is faithful, and the words for the record."""
    if base.precision == "float32":
        faithful, words = distance <= MOST_ERROR, f"folded float32: relative error {distance:.1e}"
    else:
        faithful, words = distance <= MOST_TURN, f"{base.precision}: lowest cosine {1 - distance:.5f}"
    if not np.isfinite(distance):
        words = f"{words.partition(':')[0]}: cannot be computed"
    return faithful, words if faithful else f"{words}, given up"
