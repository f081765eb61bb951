"""Receiver operating characteristic and precision against recall, each class against all others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A line with `area` below it, in [0, 1]; without points and NaN where it is not defined.

    Attributes:
        x: rising; for ROC the false positive rate, for precision-recall the recall.
        y: the true positive rate, or the precision.
        area: for ROC the AUC by trapezia, for precision-recall the average precision by steps.
    """

    x: _Floats
    y: _Floats
    area: float

    def thinned(self, most: int) -> "Curve":
        """At most `most` of its points, the ends among them: enough for the eye."""
        kept = np.unique(np.linspace(0, len(self.x) - 1, min(most, len(self.x))).round().astype(int))
        return Curve(self.x[kept], self.y[kept], self.area)


@dataclass(frozen=True)
class Curves:
    """One of each kind a class, in the order of the classes; all decisions pooled; and mean areas.

    The means count each class alike and leave out those whose curve is not defined.
    """

    roc: tuple[Curve, ...]
    roc_pooled: Curve
    precision_recall: tuple[Curve, ...]
    precision_recall_pooled: Curve

    @property
    def roc_mean(self) -> float:
        """The macro AUC, in [0, 1]; NaN where no class has one."""
        return _mean(self.roc)

    @property
    def precision_mean(self) -> float:
        """The macro average precision, in [0, 1]; NaN where no class has one."""
        return _mean(self.precision_recall)


def curves(labels: NDArray[np.int64], probabilities: _Floats) -> Curves:
    """Those of `labels` (n,), indices of the columns of `probabilities` (n, classes)."""
    classes = probabilities.shape[1]
    true = labels[:, None] == np.arange(classes)
    both = [_both(true[:, place], probabilities[:, place]) for place in range(classes)]
    pooled = _both(true.ravel(), probabilities.ravel())
    return Curves(tuple(one for one, _ in both), pooled[0], tuple(other for _, other in both), pooled[1])


def roc(truth: NDArray[np.bool_], scores: _Floats) -> Curve:
    """The ROC curve of `scores` (n,) for `truth` (n,); undefined unless both true and false occur."""
    return _both(truth, scores)[0]


def precision_recall(truth: NDArray[np.bool_], scores: _Floats) -> Curve:
    """Precision over recall of `scores` (n,) for `truth` (n,); undefined where nothing is true."""
    return _both(truth, scores)[1]


def _both(truth: NDArray[np.bool_], scores: _Floats) -> tuple[Curve, Curve]:
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    ends = np.flatnonzero(np.r_[falling[1:] != falling[:-1], True]) if len(scores) else np.zeros(0, int)
    hits = np.cumsum(truth[order], dtype=np.int64)[ends]  # equal scores fall together
    taken = ends + 1
    positives, negatives = int(truth.sum()), int(len(truth) - truth.sum())
    none = Curve(np.zeros(0), np.zeros(0), float("nan"))
    if not positives:
        return none, none
    recall, precision = np.r_[0, hits / positives], np.r_[1, hits / taken]
    steps = Curve(recall, precision, float(np.sum(np.diff(recall) * precision[1:])))
    if not negatives:
        return none, steps
    misses = np.r_[0, (taken - hits) / negatives]
    return Curve(misses, recall, float(np.trapezoid(recall, misses))), steps


def _mean(each: tuple[Curve, ...]) -> float:
    known = [one.area for one in each if len(one.x)]
    return float(np.mean(known)) if known else float("nan")
