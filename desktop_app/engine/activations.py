"""What crosses the freeze boundary: computed once and kept on disk, or anew at each look without room."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from desktop_app.engine.activation_store import ActivationStore, Shelf, record_size
from desktop_app.engine.boundary import Cut
from desktop_app.engine.errors import EngineError
from desktop_app.engine.features import extract
from desktop_app.engine.images import READING
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.resizing import Resize

_CHUNK = 1 << 26  # bytes that are computed before they are written


class Activations(Protocol):
    """Activations at the freeze boundary, a row a picture."""

    @property
    def stored(self) -> bool:
        """Whether they lie on disk; if not, each look at one computes all that is below the boundary."""

    @property
    def key(self) -> str:
        """All that shapes them, and of which pictures they are."""

    def take(self, rows: NDArray[np.int64], reporter: Reporter) -> NDArray[np.float32]:
        """Those of some rows, float32 (n, *shape)."""

    def close(self) -> None:
        """Let go of all files."""


def activations(
    files: Sequence[Path],
    digests: Sequence[str],
    cut: Cut,
    store: ActivationStore | None,
    reporter: Reporter,
    dtype: DTypeLike = np.float32,
    resize: Resize = "stretch",
) -> Activations:
    """Compute the activations of `files` at the boundary of `cut`, or find them in `store`.

    Args:
        files: pictures, all of them readable.
        digests: SHA-256 of each file's content in hex, as `features.extract` returns them.
        cut: the base in two parts.
        store: None to store nothing.
        reporter: hears how fast it goes.
        dtype: as in `features.extract`: float16 takes half the room, unless a number does not fit it.
        resize: what becomes of pictures that are not square.

    Returns:
        A view of the store; where it has no room, of the files themselves, which is slow.
    """
    anew = _Anew(files, digests, cut, dtype, resize)
    if store is None:
        return anew
    half = np.dtype(dtype) == np.float16
    for kept in (np.float16, np.float32) if half else (np.float32,):
        shelf = store.open(anew.shelf_key, cut.shape, kept, len(set(digests)), reporter.checkpoint)
        if shelf is None:
            return anew
        try:
            _fill(shelf, anew, kept, reporter)
        except OSError:  # the disk is full after all
            shelf.discard()
            return anew
        except _DoesNotFit:
            shelf.discard()
            continue
        except BaseException:
            shelf.close()
            raise
        return _Stored(shelf, anew.pictures, anew.key)
    return anew


class _DoesNotFit(Exception):  # noqa: N818  it is an outcome, not an error
    """Some number is not held by the format that was chosen."""


class _Stored:
    """Activations that lie on a shelf."""

    stored = True

    def __init__(self, shelf: Shelf, pictures: Sequence[bytes], key: str) -> None:
        self._shelf, self._pictures, self.key = shelf, pictures, key

    def take(self, rows: NDArray[np.int64], reporter: Reporter) -> NDArray[np.float32]:
        reporter.checkpoint()
        return self._shelf.take([self._pictures[row] for row in rows])

    def close(self) -> None:
        self._shelf.close()


class _Anew:
    """Activations that are computed at every look."""

    stored = False

    def __init__(
        self, files: Sequence[Path], digests: Sequence[str], cut: Cut, dtype: DTypeLike, resize: Resize
    ) -> None:
        self.pictures = [bytes.fromhex(digest) for digest in digests]
        self.shelf_key = f"{cut.lower.key}:{np.dtype(dtype)}:{resize}:{READING}"
        self.key = f"{self.shelf_key}:{hashlib.sha256(b''.join(self.pictures)).hexdigest()}"
        self.chunk = max(1, _CHUNK // record_size(cut.shape, np.float32) // cut.lower.batch) * cut.lower.batch
        self._files, self._cut, self._dtype, self._resize = files, cut, dtype, resize

    def take(self, rows: NDArray[np.int64], reporter: Reporter) -> NDArray[np.float32]:
        quiet = Reporter(lambda _fraction, _text: reporter.checkpoint())
        return self.compute(rows, quiet).astype(np.float32)

    def compute(self, rows: Sequence[int] | NDArray[np.int64], reporter: Reporter) -> NDArray[np.floating]:
        """Those of some rows, (n, *shape), float32 or, where that was asked for and holds them, float16."""
        files = [self._files[row] for row in rows]
        found = extract(files, self._cut.lower, None, reporter, self._dtype, self._resize)
        for place, why in found.unreadable.items():
            raise EngineError(f"“{files[place]}” cannot be read any more: {why}", "Train again.")
        for file, digest, row in zip(files, found.digests, rows, strict=True):
            if bytes.fromhex(digest) != self.pictures[row]:
                raise EngineError(f"“{file}” was changed while the training ran.", "Train again.")
        return found.matrix.reshape(-1, *self._cut.shape)

    def close(self) -> None:
        """There is nothing to let go of."""


def _fill(shelf: Shelf, anew: _Anew, dtype: DTypeLike, reporter: Reporter) -> None:
    """Compute and store what is missing."""
    first = {picture: row for row, picture in reversed(list(enumerate(anew.pictures)))}
    missing = sorted(row for picture, row in first.items() if picture not in shelf)
    total, known = len(first), len(first) - len(missing)
    pace = Pace(total, already=known)

    def tell(done: float) -> None:
        text = f"Computing what lies below the blocks to tune: {pace.text(int(done))}"
        reporter.report(done / total, text)

    for start in range(0, len(missing), anew.chunk):
        rows = missing[start : start + anew.chunk]
        before, count = known + start, len(rows)
        found = anew.compute(rows, Reporter(lambda part, _, b=before, n=count: tell(b + part * n)))  # type: ignore[misc]
        if found.dtype.itemsize > np.dtype(dtype).itemsize:
            raise _DoesNotFit
        shelf.add([anew.pictures[row] for row in rows], found)
    shelf.seal(reporter.checkpoint)
    tell(total)
