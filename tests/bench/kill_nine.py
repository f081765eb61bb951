"""`kill -9` at random moments of an extraction: what the next run finds, loses and makes of it.

    python tests/bench/kill_nine.py ../shared/data/hymenoptera [--kills 50]

Each round begins with an empty cache. Its victim computes the features of all pictures with a toy base (5 ms
a batch) and is killed between its start and its end; the next run must find every batch that was finished,
and its features must be those of an undisturbed run, bit for bit. Exits with 1 if a round fails.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import Features, extract
from desktop_app.engine.progress import Reporter


@dataclass
class ToyBase:
    """Mean colours of 8 × 8 fields; says aloud how many pictures are behind it before it takes the next."""

    aloud: bool = False
    width: int = 192
    batch: int = 8
    key: str = "toy"
    row: Backbone = field(default_factory=lambda: BACKBONES["VGG16"])
    done: int = 0

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        if self.aloud:
            os.write(1, f"{self.done}\n".encode())
        time.sleep(0.005)
        self.done += len(pictures)
        fields = pictures.reshape(len(pictures), 8, 28, 8, 28, 3)
        return np.asarray(fields.mean(axis=(2, 4)).reshape(len(pictures), self.width), np.float32)


def compute(files: list[Path], folder: Path | None, base: Any) -> Features:
    cache = FeatureCache(folder) if folder else None
    found = extract(files, base, cache, Reporter(), np.float16)
    if cache:
        assert not cache.trouble, cache.trouble
        cache.close()
    return found


def pictures(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in {".jpg", ".jpeg"})


def victim(folder: Path, cache: Path) -> subprocess.Popen[bytes]:
    """A process that has imported everything and is about to begin."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(folder), "--victim", str(cache)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def be_victim(folder: Path, cache: Path) -> None:
    files = pictures(folder)
    os.write(1, b"ready\n")
    sys.stdin.readline()
    compute(files, cache, ToyBase(aloud=True))


def let_go(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.write(b"go\n")
    process.stdin.flush()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--victim", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.victim:
        be_victim(arguments.pictures, arguments.victim)
        return 0

    files = pictures(arguments.pictures)
    undisturbed = compute(files, None, ToyBase())
    dice = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as room:
        process = victim(arguments.pictures, Path(room) / "whole")
        began = time.monotonic()
        let_go(process)
        process.wait()
        whole = time.monotonic() - began
        print(f"{len(files)} pictures, {whole:.2f} s undisturbed")
        print(f"{'kill':>4} {'after':>8} {'finished':>9} {'found':>6} {'lost':>5}  features")
        failed, worst = 0, 0
        for number in range(arguments.kills):
            cache = Path(room) / str(number)
            process = victim(arguments.pictures, cache)
            moment = dice.uniform(0, whole)
            let_go(process)
            time.sleep(moment)
            process.kill()
            assert process.stdout
            said = process.stdout.read().split()
            process.wait()
            finished = int(said[-1]) if said else 0
            base = ToyBase()
            found = compute(files, cache, base)
            same = found.matrix.tobytes() == undisturbed.matrix.tobytes()
            lost = max(0, finished - found.cached)
            good = same and not lost and base.done + found.cached == len(files)
            failed += not good
            worst = max(worst, lost)
            print(
                f"{number + 1:4} {moment:7.3f}s {finished:9} {found.cached:6} {lost:5}  "
                f"{'the same' if same else 'DIFFERENT'}"
            )
    print(f"{arguments.kills - failed} of {arguments.kills} as they must be; {worst} finished pictures lost")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
