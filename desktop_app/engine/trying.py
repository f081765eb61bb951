"""Trying a run on new pictures, some at a time, so that the first answers come early."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.catalog import Problem
from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.recall import all_stored, features_of
from desktop_app.engine.trial import Trial, Tried, prepare

if TYPE_CHECKING:
    from desktop_app.engine.classifier import Classifier

_BATCHES = 4  # of the base between two answers


@dataclass(frozen=True)
class Bench:
    """A classifier ready for new pictures.

    Attributes:
        classifier: of the run.
        trial: what the pictures are judged by.
        trouble: why none of them can be called unknown.
        waiting: whether the trial still lacks what its run's own pictures look like.
    """

    classifier: "Classifier"
    trial: Trial
    trouble: str = ""
    waiting: bool = False


@dataclass(frozen=True)
class Looked:
    """A picture as the model saw it: features (width,) and logits (classes,)."""

    file: Path
    features: NDArray[np.floating]
    logits: NDArray[np.floating]


@dataclass(frozen=True)
class Amended:
    """Answers that were told before, and more about them."""

    tried: list[Tried]


def open_at_once(classifier: "Classifier", cache: Path | None, reporter: Reporter) -> Bench:
    """As `open_bench`, but for what would take long: where features are not stored, the bench is waiting.

    New pictures then get their answers, and what `open_bench` finds out later tells which are unknown.
    """
    run = classifier.run
    answers = run.answers()
    if answers is None or all_stored(run, cache):
        return open_bench(classifier, cache, reporter)
    return Bench(classifier, prepare(answers, None, reporter), waiting=True)


def open_bench(classifier: "Classifier", cache: Path | None, reporter: Reporter) -> Bench:
    """Recall what a run's own pictures look like to it.

    Args:
        classifier: of the run.
        cache: the folder of the feature cache; None to compute what is needed.
        reporter: hears of all stages.

    Raises:
        EngineError: the run's folder is damaged.
    """
    run = classifier.run
    trouble, features = "", None
    try:
        features = features_of(run, cache, reporter.part(0, 0.6), classifier)
    except EngineError as error:
        trouble = str(error)
    answers = run.answers()
    if answers is None:  # of an older version: its pictures are asked again
        answers, _ = classifier.answers_again(reporter.part(0.6, 0.9))
        if features is not None and len(features) != len(answers):
            features = None
    return Bench(classifier, prepare(answers, features, reporter.part(0.9, 1)), trouble)


def try_out(
    bench: Bench, files: Sequence[Path], reporter: Reporter, seen: list[Looked] | None = None
) -> tuple[list[Tried], list[Problem]]:
    """What is known of each readable file, in their order, and the files left out.

    What has been found is told as it comes, as lists of `Tried`; what was `seen` is added there.
    """
    classifier = bench.classifier
    some = _BATCHES * classifier.batch
    found: list[Tried] = []
    problems: list[Problem] = []
    pace = Pace(len(files), "pictures")
    for start in range(0, len(files), some):
        reporter.report(start / len(files), f"Looking: {pace.text(start)}")
        part = files[start : start + some]
        look = classifier.look(part, reporter.silent())
        logits = look.logits
        if _averages(classifier):  # then its answer is not by one look
            logits, *_ = classifier.logits(part, reporter.silent())
        kept = [index for index in range(len(part)) if index not in look.unreadable]
        some_seen = [Looked(part[index], look.features[index], logits[index]) for index in kept]
        tried = judge_again(bench, some_seen, reporter.silent())
        reporter.tell(tried)
        found += tried
        if seen is not None:
            seen += some_seen
        problems += [Problem(part[index], reason) for index, reason in look.unreadable.items()]
    return found, problems


def judge_again(bench: Bench, seen: Sequence[Looked], reporter: Reporter) -> list[Tried]:
    """What is known of pictures that the model has seen."""
    if not seen:
        return []
    features, logits = np.stack([one.features for one in seen]), np.stack([one.logits for one in seen])
    return bench.trial.judge([one.file for one in seen], features, logits, reporter)


def _averages(classifier: "Classifier") -> bool:
    views = classifier.run.spec.views
    return bool(views and views.average)
