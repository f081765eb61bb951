"""The models that are open, as jobs ask them: opening one takes seconds, so the last one stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.engine import catalog as catalogs
from desktop_app.engine import pipeline, trying
from desktop_app.engine.catalog import Catalog, Problem
from desktop_app.engine.direct_score import Answer, DirectScore
from desktop_app.engine.exported import Exported
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.heat_map import HeatMap, explain
from desktop_app.engine.judgement import Judgement, Measured, judgement, measure, temperature_of
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import Run
from desktop_app.engine.specs import IMAGENET
from desktop_app.engine.trying import Bench, Looked
from desktop_app.engine.weights import WeightsStore
from desktop_app.jobs.tasks import Task

if TYPE_CHECKING:
    from desktop_app.engine.classifier import Classifier
    from desktop_app.engine.direct import Direct
    from desktop_app.engine.grad_cam import GradCam


@dataclass(frozen=True)
class Judged:
    """A report on a dropped folder, and the files left out of it."""

    judgement: Judgement
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Trials:
    """The files left out of a trial, and why nothing in it can be called unknown."""

    problems: tuple[Problem, ...]
    trouble: str


class Models:
    """Keeps the classifier used last open; only the worker thread calls what its methods return."""

    def __init__(self) -> None:
        self._open: Classifier | None = None
        self._bench: Bench | None = None
        self._cam: tuple[Classifier, GradCam] | None = None

    def try_out(self, run: Run, paths: Sequence[Path], cache: Path) -> Task[Trials]:
        """Ask the model of `run` about pictures, and those in folders.

        The trial is told, and lists of answers as they come. Where the run's own pictures have to be looked
        at first to tell what is unknown, that comes last: another trial, and all answers `Amended`.
        """

        def work(reporter: Reporter) -> Trials:
            looking = reporter.part(0, 0.05)
            files = [file for path in paths for file in catalogs.files_of(path, looking)]
            classifier = self._classifier(run, reporter.part(0.05, 0.1))
            bench = self._bench
            if bench is None or bench.classifier is not classifier:
                bench = self._bench = trying.open_at_once(classifier, cache, reporter.part(0.1, 0.2))
            reporter.tell(bench.trial)
            seen: list[Looked] = []
            _, problems = trying.try_out(bench, files, reporter.part(0.2, 0.4 if bench.waiting else 1), seen)
            if bench.waiting:
                later = reporter.part(0.4, 1).about("Training pictures")
                bench = self._bench = trying.open_bench(classifier, cache, later)
                reporter.tell(bench.trial)
                reporter.tell(trying.Amended(trying.judge_again(bench, seen, later)))
            return Trials(tuple(problems), bench.trouble)

        return work

    def heat(self, run: Run, file: Path, label: str = "") -> Task[HeatMap]:
        """Where the model of `run` looks in a picture for a class; "" asks about the most probable one."""

        def work(reporter: Reporter) -> HeatMap:
            classifier = self._classifier(run, reporter.part(0, 0.5))
            from desktop_app.engine.grad_cam import GradCam

            reporter.report(0.5, "Looking where it looked")
            if self._cam is None or self._cam[0] is not classifier:
                self._cam = classifier, GradCam(classifier.model)
            return explain(self._cam[1], run, file, label)

        return work

    def evaluate(self, run: Run, folder: Path) -> Task[Judged]:
        """Judge the model of `run` on a folder of class folders."""

        def work(reporter: Reporter) -> Judged:
            catalog = catalogs.scan([folder], reporter.part(0, 0.1))
            classifier = self._classifier(run, reporter.part(0.1, 0.2))
            answers, problems = classifier.answers_to(
                catalog, f"pictures in {folder.name}", reporter.part(0.2, 1)
            )
            found = judgement(answers, temperature_of(run.answers()))
            return Judged(found, (*catalog.problems, *problems))

        return work

    def look_again(self, run: Run) -> Task[tuple[Measured, list[Problem]]]:
        """Ask the model of `run` about its own pictures, where it has not kept its answers."""

        def work(reporter: Reporter) -> tuple[Measured, list[Problem]]:
            classifier = self._classifier(run, reporter.part(0, 0.2))
            answers, problems = classifier.answers_again(reporter.part(0.2, 1))
            return measure(answers), problems

        return work

    def export(
        self, run: Run, target: Path, name: str = "savedmodel", quantize: str = "none"
    ) -> Task[Exported]:
        """Write the model of `run` in the format `name`."""

        def work(reporter: Reporter) -> Exported:
            classifier = self._classifier(run, reporter.part(0, 0.2))
            return pipeline.export(classifier, target, reporter.part(0.2, 1), name, quantize)

        return work

    def _classifier(self, run: Run, reporter: Reporter) -> "Classifier":
        if self._open is None or self._open.run.folder != run.folder:
            self._open = pipeline.open_classifier(run, reporter)
        return self._open


class OwnModels:
    """Keeps ImageNet's own model used last open; only the worker thread calls what its methods return."""

    def __init__(self, store: WeightsStore, cache: Path) -> None:
        self._store, self._cache = store, cache
        self._open: Direct | None = None

    def predict(self, name: str, paths: Sequence[Path]) -> Task[tuple[list[Answer], list[Problem]]]:
        """Ask the whole network `name` about pictures, and those in folders."""

        def work(reporter: Reporter) -> tuple[list[Answer], list[Problem]]:
            files = [file for path in paths for file in catalogs.files_of(path)]
            return self._model(name, reporter.part(0, 0.3)).predict(files, None, reporter.part(0.3, 1))

        return work

    def score(self, name: str, catalog: Catalog) -> Task[DirectScore]:
        """Judge the whole network `name` on classes whose names it knows."""

        def work(reporter: Reporter) -> DirectScore:
            model = self._model(name, reporter.part(0, 0.3))
            cache = FeatureCache(self._cache)
            try:
                return model.score(catalog, cache, reporter.part(0.3, 1))
            finally:
                cache.close()

        return work

    def _model(self, name: str, reporter: Reporter) -> "Direct":
        if self._open is None or self._open.base.row.name != name:
            pipeline.start_tensorflow(reporter)
            from desktop_app.engine.direct import open_direct

            self._open = None  # two of them may be too many for the memory
            self._open = open_direct(name, IMAGENET, self._store, reporter)
        return self._open
