"""The engine's functions as jobs take them: everything bound but the reporter."""

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app import demo
from desktop_app.engine import arrangement, checks, pipeline, project_file, sorting, tried_csv
from desktop_app.engine.answers import Answers
from desktop_app.engine.arrangement import Arrangement
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.catalog import Catalog, Split
from desktop_app.engine.compare import RunComparison, compare
from desktop_app.engine.errors import EngineError
from desktop_app.engine.facts import Facts, look
from desktop_app.engine.facts_store import FactsStore
from desktop_app.engine.findings import Finding
from desktop_app.engine.history import History, read_csv
from desktop_app.engine.images import UnreadableError, read_file
from desktop_app.engine.intake import scan_source
from desktop_app.engine.judgement import Judgement, Measured, measure
from desktop_app.engine.kept import VERDICT
from desktop_app.engine.plain_file import read_json
from desktop_app.engine.progress import Reporter
from desktop_app.engine.project import Project
from desktop_app.engine.project_file import load_project
from desktop_app.engine.proposal import Proposal, propose
from desktop_app.engine.ranking import RankingSpec, Standing
from desktop_app.engine.rate_finder import RateCurve
from desktop_app.engine.relocate import Relocation, relocate
from desktop_app.engine.resizing import Resize
from desktop_app.engine.run import Run, open_run
from desktop_app.engine.runs import RunSummary, find_runs, summarize_all
from desktop_app.engine.sorting import Sorted
from desktop_app.engine.sources import Source
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.trial import Trial, Tried
from desktop_app.engine.unfinished import Unfinished
from desktop_app.engine.views import views
from desktop_app.engine.views_spec import ViewsSpec
from desktop_app.engine.weights import WeightsStore

T = TypeVar("T")
Task = Callable[[Reporter], T]


@dataclass(frozen=True)
class Checked:
    """What a look at every picture has told."""

    facts: Mapping[Path, Facts]
    findings: tuple[Finding, ...]
    duplicates: dict[Path, str]


@dataclass(frozen=True)
class Opened:
    """A project from its file, its pictures found again where they have moved."""

    relocation: Relocation
    read_only: str


@dataclass(frozen=True)
class Arrived:
    """What was dropped: sources that speak for themselves with what they hold, and what is unclear."""

    scans: dict[Source, Catalog]
    unclear: tuple[Proposal, ...]


def arrive(paths: Sequence[Path]) -> Task[Arrived]:
    """Look at what was dropped, and scan what needs no question."""

    def work(reporter: Reporter) -> Arrived:
        proposals = [propose(path, reporter.part(0, 0.1)) for path in dict.fromkeys(paths)]
        sure = [proposal.choices[0].source for proposal in proposals if _speaks_for_itself(proposal)]
        unclear = tuple(proposal for proposal in proposals if not _speaks_for_itself(proposal))
        return Arrived(scan_sources(sure)(reporter.part(0.1, 1)), unclear)

    return work


def _speaks_for_itself(proposal: Proposal) -> bool:
    """Also a folder of pictures and nothing else: its name is the class, as of those dropped beside it."""
    ways = [choice.source.kind for choice in proposal.choices]
    return proposal.sure or (ways == ["folders", "unlabelled"] and len(proposal.choices[0].counts) == 1)


def scan_sources(sources: Sequence[Source]) -> Task[dict[Source, Catalog]]:
    """Find what each source holds."""

    def work(reporter: Reporter) -> dict[Source, Catalog]:
        count = len(sources)
        return {
            source: scan_source(source, reporter.part(place / count, (place + 1) / count))
            for place, source in enumerate(sources)
        }

    return work


def arrange(
    project: Project,
    scans: Mapping[Source, Catalog],
    facts: Mapping[Path, Facts],
    duplicates: Mapping[Path, str],
) -> Task[Arrangement]:
    """Apply the project to what was found."""
    return lambda reporter: arrangement.arrange(project, scans, facts, duplicates, reporter)


def check(catalog: Catalog, known: Mapping[Path, Facts], folder: Path) -> Task[Checked]:
    """Look at the pictures that are not `known`, then check all; facts are kept in `folder`."""

    def work(reporter: Reporter) -> Checked:
        files = [picture.path for picture in catalog.pictures]
        store = FactsStore(folder)
        try:
            unknown = [file for file in files if file not in known]
            seen = look(unknown, store, reporter.part(0, 0.8)) if unknown else {}
        finally:
            store.close()
        facts = {file: seen[file] if file in seen else known[file] for file in files}
        alike = checks.find_alike(facts, reporter.part(0.8, 0.9))
        findings = checks.check(catalog, facts, reporter.part(0.9, 1), alike)
        return Checked(facts, findings, checks.duplicate_groups(catalog, facts, alike))

    return work


def open_project(file: Path) -> Task[Opened]:
    """Read a project's file, and look for what has moved."""

    def work(reporter: Reporter) -> Opened:
        loaded = load_project(file)
        return Opened(relocate(loaded.project, [file.absolute().parent], reporter), loaded.read_only)

    return work


def save_project(project: Project, file: Path) -> Task[None]:
    """Write a project's file."""
    return lambda _reporter: project_file.save_project(project, file)


def make_samples(folder: Path) -> Task[Path]:
    """Draw the sample pictures, unless they are there."""
    return lambda reporter: demo.make_samples(folder, reporter)


def train(catalog: Catalog, spec: ExperimentSpec, places: pipeline.Places) -> Task[Run]:
    """Train a head and write a run folder."""
    return lambda reporter: pipeline.train(catalog, spec, places, reporter)


def resume(unfinished: Unfinished, places: pipeline.Places) -> Task[Run]:
    """Go on with a training that was stopped."""
    return lambda reporter: pipeline.resume(unfinished, places, reporter)


def import_model(path: Path, out: Path) -> Task[Run]:
    """Make a run folder of somebody's export."""
    return lambda reporter: pipeline.import_model(path, out, reporter)


def list_runs(
    folder: Path, known: Sequence[Path], before: Mapping[Path, RunSummary]
) -> Task[tuple[RunSummary, ...]]:
    """A line for each run in `folder`, and for those that are `known`."""
    return lambda reporter: summarize_all([*known, *find_runs(folder)], before, reporter)


@dataclass(frozen=True)
class Seen:
    """The histories of some runs.

    Of two, how they compare, or why they cannot be compared; of one, whether transfer has helped, in a
    sentence, if somebody has asked.
    """

    histories: Mapping[Path, History]
    comparison: RunComparison | EngineError | None
    transfer: str = ""


def look_at_runs(folders: Sequence[Path], paired: bool) -> Task[Seen]:
    """Read the histories of some runs, and compare the first two if they are `paired`."""

    def work(reporter: Reporter) -> Seen:
        histories = {}
        for folder in folders:
            reporter.checkpoint()
            with suppress(OSError, ValueError, KeyError, TypeError):  # then it has no curve
                kept = int(read_json(folder / "experiment.json")["best_epoch"])
                histories[folder] = History(read_csv(folder / "history.csv"), kept)
        transfer = _transfer(folders[0]) if len(folders) == 1 else ""
        return Seen(histories, _compare(folders[0], folders[1]) if paired else None, transfer)

    return work


def _transfer(folder: Path) -> str:
    with suppress(EngineError):  # the Results page says that it is damaged
        if verdict := VERDICT.of(folder):
            return f"{verdict.claim}."
    return ""


def _compare(a: Path, b: Path) -> RunComparison | EngineError:
    try:
        return compare(open_run(a), open_run(b))
    except EngineError as error:
        return error


def preview_views(
    files: Sequence[Path], spec: ViewsSpec, most: int, size: int, resize: Resize
) -> Task[list[list[NDArray[np.uint8]]]]:
    """Make the first `most` views of each of `files` that can be read."""

    def work(reporter: Reporter) -> list[list[NDArray[np.uint8]]]:
        rows = []
        for place, file in enumerate(files):
            reporter.report(place / len(files), "Making views")
            with suppress(UnreadableError):
                data = read_file(file)
                digest = hashlib.sha256(data).digest()
                numbers = range(min(spec.count, most))
                rows.append(list(views(data, digest, numbers, spec, size, quick=True, resize=resize)))
        return rows

    return work


def find_rate(
    catalog: Catalog, spec: ExperimentSpec, store: WeightsStore, cache: Path | None
) -> Task[RateCurve]:
    """Sweep the learning rate of a head."""

    def work(reporter: Reporter) -> RateCurve:
        pipeline.start_tensorflow(reporter)
        from desktop_app.engine import head_rate

        return head_rate.find_rate(catalog, spec, store, cache, reporter)

    return work


def speed(name: str) -> Task[float]:
    """Measure how many pictures a second a backbone computes here."""

    def work(reporter: Reporter) -> float:
        pipeline.start_tensorflow(reporter)
        from desktop_app.engine.speed import pictures_per_second

        return pictures_per_second(name, reporter)

    return work


def rank(
    names: Sequence[str],
    catalog: Catalog,
    spec: ExperimentSpec,
    store: WeightsStore,
    cache: Path,
    download: bool,
    duplicates: Mapping[Path, str],
) -> Task[tuple[Standing, ...]]:
    """Rank backbones on a sample of `catalog`; what is known so far is told."""

    def work(reporter: Reporter) -> tuple[Standing, ...]:
        pipeline.start_tensorflow(reporter)
        from desktop_app.engine.candidates import rank_backbones

        sample = RankingSpec(seed=spec.training.seed, group_by=spec.training.group_by)
        return rank_backbones(names, catalog, spec.base, sample, store, cache, reporter, download, duplicates)

    return work


def import_weights(store: WeightsStore, row: Backbone, file: Path, top: bool = False) -> Task[Path]:
    """Check a weights file and keep a copy of it; with `top`, of the whole network."""
    return lambda reporter: pipeline.import_weights(store, row, file, reporter, top)


def weights_states(store: WeightsStore) -> Task[dict[str, str]]:
    """Say of each backbone's ImageNet weights whether they are here; hashes what Keras has downloaded."""

    def state(row: Backbone) -> str:
        record = store.record(row)
        return f"Here, {record.origin}" if record else "Downloaded at the first training"

    return lambda _reporter: {name: state(row) for name, row in BACKBONES.items()}


def weights_here(store: WeightsStore) -> Task[frozenset[str]]:
    """The backbones whose ImageNet weights are on this machine; hashes what Keras has downloaded."""
    return lambda _reporter: frozenset(record.name for record in store.records())


def measured(run: Run, split: Split | None, known: Answers | None) -> Task[Measured | None]:
    """Judge `run` on a split of its pictures; None where nobody knows what it said of them.

    `known` are its answers where they are not in its folder.
    """

    def work(_reporter: Reporter) -> Measured | None:
        # The figures are drawn in the window's thread: what can be imported here does not hold it up there.
        importlib.import_module("desktop_app.engine.figures")
        answers = known or run.answers()
        return measure(answers, split) if answers else None

    return work


def write_report(run: Run, measured: Measured, shown: Judgement, file: Path) -> Task[None]:
    """Write the HTML report of a run, judged as it is `shown`."""

    def work(reporter: Reporter) -> None:
        html_report = importlib.import_module("desktop_app.engine.html_report")
        html_report.write_report(run, measured, shown, file, reporter)

    return work


def sort_into(folder: Path, files: Sequence[tuple[Path, str]], move: bool) -> Task[Sorted]:
    """Copy or move files into class folders."""
    return lambda reporter: sorting.sort_into(folder, files, reporter, move)


def write_tried(path: Path, tried: Sequence[Tried], trial: Trial, coverage: float) -> Task[None]:
    """Write answers as CSV."""
    return lambda _reporter: tried_csv.write_tried(path, tried, trial, coverage)
