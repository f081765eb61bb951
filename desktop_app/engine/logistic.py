"""What plain logistic heads learn from: scaled rows, of which a share is set aside for a choice."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import linear
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.progress import Reporter
from desktop_app.engine.sampling import stratified_order

_CHOOSING = 0.2  # the share of what is learned from that chooses the L2 weight


def choosing(labels: NDArray[np.integer], groups: NDArray[np.integer], seed: int) -> NDArray[np.bool_]:
    """A stratified share of rows to set aside for a choice, (n,), whole groups of them."""
    first = stratified_order(labels, seed)[: round(_CHOOSING * len(labels))]
    return np.isin(groups, groups[first])


def scaled(
    features: NDArray[np.floating],
    labels: NDArray[np.integer],
    parts: Sequence[NDArray[np.int64]],
    reporter: Reporter,
    kind: type[np.floating] = np.float32,
) -> list[linear.Chunks]:
    """The rows of each of `parts`, in the scale of the first, as numbers of a `kind`."""
    scaling = Scaling.fit(features[parts[0]])

    def chunk(rows: NDArray[np.int64]) -> linear.Chunks:
        kept = scaling.apply(features[rows]).astype(kind, copy=False), labels[rows].astype(np.int64)

        def each() -> Iterator[tuple[NDArray[np.floating], NDArray[np.int64]]]:
            reporter.checkpoint()
            yield kept

        return linear.Chunks(each, len(rows), features.shape[1])

    return [chunk(rows) for rows in parts]
