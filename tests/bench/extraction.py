"""Files on disk to stored features: images/s, beside decoding alone and the base alone.

    python tests/bench/extraction.py ../shared/data [VGG16 ResNet50 InceptionV3] [--rounds 3] [--pictures 256]

The folder holds `hymenoptera` (500-pixel photographs) and `camera` (of 2 to 4 megapixels, repeated; a few
bytes behind the end make each copy a picture of its own). Weights are random: they have no part in the speed.
The three take their turns; the table has each one's median. Where decoding and the base share all cores, the
most that both together can do is 1 / (1/decoding + 1/base), shown as “possible”: half of the smaller where
they are alike. Exits with 1 if the whole is under 75 % of the smaller of the two.
"""

import argparse
import itertools
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from desktop_app.engine import frozen
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import extract
from desktop_app.engine.images import read_file, square
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec

BOUND = 0.75


def repeated(source: Path, room: Path, count: int) -> list[Path]:
    """`count` pictures of different content from those under `source`."""
    originals = sorted(file for file in source.rglob("*") if file.suffix.lower() in {".jpg", ".jpeg"})
    room.mkdir()
    files = []
    for number, original in enumerate(itertools.islice(itertools.cycle(originals), count)):
        files.append(room / f"{number}.jpg")
        files[-1].write_bytes(original.read_bytes() + number.to_bytes(4))
    return files


def rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def measure(name: str, data: str, files: list[Path], rounds: int) -> bool:
    """Print one line; whether the bound is kept."""
    base = frozen.build(BaseSpec(name, "none"), 0, lambda _: "random")
    count = len(files)
    dice = np.random.default_rng(0)
    batch = dice.integers(0, 256, (base.batch, base.row.size, base.row.size, 3), np.uint8)
    base.run(batch)  # compiles

    def decode() -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(lambda file: square(read_file(file), base.row.size, quick=True), files):
                pass

    def compute() -> None:
        for _ in range(count // base.batch):
            base.run(batch)

    def whole() -> None:
        with tempfile.TemporaryDirectory() as room:
            cache = FeatureCache(Path(room))
            found = extract(files, base, cache, Reporter(), np.float16)
            cache.close()
        assert not found.cached
        assert not found.unreadable

    rates: dict[str, list[float]] = {"decode": [], "base": [], "whole": []}
    for _ in range(rounds):
        rates["decode"].append(rate(count, decode))
        rates["base"].append(rate(count // base.batch * base.batch, compute))
        rates["whole"].append(rate(count, whole))
    decoding, base_alone, both = (statistics.median(values) for values in rates.values())
    share = both / min(decoding, base_alone)
    possible = 1 / (1 / decoding + 1 / base_alone)
    good = share >= BOUND
    print(
        f"{name:12} {base.precision:9} {data:12} {decoding:8.1f} {base_alone:8.1f} {possible:9.1f} "
        f"{both:8.1f} {share:7.0%} {both / possible:10.0%}{'' if good else '  MISSED'}",
        flush=True,
    )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("backbones", nargs="*", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=256)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, {platform.platform()}, load {os.getloadavg()[0]:.1f}")
    print("images/s                            decoding     base  possible    whole   share of possible")
    good = True
    with tempfile.TemporaryDirectory() as room:
        folders = {
            data: repeated(arguments.data / data, Path(room) / data, arguments.pictures)
            for data in ("hymenoptera", "camera")
        }
        for name in arguments.backbones or ["VGG16", "ResNet50", "InceptionV3"]:
            for data, files in folders.items():
                good &= measure(name, data, files, arguments.rounds)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
