"""A stratified sample: fewer pictures, each class with its share."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def stratified_order(labels: ArrayLike, seed: int) -> NDArray[np.int64]:
    """An order of the rows of `labels`, (n,), any beginning of which is a stratified sample.

    A larger sample holds the smaller one, so that what was computed for it is used again.

    Args:
        labels: of any kind that NumPy sorts.
        seed: which rows of a class come first.
    """
    _, codes = np.unique(np.asarray(labels), return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(codes))
    by_class = order[np.argsort(codes[order], kind="stable")]
    sizes = np.bincount(codes)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)  # within its class
    return by_class[np.argsort((place + 0.5) / np.repeat(sizes, sizes), kind="stable")]
