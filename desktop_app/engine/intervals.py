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

    Groups that hold the same are drawn by their number: a single picture is one of 2 · classes kinds.
    """
    alone = np.bincount(group)[group] == 1
    kinds = np.bincount(2 * labels[alone] + right[alone], minlength=2 * classes)
    _, place = np.unique(group[~alone], return_inverse=True)
    held = np.zeros((place.max(initial=-1) + 1, 2 * classes))  # of each larger group: wrong, right by class
    np.add.at(held, (place, 2 * labels[~alone] + right[~alone]), 1)
    shares = np.r_[kinds, np.ones(len(held))]
    dice = np.random.default_rng(0)
    times = dice.multinomial(int(shares.sum()), shares / shares.sum(), size=_DRAWS)
    counts = times[:, : 2 * classes] + times[:, 2 * classes :] @ held
    wrong, hits = counts[:, ::2], counts[:, 1::2]
    total = wrong + hits
    recall = np.divide(hits, total, out=np.full_like(total, np.nan), where=total > 0)
    return hits.sum(axis=1) / total.sum(axis=1), np.nanmean(recall, axis=1)


def _percentiles(drawn: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Interval(float(low), float(high), "bootstrap")
