"""Fine-tuning: the last blocks of the base learn on, together with a head that has learned already."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.activations import Activations
from desktop_app.engine.boundary import Cut
from desktop_app.engine.checkpoint import Checkpoint, Course, fingerprint
from desktop_app.engine.errors import EngineError
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import keras, tf
from desktop_app.engine.objective import Objective
from desktop_app.engine.optimizing import learning_losses
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.tuning_spec import TuningSpec

# What one call computes: so many multiply-adds of the forward pass, which are about half a second of learning
# on two cores, so that a cancel is soon heard; and no more pictures than this, for the memory's sake.
_WORK = 5e9
_PICTURES = 64


# Of Adam. Keras' own 1e-7 is below the rounding errors of a large layer's gradients in float32, which it then
# follows in full steps: the same tuning with its sums in another order ended with weights 8e-5 apart, with
# this one 1e-7 (VGG16's last block, tests/bench/fine_tuning.py).
EPSILON = 1e-5


@dataclass(frozen=True)
class Rows:
    """Pictures to learn from or to be judged on: `rows` of some activations and their labels, int (n,)."""

    activations: Activations
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Tuned:
    """What a fine-tuning gave; the weights themselves are in the base and the head.

    Attributes:
        history: one row an epoch.
        best_epoch: the one whose weights were kept; 0 where none was better than the head alone.
        before: validation loss and accuracy of the head alone.
    """

    history: tuple[EpochRow, ...]
    best_epoch: int
    before: tuple[float, float]


def tune(
    cut: Cut,
    head: Any,
    spec: TuningSpec,
    train: Rows,
    val: Rows,
    reporter: Reporter,
    checkpoint: Path | None = None,
    asked: Objective | None = None,
) -> Tuned:
    """Train what is above the boundary, and the head, and keep the best epoch.

    That is the one of the lowest validation loss, which is a mean cross-entropy. BatchNormalization and
    dropout in the base stay in inference mode, as in Keras' guide to transfer learning: running statistics
    are used and never changed, scales and shifts learn. The layers of `cut` are those of the base's own
    model, which has learned thereby; where this raises, it has learned in part.

    Args:
        cut: the base in two parts.
        head: from features to logits, trained.
        spec: every choice; `spec.blocks` must be the number that `cut` was made with.
        train: what to learn from.
        val: what to choose the epoch by.
        reporter: hears of every batch and every epoch, also of those that a checkpoint tells of.
        checkpoint: a file in which each epoch is saved, to go on from should this program be stopped. Whoever
            calls removes it at the end.
        asked: what is made small; mean cross-entropy unless it is given.
    """
    cut.unfreeze(True)
    try:
        asked = asked or Objective.plain(head.output_shape[-1])
        return _Tuning(cut, head, spec, train, val, reporter, checkpoint, asked).run()
    finally:
        cut.unfreeze(False)


def logits(cut: Cut, head: Any, chosen: Rows, reporter: Reporter) -> NDArray[np.float32]:
    """What the tuned parts say of pictures, (n, classes)."""
    judge = _Judge(cut, head)
    with closing(judge.over(chosen, np.arange(len(chosen.rows)), _PICTURES, reporter)) as pieces:
        return np.concatenate([judge.logits(numbers).numpy() for numbers, _ in pieces])


class _Judge:
    """Feeds activations to the network above the boundary, as many at a time as are quickly computed."""

    def __init__(self, cut: Cut, head: Any) -> None:
        self.shape = (None, *cut.shape)
        on_gpu = bool(tf.config.list_physical_devices("GPU"))
        self.piece = _PICTURES if on_gpu else max(1, min(_PICTURES, int(_WORK / _work(cut.upper))))
        self.upper, self.head = cut.upper, head

        shape = tf.TensorSpec(self.shape, tf.float32)

        @tf.function(input_signature=[shape], autograph=False)  # type: ignore[untyped-decorator]
        def answer(activations: Any) -> Any:
            return head(cut.upper(activations, training=False), training=False)

        self.logits = answer

    def over(
        self,
        chosen: Rows,
        order: NDArray[np.int64],
        batch: int,
        reporter: Reporter,
        piece: int | None = None,
    ) -> Generator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
        """Activations and labels of `chosen` in `order`, read ahead, in pieces that end with a batch."""
        pieces: list[NDArray[np.int64]] = []
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            pieces += np.array_split(rows, ceil(len(rows) / (piece or self.piece)))

        def read(rows: NDArray[np.int64]) -> NDArray[np.float32]:
            return chosen.activations.take(chosen.rows[rows], reporter)

        with ThreadPoolExecutor(1, thread_name_prefix="activations") as pool:
            following = pool.submit(read, pieces[0])
            for place, rows in enumerate(pieces):
                current = following.result()
                if place + 1 < len(pieces):
                    following = pool.submit(read, pieces[place + 1])
                yield current, chosen.labels[rows]


class _Tuning(_Judge):
    """One call of `tune`."""

    def __init__(
        self,
        cut: Cut,
        head: Any,
        spec: TuningSpec,
        train: Rows,
        val: Rows,
        reporter: Reporter,
        checkpoint: Path | None,
        asked: Objective,
    ) -> None:
        super().__init__(cut, head)
        self._fresh = cut.fresh
        self._words = "Training from scratch" if cut.fresh else "Fine-tuning"
        # Awake, BatchNormalization sees a batch as a whole.
        together = _normalizes(head) or (cut.fresh and _normalizes(cut.body))
        self._together = spec.batch if together else None
        self._spec, self._train, self._val, self._reporter, self._asked = spec, train, val, reporter, asked
        if len(cut.blocks) != spec.blocks:
            raise ValueError(f"{len(cut.blocks)} blocks lie above the boundary, {spec.blocks} are to learn")
        groups = [*cut.variables(), head.trainable_variables]
        self._learned = [variable for group in groups for variable in group]
        steps = spec.epochs * ceil(len(train.rows) / spec.batch)
        self._optimizers = [_optimizer(spec, rate, steps) for rate in spec.rates()]
        for optimizer, group in zip(self._optimizers, groups, strict=True):
            optimizer.build(group)
        self._compile(groups)
        parts = (cut.body, head) if cut.fresh else (head,)
        weights = {id(variable) for part in parts for variable in part.weights}
        seeds = [variable for part in parts for variable in part.variables if id(variable) not in weights]
        # Statistics, where a part normalizes, belong to its best epoch; seeds do not.
        learned = {id(variable) for variable in self._learned}
        self._kept = [
            *self._learned,
            *(variable for part in parts for variable in part.weights if id(variable) not in learned),
        ]
        self._others = [*(v for optimizer in self._optimizers for v in optimizer.variables), *seeds]
        words = f"{asdict(spec)} {asked.smoothing} {train.activations.key} {val.activations.key}"
        start = [variable.numpy() for variable in (*cut.upper.weights, *self._kept, *seeds)]
        data = [train.rows, train.labels, val.rows, val.labels, asked.weights, asked.shift]
        self._checkpoint = Checkpoint(checkpoint, fingerprint(words, start + data)) if checkpoint else None

    def run(self) -> Tuned:
        """Do it."""
        spec, reporter = self._spec, self._reporter
        count = len(self._train.rows)
        stage = "before the first epoch" if self._fresh else "what the head alone gives"
        reporter.report(0, f"{self._words}: {stage}")
        before = self._check()
        best = None if self._fresh else before[0]  # chance is nothing to keep
        course = Course(self._kept, self._others, spec.seed, self._checkpoint, best)
        for row in course.rows:
            reporter.publish(row)
        pace = Pace(spec.epochs * count, already=len(course.rows) * count)
        for epoch in range(len(course.rows) + 1, spec.epochs + 1):
            if course.diverged or (course.rows and reporter.finish_early):
                break
            loss, accuracy = self._epoch(epoch, course.dice.permutation(count), pace)
            row = EpochRow(epoch, loss, accuracy, *self._check())
            course.close_epoch(row)
            reporter.publish(row)
        course.keep_best()
        return Tuned(tuple(course.rows), course.best_epoch, before)

    def _epoch(self, epoch: int, order: NDArray[np.int64], pace: Pace) -> tuple[float, float]:
        """One pass over the training pictures; mean loss and accuracy while learning."""
        batch, count = self._spec.batch, len(order)
        total, words = self._spec.epochs * count, f"{self._words}, epoch {epoch} of {self._spec.epochs}"
        loss = right = 0.0
        done = 0
        with closing(self.over(self._train, order, batch, self._reporter, self._together)) as pieces:
            for numbers, labels in pieces:
                seen = (epoch - 1) * count + done
                self._reporter.report(seen / total, f"{words}: {pace.text(seen)}")
                size = min(batch, count - done // batch * batch)
                piece_loss, piece_right = self._run(
                    self._learn, numbers, labels, tf.constant(1 / size, tf.float32)
                )
                loss, right = loss + float(piece_loss), right + float(piece_right)
                done += len(labels)
                if done % batch == 0 or done == count:
                    self._step()
        return loss / count, right / count

    def _run(self, step: Any, *arguments: Any) -> Any:
        """Call TensorFlow; what a look at the world stopped within raises what that look raised."""
        try:
            return step(*arguments)
        except tf.errors.ResourceExhaustedError as error:
            raise EngineError(
                f"A batch of {self._spec.batch} pictures does not fit into the memory.",
                "Choose a smaller batch.",
            ) from error
        except tf.errors.OpError:
            self._reporter.checkpoint()
            raise

    def _check(self) -> tuple[float, float]:
        """Mean loss and accuracy on the validation pictures."""
        loss = right = 0.0
        count = len(self._val.rows)
        with closing(self.over(self._val, np.arange(count), _PICTURES, self._reporter)) as pieces:
            for numbers, labels in pieces:
                self._reporter.checkpoint()
                losses, hits = _losses(self.logits(numbers), labels)
                loss, right = loss + float(tf.reduce_sum(losses)), right + float(tf.reduce_sum(hits))
        return loss / count, right / count

    def _compile(self, groups: list[list[Any]]) -> None:
        """Compile a step in two parts: gradients, summed over a batch's pieces, and their application."""
        learned, upper, head = self._learned, self.upper, self.head
        fresh, asked = self._fresh, self._asked
        sums = [tf.Variable(tf.zeros(variable.shape), trainable=False) for variable in learned]
        signature = [
            tf.TensorSpec(self.shape, tf.float32),
            tf.TensorSpec((None,), tf.int64),
            tf.TensorSpec((), tf.float32),
        ]

        @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
        def learn(activations: Any, labels: Any, share: Any) -> tuple[Any, Any]:
            """Add a piece's part of the gradient of the batch's objective; `share` is that of one picture."""
            with tf.GradientTape() as tape:
                said = head(upper(activations, training=fresh), training=True)
                losses, hits = _losses(said, labels)
                sought = losses if asked.is_plain else learning_losses(asked, said, labels)
                penalty = tf.add_n([tf.constant(0.0), *head.losses])
                objective = share * (tf.reduce_sum(sought) + tf.cast(tf.size(labels), tf.float32) * penalty)
            gradients = tape.gradient(objective, [variable.value for variable in learned])
            for total, gradient in zip(sums, gradients, strict=True):
                total.assign_add(gradient)
            return tf.reduce_sum(losses), tf.reduce_sum(hits)

        @tf.function(input_signature=[], autograph=False)  # type: ignore[untyped-decorator]
        def step() -> None:
            start = 0
            for optimizer, group in zip(self._optimizers, groups, strict=True):
                optimizer.apply([total.value() for total in sums[start : start + len(group)]], group)
                start += len(group)
            for total in sums:
                total.assign(tf.zeros_like(total))

        self._learn, self._step = learn, step


def _normalizes(body: Any) -> bool:
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in body.layers)


def _losses(logits: Any, labels: Any) -> tuple[Any, Any]:
    """Cross-entropy of each picture, in nats, and 1 where it is recognised, else 0."""
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return losses, tf.cast(tf.argmax(logits, axis=-1) == labels, tf.float32)


def _optimizer(spec: TuningSpec, rate: float, steps: int) -> Any:
    cosine = spec.schedule == "cosine"
    given = keras.optimizers.schedules.CosineDecay(rate, steps) if cosine else rate
    return keras.optimizers.Adam(given, epsilon=EPSILON)


def _work(model: Any) -> float:
    """Multiply-adds for one picture, roughly: each kernel is used at every place of its layer's output."""
    total = 1.0
    for layer in model.layers:
        if hasattr(layer, "operations"):
            total += _work(layer)
        elif layer.weights:
            places = np.prod(layer.output.shape[1:-1])
            total += float(places) * sum(np.prod(w.shape) for w in layer.weights if len(w.shape) > 1)
    return total
