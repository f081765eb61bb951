"""The optimizer's course, against Keras' own callbacks, schedules and losses."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.objective import Objective
from desktop_app.engine.optimizing import (
    MOMENTUM,
    PLATEAU_FACTOR,
    PLATEAU_GAIN,
    PLATEAU_PATIENCE,
    learning_losses,
    make_optimizer,
    out_of_patience,
    plateau_rate,
)
from desktop_app.engine.specs import Optimizer, TrainingSpec

NAN = float("nan")
COURSES = [
    [0.9, 0.8, 0.8, 0.79995, 0.81, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.6],
    [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2],
    [0.9, NAN, 0.7, NAN, 0.8, 0.71, 0.72, 0.6999],
    list(np.random.default_rng(0).normal(1, 0.1, 40)),
]


def followed(callback: Any, losses: Sequence[float]) -> list[Any]:
    """What a callback of Keras has done to a model after each epoch."""
    model = SimpleNamespace(
        stop_training=False, optimizer=keras.optimizers.SGD(0.1), get_weights=list, set_weights=id
    )
    callback.set_model(model)
    callback.on_train_begin()
    states = []
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        states.append((model.stop_training, float(model.optimizer.learning_rate)))
    return states


@pytest.mark.parametrize("losses", COURSES)
@pytest.mark.parametrize("patience", [1, 2, 3, 5])
def test_patience_ends_where_early_stopping_stops(losses: list[float], patience: int) -> None:
    peer = keras.callbacks.EarlyStopping("val_loss", patience=patience, mode="min")
    stops = [stop for stop, _ in followed(peer, losses)]
    first = stops.index(True) + 1 if True in stops else None
    ours = [out_of_patience(patience, losses[:count]) for count in range(1, len(losses) + 1)]
    assert (ours.index(True) + 1 if True in ours else None) == first


def test_without_patience_nothing_ends_early() -> None:
    assert not out_of_patience(0, [1.0] * 100)


@pytest.mark.parametrize("losses", COURSES)
def test_the_rate_falls_where_keras_reduces_it_on_a_plateau(losses: list[float]) -> None:
    peer = keras.callbacks.ReduceLROnPlateau(
        "val_loss", PLATEAU_FACTOR, PLATEAU_PATIENCE, mode="min", min_delta=PLATEAU_GAIN
    )
    rates = [rate for _, rate in followed(peer, losses)]
    ours = [plateau_rate(0.1, losses[:count]) for count in range(1, len(losses) + 1)]
    assert ours == pytest.approx(rates, rel=1e-5)
    assert min(ours) < 0.1


def test_the_cosine_is_keras_and_ends_at_nothing() -> None:
    made = make_optimizer(TrainingSpec(schedule="cosine", learning_rate=0.3), 50)
    peer = keras.optimizers.schedules.CosineDecay(0.3, 50)
    for step in range(51):
        made.iterations.assign(step)
        assert float(made.learning_rate) == pytest.approx(float(peer(step)), abs=1e-7)
    assert float(made.learning_rate) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("adam", "Adam"), ("adamw", "AdamW"), ("sgd", "SGD")],
)
def test_each_optimizer_is_keras_own(name: Optimizer, kind: str) -> None:
    made = make_optimizer(TrainingSpec(optimizer=name, learning_rate=0.25), 1)
    assert type(made).__name__ == kind
    assert float(made.learning_rate) == 0.25
    assert getattr(made, "momentum", MOMENTUM) == MOMENTUM


def logits_and_labels(count: int = 9, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(1)
    return dice.normal(0, 3, (count, classes)).astype(np.float32), dice.integers(0, classes, count)


def test_smoothed_labels_are_keras_own() -> None:
    logits, labels = logits_and_labels()
    asked = Objective.of(TrainingSpec(label_smoothing=0.1), labels, 4)
    peer = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, reduction=None)
    expected = peer(np.eye(4, dtype=np.float32)[labels], logits)
    assert np.allclose(learning_losses(asked, logits, labels), expected, rtol=1e-5)


def test_the_adjusted_loss_is_the_papers() -> None:
    """Menon et al. 2021, eq. 10: log(1 + Σ over others of π'/π · exp(f' - f)) at τ = 1."""
    logits, labels = logits_and_labels()
    counts = np.bincount(labels, minlength=4)
    asked = Objective.of(TrainingSpec(imbalance="logits"), labels, 4)
    expected = [
        np.log(
            1 + sum(counts[k] / counts[y] * np.exp(float(row[k]) - float(row[y])) for k in range(4) if k != y)
        )
        for row, y in zip(logits, labels, strict=True)
    ]
    assert np.allclose(learning_losses(asked, logits, labels), expected, atol=1e-5)
    assert len(set(counts)) > 1
