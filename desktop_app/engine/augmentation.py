"""Augmentation: the head learns from several views of each picture, and may be asked about them, too."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import extract_views
from desktop_app.engine.learning import Pictures
from desktop_app.engine.progress import Reporter
from desktop_app.engine.resizing import Resize
from desktop_app.engine.views_spec import ViewsSpec

if TYPE_CHECKING:
    from desktop_app.engine.frozen import FrozenBase


def augmented(
    pictures: Pictures,
    base: "FrozenBase",
    cache: FeatureCache | None,
    reporter: Reporter,
    resize: Resize,
    spec: ViewsSpec,
) -> tuple[Pictures, int]:
    """Add the views of the training pictures, or of all where `spec` averages over them.

    A file that is gone or another one since its features were computed has these for all its views.

    Args:
        pictures: with the features of each as it is, which become view 0.
        base: what gave these features.
        cache: None to store nothing.
        reporter: hears how fast it goes.
        resize: what becomes of pictures that are not square.
        spec: how many views, and what differs.

    Returns:
        The pictures with views, and how many of these came from the cache.
    """
    chosen = [row for row, split in enumerate(pictures.splits) if spec.average or split == "train"]
    plain = pictures.features[chosen]
    files = [pictures.files[row] for row in chosen]
    found = extract_views(files, base, cache, reporter, plain.dtype, resize, spec, spec.further)
    views = np.empty((len(files), spec.count, plain.shape[1]), np.result_type(plain, found.matrix))
    views[:, 0], views[:, 1:] = plain, found.matrix
    lost = [place for place, row in enumerate(chosen) if found.digests[place] != pictures.digests[row]]
    views[lost] = plain[lost][:, None]
    return replace(pictures, views=views, averaged=spec.average), found.cached
