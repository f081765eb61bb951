"""Training: the head learns from stored features, and every epoch is announced."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import linear
from desktop_app.engine.checkpoint import Checkpoint, Course, fingerprint
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.head import absorb, begin, build_head
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import seed_everything, tf
from desktop_app.engine.objective import Objective
from desktop_app.engine.optimizing import learning_losses, make_optimizer, out_of_patience, plateau_rate
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.sampling import stratified_order
from desktop_app.engine.specs import HeadSpec, TrainingSpec

_CHUNK = 4096  # rows
_KEPT = 1 << 26  # features: half a gigabyte in float64
_ROUGH = 1e-7
_SAVING = 0.2  # of the time, at most: an epoch of a small head takes milliseconds
SWEEP_ROWS = 4000  # pictures that choose the L2 weight: with 20,000 it took minutes and chose the same


@dataclass(frozen=True)
class Examples:
    """Features, float16 or float32 (n, width), and their labels, int (n,); each picture has `views` rows."""

    features: NDArray[Any]
    labels: NDArray[np.int64]
    views: int = 1

    @property
    def pictures(self) -> int:
        """How many there are."""
        return len(self.labels) // self.views

    def of(self, pictures: NDArray[np.bool_]) -> "Examples":
        """Some of the pictures, told by a mask, (n,), with all their views."""
        rows = np.repeat(pictures, self.views)
        return Examples(self.features[rows], self.labels[rows], self.views)

    def as_they_are(self) -> "Examples":
        """The first view of each."""
        return Examples(self.features[:: self.views], self.labels[:: self.views])

    def epoch(self, dice: np.random.Generator) -> NDArray[np.int64]:
        """One row of each picture, drawn, in an order that is drawn, too."""
        order = dice.permutation(self.pictures)
        return order if self.views == 1 else order * self.views + dice.integers(self.views, size=len(order))


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
    checkpoint: Path | None = None,
    begun: Sequence[NDArray[Any]] = (),
) -> Trained:
    """Train a head and keep the weights of the lowest validation loss, which is a mean cross-entropy.

    Of each picture's views, hidden layers see one an epoch; without hidden layers, all weigh alike.

    Hidden layers are trained epoch by epoch. The loop is our own, compiled: on a head this small `Model.fit`
    spends its time between the steps (`tests/bench/head_epoch.py`). Without hidden layers the problem is
    convex and solved by L-BFGS; an “epoch” is then one L2 weight on the way from strong to weak. With more
    than `SWEEP_ROWS` pictures a sample chooses the weight, and the last epoch, which counts, is all of them.

    With a `checkpoint`, a file in which epochs are saved, a training that was stopped goes on from it and
    ends as if nothing had happened; the epochs that it tells of are announced again. A convex one, which is
    short, begins anew unless it had ended. Whoever calls removes the file at the end.

    A training that diverges ends at that epoch. A head that was `begun` elsewhere, told by its weights, goes
    on from there; it is kept, as epoch 0 of hidden layers and epoch 1 without, where nothing has a lower
    validation loss.

    Raises:
        EngineError: it has diverged in its first.
    """
    saved = None
    if checkpoint:
        words = f"{asdict(spec)} {asdict(training)} {classes}"
        data = [array for part in (train, val) for array in (part.features, part.labels)] + [*begun]
        saved = Checkpoint(checkpoint, fingerprint(words, data))
    if not spec.units:
        return _recall(spec, train, classes, saved, reporter) or _solve(
            spec, training, train, val, classes, reporter, saved, begun
        )
    seed_everything(training.seed)
    scaling = Scaling.fit(train.features)
    head = build_head(spec, train.features.shape[1], classes)
    if begun:
        begin(head, begun, scaling)
    asked = Objective.of(training, train.labels, classes)
    steps = training.epochs * ceil(train.pictures / training.batch)
    learner = Learner(head, training, asked, scaling, steps, reporter)
    to_beat = learner.check(val)[0] if begun else None
    course = Course(head.weights, learner.others, training.seed, saved, to_beat, _SAVING)
    for row in course.rows:
        reporter.publish(row)
    val_losses = [row.val_loss for row in course.rows if row.val_loss is not None]
    pace = Pace(training.epochs, "epochs", already=len(course.rows))
    for epoch in range(len(course.rows) + 1, training.epochs + 1):
        if course.diverged or out_of_patience(training.patience, val_losses):
            break
        if course.rows and reporter.finish_early:
            break
        if training.schedule == "plateau":
            learner.set_rate(plateau_rate(training.learning_rate, val_losses))
        loss, accuracy = learner.learn(train, course.dice)
        val_loss, val_accuracy = learner.check(val)
        row = EpochRow(epoch, loss, accuracy, val_loss, val_accuracy)
        val_losses.append(val_loss)
        course.close_epoch(row)
        reporter.publish(row)
        reporter.report(epoch / training.epochs, f"Training the head: {pace.text(epoch)}")
    course.keep_best()
    absorb(scaling, head)
    return Trained(head, tuple(course.rows), course.best_epoch, spec.l2)


def _recall(
    spec: HeadSpec, train: Examples, classes: int, saved: Checkpoint | None, reporter: Reporter
) -> Trained | None:
    """A convex head that was solved before."""
    found = saved.load() if saved else None
    if not found:
        return None
    arrays, facts = found
    history = tuple(EpochRow(**row) for row in facts["rows"])
    for row in history:
        reporter.publish(row)
    head = build_head(spec, train.features.shape[1], classes)
    head.set_weights([arrays["kernel"], arrays["bias"]])
    return Trained(head, history, facts["best_epoch"], facts["l2"])


def _solve(
    spec: HeadSpec,
    training: TrainingSpec,
    train: Examples,
    val: Examples,
    classes: int,
    reporter: Reporter,
    saved: Checkpoint | None,
    begun: Sequence[NDArray[Any]] = (),
) -> Trained:
    """The convex case. The strength of the penalty is chosen on a sample where there are many pictures."""
    scaling = Scaling.fit(train.features)
    asked = Objective.of(training, train.labels, classes)

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
    steps = (1 if spec.l2 else len(linear.STRENGTHS)) + sampled + bool(begun)
    first = linear.Linear(*scaling.released(*begun)) if begun else None
    path = linear.sweep(learn, check, classes, spec.l2, tolerance, asked, first)

    def tell(loss: float, accuracy: float, val_loss: float, val_accuracy: float) -> None:
        row = EpochRow(len(rows) + 1, loss, accuracy, val_loss, val_accuracy)
        rows.append(row)
        reporter.publish(row)
        reporter.report(row.epoch / steps, f"Training the head: L2 weight {row.epoch} of {steps}")

    reporter.report(0, "Training the head: choosing its L2 weight")
    for l2, model, val_loss, val_accuracy in path:
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
        kept = linear.fit(learn, classes, best_l2, kept, asked=asked, begun=first)
        tell(*kept.check(learn), *kept.check(check))
        best_epoch = len(rows)
    head = build_head(spec, train.features.shape[1], classes)
    head.set_weights([kept.kernel, kept.bias])
    absorb(scaling, head)
    if saved:
        kernel, bias = head.get_weights()
        facts = {"rows": [asdict(row) for row in rows], "best_epoch": best_epoch, "l2": best_l2}
        saved.save({"kernel": kernel, "bias": bias}, facts)
    return Trained(head, tuple(rows), best_epoch, best_l2)


class Learner:
    """Feeds a head its examples, a chunk of rows at a time, and loops over the batches inside the graph.

    A chunk is what one call computes, small enough that a cancel is heard within a fraction of a second and
    that the scaled copy of the features never needs much memory.
    """

    def __init__(
        self,
        head: Any,
        training: TrainingSpec,
        asked: Objective,
        scaling: Scaling,
        steps: int,
        reporter: Reporter,
    ) -> None:
        self._scaling = scaling
        self._reporter = reporter
        self._mixup = training.mixup
        self._rows = max(1, _CHUNK // training.batch) * training.batch
        self._optimizer = optimizer = make_optimizer(training, steps)
        optimizer.build(head.trainable_variables)
        weights = {id(variable) for variable in head.weights}
        # What else the next step depends on: the optimizer's memory and the seeds of dropout.
        self.others = [*optimizer.variables, *(v for v in head.variables if id(v) not in weights)]
        matrix = tf.TensorSpec((None, head.input_shape[1]), tf.float32)
        numbers, shares_ = tf.TensorSpec((None,), tf.int64), tf.TensorSpec((None,), tf.float32)

        def mixed(figure: Callable[[Any], Any], one: Any, other: Any, share: Any) -> Any:
            mine = figure(one)
            return share * mine + (1 - share) * figure(other) if training.mixup else mine

        # Only the loop around it is one of the graph's: to look for more in here took a tenth of a second.
        @tf.autograph.experimental.do_not_convert  # type: ignore[untyped-decorator]
        def step(features: Any, *truth: Any) -> tuple[Any, Any]:
            with tf.GradientTape() as tape:
                logits = head(features, training=True)
                losses = mixed(partial(_losses, logits), *truth)
                learned = losses if asked.is_plain else mixed(partial(learning_losses, asked, logits), *truth)
                objective = tf.reduce_mean(learned) + tf.add_n([tf.constant(0.0), *head.losses])
            optimizer.apply(tape.gradient(objective, head.trainable_variables))
            return tf.reduce_sum(losses), tf.reduce_sum(mixed(partial(_hits, logits), *truth))

        @tf.function(input_signature=[matrix, numbers, numbers, shares_])  # type: ignore[untyped-decorator]
        def learn(features: Any, labels: Any, others: Any, shares: Any) -> tuple[Any, Any]:
            loss, right = tf.constant(0.0), tf.constant(0.0)
            for start in tf.range(0, tf.size(labels), training.batch):
                batch = slice(start, start + training.batch)
                losses, hits = step(features[batch], labels[batch], others[batch], shares[batch])
                loss, right = loss + losses, right + hits
            return loss, right

        @tf.function(input_signature=[matrix, numbers], autograph=False)  # type: ignore[untyped-decorator]
        def check(features: Any, labels: Any) -> tuple[Any, Any]:
            logits = head(features, training=False)
            return tf.reduce_sum(_losses(logits, labels)), tf.reduce_sum(_hits(logits, labels))

        self._learn, self._check = learn, check

    def set_rate(self, rate: float) -> None:
        """Learn at another rate from now on."""
        self._optimizer.learning_rate.assign(rate)

    def learn(self, examples: Examples, dice: np.random.Generator) -> tuple[float, float]:
        """One pass over `examples` as the dice fall; mean loss and accuracy while learning.

        With mixup (Zhang et al., ICLR 2018), each picture's features and label are mixed with those of
        another; both figures are then mixed alike.
        """
        count = examples.pictures
        order = others = examples.epoch(dice)
        shares = np.ones(count, np.float32)
        if self._mixup:
            others = examples.epoch(dice)
            shares = dice.beta(self._mixup, self._mixup, count).astype(np.float32)

        def chunk(part: slice) -> tuple[NDArray[Any], ...]:
            one, other, share = order[part], others[part], shares[part]
            features = self._scaling.apply(examples.features[one])
            if self._mixup:
                second = self._scaling.apply(examples.features[other])
                features = share[:, None] * features + (1 - share[:, None]) * second
            return features, examples.labels[one], examples.labels[other], share

        return self._over(self._learn, chunk, count)

    def check(self, examples: Examples) -> tuple[float, float]:
        """Mean loss and accuracy without learning."""

        def chunk(part: slice) -> tuple[NDArray[Any], ...]:
            return self._scaling.apply(examples.features[part]), examples.labels[part]

        return self._over(self._check, chunk, len(examples.labels))

    def _over(
        self, step: Any, chunk: Callable[[slice], tuple[NDArray[Any], ...]], count: int
    ) -> tuple[float, float]:
        loss = right = 0.0
        for start in range(0, count, self._rows):
            self._reporter.checkpoint()
            chunk_loss, chunk_right = step(*chunk(slice(start, start + self._rows)))
            loss += float(chunk_loss)
            right += float(chunk_right)
        return loss / count, right / count


def _losses(logits: Any, labels: Any) -> Any:
    """Cross-entropy of each picture, in nats."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)


def _hits(logits: Any, labels: Any) -> Any:
    """1 where a picture is recognised, else 0."""
    return tf.cast(tf.argmax(logits, axis=-1) == labels, tf.float32)


def answer(head: Any, features: NDArray[Any]) -> NDArray[np.float32]:
    """The logits of features (n, width), (n, classes); of (n, views, width), the views' mean."""
    chunks = []
    many = _CHUNK // (features.shape[1] if features.ndim == 3 else 1)
    for start in range(0, len(features), many):
        chunk = features[start : start + many]
        views = chunk.reshape(-1, chunk.shape[-1]).astype(np.float32)
        logits = np.asarray(head(views, training=False)).reshape(*chunk.shape[:-1], -1)
        chunks.append(logits.mean(axis=1) if logits.ndim == 3 else logits)
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
