"""Label errors: which labels look wrong, by confident learning (Northcutt, Jiang, Chuang; JAIR 2021).

The library of its authors, cleanlab, is under Apache 2.0 in version 2.9 (once under the AGPL). It would
bring pandas and scikit-learn along for these few lines of NumPy; what it says of the same probabilities is in
the tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Suspects:
    """Pictures whose labels look wrong, the most doubtful first.

    Attributes:
        rows: which pictures, (m,).
        suggested: the label that each looks like, (m,).
        margin: probability of the given label less that of the likeliest other, in [-1, 1], ascending, (m,).
    """

    rows: NDArray[np.int64]
    suggested: NDArray[np.int64]
    margin: NDArray[np.float64]


def suspects(labels: NDArray[np.integer], probabilities: NDArray[np.float64]) -> Suspects:
    """Find the labels that look wrong.

    A picture is suspected where it counts confidently as of another class, and is among the worst of its pair
    of classes, as many as that pair's rate of noise amounts to (“prune by noise rate”).

    Args:
        labels: as given, 0 … classes - 1, (n,).
        probabilities: of heads that have not seen the picture, (n, classes).
    """
    n, classes = probabilities.shape
    own = probabilities[np.arange(n), labels]
    confident = confident_classes(labels, probabilities)
    joint = calibrated_joint(labels, confident, classes)
    found = np.zeros(n, bool)
    for given in range(classes):
        members = np.flatnonzero(labels == given)
        for true in range(classes):
            many = round(joint[given, true])
            if true == given or not many:
                continue
            reach = probabilities[members, true] - own[members]
            worst = members[np.argsort(-reach, kind="stable")[:many]]
            found[worst[confident[worst] == true]] = True
    others = probabilities.copy()
    others[np.arange(n), labels] = -np.inf
    margin = own - others.max(axis=1)
    rows = np.flatnonzero(found)
    rows = rows[np.argsort(margin[rows], kind="stable")]
    return Suspects(rows, confident[rows], margin[rows])


def confident_classes(labels: NDArray[np.integer], probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """The class each picture counts as, (n,), or -1 where it is confidently of none.

    It counts as the likeliest of those classes whose probability is at least what pictures with that label
    have on average; a head that is sure of one class and shy of another is held to no single threshold.
    """
    classes = probabilities.shape[1]
    counts = np.bincount(labels, minlength=classes)
    sums = np.bincount(labels, probabilities[np.arange(len(labels)), labels], minlength=classes)
    # A class that nothing is labelled as cannot be suggested.
    thresholds = np.divide(sums, counts, out=np.full(classes, np.inf), where=counts > 0)
    above = np.where(probabilities >= thresholds - 1e-12, probabilities, -1.0)
    return np.where(above.max(axis=1) >= 0, above.argmax(axis=1), -1)


def calibrated_joint(
    labels: NDArray[np.integer], confident: NDArray[np.int64], classes: int
) -> NDArray[np.float64]:
    """How many pictures of each given label are of each true one, (classes, classes).

    The confident counts, scaled so that each row is as many pictures as have that label. A label that nothing
    counts for is taken at its word.
    """
    sure = confident >= 0
    joint = np.zeros((classes, classes))
    np.add.at(joint, (labels[sure], confident[sure]), 1)
    counts = np.bincount(labels, minlength=classes).astype(np.float64)
    sums = joint.sum(axis=1)
    joint[sums == 0] = np.eye(classes)[sums == 0]
    scaled: NDArray[np.float64] = joint * (counts / joint.sum(axis=1))[:, None]
    return scaled
