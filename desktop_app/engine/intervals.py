"""95 % intervals of accuracy and balanced accuracy, with copies of one picture counted as one.

The rule: where fewer than ten answers of the whole (for balanced accuracy: of any class) are right, or
fewer than ten wrong, Wilson's interval, which stays honest near 0 and 1; else a percentile bootstrap.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.metrics import wilson_interval

Method = Literal["wilson", "bootstrap"]
_FEW = 10
_DRAWS = 2000
_AT_ONCE = 4_000_000  # numbers in memory
_Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, in [0, 1]."""

    low: float
    high: float
    method: Method


def intervals(labels: _Ints, guesses: _Ints, classes: int, groups: _Ints) -> tuple[Interval, Interval]:
    """Of accuracy and of balanced accuracy.

    Args:
        labels: true classes (n,), from 0 to `classes` − 1.
        guesses: the classes said (n,).
        classes: how many there are.
        groups: (n,); pictures of one number are copies of one another, and drawn together.

    Wilson's counts are those of groups: n pictures in g groups weigh as g. For balanced accuracy the classes'
    Wilson intervals are joined by the method of variance estimates recovery (Zou and Donner 2008).
    """
    right = labels == guesses
    group = np.unique(groups, return_inverse=True)[1]
    total = np.bincount(labels, minlength=classes)
    hits = np.bincount(labels, weights=right, minlength=classes)
    pairs = np.unique(np.stack([labels, group]), axis=1)[0]
    worth = np.bincount(pairs, minlength=classes) / np.maximum(total, 1)  # of one picture, by class
    whole = (group.max(initial=-1) + 1) / max(len(labels), 1)
    near = _is_near(right.sum() * whole, len(labels) * whole)
    occur = total > 0
    near_any = not occur.any() or any(map(_is_near, (hits * worth)[occur], (total * worth)[occur]))
    drawn = None if near and near_any else _draw(labels, right, classes, group)
    accuracy = (
        Interval(*wilson_interval(right.sum() * whole, len(labels) * whole), "wilson")
        if near or drawn is None
        else _percentiles(drawn[0])
    )
    balanced = (
        _joined((hits * worth)[occur], (total * worth)[occur])
        if near_any or drawn is None
        else _percentiles(drawn[1])
    )
    return accuracy, balanced


def _is_near(right: float, total: float) -> bool:
    return bool(min(right, total - right) < _FEW)


def _joined(right: NDArray[np.float64], total: NDArray[np.float64]) -> Interval:
    """Of the mean of independent shares, from the Wilson interval of each."""
    if not len(total):
        return Interval(0.0, 1.0, "wilson")
    shares = right / total
    low, high = np.array([wilson_interval(*each) for each in zip(right, total, strict=True)]).T
    below = float(np.sqrt(np.sum((shares - low) ** 2))) / len(total)
    above = float(np.sqrt(np.sum((high - shares) ** 2))) / len(total)
    mean = float(shares.mean())
    return Interval(max(0.0, mean - below), min(1.0, mean + above), "wilson")


def _draw(
    labels: _Ints, right: NDArray[np.bool_], classes: int, group: _Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Accuracy and balanced accuracy of as many groups, drawn anew with replacement, `_DRAWS` times.

    Groups that hold the same are one kind, of which it is drawn how many: single pictures are of at most
    2 · classes kinds, and so this is quick for any number of pictures.
    """
    from scipy.sparse import csr_matrix  # not before it is needed: the window starts sooner

    outcome = 2 * labels + right
    dice = np.random.default_rng(0)
    marks = dice.integers(0, 2**63, 2 * classes, dtype=np.uint64)
    sums = np.zeros(group.max() + 1, np.uint64)  # tell what a group holds, in whatever order
    np.add.at(sums, group, marks[outcome])
    _, first, kind, count = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    shown = first[kind][group] == group  # one group of each kind
    held = csr_matrix(
        (np.ones(int(shown.sum())), (kind[group[shown]], outcome[shown])), shape=(len(count), 2 * classes)
    )
    step = max(1, _AT_ONCE // (len(count) + 2 * classes))
    shares = count / count.sum()
    parts = [
        _shares(dice.multinomial(int(count.sum()), shares, size=min(step, _DRAWS - begun)) @ held)
        for begun in range(0, _DRAWS, step)
    ]
    plain, balanced = np.concatenate(parts, axis=1)
    return plain, balanced


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Accuracy and balanced accuracy (2, draws) of wrong and right answers by class (draws, 2 · classes)."""
    wrong, hits = counts[:, ::2], counts[:, 1::2]
    total = wrong + hits
    recall = np.divide(hits, total, out=np.full_like(total, np.nan), where=total > 0)
    return np.stack([hits.sum(axis=1) / total.sum(axis=1), np.nanmean(recall, axis=1)])


def _percentiles(drawn: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Interval(float(low), float(high), "bootstrap")
