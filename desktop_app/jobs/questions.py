"""The questions about a run, as jobs take them."""

from collections.abc import Sequence
from pathlib import Path

from desktop_app.engine.arms import answers_of, divided, judge_transfer
from desktop_app.engine.doubts import doubts
from desktop_app.engine.errors import EngineError
from desktop_app.engine.judgement import Mistake
from desktop_app.engine.learning_curve import LearningCurve, measure
from desktop_app.engine.progress import Reporter
from desktop_app.engine.recall import features_of
from desktop_app.engine.run import Run, open_run
from desktop_app.engine.verdict import Verdict
from desktop_app.jobs.tasks import Task


def transfer(run: Run, cache: Path, others: Sequence[Path], free: bool) -> Task[Verdict]:
    """Judge whether transfer has helped `run`.

    Args:
        run: in question.
        cache: folder of stored features.
        others: folders of runs, among which the same network from scratch may be.
        free: as in `judge_transfer`.
    """

    def work(reporter: Reporter) -> Verdict:
        twin = find_twin(run, others)
        return judge_transfer(
            run, lambda part: features_of(run, cache, part), cache, reporter, twin, free=free
        )

    return work


def find_twin(run: Run, others: Sequence[Path]) -> Run | None:
    """The newest of `others` that is the network of `run` from scratch, on the same pictures and splits."""
    for folder in reversed(others):
        try:
            other = open_run(folder)
        except EngineError:
            continue
        alike = other.data_fingerprint == run.data_fingerprint != ""
        if alike and other.spec.start == "scratch" and other.spec.base.backbone == run.spec.base.backbone:
            return other
    return None


def more_pictures(run: Run, cache: Path) -> Task[LearningCurve]:
    """Measure the learning curve of a plain head on the features of `run`."""

    def work(reporter: Reporter) -> LearningCurve:
        own = answers_of(run)
        features = features_of(run, cache, reporter.part(0, 0.3))
        ((trial, *_), _) = divided(run, own, 1)
        try:
            return measure(
                features, own.labels, trial.learned, trial.judged, own.groups, len(own.class_names),
                reporter.part(0.3, 1),
            )  # fmt: skip
        except ValueError as error:
            raise EngineError(
                f"There is no learning curve: {error}.", "Add pictures, and train again."
            ) from error

    return work


def wrong_labels(run: Run, cache: Path) -> Task[tuple[Mistake, ...]]:
    """Look for labels that look wrong among all pictures of `run`."""

    def work(reporter: Reporter) -> tuple[Mistake, ...]:
        own = answers_of(run)
        features = features_of(run, cache, reporter.part(0, 0.3))
        return doubts(own.files, features, own.labels, own.groups, own.class_names, reporter.part(0.3, 1))

    return work
