"""The plain logistic head as a recipe: its L2 weight is chosen within what it learns from."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import linear
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.progress import Reporter
from desktop_app.engine.sampling import stratified_order

_CHOOSING = 0.2  # the share of what is learned from that chooses the L2 weight
# A loss known to so little tells pictures apart, and L2 weights, as well as one known to the last digit.
_TOLERANCE, _CHOOSING_TOLERANCE = 1e-7, 1e-5


def logits(
    features: NDArray[np.floating],
    labels: NDArray[np.integer],
    learned: NDArray[np.int64],
    asked: NDArray[np.int64],
    groups: NDArray[np.integer],
    classes: int,
    reporter: Reporter,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Learn from the rows `learned` and answer to the rows `asked`, of which none has a say in anything.

    Args:
        features: (n, width), as the base makes them; scaled by what is learned from.
        labels: 0 … classes - 1, (n,).
        learned: rows; no group of them is among `asked`.
        asked: rows.
        groups: pictures of one number are copies of one another, (n,): they do not choose the L2 weight for
            each other.
        classes: how many there are.
        reporter: asked whether to stop.
        seed: which of `learned` choose the L2 weight.

    Returns:
        (len(asked), classes)
    """
    choose = choosing(labels[learned], groups[learned], seed)
    weight = 0.0
    if 0 < choose.sum() < len(learned):
        train, val = scaled(features, labels, (learned[~choose], learned[choose]), reporter)
        steps = linear.sweep(train, val, classes, 0.0, _CHOOSING_TOLERANCE)
        weight = min(steps, key=lambda step: step[2])[0]
    train, test = scaled(features, labels, (learned, asked), reporter)
    _, model, *_ = next(linear.sweep(train, test, classes, weight or 1 / (2 * len(learned)), _TOLERANCE))
    ((rows, _),) = test.each()
    return model.logits(rows)


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
