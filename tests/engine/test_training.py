from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine import training
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.linear import STRENGTHS
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.specs import HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, guess, train_head, write_events

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
    assert guess(trained.head, examples(1).features).shape == (40,)


def test_cancel_stops_within_the_epoch() -> None:
    control = Control()
    rows: list[EpochRow] = []

    def watch(row: EpochRow) -> None:
        rows.append(row)
        control.cancel.set()

    with pytest.raises(Cancelled):
        train_head(HeadSpec((4,)), TRAINING, examples(0), examples(1), 2, Reporter(None, watch, control))
    assert len(rows) == 1


def test_diverging_still_returns_a_head() -> None:
    spec = TrainingSpec(epochs=3, batch=8, learning_rate=10.0)
    wild = Examples(examples(0).features * 1e20, examples(0).labels)
    trained = train_head(HeadSpec((4,)), spec, wild, wild, 2, Reporter())
    assert trained.best_epoch >= 1


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
