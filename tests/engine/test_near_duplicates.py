from itertools import combinations

import numpy as np
import pytest

from desktop_app.engine.errors import Cancelled
from desktop_app.engine.linked import components, stars
from desktop_app.engine.near_duplicates import LEAST_CORRELATION, MOST_BITS, near_pairs
from desktop_app.engine.progress import Control, Reporter

DICE = np.random.default_rng(0)


def test_the_pairs_are_those_of_a_plain_comparison() -> None:
    """More than a tile of pictures, in families whose members differ in up to 12 bits."""
    count = 5000
    family = DICE.integers(0, 1500, count)
    hashes = DICE.integers(0, 1 << 64, 1500, np.uint64)[family]
    for _ in range(6):
        hashes ^= np.uint64(1) << DICE.integers(0, 64, count, np.uint64)
    greys = DICE.integers(0, 256, (1500, 64), np.uint8)[family].astype(int)
    greys += DICE.integers(-30, 31, greys.shape)
    greys = np.clip(greys, 0, 255).astype(np.uint8)
    correlation = np.corrcoef(greys)
    expected = {
        (i, j)
        for places in (np.flatnonzero(family == one) for one in range(1500))
        for i, j in combinations(places.tolist(), 2)
        if (int(hashes[i]) ^ int(hashes[j])).bit_count() <= MOST_BITS
        and correlation[i, j] >= LEAST_CORRELATION
    }
    assert len(expected) > 500
    found = [tuple(pair) for pair in near_pairs(hashes, greys, Reporter()).tolist()]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_where_all_are_alike_only_what_links_them_is_listed() -> None:
    hashes = np.full(2000, 7, np.uint64)
    greys = np.tile(DICE.integers(0, 256, (1, 64), np.uint8), (2000, 1))
    pairs = near_pairs(hashes, greys, Reporter(), most=1000)
    assert len(pairs) < 1000 + 64 * 2000
    (group,) = components([(first, second) for first, second in pairs.tolist()])
    assert len(group) == 2000


def test_what_is_found_late_is_listed_where_many_are_alike() -> None:
    hashes = np.full(2002, 7, np.uint64)
    hashes[2000:] = np.uint64((1 << 64) - 1)  # two more, like one another alone
    greys = np.tile(DICE.integers(0, 256, (1, 64), np.uint8), (2002, 1))
    greys[2000:] = 255 - greys[0]
    pairs = near_pairs(hashes, greys, Reporter(), most=1000).tolist()
    assert [2000, 2001] in pairs
    assert sorted(map(len, components([(first, second) for first, second in pairs]))) == [2, 2000]


def test_one_hash_is_not_enough_however_many_share_it() -> None:
    """So many that a tile's pixels are all compared at once."""
    hashes = np.full(200, 7, np.uint64)
    greys = DICE.integers(0, 256, (200, 64), np.uint8)
    greys[150] = greys[20]
    assert near_pairs(hashes, greys, Reporter()).tolist() == [[20, 150]]


def test_it_can_be_cancelled() -> None:
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        near_pairs(np.zeros(5, np.uint64), np.zeros((5, 4), np.uint8), Reporter(control=control))


def test_components() -> None:
    groups = components([("a", "b"), ("x", "y"), ("c", "b"), ("a", "c"), ("y", "z")])
    assert sorted(sorted(group) for group in groups) == [["a", "b", "c"], ["x", "y", "z"]]


def test_a_star_holds_only_what_is_like_its_centre() -> None:
    chain = [(1, 2), (2, 3), (3, 4), (4, 5)]
    assert stars(chain, {number: number for number in range(1, 6)}) == [[1, 2], [3, 4]]
