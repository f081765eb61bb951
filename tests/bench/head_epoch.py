"""The head's training on stored features: Keras' `fit`, our compiled loop, and L-BFGS for the logistic head.

    python tests/bench/head_epoch.py [--pictures 100000] [--width 2048] [--classes 10]

Prints seconds for each and the peak memory. The features are random with a class signal, float16 as they may
lie in the cache.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np

from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.head import build_head
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, train_head


def peak() -> float:
    """The most memory this process has held, in GB (Linux)."""
    words = Path("/proc/self/status").read_text("utf-8").split("VmHWM:")[1].split()
    return int(words[0]) / 1e6


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    dice = np.random.default_rng(0)
    labels = dice.integers(0, arguments.classes, arguments.pictures)
    centres = dice.normal(0, 0.15, (arguments.classes, arguments.width)).astype(np.float32)
    features = np.empty((arguments.pictures, arguments.width), np.float16)
    for start in range(0, arguments.pictures, 4096):
        rows = slice(start, start + 4096)
        noise = dice.standard_normal((len(labels[rows]), arguments.width), np.float32)
        features[rows] = np.maximum(noise + centres[labels[rows]], 0)
    cut = int(0.8 * arguments.pictures)
    train, val = Examples(features[:cut], labels[:cut]), Examples(features[cut:], labels[cut:])
    print(f"{os.cpu_count()} cores; {arguments.pictures:,} × {arguments.width} float16, 20 % held out")
    spec, epochs = HeadSpec((256,)), arguments.epochs

    began = time.perf_counter()
    train_head(spec, TrainingSpec(epochs=epochs), train, val, arguments.classes, Reporter())
    loop = (time.perf_counter() - began) / epochs
    print(f"compiled loop   {loop:8.2f} s an epoch    peak {peak():.1f} GB")

    began = time.perf_counter()
    solved = train_head(HeadSpec(()), TrainingSpec(), train, val, arguments.classes, Reporter())
    print(
        f"L-BFGS, L2 sweep{time.perf_counter() - began:8.2f} s in all ({len(solved.history)} weights), "
        f"accuracy {max(row.val_accuracy or 0 for row in solved.history):.3f}    peak {peak():.1f} GB"
    )

    scaling = Scaling.fit(train.features)
    head = build_head(spec, arguments.width, arguments.classes)
    head.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    began = time.perf_counter()
    head.fit(
        scaling.apply(train.features), train.labels, batch_size=32, epochs=epochs, verbose=0,
        validation_data=(scaling.apply(val.features), val.labels),
    )  # fmt: skip
    fit = (time.perf_counter() - began) / epochs
    print(f"Model.fit       {fit:8.2f} s an epoch    peak {peak():.1f} GB")
    print(f"fit / loop {fit / loop:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
