"""The finder on real heads: what it suggests learns, and leaves features for the training."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine.catalog import scan
from desktop_app.engine.errors import EngineError
from desktop_app.engine.head_rate import find_rate, sweep_head
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, train_head
from desktop_app.engine.weights import WeightsStore


def examples(seed: int, count: int = 200) -> Examples:
    dice = np.random.default_rng(seed)
    labels = dice.integers(0, 2, count)
    return Examples((dice.normal(0, 1, (count, 6)) + 2 * labels[:, None]).astype(np.float32), labels)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_the_rate_suggested_is_usual_and_learns(optimizer: str) -> None:
    training = replace(TrainingSpec(epochs=2), optimizer=optimizer, schedule="cosine")  # type: ignore[arg-type]
    train, val = examples(0), examples(1)
    curve = sweep_head(HeadSpec((16,), 0.0), training, train, 2, Reporter())
    assert curve.suggestion is not None
    assert 1e-4 < curve.suggestion < 1
    assert curve.losses[0] == pytest.approx(np.log(2), abs=0.5)

    def loss(rate: float) -> float:
        trained = train_head(
            HeadSpec((16,), 0.0), replace(training, learning_rate=rate), train, val, 2, Reporter()
        )
        return trained.history[-1].val_loss or 0.0

    assert loss(curve.suggestion) < 0.98 * loss(curve.suggestion / 100)
    again = sweep_head(HeadSpec((16,), 0.0), training, train, 2, Reporter())
    assert np.array_equal(again.losses, curve.losses)


@pytest.mark.usefixtures("small_backbones")
def test_from_pictures_to_a_curve(picture_folder: Callable[..., Path], tmp_path: Path) -> None:
    folder = picture_folder(count=12)
    broken = folder / "red" / "0.png"
    broken.write_bytes(broken.read_bytes()[:200])  # its header is whole
    catalog = scan([folder], Reporter())
    spec = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(batch=4))
    store = WeightsStore(tmp_path / "weights", cache=None)
    fractions: list[float] = []
    reporter = Reporter(lambda fraction, _text: fractions.append(fraction))
    curve = find_rate(catalog, spec, store, tmp_path / "cache", reporter)
    assert len(curve.rates) > 50
    assert fractions == sorted(fractions)
    with pytest.raises(EngineError, match="has no learning rate"):
        find_rate(catalog, replace(spec, head=HeadSpec(())), store, None, Reporter())
