"""Fine-tuning starts from the head, is Keras' own, and changes what it may and nothing else."""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import slim
from numpy.typing import NDArray
from PIL import Image
from small_bases import SIZES, small_base, small_rows

from desktop_app.engine import tuning
from desktop_app.engine.activation_store import ActivationStore
from desktop_app.engine.activations import Activations, activations
from desktop_app.engine.assembly import assemble, load_classifier
from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.boundary import Cut, cut
from desktop_app.engine.checkpoint import Course
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.features import extract
from desktop_app.engine.frozen import FrozenBase
from desktop_app.engine.head import build_head
from desktop_app.engine.history import EpochRow
from desktop_app.engine.images import square
from desktop_app.engine.keras_bridge import keras, seed_everything
from desktop_app.engine.objective import Objective
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.resizing import Resize
from desktop_app.engine.specs import HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, train_head
from desktop_app.engine.tuning import EPSILON, Rows, logits, tune
from desktop_app.engine.tuning_spec import TuningSpec

SPEC = TuningSpec(epochs=3, batch=4, learning_rate=1e-3, seed=3)


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, row in small_rows().items():
        monkeypatch.setitem(BACKBONES, name, row)


def drawn(folder: Path) -> tuple[list[Path], NDArray[np.int64]]:
    """Pictures of two classes, drawn unless they are there already, and their labels."""
    dice = np.random.default_rng(0)
    labels = np.arange(18) % 2
    files = [folder / f"{number:02}.png" for number in range(18)]
    folder.mkdir(exist_ok=True)
    for file, label in zip(files, labels, strict=True):
        pixels = dice.integers(0, 200, (80, 80, 3), np.uint8)
        pixels[..., label] += 55
        if not file.exists():
            Image.fromarray(pixels).save(file)
    return files, labels


class Bench:
    """A base, a head, and all that a tuning needs; always the same."""

    def __init__(self, name: str, folder: Path, blocks: int = 1, dropout: float = 0.0) -> None:
        self.files, self.labels = drawn(folder)
        self.digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in self.files]
        self.base: FrozenBase = small_base(name)
        self.head = build_head(HeadSpec((8,), dropout), self.base.width, 2)
        self.cut: Cut = cut(self.base, blocks)
        self.store: ActivationStore | None = ActivationStore(folder.parent / "activations")

    @cached_property
    def activations(self) -> Activations:
        return activations(self.files, self.digests, self.cut, self.store, Reporter())

    def rows(self, chosen: Sequence[int] | None = None) -> Rows:
        rows = np.arange(len(self.files)) if chosen is None else np.array(chosen)
        return Rows(self.activations, rows, self.labels[rows])

    def logits(self) -> NDArray[np.float32]:
        return logits(self.cut, self.head, self.rows(), Reporter())

    def tune(
        self,
        spec: TuningSpec,
        reporter: Reporter | None = None,
        checkpoint: Path | None = None,
        asked: Objective | None = None,
    ) -> tuning.Tuned:
        rows = self.rows()
        return tune(self.cut, self.head, spec, rows, rows, reporter or Reporter(), checkpoint, asked)

    def weights(self) -> dict[str, NDArray[Any]]:
        body = {f"body/{v.path}": v.numpy().copy() for v in self.cut.body.weights}
        return body | {f"head/{v.path.split('/', 1)[1]}": v.numpy().copy() for v in self.head.weights}

    def pixels(self) -> NDArray[np.float32]:
        size = self.base.row.size
        return np.stack([square(file.read_bytes(), size) for file in self.files]).astype(np.float32)


def magnitude(head: Any, features: NDArray[Any]) -> NDArray[Any]:
    """What the terms of each logit sum to without their signs: rounding is in proportion (Higham 2002)."""
    sums: NDArray[Any] = np.abs(features)
    for layer in head.layers:
        if isinstance(layer, keras.layers.Dense):
            kernel, bias = layer.get_weights()
            sums = sums @ np.abs(kernel) + np.abs(bias)
    return sums


@pytest.mark.parametrize("name", SIZES)
def test_it_starts_where_the_head_stands_and_without_a_rate_it_stays_there(name: str, tmp_path: Path) -> None:
    bench = Bench(name, tmp_path / "pictures")
    features = extract(bench.files, bench.base, None, Reporter()).matrix
    examples = Examples(features, bench.labels)
    trained = train_head(HeadSpec((8,)), TrainingSpec(epochs=2, batch=8), examples, examples, 2, Reporter())
    bench.head = trained.head
    alone = bench.head(features).numpy()
    assert alone.std() > 0
    first = bench.logits()
    # Other sums are fused where the graph is cut, and a rounding of the features grows as the head lets it.
    assert np.all(np.abs(first - alone) <= 2e-6 * magnitude(bench.head, features))
    assert np.array_equal(first.argmax(axis=1), alone.argmax(axis=1))
    before = bench.weights()
    tuned = bench.tune(replace(SPEC, learning_rate=0.0))
    assert tuned.before[1] == np.mean(alone.argmax(axis=1) == bench.labels)
    assert {(row.val_loss, row.val_accuracy) for row in tuned.history} == {tuned.before}
    assert tuned.best_epoch == 0
    assert all(np.array_equal(before[key], now) for key, now in bench.weights().items())
    assert np.array_equal(bench.logits(), first)


def test_it_sees_pictures_cropped_or_padded_as_the_head_saw_them(tmp_path: Path) -> None:
    bench = Bench("VGG16", tmp_path / "pictures")
    for file in bench.files:
        with Image.open(file) as picture:
            picture.resize((120, 80)).save(file)
    bench.digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in bench.files]
    said: dict[str, NDArray[np.float32]] = {}
    ways: tuple[Resize, ...] = ("stretch", "crop", "pad")
    for resize in ways:  # all in one store
        features = extract(bench.files, bench.base, None, Reporter(), resize=resize).matrix
        alone = bench.head(features).numpy()
        kept = activations(bench.files, bench.digests, bench.cut, bench.store, Reporter(), resize=resize)
        rows = Rows(kept, np.arange(len(bench.files)), bench.labels)
        said[resize] = logits(bench.cut, bench.head, rows, Reporter())
        kept.close()
        assert np.allclose(said[resize], alone, rtol=0, atol=1e-5 * np.abs(alone).max())
        anew = activations(bench.files, bench.digests, bench.cut, None, Reporter(), resize=resize)
        again = logits(bench.cut, bench.head, replace(rows, activations=anew), Reporter())
        assert np.array_equal(again, said[resize])
    for one, other in combinations(said.values(), 2):
        assert np.abs(one - other).max() > 1e-3 * np.abs(one).max()


@pytest.mark.parametrize(("name", "blocks"), [("VGG16", 1), ("ResNet50", 2), ("InceptionV3", 1)])
def test_only_what_may_change_does(
    name: str, blocks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Course, "keep_best", lambda _: None)  # the last epoch's weights, whatever they gave
    bench = Bench(name, tmp_path / "pictures", blocks)
    before = bench.weights()
    bench.tune(replace(SPEC, blocks=blocks))
    after = bench.weights()
    learning = {layer for block in bench.cut.blocks for layer in block.layers}
    for key, was in before.items():
        _, layer, variable = key.split("/")
        frozen = layer not in learning or variable.startswith("moving_")
        assert np.array_equal(was, after[key]) == (frozen and not key.startswith("head"))
    assert any("moving" in key for key in before) == (name != "VGG16")

    # The whole model, saved and loaded, says what its parts say.
    odds = np.exp(bench.logits().astype(np.float64))
    assemble(bench.base.model, bench.head).save(tmp_path / "model.keras")
    whole = load_classifier(tmp_path / "model.keras").predict(bench.pixels(), verbose=0)
    assert np.abs(whole - odds / odds.sum(axis=1, keepdims=True)).max() <= 1e-5


class Plain(keras.Model):  # type: ignore[misc]
    """Keras' own way to the same end.

    Its guide to transfer learning calls the base with `training=False` when the model is built. In Keras 3
    `fit` overrides that (keras-team/keras#20285): running statistics of whatever is unfrozen would change.
    """

    def __init__(self, base: Any, head: Any) -> None:
        super().__init__()
        self.base, self.head = base, head

    def call(self, pictures: Any, training: bool = False) -> Any:
        return self.head(self.base(pictures, training=False), training=training)


@pytest.mark.parametrize(
    ("name", "pieces", "weighted"),
    [
        ("VGG16", True, False),
        ("VGG16", True, True),
        ("VGG16", False, False),
        ("ResNet50", False, False),
    ],
)
def test_it_ends_where_plain_keras_ends(
    name: str, pieces: bool, weighted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Course, "keep_best", lambda _: None)  # the last epoch's weights, whatever they gave
    if pieces:
        monkeypatch.setattr(tuning, "_WORK", 1)  # a picture at a time
    spec = replace(SPEC, decay_per_block=1.0)
    bench = Bench(name, tmp_path / "pictures")
    before, head = bench.weights(), bench.head.get_weights()
    shares = {0: 0.5, 1: 2.0} if weighted else None
    tuned = bench.tune(spec, asked=Objective(np.array([*shares.values()]), np.zeros(2)) if shares else None)
    found = bench.weights()

    peer = Bench(name, tmp_path / "pictures")
    assert all(np.array_equal(before[key], now) for key, now in peer.weights().items() if key[:4] == "body")
    peer.head.set_weights(head)
    model = Plain(peer.base.model, peer.head)
    model.trainable = True
    for layer in peer.cut.body.layers:
        layer.trainable = layer.name in peer.cut.blocks[0].layers
    steps = spec.epochs * -(-len(peer.files) // spec.batch)
    model.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(spec.learning_rate, steps), epsilon=EPSILON
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    dice = np.random.default_rng(spec.seed)
    pixels = peer.pixels()
    for row in tuned.history:
        order = dice.permutation(len(pixels))
        shuffled, labels = pixels[order], peer.labels[order]
        fit = model.fit(
            shuffled, labels, batch_size=spec.batch, shuffle=False, verbose=0, class_weight=shares
        ).history
        assert weighted or row.loss == pytest.approx(fit["loss"][0], rel=1e-3)
        assert row.accuracy == pytest.approx(fit["accuracy"][0])
    apart = max(float(np.abs(theirs - found[key]).max()) for key, theirs in peer.weights().items())
    moved = max(float(np.abs(now - before[key]).max()) for key, now in found.items())
    assert apart <= 1e-4
    assert moved > 1e-3  # ten times as far


def test_each_block_moves_slower_than_the_one_above(tmp_path: Path) -> None:
    bench = Bench("ResNet50", tmp_path / "pictures", 3)
    before = {v.path: v.numpy().copy() for v in bench.base.model.weights}
    head = [v.numpy().copy() for v in bench.head.weights]
    # Adam's first step is as long as its rate, whatever the gradient.
    spec = TuningSpec(3, 1, 32, 1e-3, 10.0, "constant", 0)
    tuned = bench.tune(spec)
    assert tuned.best_epoch == 1
    moved = [
        max(np.abs(v.numpy() - before[v.path]).max() for v in bench.base.model.weights
            if any(f"{layer}/" in v.path for layer in block.layers))
        for block in bench.cut.blocks
    ]  # fmt: skip
    moved.append(max(np.abs(v.numpy() - was).max() for v, was in zip(bench.head.weights, head, strict=True)))
    assert moved == pytest.approx([1e-6, 1e-5, 1e-4, 1e-3], rel=0.1)


def test_it_learns_without_a_store_just_the_same(tmp_path: Path) -> None:
    histories = []
    for stored in (True, False):
        bench = Bench("VGG16", tmp_path / "pictures")
        if not stored:
            bench.store = None
        assert bench.activations.stored == stored
        histories.append(bench.tune(SPEC).history)
    assert histories[0] == histories[1]


def test_the_seed_decides_the_order(tmp_path: Path) -> None:
    first, same, other = (
        Bench("VGG16", tmp_path / "pictures").tune(replace(SPEC, seed=seed)).history for seed in (1, 1, 2)
    )
    assert first == same
    assert first != other


def test_the_best_epoch_is_kept(tmp_path: Path) -> None:
    bench = Bench("VGG16", tmp_path / "pictures")
    train, val = bench.rows(range(4)), bench.rows(range(4, 18))
    spec = replace(SPEC, epochs=6, learning_rate=3e-3, schedule="constant")
    tuned = tune(bench.cut, bench.head, spec, train, val, Reporter())
    losses = [tuned.before[0], *(row.val_loss or np.inf for row in tuned.history)]
    assert tuned.best_epoch == int(np.argmin(losses))
    said = logits(bench.cut, bench.head, val, Reporter())
    log_odds = said - np.log(np.exp(said).sum(axis=1, keepdims=True))
    assert -log_odds[np.arange(len(val.labels)), val.labels].mean() == pytest.approx(min(losses), rel=1e-4)


def test_finish_early_ends_after_the_epoch_and_cancel_within_it(tmp_path: Path) -> None:
    control = Control()
    told: list[str] = []
    reporter = Reporter(
        lambda _, text: told.append(text),
        lambda row: control.finish.set() if row.epoch == 2 else None,
        control,
    )
    bench = Bench("VGG16", tmp_path / "pictures")
    tuned = bench.tune(SPEC, reporter)
    assert [row.epoch for row in tuned.history] == [1, 2]
    assert any("epoch 2 of 3: " in text and "images/s" in text and "left" in text for text in told)

    control = Control()

    def watch(_: float, text: str) -> None:
        if "epoch 2 of 3: 22 of 54" in text:
            control.cancel.set()

    rows: list[EpochRow] = []
    with pytest.raises(Cancelled):
        Bench("VGG16", tmp_path / "pictures").tune(SPEC, Reporter(watch, rows.append, control))
    assert [row.epoch for row in rows] == [1]


class Interrupted(Exception):  # noqa: N818
    pass


def test_stopped_within_an_epoch_it_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    file, spec = tmp_path / "state.npz", replace(SPEC, epochs=4, blocks=2)
    whole = Bench("VGG16", tmp_path / "pictures", 2, dropout=0.5)
    expected = whole.tune(spec)

    def stop(_: float, text: str) -> None:
        if "epoch 3 of 4: 44 of 72" in text:
            raise Interrupted

    with pytest.raises(Interrupted):
        Bench("VGG16", tmp_path / "pictures", 2, dropout=0.5).tune(spec, Reporter(stop), file)
    seed_everything(99)  # another program has other dice
    rows: list[EpochRow] = []
    told: list[str] = []
    resumed = Bench("VGG16", tmp_path / "pictures", 2, dropout=0.5)
    found = resumed.tune(spec, Reporter(lambda _, text: told.append(text), rows.append), file)
    assert found == expected
    assert tuple(rows) == expected.history
    assert not any("epoch 2 of 4" in text for text in told)
    again = resumed.weights()
    for key, array in whole.weights().items():
        assert np.array_equal(array, again[key])
    other = Bench("VGG16", tmp_path / "pictures", 2, dropout=0.5)
    assert (
        other.tune(replace(spec, seed=4), None, file).history != expected.history
    )  # it is of another training


def test_killed_within_an_epoch_it_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    drawn(tmp_path / "pictures")
    command, environment = [sys.executable, __file__, str(tmp_path)], slim.environment()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if line.startswith("epoch 3"):
                killed.kill()
                break
    assert killed.returncode == -9

    def ended() -> list[str]:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
        return done.stdout.splitlines()

    resumed = ended()
    assert not [line for line in resumed if line.startswith("epoch 2")]
    (tmp_path / "state.npz").unlink()
    whole = ended()
    assert json.loads(resumed[-1]) == json.loads(whole[-1])
    assert len(json.loads(whole[-1])) == 5


def child(folder: Path) -> None:
    """What the test above kills: a slow tuning that says where it is."""
    BACKBONES.update(small_rows())
    bench = Bench("VGG16", folder / "pictures", dropout=0.5)

    def watch(_: float, text: str) -> None:
        print(text.removeprefix("Fine-tuning, "), flush=True)  # noqa: T201
        time.sleep(0.05)

    tuned = bench.tune(replace(SPEC, epochs=5), Reporter(watch), folder / "state.npz")
    print(json.dumps([asdict(row) for row in tuned.history]))  # noqa: T201


if __name__ == "__main__":
    child(Path(sys.argv[1]))
