from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

from desktop_app.engine import optimizing, training
from desktop_app.engine.errors import Cancelled, EngineError, Paused
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.head import begin, build_head
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import keras, seed_everything, tf
from desktop_app.engine.linear import STRENGTHS, Chunks, Linear, sweep
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.specs import HeadSpec, Imbalance, TrainingSpec
from desktop_app.engine.training import Examples, answer, train_head, write_events

TRAINING = TrainingSpec(epochs=4, batch=8)


def examples(seed: int, count: int = 40) -> Examples:
    dice = np.random.default_rng(seed)
    labels = dice.integers(0, 2, count)
    return Examples((dice.normal(0, 1, (count, 6)) + labels[:, None]).astype(np.float32), labels)


def test_the_same_seed_gives_the_same_history_bit_for_bit() -> None:
    first, same, other = (
        train_head(HeadSpec((8,), 0.3), replace(TRAINING, seed=s), examples(0), examples(1), 2, Reporter())
        for s in (5, 5, 6)
    )
    assert first.history == same.history
    for a, b in zip(first.head.get_weights(), same.head.get_weights(), strict=True):
        assert np.array_equal(a, b)
    assert first.history != other.history


class Stopping(Reporter):
    """Pauses at its n-th look at the flags."""

    def __init__(self, looks: int, on_epoch: Callable[[EpochRow], None]) -> None:
        super().__init__(None, on_epoch)
        self.looks = looks

    def checkpoint(self) -> None:
        self.looks -= 1
        if not self.looks:
            raise Paused


@pytest.mark.parametrize(
    ("spec", "more"),
    [
        (HeadSpec((8,), 0.3), TRAINING),
        (
            HeadSpec((8,), normalization=True),
            replace(TRAINING, optimizer="sgd", schedule="plateau", mixup=0.4),
        ),
    ],
)
def test_stopped_within_an_epoch_it_goes_on_and_ends_the_same(
    spec: HeadSpec, more: TrainingSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_CHUNK", 8)
    monkeypatch.setattr(training, "_SAVING", 1.0)
    monkeypatch.setattr(optimizing, "PLATEAU_PATIENCE", 1)
    monkeypatch.setattr(optimizing, "PLATEAU_GAIN", 9.0)  # the rate falls after every epoch
    more = replace(more, epochs=6)
    sides = examples(0), examples(1)
    expected = train_head(spec, more, *sides, 2, Reporter())
    stopped: list[EpochRow] = []
    with pytest.raises(Paused):  # after three epochs of ten chunks and two reports each
        train_head(spec, more, *sides, 2, Stopping(41, stopped.append), tmp_path / "head.npz")
    assert len(stopped) == 3
    again: list[EpochRow] = []
    with pytest.raises(Paused):
        train_head(spec, more, *sides, 2, Stopping(20, again.append), tmp_path / "head.npz")
    assert len(again) == 4
    seed_everything(99)  # another program has other dice
    rows: list[EpochRow] = []
    looks = Stopping(0, rows.append)
    found = train_head(spec, more, *sides, 2, looks, tmp_path / "head.npz")
    assert found.history == expected.history == tuple(rows)
    assert stopped == rows[:3]
    assert found.best_epoch == expected.best_epoch
    for a, b in zip(found.head.get_weights(), expected.head.get_weights(), strict=True):
        assert np.array_equal(a, b)
    ended = Stopping(0, rows.append)
    assert train_head(spec, more, *sides, 2, ended, tmp_path / "head.npz").history == expected.history
    assert ended.looks == -6  # it only tells
    other = train_head(spec, replace(more, seed=1), *sides, 2, Reporter(), tmp_path / "head.npz")
    assert other.history != expected.history  # it is of another training


def test_a_logistic_head_that_was_solved_is_not_solved_again(tmp_path: Path) -> None:
    sides = examples(0), examples(1)
    solved = train_head(HeadSpec(()), TRAINING, *sides, 2, Reporter(), tmp_path / "head.npz")
    looks = Stopping(0, lambda _row: None)
    again = train_head(HeadSpec(()), TRAINING, *sides, 2, looks, tmp_path / "head.npz")
    assert looks.looks == -len(solved.history)
    assert (again.history, again.best_epoch, again.l2) == (solved.history, solved.best_epoch, solved.l2)
    for a, b in zip(again.head.get_weights(), solved.head.get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_the_weights_kept_are_those_of_the_lowest_validation_loss() -> None:
    val = examples(1)
    spec = TrainingSpec(epochs=30, batch=4, learning_rate=0.05)  # soon overfits
    trained = train_head(HeadSpec((32,), 0.0), spec, examples(0, 12), val, 2, Reporter())
    losses = [row.val_loss for row in trained.history if row.val_loss is not None]
    assert trained.best_epoch == 1 + int(np.argmin(losses)) < 30
    logits = trained.head(val.features).numpy()
    log_odds = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert -log_odds[np.arange(len(val.labels)), val.labels].mean() == pytest.approx(min(losses), rel=1e-4)


def test_every_epoch_is_announced_in_order() -> None:
    rows: list[EpochRow] = []
    trained = train_head(
        HeadSpec((4,)), TRAINING, examples(0), examples(1), 2, Reporter(on_epoch=rows.append)
    )
    assert tuple(rows) == trained.history
    assert [row.epoch for row in rows] == [1, 2, 3, 4]


def test_finish_early_ends_after_the_epoch_and_keeps_the_head() -> None:
    control = Control()
    reporter = Reporter(
        on_epoch=lambda row: control.finish.set() if row.epoch == 2 else None, control=control
    )
    trained = train_head(HeadSpec((4,)), TRAINING, examples(0), examples(1), 2, reporter)
    assert len(trained.history) == 2
    assert answer(trained.head, examples(1).features).shape == (40, 2)


def test_cancel_stops_within_the_epoch() -> None:
    control = Control()
    rows: list[EpochRow] = []

    def watch(row: EpochRow) -> None:
        rows.append(row)
        control.cancel.set()

    with pytest.raises(Cancelled):
        train_head(HeadSpec((4,)), TRAINING, examples(0), examples(1), 2, Reporter(None, watch, control))
    assert len(rows) == 1


def test_a_training_that_diverges_at_once_says_so_and_what_to_do() -> None:
    spec = TrainingSpec(epochs=3, batch=8, learning_rate=1e38, optimizer="sgd")
    with pytest.raises(EngineError, match="diverged"):
        train_head(HeadSpec((4,)), spec, examples(0), examples(1), 2, Reporter())


def test_tensorboard_finds_the_scalars(tmp_path: Path) -> None:
    history = (EpochRow(1, 0.5, 0.75, 0.6, 0.7), EpochRow(2, 0.25, 1.0, 0.5, 0.8))
    write_events(tmp_path, history)
    found = {}
    for run in ("train", "validation"):
        (file,) = (tmp_path / run).iterdir()
        for record in tf.data.TFRecordDataset(str(file)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                assert value.metadata.plugin_data.plugin_name == "scalars"
                found[run, value.tag, event.step] = float(tf.make_ndarray(value.tensor))
    assert found["train", "epoch_loss", 2] == 0.25
    assert found["validation", "epoch_accuracy", 1] == pytest.approx(0.7)
    assert len(found) == 8


def test_a_logistic_head_chooses_the_l2_weight_of_the_lowest_validation_loss() -> None:
    train, val = (
        Examples(one.features - 0.4 * one.labels[:, None], one.labels)
        for one in (examples(0), examples(1, 200))
    )
    rows: list[EpochRow] = []
    trained = train_head(HeadSpec(()), TRAINING, train, val, 2, Reporter(on_epoch=rows.append))
    assert tuple(rows) == trained.history
    losses = [row.val_loss or np.inf for row in rows]
    assert trained.best_epoch == 1 + int(np.argmin(losses))
    assert 1 < trained.best_epoch < len(losses)
    by_hand = train_head(HeadSpec((), l2=trained.l2), TRAINING, train, val, 2, Reporter())
    assert by_hand.history[0].val_loss == pytest.approx(min(losses), rel=1e-5)
    assert rows[0].loss > rows[-1].loss  # the penalty weakens


def test_a_logistic_head_can_be_cancelled_and_ended_early() -> None:
    control = Control()
    control.finish.set()
    trained = train_head(HeadSpec(()), TRAINING, examples(0), examples(1), 2, Reporter(control=control))
    assert len(trained.history) == 1
    control.cancel.set()
    with pytest.raises(Cancelled):
        train_head(HeadSpec(()), TRAINING, examples(0), examples(1), 2, Reporter(control=control))


def test_with_many_pictures_a_sample_chooses_the_l2_weight_and_all_train_the_head(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train, val = examples(0, 600), examples(1, 200)
    whole = train_head(HeadSpec(()), TRAINING, train, val, 2, Reporter())
    monkeypatch.setattr(training, "SWEEP_ROWS", 150)
    sampled = train_head(HeadSpec(()), TRAINING, train, val, 2, Reporter())
    assert sampled.best_epoch == len(sampled.history)
    assert any(sampled.l2 == pytest.approx(1 / (2 * 600 * strength)) for strength in STRENGTHS)
    by_hand = train_head(HeadSpec((), l2=sampled.l2), TRAINING, train, val, 2, Reporter())
    for ours, peer in zip(sampled.head.get_weights(), by_hand.head.get_weights(), strict=True):
        assert np.allclose(ours, peer, atol=1e-3)
    assert sampled.history[-1].val_loss == pytest.approx(by_hand.history[0].val_loss, rel=1e-4)
    best = min(row.val_loss or np.inf for row in whole.history)
    assert sampled.history[-1].val_loss == pytest.approx(best, rel=0.05)


def skewed(seed: int, count: int = 60) -> Examples:
    """Three classes of unequal size."""
    dice = np.random.default_rng(seed)
    labels = dice.choice(3, count, p=[0.7, 0.2, 0.1])
    return Examples((dice.normal(0, 1, (count, 6)) + labels[:, None]).astype(np.float32), labels)


def batches(examples: Examples, weights: np.ndarray, spec: TrainingSpec) -> Any:
    """What `Model.fit` is to take: the permutations of a seed, batch by batch, a weight for each picture."""
    features = Scaling.fit(examples.features).apply(examples.features)
    targets = np.eye(3, dtype=np.float32)[examples.labels]
    dice = np.random.default_rng(spec.seed)

    def each() -> Iterator[tuple[np.ndarray, ...]]:
        for _ in range(spec.epochs):
            order = dice.permutation(len(targets))
            for start in range(0, len(order), spec.batch):
                rows = order[start : start + spec.batch]
                yield features[rows], targets[rows], weights[examples.labels[rows]].astype(np.float32)

    shapes = (tf.TensorSpec((None, 6)), tf.TensorSpec((None, 3)), tf.TensorSpec((None,)))
    return tf.data.Dataset.from_generator(each, output_signature=shapes)


class Shift(keras.layers.Layer):  # type: ignore[misc]
    """Adds a constant to the logits."""

    def __init__(self, shift: np.ndarray) -> None:
        super().__init__()
        self._shift = shift.astype(np.float32)

    def call(self, logits: Any) -> Any:
        return logits + self._shift


WAYS = {
    "adamw, a cosine": TrainingSpec(3, 8, 0.01, seed=4, optimizer="adamw", schedule="cosine"),
    "sgd, smoothed labels, class weights": TrainingSpec(
        3, 8, 0.05, seed=4, optimizer="sgd", imbalance="weights", label_smoothing=0.2
    ),
    "adjusted logits, normalized": TrainingSpec(3, 8, 0.01, seed=4, imbalance="logits"),
    "a plateau": TrainingSpec(9, 8, 0.3, seed=4, schedule="plateau", optimizer="sgd"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_loop_does_what_plain_keras_fit_does(way: str) -> None:
    spec, shape = WAYS[way], HeadSpec((5,), 0.0, 1e-3, "gelu", "normalized" in way)
    train, val = skewed(0), skewed(1)
    ours = train_head(shape, spec, train, val, 3, Reporter())

    seed_everything(spec.seed)
    peer = build_head(shape, 6, 3)
    counts = np.bincount(train.labels)
    whole = peer
    if spec.imbalance == "logits":
        whole = keras.Sequential([peer, Shift(np.log(counts / counts.sum()))])
    weights = len(train.labels) / (3 * counts) if spec.imbalance == "weights" else np.ones(3)
    steps = spec.epochs * ceil(len(train.labels) / spec.batch)
    cosine = keras.optimizers.schedules.CosineDecay(spec.learning_rate, steps)
    rate = cosine if spec.schedule == "cosine" else spec.learning_rate
    optimizers = {
        "adam": lambda: keras.optimizers.Adam(rate),
        "adamw": lambda: keras.optimizers.AdamW(rate),
        "sgd": lambda: keras.optimizers.SGD(rate, momentum=0.9),
    }
    whole.compile(
        optimizers[spec.optimizer](),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=spec.label_smoothing),
    )
    plain = PlainLoss(peer, Scaling.fit(train.features).apply(val.features), val.labels)
    plateau = keras.callbacks.ReduceLROnPlateau("val_loss", 0.2, 3, mode="min", min_delta=1e-4)
    callbacks = [plain, plateau] if spec.schedule == "plateau" else [plain]
    whole.fit(
        batches(train, weights, spec),
        epochs=spec.epochs,
        steps_per_epoch=steps // spec.epochs,
        callbacks=callbacks,
        verbose=0,
        shuffle=False,
    )

    assert [row.val_loss for row in ours.history] == pytest.approx(plain.losses, rel=1e-4)
    peer.set_weights(plain.weights[ours.best_epoch - 1])
    expected = peer(Scaling.fit(train.features).apply(val.features))
    assert np.allclose(ours.head(val.features), expected, atol=2e-4)


class PlainLoss(keras.callbacks.Callback):  # type: ignore[misc]
    """Notes the plain cross-entropy on validation pictures after each epoch, and the weights there."""

    def __init__(self, head: Any, features: np.ndarray, labels: np.ndarray) -> None:
        super().__init__()
        self._head, self._features, self._labels = head, features, labels
        self.losses: list[float] = []
        self.weights: list[list[np.ndarray]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.losses.append(float(loss(self._labels, self._head(self._features, training=False))))
        self.weights.append(self._head.get_weights())
        if logs is not None:
            logs["val_loss"] = self.losses[-1]


def test_training_stops_when_patience_ends_and_keeps_the_best_epoch() -> None:
    spec = TrainingSpec(60, 4, 0.05, patience=3)
    trained = train_head(HeadSpec((32,), 0.0), spec, examples(0, 12), examples(1), 2, Reporter())
    losses = [row.val_loss or np.inf for row in trained.history]
    assert len(losses) < 60
    assert trained.best_epoch == 1 + int(np.argmin(losses)) == len(losses) - 3


def test_mixup_mixes_features_and_labels_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """The features tell of the labels exactly, so that what is fed in says what was mixed with what."""
    labels = np.arange(20) % 2
    train = Examples(np.stack([labels, 1 - labels], axis=1).astype(np.float32), labels)
    fed: list[tuple[np.ndarray, ...]] = []
    over = training.Learner._over

    def watch(self: Any, step: Any, chunk: Any, count: int) -> tuple[float, float]:
        fed.append(chunk(slice(0, count)))
        return over(self, step, chunk, count)

    monkeypatch.setattr(training.Learner, "_over", watch)
    spec = TrainingSpec(1, 8, mixup=0.4)
    trained = train_head(HeadSpec((4,), 0.0), spec, train, train, 2, Reporter())
    mixed, one, other, share = fed[0]
    low, high = Scaling.fit(train.features).apply(np.array([[0.0, 1.0], [1.0, 0.0]], np.float32))
    told = (mixed[:, 0] - low[0]) / (high[0] - low[0])
    assert np.allclose(told, share * one + (1 - share) * other, atol=1e-6)
    assert ((share > 0.01) & (share < 0.99) & (one != other)).any()
    assert sorted(one) == sorted(labels)
    same = train_head(HeadSpec((4,), 0.0), spec, train, train, 2, Reporter())
    assert same.history == trained.history


def test_with_mixup_the_loss_is_that_of_the_mixed_labels() -> None:
    """At α → ∞ every share is one half: cross-entropy to both labels, halved."""
    train = skewed(0, 24)
    still = replace(TRAINING, epochs=1, batch=24, learning_rate=1e-30, mixup=100.0, seed=3)
    trained = train_head(HeadSpec((4,), 0.0), still, train, train, 3, Reporter())
    dice = np.random.default_rng(3)
    one, other = dice.permutation(24), dice.permutation(24)
    share = dice.beta(100.0, 100.0, 24)[:, None]
    features = share * train.features[one] + (1 - share) * train.features[other]
    hot = np.eye(3)
    targets = share * hot[train.labels[one]] + (1 - share) * hot[train.labels[other]]
    logits = trained.head(features.astype(np.float32)).numpy().astype(np.float64)
    expected = -(targets * (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))).sum(axis=1)
    assert trained.history[0].loss == pytest.approx(expected.mean(), rel=1e-4)


def test_only_learning_sees_the_objective() -> None:
    """At a rate of nothing all heads are the first one, and all objectives report the same losses."""
    still = replace(TRAINING, epochs=1, learning_rate=1e-30)
    ways = (
        still,
        replace(still, imbalance="weights", label_smoothing=0.3),
        replace(still, imbalance="logits"),
    )
    rows = {train_head(HeadSpec((4,), 0.0), way, skewed(0), skewed(1), 3, Reporter()).history for way in ways}
    assert len(rows) == 1


def test_neither_remedy_favours_a_class() -> None:
    """Where features say nothing, a plain head names the large class, and the others know no better."""
    blind = Examples(np.zeros((60, 3), np.float32), np.arange(60) // 50)
    gaps = []
    ways: tuple[Imbalance, ...] = ("none", "logits", "weights")
    for way in ways:
        spec = TrainingSpec(imbalance=way)
        head = train_head(HeadSpec((), l2=1e-3), spec, blind, blind, 2, Reporter()).head
        gaps.append(np.diff(head(blind.features[:1]).numpy()[0])[0])
    assert gaps == pytest.approx([np.log(10 / 50), 0, 0], abs=1e-3)


@pytest.mark.parametrize("hidden", [HeadSpec((8,)), HeadSpec((8, 5), normalization=True), HeadSpec(())])
def test_a_head_that_was_begun_says_at_first_what_it_has_said(hidden: HeadSpec) -> None:
    first = train_head(hidden, TRAINING, examples(0), examples(1), 2, Reporter())
    weights, wanted = first.head.get_weights(), answer(first.head, examples(1).features)
    scaling = Scaling.fit(examples(2).features)
    head = build_head(hidden, 6, 2)
    begin(head, weights, scaling)
    assert np.allclose(answer(head, scaling.apply(examples(1).features)), wanted, atol=1e-5)


@pytest.mark.parametrize("hidden", [HeadSpec((8,)), HeadSpec(())])
def test_a_head_that_was_begun_is_kept_where_nothing_is_better(hidden: HeadSpec) -> None:
    good = examples(0, 400)
    first = train_head(hidden, replace(TRAINING, epochs=20), good, examples(1), 2, Reporter())
    weights = first.head.get_weights()
    wrong = Examples(good.features[:40], 1 - good.labels[:40])
    again = train_head(hidden, TRAINING, wrong, examples(1), 2, Reporter(), None, weights)
    for kept, before in zip(again.head.get_weights(), weights, strict=True):
        assert np.allclose(kept, before, atol=1e-5)
    assert again.best_epoch == (0 if hidden.units else 1)
    anew = train_head(hidden, TRAINING, wrong, examples(1), 2, Reporter())
    assert anew.history != again.history


@pytest.mark.parametrize("count", [40, 5])  # more than there are features, and fewer
def test_a_plain_head_is_drawn_towards_the_one_that_was_begun(count: int) -> None:
    dice, l2 = np.random.default_rng(0), 0.03
    features, labels = dice.normal(size=(count, 12)), np.arange(count) % 3
    begun = Linear(dice.normal(size=(12, 3)), dice.normal(size=3))
    chunks = Chunks(lambda: iter([(features, labels)]), count, 12)
    (_, first, *_), (_, found, *_) = sweep(chunks, chunks, 3, l2, begun=begun)
    assert first is begun
    error = (softmax(features @ found.kernel + found.bias, axis=1) - np.eye(3)[labels]) / count
    assert np.abs(features.T @ error + 2 * l2 * (found.kernel - begun.kernel)).max() < 1e-5
    assert np.abs(error.sum(axis=0)).max() < 1e-5
    close = list(sweep(chunks, chunks, 3, 1e6, begun=begun))[1][1]
    assert np.allclose(close.kernel, begun.kernel, atol=1e-5)
