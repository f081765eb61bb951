"""Training from scratch is Keras' own, can be stopped at any layer, and gives a run like any other."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alike import require_alike
from numpy.typing import NDArray
from PIL import Image
from small_bases import small_rows

from desktop_app.engine import frozen, tuning
from desktop_app.engine.activations import activations
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.catalog import Catalog, scan
from desktop_app.engine.checkpoint import Course
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.head import build_head
from desktop_app.engine.history import EpochRow, read_csv
from desktop_app.engine.images import square
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.pipeline import Places, open_classifier, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.scratch import course, whole
from desktop_app.engine.specs import SCRATCH_RATE, BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning import EPSILON, Rows, logits, tune
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.weights import WeightsStore

TRANSFER = ExperimentSpec(
    BaseSpec("VGG16", "none"), HeadSpec((8,), 0.0), TrainingSpec(2, 8), TuningSpec(1, 2, 8)
)
SPEC = TRANSFER.from_scratch(3)


def tiny_network(row: Backbone) -> Any:
    """Two convolutions; those of a “ResNet50” have BatchNormalization behind them."""
    pictures = keras.Input((row.size, row.size, 3))
    tensor = pictures
    for number, filters in enumerate((8, 16), 1):
        tensor = keras.layers.Conv2D(filters, 3, 2, "same", name=f"block{number}_conv")(tensor)
        if row.name == "ResNet50":
            tensor = keras.layers.BatchNormalization(momentum=0.9, name=f"block{number}_bn")(tensor)
        tensor = keras.layers.ReLU(name=f"block{number}_relu")(tensor)
    return keras.Model(pictures, tensor, name=row.name.lower())


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "bare_model", tiny_network)
    for name, row in small_rows().items():
        monkeypatch.setitem(BACKBONES, name, row)


class Bench:
    """A network that has learned nothing, and pictures; always the same."""

    def __init__(self, name: str, folder: Path, look: Callable[[], None] = lambda: None) -> None:
        dice = np.random.default_rng(0)
        self.labels = np.arange(18) % 2
        self.files = [folder / f"{number:02}.png" for number in range(18)]
        for file, label in zip(self.files, self.labels, strict=True):
            pixels = dice.integers(0, 200, (80, 80, 3), np.uint8)
            pixels[..., label] += 55
            Image.fromarray(pixels).save(file)
        self.base = frozen.build(BaseSpec(name, "none"), 3, lambda _: "random").plain()
        self.head = build_head(HeadSpec((8,), 0.0), self.base.width, 2)
        self.cut = whole(self.base, look)

    def rows(self, reporter: Reporter) -> Rows:
        digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in self.files]
        pixels = activations(self.files, digests, self.cut, None, reporter)
        return Rows(pixels, np.arange(18), self.labels)

    def tune(self, spec: TuningSpec, reporter: Reporter) -> tuning.Tuned:
        rows = self.rows(reporter)
        return tune(self.cut, self.head, spec, rows, rows, reporter)

    def weights(self) -> list[NDArray[Any]]:
        return [variable.numpy().copy() for variable in (*self.base.model.weights, *self.head.weights)]


@pytest.mark.parametrize("name", ["VGG16", "ResNet50"])
def test_it_ends_where_plain_keras_ends(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Course, "keep_best", lambda _: None)  # the last epoch's weights, whatever they gave
    monkeypatch.setattr(tuning, "_WORK", 1)  # a picture at a time, where that makes no difference
    ours, peer = (Bench(name, tmp_path) for _ in range(2))
    peer.head.set_weights(ours.head.get_weights())
    before = ours.weights()
    spec = course(replace(SPEC, training=replace(SPEC.training, epochs=2, seed=5)))
    tuned = ours.tune(spec, Reporter())

    model = keras.Model(peer.base.model.input, peer.head(peer.base.model.output))
    peer.cut.unfreeze(True)
    model.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(SCRATCH_RATE, 2 * 3), epsilon=EPSILON
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    dice = np.random.default_rng(5)
    size = peer.base.row.size
    pixels = np.stack([square(file.read_bytes(), size) for file in peer.files]).astype(np.float32)
    for row in tuned.history:
        order = dice.permutation(18)
        fit = model.fit(pixels[order], peer.labels[order], batch_size=8, shuffle=False, verbose=0).history
        assert row.loss == pytest.approx(fit["loss"][0], rel=1e-3)
        assert row.accuracy == pytest.approx(fit["accuracy"][0])
    names = [variable.path for variable in (*peer.base.model.weights, *peer.head.weights)]
    moved = [float(np.abs(now - was).max()) for was, now in zip(before, ours.weights(), strict=True)]
    apart = [
        float(np.abs(one - other).max()) for one, other in zip(ours.weights(), peer.weights(), strict=True)
    ]
    assert max(apart) <= 1e-4
    # Everything learns but the preprocessing; with BatchNormalization, its statistics, too.
    still = {path for path, way in zip(names, moved, strict=True) if way == 0}
    assert all("preprocess" in path for path in still)
    assert any("moving" in path for path in names) == (name == "ResNet50")


def test_the_best_epoch_is_kept_with_its_statistics(tmp_path: Path) -> None:
    bench = Bench("ResNet50", tmp_path)
    rows = bench.rows(Reporter())
    against = replace(rows, labels=1 - rows.labels)  # the more is learned, the worse
    spec = TuningSpec(1, 5, 8, 1e-2, 1.0, "constant", 2)
    tuned = tune(bench.cut, bench.head, spec, rows, against, Reporter())
    losses = [row.val_loss for row in tuned.history if row.val_loss is not None]
    assert tuned.best_epoch == 1 + int(np.argmin(losses)) < len(losses)
    said = logits(bench.cut, bench.head, against, Reporter()).astype(np.float64)
    log_odds = said - np.log(np.exp(said).sum(axis=1, keepdims=True))
    assert -log_odds[np.arange(18), against.labels].mean() == pytest.approx(min(losses), rel=1e-4)


def test_cancel_is_heard_within_a_batch(tmp_path: Path) -> None:
    control = Control()
    reporter = Reporter(control=control)
    looks: list[int] = []

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 9:
            control.cancel.set()
        reporter.checkpoint()

    bench = Bench("ResNet50", tmp_path, look)
    before = bench.weights()
    with pytest.raises(Cancelled):
        bench.tune(course(SPEC), reporter)
    # A step has twelve, two for each layer; those side by side on other threads may have begun.
    assert 9 <= len(looks) < 12
    learned = [v.numpy() for v in bench.head.weights]
    assert all(np.array_equal(was, now) for was, now in zip(before[-len(learned) :], learned, strict=True))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "run", WeightsStore(tmp_path / "weights", cache=None), tmp_path / "cache")


@pytest.fixture
def catalog(picture_folder: Callable[..., Path]) -> Catalog:
    return scan([picture_folder(count=10)], Reporter())


def test_it_gives_a_run_like_any_other(catalog: Catalog, places: Places, tmp_path: Path) -> None:
    rows: list[EpochRow] = []
    told: list[tuple[float, str]] = []
    run = train(catalog, SPEC, places, Reporter(lambda *words: told.append(words), rows.append))
    assert [(row.epoch, row.stage) for row in rows] == [(1, "scratch"), (2, "scratch"), (3, "scratch")]
    assert run.history == tuple(rows) == read_csv(run.folder / "history.csv")
    assert run.spec == SPEC
    assert not run.untrained
    assert run.weights_origin == run.summary["weights"] == "trained from scratch"
    losses = [row.val_loss or 0 for row in rows]
    assert run.best_epoch == 1 + losses.index(min(losses))
    assert run.summary["val_accuracy"] == rows[run.best_epoch - 1].val_accuracy == run.report.accuracy
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert any(
        text.startswith("Training from scratch, epoch 3 of 3: ") and "images/s" in text and "left" in text
        for _, text in told
    )
    record = json.loads((run.folder / "experiment.json").read_text())
    assert record["spec"]["start"] == "scratch"
    assert record["tuning"] is None

    parts = [line.split(",")[2] for line in (run.folder / "pictures.csv").read_text().splitlines()[1:]]
    held = {file for file, split in zip(run.pictures(), parts, strict=True) if split == "val"}
    judged = replace(catalog, pictures=tuple(p for p in catalog.pictures if p.path in held))
    report, _ = open_classifier(run, Reporter()).evaluate(judged, run.report.source, Reporter())
    require_alike(report, run.report)

    # The same again, bit for bit, and on the pictures of the transfer that it is compared with.
    again = train(catalog, SPEC, replace(places, out=tmp_path / "again", cache=None), Reporter())
    assert again.history == run.history
    transfer = train(catalog, replace(TRANSFER, tuning=None), replace(places, out=tmp_path / "t"), Reporter())
    tables = [(each.folder / "pictures.csv").read_text() for each in (run, transfer)]
    assert tables[0] == tables[1]


def test_finish_early_keeps_what_was_learned(catalog: Catalog, places: Places) -> None:
    control = Control()
    reporter = Reporter(None, lambda _: control.finish.set(), control)
    run = train(catalog, SPEC, places, reporter)
    assert len(run.history) == run.best_epoch == 1


def test_cancel_leaves_nothing_behind(catalog: Catalog, places: Places) -> None:
    control = Control()

    def watch(_: float, text: str) -> None:
        if text.startswith("Training from scratch, epoch 2"):
            control.cancel.set()

    with pytest.raises(Cancelled):
        train(catalog, SPEC, places, Reporter(watch, None, control))
    assert {path.name for path in places.out.parent.iterdir()} <= {"pictures", "cache"}


def test_from_scratch_has_the_same_pictures_batches_and_network_and_nothing_else() -> None:
    training = TrainingSpec(7, 16, 1e-2, 0.3, 5, 0.1, optimizer="sgd", patience=2, mixup=0.2)
    given = ExperimentSpec(BaseSpec("ResNet50", resize="crop"), HeadSpec((9,)), training, TuningSpec())
    found = given.from_scratch(12)
    assert found == ExperimentSpec(
        BaseSpec("ResNet50", "none", resize="crop"),
        HeadSpec((9,)),
        TrainingSpec(12, 16, SCRATCH_RATE, 0.3, 5, 0.1, schedule="cosine"),
        start="scratch",
    )
    assert ExperimentSpec.from_json(json.loads(json.dumps(found.to_json()))) == found
    old = given.to_json()
    del old["start"]
    assert ExperimentSpec.from_json(old) == given


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"start": "tabula rasa"}, "the start is"),
        ({"base": BaseSpec("VGG16")}, "the weights are “imagenet”"),
        ({"tuning": TuningSpec()}, "some blocks are to be tuned"),
        ({"training": TrainingSpec(mixup=0.2)}, "refinements"),
        ({"training": TrainingSpec(schedule="plateau")}, "refinements"),
    ],
)
def test_what_has_no_meaning_from_scratch_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        replace(SPEC, **wrong)
