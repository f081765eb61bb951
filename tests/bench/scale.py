"""How time and memory grow with the number of pictures: catalog, features, head.

    python tests/bench/scale.py [1000 10000 100000] [--width 2048] [--epochs 3]

Each size has a process of its own. The pictures are tiny files; in place of the network stands a base that
makes `width` numbers of each, so that what is measured is everything around it. “again” is the warm run,
which only fetches. Exits with 1 if a step of ten takes more than 13 times as long, or the memory passes 3 GB
at its peak (of which TensorFlow alone takes some 0.6).
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine import catalog as catalogs
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import extract
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import HeadSpec, TrainingSpec
from desktop_app.engine.split import SplitSpec, divide

MOST_GROWTH, MOST_MEMORY = 1.3, 3e9
STAGES = ("scan", "features", "again", "head", "total")
CLASSES = 10


@dataclass
class WideBase:
    """A fixed random projection of 8 × 8 means."""

    width: int
    batch: int = 64
    key: str = "wide"
    row: Backbone = field(default_factory=lambda: BACKBONES["VGG16"])

    def __post_init__(self) -> None:
        self._weights = np.random.default_rng(0).normal(size=(192, self.width)).astype(np.float32) / 255

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        fields = pictures[:, 14::28, 14::28].reshape(len(pictures), 192).astype(np.float32)
        return np.asarray(np.maximum(fields @ self._weights, 0), np.float32)


def make_pictures(folder: Path, count: int) -> None:
    dice = np.random.default_rng(1)
    for label in range(CLASSES):
        (folder / f"class {label}").mkdir(parents=True)
    for number in range(count):
        pixels = dice.integers(0, 200, (16, 16, 3), np.uint8)
        pixels[..., number % 3] += number % CLASSES * 5
        Image.fromarray(pixels).save(folder / f"class {number % CLASSES}" / f"{number}.bmp")


def measure(folder: Path, width: int, epochs: int) -> dict[str, float]:
    """Seconds of each stage, and the greatest memory in bytes."""
    from desktop_app.engine import training

    seconds: dict[str, float] = {}
    last = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal last
        now = time.perf_counter()
        seconds[stage] = now - last
        last = now

    found = divide(catalogs.scan([folder / "pictures"], Reporter()), SplitSpec(), {})
    lap("scan")
    files = [picture.path for picture in found.pictures]
    base: Any = WideBase(width)
    for stage in ("features", "again"):
        cache = FeatureCache(folder / "cache")
        features = extract(files, base, cache, Reporter(), np.float16)
        cache.close()
        lap(stage)
    assert features.cached == len(files)
    assert features.matrix.dtype == np.float16
    labels = np.array([found.class_names.index(p.label) for p in found.pictures])
    train = np.array([p.split == "train" for p in found.pictures])
    trained = training.train_head(
        HeadSpec((256,)),
        TrainingSpec(epochs=epochs),
        training.Examples(features.matrix[train], labels[train]),
        training.Examples(features.matrix[~train], labels[~train]),
        CLASSES,
        Reporter(),
    )
    training.answer(trained.head, features.matrix)
    lap("head")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    disk = sum(file.stat().st_size for file in (folder / "cache").iterdir())
    return {**seconds, "total": sum(seconds.values()), "peak": peak, "disk": disk}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("counts", type=int, nargs="*", metavar="COUNT")
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.within:
        print(json.dumps(measure(arguments.within, arguments.width, arguments.epochs)))
        return 0

    print(f"{os.cpu_count()} cores, {platform.platform()}, load {os.getloadavg()[0]:.1f}")
    print(f"{'pictures':>9}" + "".join(f"{stage:>10}" for stage in STAGES) + "      peak      disk")
    good = True
    before: dict[str, float] = {}
    for count in arguments.counts or [1000, 10_000, 100_000]:
        with tempfile.TemporaryDirectory() as room:
            make_pictures(Path(room) / "pictures", count)
            time.sleep(3)  # a file that is a moment old is read again, to be safe
            words = ["--width", arguments.width, "--epochs", arguments.epochs, "--within", room]
            done = subprocess.run(
                [sys.executable, __file__, *map(str, words)], stdout=subprocess.PIPE, text=True, check=True
            )
        found = json.loads(done.stdout)
        print(
            f"{count:9,}"
            + "".join(f"{found[stage]:9.2f}s" for stage in STAGES)
            + f"{found['peak'] / 1e9:7.2f} GB{found['disk'] / 1e6:7.0f} MB",
            flush=True,
        )
        good &= found["peak"] <= MOST_MEMORY
        if before:
            grown = found["total"] / before["total"] / (count / before["count"])
            good &= grown <= MOST_GROWTH
        before = {**found, "count": count}
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
