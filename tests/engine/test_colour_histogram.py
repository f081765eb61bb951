"""The colour histogram is NumPy's, and goes through the ordinary extraction and its cache."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np

from desktop_app.engine.colour_histogram import ColourHistogram
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import extract
from desktop_app.engine.progress import Reporter


def test_it_is_numpys() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 8, 9, 3), np.uint8)
    found = ColourHistogram().run(pictures)
    for row, picture in zip(found, pictures, strict=True):
        peer, _ = np.histogramdd(picture.reshape(-1, 3), bins=[np.arange(0, 257, 64)] * 3)
        np.testing.assert_allclose(row**2, peer.ravel() / 72, rtol=1e-6)


def test_it_is_extracted_and_stored_like_features(
    picture_folder: Callable[..., Path], tmp_path: Path
) -> None:
    files = sorted(picture_folder().rglob("*.png"))
    base = cast(Any, ColourHistogram())
    cache = FeatureCache(tmp_path / "cache")
    first, again = (extract(files, base, cache, Reporter(), np.float16) for _ in range(2))
    cache.close()
    assert first.matrix.shape == (len(files), 64)
    assert again.cached == len(files)
    assert np.array_equal(first.matrix, again.matrix)
    blue, red = first.matrix[: len(files) // 2], first.matrix[len(files) // 2 :]
    assert np.abs(blue.mean(axis=0) - red.mean(axis=0)).max() > 0.1
