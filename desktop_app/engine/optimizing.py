"""How a head learns step by step: its optimizer, its learning rate, what it makes small, when it stops."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from desktop_app.engine.keras_bridge import keras, tf
from desktop_app.engine.objective import Objective
from desktop_app.engine.specs import TrainingSpec

MOMENTUM = 0.9
WEIGHT_DECAY = 0.004  # Keras' own
PLATEAU_FACTOR, PLATEAU_PATIENCE, PLATEAU_GAIN = 0.2, 3, 1e-4


def make_optimizer(training: TrainingSpec, steps: int) -> Any:
    """A Keras optimizer; `steps` are those of all epochs, after which a cosine is at 0."""
    rate = training.learning_rate
    if training.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
    if training.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=MOMENTUM)
    if training.optimizer == "adamw":
        return keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
    return keras.optimizers.Adam(rate)


def learning_losses(asked: Objective, logits: Any, labels: Any) -> Any:
    """What each picture adds to an objective: tensors (n, classes) and (n,) to (n,)."""
    shifted = logits + asked.shift.astype(np.float32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, shifted)
    if asked.smoothing:
        evenly = tf.reduce_logsumexp(shifted, axis=-1) - tf.reduce_mean(shifted, axis=-1)
        losses = (1 - asked.smoothing) * losses + asked.smoothing * evenly
    return tf.gather(asked.weights.astype(np.float32), labels) * losses


def plateau_rate(rate: float, losses: Sequence[float]) -> float:
    """The learning rate after epochs of these validation losses, as by `keras.callbacks.ReduceLROnPlateau`.

    It falls to a fifth where the loss has not become lower by `PLATEAU_GAIN` in `PLATEAU_PATIENCE` epochs.
    """
    best, waited = float("inf"), 0
    for loss in losses:
        waited += 1
        if loss < best - PLATEAU_GAIN:
            best, waited = loss, 0
        if waited == PLATEAU_PATIENCE:
            rate, waited = rate * PLATEAU_FACTOR, 0
    return rate


def out_of_patience(patience: int, losses: Sequence[float]) -> bool:
    """Whether the last `patience` validation losses are none lower than all before, as in `EarlyStopping`."""
    best, waited = float("inf"), 0
    for loss in losses:
        waited += 1
        if loss < best:
            best, waited = loss, 0
    return 0 < patience <= waited
