"""Recall: the features of a run's pictures, as its head was trained on them."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike, NDArray

from desktop_app.engine.errors import EngineError
from desktop_app.engine.feature_cache import BASE_VERSION, FeatureCache, Vector
from desktop_app.engine.features import extract, stored
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.progress import Reporter
from desktop_app.engine.resizing import Resize
from desktop_app.engine.run import Run
from desktop_app.engine.warm_up import import_tensorflow

if TYPE_CHECKING:
    from desktop_app.engine.classifier import Classifier


def features_of(
    run: Run, folder: Path | None, reporter: Reporter, opened: "Classifier | None" = None
) -> NDArray[np.floating]:
    """What the base of `run` makes of its pictures, (n, width), in the order of its pictures.csv.

    They come from the feature cache; only what is missing there is computed, and then stored. Where the base
    has learned, too, they are those of the base as it was saved.

    Args:
        run: any.
        folder: of the feature cache; None to compute all and store nothing.
        reporter: hears how fast it goes.
        opened: its classifier, where there is one already.

    Raises:
        EngineError: a picture that has to be looked at again is gone, or no longer the same; or the run was
            imported, without its pictures.
    """
    run.require_pictures()
    lines = tuple(run.lines())
    key = _key(run)
    if folder is None:
        return _computed(run, key, lines, None, reporter, opened)
    with closing(FeatureCache(folder)) as cache:
        reporter.report(0, "Fetching features")
        found = stored([line.digest for line in lines], key, cache, run.spec.base.dtype, run.spec.base.resize)
        missing = [index for index in range(len(lines)) if index not in found]
        if missing:
            vectors = _computed(run, key, [lines[index] for index in missing], cache, reporter, opened)
            found |= dict(zip(missing, vectors, strict=True))
    return np.stack([found[index] for index in range(len(lines))])


def stored_features(
    digests: Sequence[str], keys: Iterable[str], folder: Path | None, dtype: DTypeLike, resize: Resize
) -> NDArray[np.floating] | None:
    """What bases make of pictures, (n, width), by the first of `keys` that all of them are stored under.

    Args:
        digests: SHA-256 of each picture's content, in hex, so that none has to be read.
        keys: of bases.
        folder: of the feature cache; None where there is none.
        dtype: as in `features.extract`.
        resize: as there.
    """
    if folder is None:
        return None
    with closing(FeatureCache(folder)) as cache:
        for key in keys:
            if not stored(digests[:1], key, cache, dtype, resize):
                continue  # as of most keys: the other pictures need not be looked for
            found = stored(digests, key, cache, dtype, resize)
            if len(found) == len(digests):
                return np.stack([found[index] for index in range(len(digests))])
    return None


def all_stored(run: Run, folder: Path | None) -> bool:
    """Whether `features_of` will have nothing to compute."""
    if folder is None:
        return False
    digests, spec = [line.digest for line in run.lines()], run.spec.base
    with closing(FeatureCache(folder)) as cache:
        return len(stored(digests, _key(run), cache, spec.dtype, spec.resize)) == len(digests)


def _key(run: Run) -> str:
    """The key of the base as it was saved."""
    if run.base_key and not run.tuning and run.spec.start != "scratch":
        return run.base_key
    with run.model_file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{run.spec.base.backbone}:saved {digest}:float32:plain:{BASE_VERSION}"


def _computed(
    run: Run,
    key: str,
    lines: Sequence[Line],
    cache: FeatureCache | None,
    reporter: Reporter,
    opened: "Classifier | None",
) -> Vector:
    """The features of some of its pictures, by the base in its model."""
    import_tensorflow()
    from desktop_app.engine.classifier import Classifier

    base, spec = (opened or Classifier(run)).base(key), run.spec.base
    found = extract([line.file for line in lines], base, cache, reporter, spec.dtype, spec.resize)
    for index, (line, digest) in enumerate(zip(lines, found.digests, strict=True)):
        if digest != line.digest:
            why = found.unreadable.get(index, "it holds another picture now")
            raise EngineError(
                f"“{line.file}” is not as it was when this run was trained: {why}.",
                "Put it back where it was, or train again.",
            )
    return found.matrix
