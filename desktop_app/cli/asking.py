"""The verbs that ask a finished run, and take it elsewhere."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli.answer import Answer
from desktop_app.cli.making import cache_folder
from desktop_app.engine import catalog as catalogs
from desktop_app.engine import export_table, pipeline, trying
from desktop_app.engine.compare import compare
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.folders import require_free, require_place
from desktop_app.engine.judgement import measure
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import open_run
from desktop_app.engine.runs import find_runs, summarize_all
from desktop_app.engine.sorting import sort_into
from desktop_app.engine.trial import Trial, Tried
from desktop_app.engine.tried_csv import write_tried
from desktop_app.session import paths

if TYPE_CHECKING:
    from desktop_app.engine.classifier import Classifier


def evaluate(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Judge a run on class folders."""
    run = open_run(arguments.run)
    catalog = catalogs.scan([arguments.folder], reporter.part(0, 0.1))
    classifier = pipeline.open_classifier(run, reporter.part(0.1, 0.2))
    report, problems = classifier.evaluate(catalog, str(arguments.folder), reporter.part(0.2, 1))
    skipped = len(catalog.problems) + len(problems)
    return {**report.to_json(), "skipped": skipped, "weights": run.weights_origin, "run": str(run.folder)}


def write_report(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Write all that a run can tell as one HTML file."""
    run = open_run(arguments.run)
    run.require_pictures()
    require_place(arguments.out)
    answers = run.answers()
    if answers is None:
        classifier = pipeline.open_classifier(run, reporter.part(0, 0.2))
        answers, _ = classifier.answers_again(reporter.part(0.2, 0.8))
    measured = measure(answers, arguments.on)
    if not len(measured.judgement.answers):
        kept = ", ".join(measured.counts)
        raise EngineError(f"This run has no {measured.judgement.report.source}.", f"It has: {kept}.")
    from desktop_app.engine.html_report import write_report

    write_report(run, measured, measured.judgement, arguments.out, reporter.part(0.8, 1))
    judged = measured.judgement.report
    return {
        "report": str(arguments.out),
        "bytes": arguments.out.stat().st_size,
        "judged_on": judged.source,
        "accuracy": judged.accuracy,
        "interval": judged.interval,
        "run": str(run.folder),
    }


def predict(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Ask a run about pictures."""
    run = open_run(arguments.run)
    if arguments.csv:
        require_place(arguments.csv)
    files = [file for path in arguments.pictures for file in catalogs.files_of(path)]
    classifier = pipeline.open_classifier(run, reporter.part(0, 0.1))
    if arguments.coverage or arguments.csv or arguments.sort_into:
        return _try(arguments, classifier, files, reporter.part(0.1, 1))
    predictions, problems = classifier.predict(files, reporter.part(0.1, 1))
    _require_readable(predictions, problems)
    return {
        "predictions": [
            {
                "file": str(p.file),
                "label": p.label,
                "probability": p.probability,
                "probabilities": dict(zip(run.class_names, p.probabilities, strict=True)),
            }
            for p in predictions
        ],
        "skipped": [{"file": str(p.path), "reason": p.reason} for p in problems],
        "weights": run.weights_origin,
    }


def _require_readable(found: Sequence[object], problems: Sequence[catalogs.Problem]) -> None:
    """Refuse where there is nothing to tell."""
    if not found:
        reasons = f"“{problems[0].path}” is left out because {problems[0].reason}." if problems else ""
        raise EngineError(
            f"There are no readable pictures here. {reasons}".strip(), "Name at least one picture."
        )


def _try(
    arguments: argparse.Namespace, classifier: "Classifier", files: Sequence[Path], reporter: Reporter
) -> Answer:
    """Predict with calibrated probabilities, and say how far each can be trusted."""
    bench = trying.open_bench(classifier, paths.cache_folder(), reporter.part(0, 0.3))
    coverage = arguments.coverage or 0.9
    why = bench.trial.sets[coverage]
    if arguments.coverage and isinstance(why, str):
        raise EngineError(why)
    found, problems = trying.try_out(bench, files, reporter.part(0.3, 0.9))
    _require_readable(found, problems)
    answer: Answer = {
        "predictions": [_tried(one, bench.trial, coverage) for one in found],
        "skipped": [{"file": str(p.path), "reason": p.reason} for p in problems],
        "weights": classifier.run.weights_origin,
        "coverage": coverage,
    }
    if arguments.csv:
        write_tried(arguments.csv, found, bench.trial, coverage)
        answer["csv"] = str(arguments.csv)
    if arguments.sort_into:
        labelled = [(one.file, "" if one.unknown else one.label) for one in found]
        done = sort_into(arguments.sort_into, labelled, reporter.part(0.9, 1))
        if done.why:
            kept = f"{done.words} Those that were copied are complete"
            kept += f", and so is “{arguments.csv}”." if arguments.csv else "."
            try:
                reporter.checkpoint()
            except Cancelled as stopped:
                raise Cancelled(kept) from stopped
            raise EngineError(kept)
        answer["sorted_into"] = str(arguments.sort_into)
    return answer


def _tried(one: Tried, trial: Trial, coverage: float) -> Answer:
    members = trial.members(one, coverage)
    return {
        "file": str(one.file),
        "label": one.label,
        "probability": one.probability,
        "probabilities": dict(zip(trial.class_names, one.probabilities, strict=True)),
        "set": None if members is None else list(members),
        "unknown": None if one.distance is None else one.unknown,
        "distance": one.distance,
        "nearest": [{"file": str(n.file), "label": n.label, "distance": n.distance} for n in one.neighbours],
    }


def verdict(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Say whether transfer has helped a run."""
    from desktop_app.engine import arms
    from desktop_app.engine.kept import VERDICT
    from desktop_app.engine.recall import features_of

    run, twin = open_run(arguments.run), open_run(arguments.scratch) if arguments.scratch else None
    run.require_pictures()
    cache = cache_folder(arguments)
    found = arms.judge_transfer(
        run, lambda stage: features_of(run, cache, stage), cache, reporter, twin, arguments.seeds
    )
    answer: Answer = {**found.to_json(), "weights": run.weights_origin, "run": str(run.folder)}
    try:
        VERDICT.keep(run.folder, found)
    except EngineError as error:  # it holds all the same
        answer["not_kept"] = error.message
    return answer


def export(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Write a run as a model for other programs."""
    row = export_table.export_format(arguments.format, arguments.quantize)
    export_table.require_packages(row)
    require_free(arguments.out)
    run = open_run(arguments.run)
    classifier = pipeline.open_classifier(run, reporter.part(0, 0.2))
    exported = pipeline.export(
        classifier, arguments.out, reporter.part(0.2, 1), arguments.format, arguments.quantize
    )
    return {
        "format": exported.format,
        "quantize": exported.quantize,
        "path": str(exported.path),
        "bytes": exported.size,
        "compared": exported.compared,
        "agreeing": exported.agreeing,
        "greatest_difference": exported.difference,
        "judged": exported.judged,
        "accuracy": exported.accuracy,
        "program_accuracy": exported.own_accuracy,
        "milliseconds": exported.milliseconds,
        "weights": run.weights_origin,
    }


def list_runs(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """List the runs in a folder."""
    folder = arguments.folder or paths.runs_folder()
    if arguments.folder and not folder.is_dir():
        raise EngineError(f"There is no folder “{folder}”.", "Name the folder that holds your runs.")
    return {"runs": [one.to_json() for one in summarize_all(find_runs(folder), {}, reporter)]}


def compare_runs(arguments: argparse.Namespace, _reporter: Reporter) -> Answer:
    """Say which of two runs is better."""
    return asdict(compare(open_run(arguments.run), open_run(arguments.other)))
