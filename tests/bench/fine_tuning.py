"""Fine-tuning the last block: ours, with what crosses the freeze boundary on disk, and Keras' `fit`.

    python tests/bench/fine_tuning.py ../shared/data/hymenoptera [VGG16 ResNet50 InceptionV3]
        [--share 1] [--epochs 10] [--blocks 1]

Both start from the same base (random weights: they have no part in the speed) and the same head, and take the
same pictures in the same order with the same optimizer in float32, so they must end with the same weights.
Ours is timed from the picture files on, the activations' computation included; `fit` has its pictures decoded
in memory beforehand. A `--share` of each class in each split gives the same ratio in less time, but for what
ours spends once on graphs: that weighs the more, the fewer pictures there are. Exits with 1 if ours is less
than three times as fast, or a weight is further than 1e-4 from `fit`'s.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import frozen
from desktop_app.engine.activation_store import ActivationStore
from desktop_app.engine.activations import activations
from desktop_app.engine.boundary import cut
from desktop_app.engine.checkpoint import Course
from desktop_app.engine.features import extract
from desktop_app.engine.images import read_file, square
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec, HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, train_head
from desktop_app.engine.tuning import EPSILON, Rows, tune
from desktop_app.engine.tuning_spec import TuningSpec

FASTER, APART = 3.0, 1e-4


class Start:
    """Where both start: pictures, a base and a trained head."""

    def __init__(self, name: str, folder: Path, share: float) -> None:
        self.files: list[Path] = []
        labels: list[int] = []
        self.train = 0
        for split in ("train", "val"):
            found = [sorted((folder / split / label).iterdir()) for label in ("ants", "bees")]
            chosen = [files[: round(share * len(files))] for files in found]
            self.files += [file for files in chosen for file in files]
            labels += [label for label, files in enumerate(chosen) for _ in files]
            self.train = self.train or len(self.files)
        self.labels = np.array(labels)
        self.base = frozen.build(BaseSpec(name, "none", precision="float32"), 0, _statistics).plain()
        self.found = extract(self.files, self.base, None, Reporter(), np.float32)
        matrix, held_out = self.found.matrix, slice(self.train, None)
        train = Examples(matrix[: self.train], self.labels[: self.train])
        val = Examples(matrix[held_out], self.labels[held_out])
        self.head = train_head(HeadSpec((64,), 0.0), TrainingSpec(epochs=5), train, val, 2, Reporter()).head

    def weights(self) -> list[NDArray[np.float32]]:
        return [variable.numpy() for variable in (*self.base.model.weights, *self.head.weights)]

    def pixels(self) -> NDArray[np.float32]:
        size = self.base.row.size
        return np.stack([square(read_file(file), size) for file in self.files]).astype(np.float32)


class Plain(keras.Model):  # type: ignore[misc]
    """Base and head; built as a Functional model, `fit` would let BatchNormalization's statistics drift."""

    def __init__(self, base: Any, head: Any) -> None:
        super().__init__()
        self.base, self.head = base, head

    def call(self, pictures: Any, training: bool = False) -> Any:
        return self.head(self.base(pictures, training=False), training=training)


def _statistics(model: Any) -> str:
    """With an untrained network's own statistics, its activations grow beyond use."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_variance.assign(np.random.default_rng(0).uniform(1, 4, layer.moving_variance.shape))
    return "random"


def ours(start: Start, spec: TuningSpec) -> tuple[float, float, float]:
    """Seconds in all and until the activations are there, and the last validation loss."""
    with tempfile.TemporaryDirectory() as room:
        began = time.perf_counter()
        divided = cut(start.base, spec.blocks)
        store = ActivationStore(Path(room))
        kept = activations(start.files, start.found.digests, divided, store, Reporter())
        ready = time.perf_counter() - began
        rows = np.arange(len(start.files))
        train, val = (
            Rows(kept, rows[part], start.labels[part])
            for part in (slice(start.train), slice(start.train, None))
        )
        with patch.object(Course, "keep_best"):  # `fit` ends with its last epoch's weights
            tuned = tune(divided, start.head, spec, train, val, Reporter())
        seconds = time.perf_counter() - began
        kept.close()
    return seconds, ready, tuned.history[-1].val_loss or 0.0


def keras_fit(start: Start, spec: TuningSpec) -> tuple[float, float]:
    """Seconds and the last validation loss."""
    divided = cut(start.base, spec.blocks)
    model = Plain(start.base.model, start.head)
    model.trainable = True
    learning = {name for block in divided.blocks for name in block.layers}
    for layer in divided.body.layers:
        layer.trainable = layer.name in learning
    pixels, train = start.pixels(), start.train
    steps = spec.epochs * -(-train // spec.batch)
    began = time.perf_counter()
    model.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(spec.learning_rate, steps), epsilon=EPSILON
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    dice = np.random.default_rng(spec.seed)
    order = np.array([dice.permutation(train) for _ in range(spec.epochs)])
    data = (pixels[train:], start.labels[train:])
    seconds = time.perf_counter() - began
    loss = 0.0
    for epoch in range(spec.epochs):
        shuffled, labels = pixels[:train][order[epoch]], start.labels[:train][order[epoch]]
        began = time.perf_counter()
        done = model.fit(
            shuffled, labels, batch_size=spec.batch, shuffle=False, validation_data=data, verbose=0
        )
        seconds += time.perf_counter() - began
        loss = done.history["val_loss"][0]
    return seconds, loss


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=["VGG16", "ResNet50", "InceptionV3"])
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--blocks", type=int, default=1)
    chosen = parser.parse_args()
    spec = TuningSpec(chosen.blocks, chosen.epochs, 32, 1e-4, 1.0)
    kept = True
    for name in chosen.names:
        first, second = (Start(name, chosen.folder, chosen.share) for _ in range(2))
        if not all(map(np.array_equal, first.weights(), second.weights())):
            raise AssertionError("both start from the same weights")
        seconds, ready, loss = ours(first, spec)
        theirs, their_loss = keras_fit(second, spec)
        apart = max(
            float(np.abs(one - other).max())
            for one, other in zip(first.weights(), second.weights(), strict=True)
        )
        print(
            f"{os.cpu_count()} cores, {name}, {spec.epochs} epochs of {first.train} "
            f"pictures, {len(first.files) - first.train} held out: ours {seconds:.1f} s, of which the "
            f"activations {ready:.1f}; fit {theirs:.1f} s: {theirs / seconds:.1f} × as fast; "
            f"last validation loss {loss:.4f} and {their_loss:.4f}, "
            f"greatest difference of a weight {apart:.1e}",
            flush=True,
        )
        kept &= theirs / seconds >= FASTER and apart <= APART
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
