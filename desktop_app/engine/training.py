"""Training: the head learns from stored features, and every epoch is announced."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import linear
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.head import absorb, build_head
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import keras, seed_everything, tf
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.sampling import stratified_order
from desktop_app.engine.specs import HeadSpec, TrainingSpec

_CHUNK = 4096  # rows
_KEPT = 1 << 26  # features: half a gigabyte in float64
_ROUGH = 1e-7
SWEEP_ROWS = 4000  # pictures that choose the L2 weight: with 20,000 it took minutes and chose the same


@dataclass(frozen=True)
class Examples:
    """Features, float16 or float32 (n, width), and their labels, int (n,)."""

    features: NDArray[Any]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """A trained head from plain features to logits, its history, the epoch it is of, and its L2 weight."""

    head: Any
    history: tuple[EpochRow, ...]
    best_epoch: int
    l2: float


def train_head(
    spec: HeadSpec,
    training: TrainingSpec,
    train: Examples,
    val: Examples,
    classes: int,
    reporter: Reporter,
) -> Trained:
    """Train a head on mean cross-entropy and keep the weights of the lowest validation loss.

    Hidden layers are trained by Adam. The loop is our own, compiled: on a head this small `Model.fit` spends
    its time between the steps (`tests/bench/head_epoch.py`). Without hidden layers the problem is convex and
    solved by L-BFGS; an “epoch” is then one L2 weight on the way from strong to weak. With more than
    `SWEEP_ROWS` pictures a sample chooses the weight, and the last epoch, which counts, is all of them.
    """
    if not spec.units:
        return _solve(spec, training, train, val, classes, reporter)
    seed_everything(training.seed)
    dice = np.random.default_rng(training.seed)
    scaling = Scaling.fit(train.features)
    head = build_head(spec, train.features.shape[1], classes)
    learner = _Learner(head, training, scaling, reporter)
    rows: list[EpochRow] = []
    best_epoch, best_loss, kept = 0, np.inf, head.get_weights()
    pace = Pace(training.epochs, "epochs")
    for epoch in range(1, training.epochs + 1):
        loss, accuracy = learner.learn(train, dice.permutation(len(train.labels)))
        val_loss, val_accuracy = learner.check(val)
        # The first epoch counts even if it diverged: there must be something to return.
        if val_loss < best_loss or not rows:
            best_epoch, best_loss, kept = epoch, val_loss, head.get_weights()
        row = EpochRow(epoch, loss, accuracy, val_loss, val_accuracy)
        rows.append(row)
        reporter.publish(row)
        reporter.report(epoch / training.epochs, f"Training the head: {pace.text(epoch)}")
        if reporter.finish_early:
            break
    head.set_weights(kept)
    absorb(scaling, head)
    return Trained(head, tuple(rows), best_epoch, spec.l2)


def _solve(
    spec: HeadSpec, training: TrainingSpec, train: Examples, val: Examples, classes: int, reporter: Reporter
) -> Trained:
    """The convex case. The strength of the penalty is chosen on a sample where there are many pictures."""
    scaling = Scaling.fit(train.features)

    def chunks(examples: Examples) -> linear.Chunks:
        def each() -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
            for start in range(0, len(examples.labels), _CHUNK):
                part = slice(start, start + _CHUNK)
                yield scaling.apply(examples.features[part]).astype(np.float64), examples.labels[part]

        # What fits is scaled once; every evaluation of the objective passes over all of it.
        kept = list(each()) if examples.features.size <= _KEPT else None

        def watched() -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
            for chunk in kept if kept is not None else each():
                reporter.checkpoint()
                yield chunk

        return linear.Chunks(watched, len(examples.labels), train.features.shape[1])

    sampled = not spec.l2 and len(train.labels) > SWEEP_ROWS
    tolerance = _ROUGH if sampled else linear.TIGHT  # to choose takes fewer digits than to be chosen
    some = np.sort(stratified_order(train.labels, training.seed)[:SWEEP_ROWS]) if sampled else slice(None)
    learn, check = chunks(Examples(train.features[some], train.labels[some])), chunks(val)
    rows: list[EpochRow] = []
    best_epoch, best_loss, best_l2, kept = 0, np.inf, 0.0, None
    steps = (1 if spec.l2 else len(linear.STRENGTHS)) + sampled

    def tell(loss: float, accuracy: float, val_loss: float, val_accuracy: float) -> None:
        row = EpochRow(len(rows) + 1, loss, accuracy, val_loss, val_accuracy)
        rows.append(row)
        reporter.publish(row)
        reporter.report(row.epoch / steps, f"Training the head: L2 weight {row.epoch} of {steps}")

    reporter.report(0, "Training the head: choosing its L2 weight")
    for l2, model, val_loss, val_accuracy in linear.sweep(learn, check, classes, spec.l2, tolerance):
        tell(*model.check(learn), val_loss, val_accuracy)
        if val_loss < best_loss or kept is None:
            best_epoch, best_loss, best_l2, kept = len(rows), val_loss, l2, model
        if reporter.finish_early:
            break
    if kept is None:
        raise AssertionError("the sweep yields at least once")
    if sampled:
        best_l2 *= learn.count / len(train.labels)  # C = 1 / (2 · n · l2) stays
        reporter.report(1 - 1 / steps, "Training the head on all pictures")
        learn = chunks(train)
        kept = linear.fit(learn, classes, best_l2, kept)
        tell(*kept.check(learn), *kept.check(check))
        best_epoch = len(rows)
    head = build_head(spec, train.features.shape[1], classes)
    head.set_weights([kept.kernel, kept.bias])
    absorb(scaling, head)
    return Trained(head, tuple(rows), best_epoch, best_l2)


class _Learner:
    """Feeds a head its examples, a chunk of rows at a time, and loops over the batches inside the graph.

    A chunk is what one call computes, small enough that a cancel is heard within a fraction of a second and
    that the scaled copy of the features never needs much memory.
    """

    def __init__(self, head: Any, training: TrainingSpec, scaling: Scaling, reporter: Reporter) -> None:
        self._scaling = scaling
        self._reporter = reporter
        self._rows = max(1, _CHUNK // training.batch) * training.batch
        optimizer = keras.optimizers.Adam(training.learning_rate)
        optimizer.build(head.trainable_variables)
        signature = [tf.TensorSpec((None, head.input_shape[1]), tf.float32), tf.TensorSpec((None,), tf.int64)]

        def judge(features: Any, labels: Any, learning: bool) -> tuple[Any, Any]:
            logits = head(features, training=learning)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            hits = tf.cast(tf.argmax(logits, axis=-1) == labels, tf.float32)
            return losses, hits

        @tf.function(input_signature=signature)  # type: ignore[untyped-decorator]
        def learn(features: Any, labels: Any) -> tuple[Any, Any]:
            loss, right = tf.constant(0.0), tf.constant(0.0)
            for start in tf.range(0, tf.size(labels), training.batch):
                batch = slice(start, start + training.batch)
                with tf.GradientTape() as tape:
                    losses, hits = judge(features[batch], labels[batch], learning=True)
                    objective = tf.reduce_mean(losses) + tf.add_n([tf.constant(0.0), *head.losses])
                optimizer.apply(tape.gradient(objective, head.trainable_variables))
                loss += tf.reduce_sum(losses)
                right += tf.reduce_sum(hits)
            return loss, right

        @tf.function(input_signature=signature)  # type: ignore[untyped-decorator]
        def check(features: Any, labels: Any) -> tuple[Any, Any]:
            losses, hits = judge(features, labels, learning=False)
            return tf.reduce_sum(losses), tf.reduce_sum(hits)

        self._learn, self._check = learn, check

    def learn(self, examples: Examples, order: NDArray[np.int64]) -> tuple[float, float]:
        """One pass over `examples` in `order`, (n,); mean loss and accuracy while learning."""
        return self._over(self._learn, examples, order)

    def check(self, examples: Examples) -> tuple[float, float]:
        """Mean loss and accuracy without learning."""
        return self._over(self._check, examples, np.arange(len(examples.labels)))

    def _over(self, step: Any, examples: Examples, order: NDArray[np.int64]) -> tuple[float, float]:
        loss = right = 0.0
        for start in range(0, len(order), self._rows):
            self._reporter.checkpoint()
            rows = order[start : start + self._rows]
            chunk_loss, chunk_right = step(
                self._scaling.apply(examples.features[rows]), examples.labels[rows]
            )
            loss += float(chunk_loss)
            right += float(chunk_right)
        return loss / len(order), right / len(order)


def guess(head: Any, features: NDArray[Any]) -> NDArray[np.int64]:
    """The class each row of features (n, width) gets, (n,)."""
    chunks = [
        np.asarray(head(features[start : start + _CHUNK].astype(np.float32), training=False)).argmax(axis=1)
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
