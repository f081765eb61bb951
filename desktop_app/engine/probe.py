"""The probe: what a plain logistic head makes of features, by cross-validation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import linear
from desktop_app.engine.logistic import scaled
from desktop_app.engine.metrics import wilson_interval
from desktop_app.engine.progress import Reporter


@dataclass(frozen=True)
class Probe:
    """A cross-validated linear probe.

    Attributes:
        accuracy: the share of pictures that were right by a head that had neither seen them nor chosen its L2
            weight by them.
        interval: 95 % of `accuracy`, for pictures drawn one by one.
        guesses: the class each picture got, (n,).
        l2: the L2 weight of each fold's head.
    """

    accuracy: float
    interval: tuple[float, float]
    guesses: NDArray[np.int64]
    l2: tuple[float, ...]


def probe(
    features: NDArray[np.floating],
    labels: NDArray[np.integer],
    folds: Sequence[Sequence[int]],
    reporter: Reporter,
    l2: float = 0.0,
) -> Probe:
    """Fit a logistic head on all folds but one, and ask it about that one, for each in turn.

    With `l2` 0, each head's L2 weight is the best on the fold after the one it is asked about, for a head
    that has learned from the rest; it then learns from all of these.

    Args:
        features: (n, width), as the base makes them; scaled anew for each head, by what it learns from.
        labels: 0 … classes - 1, (n,).
        folds: the indices of each, at least 3, or 2 where `l2` is given; together all of them.
        reporter: hears of each fold.
        l2: as in `HeadSpec`.
    """
    classes = int(labels.max()) + 1
    guesses = np.zeros(len(labels), np.int64)
    chosen: list[float] = []
    every = [np.asarray(fold, np.int64) for fold in folds]
    for number, held in enumerate(every):
        reporter.report(number / len(every), f"Probing: part {number + 1} of {len(every)}")
        others = [fold for place, fold in enumerate(every) if place != number]
        weight = l2
        if not l2:
            after = number % len(others)
            rest = np.concatenate([fold for place, fold in enumerate(others) if place != after])
            train, val = scaled(features, labels, (rest, others[after]), reporter, np.float64)
            weight = min(linear.sweep(train, val, classes, 0.0), key=lambda step: step[2])[0]
        train, test = scaled(features, labels, (np.concatenate(others), held), reporter, np.float64)
        _, model, *_ = next(linear.sweep(train, test, classes, weight))
        chosen.append(weight)
        ((asked, _),) = test.each()
        guesses[held] = (asked @ model.kernel + model.bias).argmax(axis=1)
    right = int((guesses == labels).sum())
    return Probe(right / len(labels), wilson_interval(right, len(labels)), guesses, tuple(chosen))
