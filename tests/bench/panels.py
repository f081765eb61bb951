"""The results page on 5,000 pictures whose features are known: what each panel has to compute.

    python tests/bench/panels.py [--pictures 5000] [--width 2048] [--classes 10]

The features are clouds that overlap, so that about nine in ten are told right. Each panel's numbers come from
a job; the time is that job's, without drawing. “Transfer” reads the features of all its arms from the cache,
as after another training on the same pictures; the others are given theirs. Exits with 1 if one takes over
2 s.
"""

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.engine import learning_curve
from desktop_app.engine.answers import Answers, write_logits
from desktop_app.engine.arms import SEEDS, judge_transfer
from desktop_app.engine.base_form import possible_keys
from desktop_app.engine.catalog import Picture
from desktop_app.engine.colour_histogram import ColourHistogram
from desktop_app.engine.doubts import doubts
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import stored_key
from desktop_app.engine.judgement import measure
from desktop_app.engine.many_heads import logits
from desktop_app.engine.pictures_file import write_pictures
from desktop_app.engine.pretrained import untrained_digest
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.recall import features_of
from desktop_app.engine.report import judge
from desktop_app.engine.run import Run
from desktop_app.engine.specs import UNTRAINED, BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.verdict import Verdict

MOST = 2.0  # seconds


def timed(name: str, work: Callable[[], object]) -> bool:
    """Do it, and say how long it took, and how much of a processor; whether it was soon enough."""
    began, used = time.perf_counter(), time.process_time()
    work()
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"{name}: {took:.2f} s, {used:.2f} s of a processor", flush=True)
    return took <= MOST


def stored_run(room: Path, features: NDArray[np.float32], answers: Answers) -> Run:
    """A run of these pictures as its folder would tell it; what all arms see of them is in the cache."""
    folder, dice = room / "run", np.random.default_rng(1)
    folder.mkdir()
    pictures = [
        Picture(file, answers.class_names[label], split)
        for file, label, split in zip(answers.files, answers.labels, answers.splits.tolist(), strict=True)
    ]
    digests = [hashlib.sha256(str(file).encode()).digest() for file in answers.files]
    found = [replace(picture, split=None) for picture in pictures]
    write_pictures(folder / "pictures.csv", found, pictures, [digest.hex() for digest in digests])
    write_logits(folder / "logits.npy", answers.logits)
    spec = ExperimentSpec(BaseSpec("ResNet50"), HeadSpec(()), TrainingSpec())
    blind = (np.maximum(dice.normal(0, 1, features.shape), 0).astype(np.float32) for _ in range(SEEDS))
    by_key = {"own": features, ColourHistogram().key: dice.random((len(features), 64), np.float32)}
    for seed, matrix in enumerate(blind):
        by_key[possible_keys(replace(spec.base, weights=UNTRAINED), untrained_digest(seed))[0]] = matrix
    with closing(FeatureCache(room / "cache")) as cache:
        for key, matrix in by_key.items():
            small = matrix.astype(np.float16)
            cache.put(stored_key(key, np.float16, "stretch"), zip(digests, small, strict=True))
    report = judge("validation pictures", answers.labels, answers.guesses, answers.class_names)
    return Run(folder, spec, answers.class_names, 1, "imagenet", {}, (), report, base_key="own")


def transfer(run: Run, cache: Path, reporter: Reporter) -> Verdict:
    """As the job of the window does."""
    return judge_transfer(run, lambda part: features_of(run, cache, part), cache, reporter)


def first_look(run: Run, cache: Path, units: tuple[int, ...]) -> None:
    """The same until the panel shows the verdict of the first seed; with hidden layers, training follows."""
    control = Control()
    shown = Reporter(control=control, on_news=lambda _verdict: control.cancel.set())
    asked = replace(run, spec=replace(run.spec, head=HeadSpec(units)))
    with pytest.raises(Cancelled):
        transfer(asked, cache, shown)


def main() -> int:
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
    good = timed("Matrix, classes, curves, calibration, mistakes", lambda: measure(answers, "val"))
    with TemporaryDirectory() as room:
        run = stored_run(Path(room), features, answers)
        cache = Path(room) / "cache"
        good &= timed("Transfer, a plain head, first seed", lambda: first_look(run, cache, ()))
        good &= timed("Transfer, hidden layers, first seed", lambda: first_look(run, cache, (256,)))
        good &= timed("Transfer, a plain head, all seeds", lambda: transfer(run, cache, silent))
    good &= timed(
        "More pictures", lambda: learning_curve.measure(features, labels, train, val, groups, classes, silent)
    )
    good &= timed("Labels", lambda: doubts(files, features, labels, groups, names, silent))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
