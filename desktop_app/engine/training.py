"""Training: the head learns from stored features, and every epoch is announced."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.head import Scaling, build_head
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import keras, seed_everything, tf
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.specs import HeadSpec, TrainingSpec

_CHUNK = 8192  # rows


@dataclass(frozen=True)
class Examples:
    """Features, float32 (n, width), and their labels, int (n,)."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """A trained head from plain features to logits, its history, and the epoch whose weights it has."""

    head: Any
    history: tuple[EpochRow, ...]
    best_epoch: int


def train_head(
    spec: HeadSpec,
    training: TrainingSpec,
    train: Examples,
    val: Examples,
    classes: int,
    reporter: Reporter,
) -> Trained:
    """Train a head by Adam on mean cross-entropy and keep the weights of the lowest validation loss."""
    seed_everything(training.seed)
    scaling = Scaling.fit(train.features)
    head = build_head(spec, train.features.shape[1], classes)
    head.compile(
        optimizer=keras.optimizers.Adam(training.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    witness = _Witness(training.epochs, reporter)
    head.fit(
        scaling.apply(train.features),
        train.labels,
        batch_size=training.batch,
        epochs=training.epochs,
        validation_data=(scaling.apply(val.features), val.labels),
        callbacks=[witness],
        verbose=0,
    )
    head.set_weights(witness.best_weights)
    scaling.absorb(head)
    return Trained(head, tuple(witness.rows), witness.best_epoch)


def guess(head: Any, features: NDArray[np.float32]) -> NDArray[np.int64]:
    """The class each row of features (n, width) gets, (n,)."""
    chunks = [
        np.asarray(head(features[start : start + _CHUNK], training=False)).argmax(axis=1)
        for start in range(0, len(features), _CHUNK)
    ]
    return np.concatenate(chunks)


def write_events(folder: Path, history: tuple[EpochRow, ...]) -> None:
    """Write `history` as TensorBoard event files: `train` and `validation` below `folder`."""
    metadata = tf.compat.v1.SummaryMetadata(
        plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
    )
    for name, prefix in (("train", ""), ("validation", "val_")):
        writer = tf.summary.create_file_writer(str(folder / name))
        with writer.as_default():
            for row in history:
                for figure in ("loss", "accuracy"):
                    value = tf.constant(getattr(row, prefix + figure), tf.float32)
                    tf.summary.write(f"epoch_{figure}", value, step=row.epoch, metadata=metadata)
        writer.close()


class _Witness(keras.callbacks.Callback):  # type: ignore[misc]
    """Carries epochs out of `fit` and the wish to stop into it, and remembers the best weights."""

    def __init__(self, epochs: int, reporter: Reporter) -> None:
        super().__init__()
        self._epochs = epochs
        self._reporter = reporter
        self._pace = Pace(epochs, "epochs")
        self._best_loss = float("inf")
        self.best_epoch = 0
        self.best_weights: list[NDArray[np.float32]] = []
        self.rows: list[EpochRow] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._reporter.checkpoint()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        figures = logs or {}
        row = EpochRow(
            epoch=epoch + 1,
            loss=float(figures["loss"]),
            accuracy=float(figures["accuracy"]),
            val_loss=float(figures["val_loss"]),
            val_accuracy=float(figures["val_accuracy"]),
        )
        self.rows.append(row)
        # A diverged first epoch still leaves weights to return.
        if row.val_loss is not None and (row.val_loss < self._best_loss or not self.best_weights):
            self._best_loss = min(row.val_loss, self._best_loss)
            self.best_weights = self.model.get_weights()
            self.best_epoch = row.epoch
        self._reporter.publish(row)
        self._reporter.report(row.epoch / self._epochs, f"Training the head: {self._pace.text(row.epoch)}")
        if self._reporter.finish_early:
            self.model.stop_training = True
