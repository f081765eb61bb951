"""The results page on 5,000 pictures whose features are known: what each panel has to compute.

    python tests/bench/panels.py [--pictures 5000] [--width 2048] [--classes 10]

The features are clouds that overlap, so that about nine in ten are told right. Each panel's numbers come from
a job; the time is that job's, without drawing and without reading the features.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import numpy as np

from desktop_app.engine import learning_curve
from desktop_app.engine.answers import Answers
from desktop_app.engine.doubts import doubts
from desktop_app.engine.judgement import measure
from desktop_app.engine.logistic import logits
from desktop_app.engine.progress import Reporter


def timed(name: str, work: Callable[[], object]) -> None:
    """Do it, and say how long it took, and how much of a processor."""
    began, used = time.perf_counter(), time.process_time()
    work()
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"{name}: {took:.2f} s, {used:.2f} s of a processor", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--classes", type=int, default=10)
    chosen = parser.parse_args()
    n, classes = chosen.pictures, chosen.classes
    dice = np.random.default_rng(0)
    labels = dice.integers(0, classes, n)
    centres = dice.normal(0, 1, (classes, chosen.width))
    features = np.maximum(0.09 * centres[labels] + dice.normal(0, 1, (n, chosen.width)), 0).astype(np.float32)
    splits = np.where(dice.random(n) < 0.2, "val", "train").astype("U5")
    groups = np.arange(n)
    names = tuple(f"class {number}" for number in range(classes))
    files = tuple(Path(f"{number}.jpg") for number in range(n))
    train, val = np.flatnonzero(splits == "train"), np.flatnonzero(splits == "val")
    silent = Reporter()
    said = logits(features, labels, train, np.arange(n), groups, classes, silent).astype(np.float32)
    answers = Answers("all its pictures", names, files, labels, said, splits, groups)
    found = answers.of("val")
    right = (found.guesses == found.labels).mean()
    print(f"{n:,} pictures, {chosen.width} wide, {classes} classes, {right:.1%} right")
    timed("Matrix, classes, curves, calibration, mistakes", lambda: measure(answers, "val"))
    timed(
        "One head, as each arm and seed of the verdict learns it",
        lambda: logits(features, labels, train, val, groups, classes, silent),
    )
    timed(
        "More pictures", lambda: learning_curve.measure(features, labels, train, val, groups, classes, silent)
    )
    timed("Labels", lambda: doubts(files, features, labels, groups, names, silent))


if __name__ == "__main__":
    main()
