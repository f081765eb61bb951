"""Near-duplicates: pairs of pictures that look alike, found by hash and confirmed by their pixels.

All pairs are compared. At 100,000 pictures that are 5 billion, a few seconds' work, since a comparison is one
exclusive or and one count of bits; tables of hash parts would visit fewer, but as many again and more where
many pictures share a part, as X-rays and video frames do.
"""

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.progress import Reporter

Pairs = NDArray[np.int64]

# Over hymenoptera, re-encoded and resized copies differ in at most 4 bits and brighter ones in 6, with a
# correlation above 0.97; pictures cropped by 2 % differ in up to 10, nine of ten within 6; the nearest two of
# its 79,000 unrelated pairs differ in 14 bits, and the most alike by correlation reach 0.84.
MOST_BITS = 8
LEAST_CORRELATION = 0.95
MOST_PAIRS = 1_000_000  # beyond, only pairs that link two groups: all frames of a film are near one another
_ROWS, _COLUMNS = 64, 4096  # of a tile: its hashes stay in the processor's cache
_DENSE = 4096  # candidates in a tile from which on it is quicker to correlate all of it


def near_pairs(
    hashes: NDArray[np.uint64], greys: NDArray[np.uint8], reporter: Reporter, most: int = MOST_PAIRS
) -> Pairs:
    """Indices (i, j), i < j, of pictures that look alike, shape (pairs, 2).

    Args:
        hashes: perceptual hashes, shape (n,).
        greys: small grey pictures, shape (n, width), in the same order.
        reporter: hears how far it is.
        most: how many pairs are listed; beyond that many, those that tell no new group are left out.
    """
    count = len(hashes)
    group = np.arange(count)  # each picture's, by number; linked groups share one
    found = [np.empty((0, 2), np.int64)]
    total = 0
    for top in range(0, count, _ROWS):
        done = 1 - (1 - top / count) ** 2  # the later rows are the shorter
        reporter.report(done, f"Looking for near-duplicates: {done:.0%}")
        for left in range(top, count, _COLUMNS):
            reporter.checkpoint()
            rows, columns = slice(top, top + _ROWS), slice(left, left + _COLUMNS)
            near = np.bitwise_count(hashes[rows, None] ^ hashes[None, columns]) <= MOST_BITS
            if total >= most:
                near &= group[rows, None] != group[None, columns]
            pairs = _confirmed(near, greys[rows], greys[columns]) + np.array([top, left])
            pairs = pairs[pairs[:, 0] < pairs[:, 1]]
            linking = _link(group, pairs)
            if total >= most:
                pairs = linking
            found.append(pairs)
            total += len(pairs)
    return np.concatenate(found)


def _confirmed(near: NDArray[np.bool], rows: NDArray[np.uint8], columns: NDArray[np.uint8]) -> Pairs:
    """Row and column of those near pairs of a tile whose small pictures correlate."""
    dense = np.count_nonzero(near) > _DENSE
    if dense:
        near &= _standard(rows) @ _standard(columns).T >= LEAST_CORRELATION
    pairs = np.column_stack(np.divmod(np.flatnonzero(near), near.shape[1]))
    if dense or not len(pairs):
        return pairs
    products = _standard(rows[pairs[:, 0]]) * _standard(columns[pairs[:, 1]])
    confirmed: Pairs = pairs[products.sum(1) >= LEAST_CORRELATION]
    return confirmed


def _standard(greys: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rows of mean 0 and length 1, so that a product of two is their correlation."""
    centred: NDArray[np.float32] = greys - greys.mean(1, keepdims=True, dtype=np.float32)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
    return centred


def _link(group: NDArray[np.int64], pairs: Pairs) -> Pairs:
    """Give the pairs' pictures one group; the pairs that were needed for that."""
    linking = []
    for first, second in pairs[group[pairs[:, 0]] != group[pairs[:, 1]]]:
        one, other = group[first], group[second]
        if one != other:
            group[group == other] = one
            linking.append((first, second))
    return np.array(linking, np.int64).reshape(-1, 2)
