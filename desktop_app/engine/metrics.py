"""The figures by which a classifier is judged."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054


def confusion_matrix(
    truth: NDArray[np.integer], guess: NDArray[np.integer], classes: int
) -> NDArray[np.int64]:
    """Count `guess` against `truth`, both integer labels of shape (n,); rows are the truth."""
    flat = np.bincount(truth.astype(np.int64) * classes + guess, minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.int64)


def accuracy(confusion: NDArray[np.int64]) -> float:
    """The share of right answers, in [0, 1]; NaN where there are no pictures."""
    return _ratio(np.trace(confusion), confusion.sum())


def precision_recall_f1(
    confusion: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Per class, in [0, 1]; 0 where undefined, as scikit-learn's `zero_division=0`."""
    hits = np.diag(confusion).astype(np.float64)
    guessed, true = confusion.sum(axis=0), confusion.sum(axis=1)
    precision = np.divide(hits, guessed, out=np.zeros_like(hits), where=guessed > 0)
    recall = np.divide(hits, true, out=np.zeros_like(hits), where=true > 0)
    f1 = np.divide(2 * hits, guessed + true, out=np.zeros_like(hits), where=guessed + true > 0)
    return precision, recall, f1


def balanced_accuracy(confusion: NDArray[np.int64]) -> float:
    """The mean recall over the classes that occur."""
    true = confusion.sum(axis=1)
    _, recall, _ = precision_recall_f1(confusion)
    return float(recall[true > 0].mean()) if (true > 0).any() else float("nan")


def top_k_accuracy(truth: NDArray[np.integer], scores: NDArray[np.floating], k: int) -> float:
    """The share of pictures whose class `truth` (n,) is among the `k` highest of `scores` (n, classes).

    Of equal scores, the later class counts as higher, as in scikit-learn. NaN where there are no pictures.
    """
    best = np.argsort(scores, axis=1, kind="stable")[:, -k:]
    return _ratio(int((best == truth[:, None]).any(axis=1).sum()), len(truth))


def wilson_interval(right: float, total: float) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927): honest near 0 and 1, where 30 of 30 is [0.886, 1].

    The counts need not be whole, where pictures weigh less than one.
    """
    if total == 0:
        return 0.0, 1.0
    share, shrink = right / total, 1 + Z95**2 / total
    centre = (share + Z95**2 / (2 * total)) / shrink
    reach = Z95 * sqrt(share * (1 - share) / total + Z95**2 / (4 * total**2)) / shrink
    return float(max(0.0, min(share, centre - reach))), float(min(1.0, max(share, centre + reach)))


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
