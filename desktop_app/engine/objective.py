"""The objective: what a head makes small while it learns, beside the plain cross-entropy that is reported."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.specs import TrainingSpec


@dataclass(frozen=True)
class Objective:
    """Mean over pictures of weights[y] · cross-entropy(softmax(logits + shift), smoothed label y).

    Only learning sees it: predictions, losses in the history and the choice of the best epoch go by the plain
    cross-entropy of the plain logits.

    Attributes:
        weights: float64 (classes,), of the picture's class; 1 on average over the training pictures.
        shift: float64 (classes,), added to the logits.
        smoothing: ε of Szegedy et al. (CVPR 2016): the label is 1 - ε of its class and ε / classes of each.
    """

    weights: NDArray[np.float64]
    shift: NDArray[np.float64]
    smoothing: float = 0.0

    @classmethod
    def of(cls, training: TrainingSpec, labels: NDArray[np.int64], classes: int) -> "Objective":
        """The objective for training pictures of `labels`, (n,).

        Class weights are n / (classes there are · pictures of the class), scikit-learn's "balanced". Logit
        adjustment is Menon et al. (ICLR 2021), eq. 10 at τ = 1: the logits of what is learned are shifted by
        the logarithm of each class' share, so that those of predictions favour none.
        """
        counts = np.bincount(labels, minlength=classes)
        some = np.maximum(counts, 1)  # a class that only validation has
        weights, shift = np.ones(classes), np.zeros(classes)
        if training.imbalance == "weights":
            weights = len(labels) / (np.count_nonzero(counts) * some)
        if training.imbalance == "logits":
            shift = np.log(some / len(labels))
        return cls(weights, shift, training.label_smoothing)

    @classmethod
    def plain(cls, classes: int) -> "Objective":
        """Mean cross-entropy and nothing else."""
        return cls(np.ones(classes), np.zeros(classes))

    @property
    def is_plain(self) -> bool:
        """Whether it is mean cross-entropy and nothing else."""
        return bool((self.weights == 1).all() and not self.shift.any() and not self.smoothing)
