"""The headless verbs: the engine without a window.

Human words and progress go to stderr; the last line on stdout is one JSON object.
"""

import argparse
import json
import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from desktop_app.engine import catalog as catalogs
from desktop_app.engine import export_table, pipeline, specs, trying
from desktop_app.engine.backbones import BACKBONES, USUAL, backbone
from desktop_app.engine.catalog import Split
from desktop_app.engine.compare import compare
from desktop_app.engine.conformal import COVERAGES
from desktop_app.engine.errors import Cancelled, EngineError, Paused
from desktop_app.engine.folders import require_free
from desktop_app.engine.history import EpochRow
from desktop_app.engine.judgement import measure
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.ranking import RankingSpec, Standing
from desktop_app.engine.run import open_run
from desktop_app.engine.runs import find_runs, summarize_all
from desktop_app.engine.sorting import sort_into
from desktop_app.engine.trial import Trial, Tried
from desktop_app.engine.tried_csv import write_tried
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import CHANGES, ViewsSpec
from desktop_app.engine.weights import WeightsStore
from desktop_app.session import paths
from desktop_app.session.log import start_log

if TYPE_CHECKING:
    from desktop_app.engine.classifier import Classifier

VERBS = (
    "train",
    "repeat",
    "evaluate",
    "report",
    "predict",
    "verdict",
    "export",
    "runs",
    "compare",
    "backbones",
    "rank",
    "direct",
    "weights",
)
Answer = dict[str, Any]


def main(words: Sequence[str]) -> int:
    """Run one verb.

    Returns:
        0; 2 for a usage or input error; 130 when interrupted; 1 for an error of the program's own.
    """
    control, keep = Control(), False
    previous = {
        number: signal.signal(number, lambda *_: _interrupt(control, keep))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    line = _ProgressLine()
    try:
        arguments = _parser().parse_args(words)
        keep = "resume" in arguments and arguments.resume
        answer = arguments.verb(arguments, Reporter(line.progress, line.epoch, control, line.news))
    except EngineError as error:
        line.end()
        print(f"graftwork: {error}".replace("\n", " "), file=sys.stderr)
        return 2
    except (Cancelled, Paused, KeyboardInterrupt) as error:
        line.end()
        kept = {"Cancelled": "; nothing was written", "Paused": "; the same command goes on from here"}
        print(f"graftwork: interrupted{kept.get(type(error).__name__, '')}.", file=sys.stderr)
        return 130
    except SystemExit as done:  # argparse, once it has printed the help
        return int(done.code or 0)
    except Exception as error:
        line.end()
        print(f"graftwork: {_record(error)}", file=sys.stderr)
        return 1
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    line.end()
    print(json.dumps(answer))
    return 0


def _record(error: Exception) -> str:
    """Put a fault of the program into the log, and say so."""
    file = paths.log_file()
    handler = start_log(file)
    logger = logging.getLogger("graftwork")
    logger.error("A headless verb failed", exc_info=error)
    logger.removeHandler(handler)
    handler.close()
    kind = type(error).__name__
    return f"this is a fault of Graftwork itself ({kind}). Please report it with the log in “{file}”."


def _interrupt(control: Control, keep: bool) -> None:
    """Ask politely the first time, insist the second; `keep` what a run has learned, to go on with it."""
    asked = control.pause if keep else control.cancel
    if asked.is_set():
        raise KeyboardInterrupt
    asked.set()


class _ProgressLine:
    """Progress on stderr: one line that moves on a terminal, a line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        self._stage = ""

    def progress(self, fraction: float, text: str) -> None:
        now, stage = time.monotonic(), text.partition(":")[0]
        if now - self._last < (0.1 if self._terminal else 5.0) and stage == self._stage:
            return
        self._last, self._stage = now, stage
        line = f"{fraction:4.0%}  {text}"
        print(
            f"\r\x1b[2K{line}" if self._terminal else line,
            end="" if self._terminal else "\n",
            file=sys.stderr,
        )

    def epoch(self, row: EpochRow) -> None:
        if self._terminal:
            return  # they would flicker past; the run folder has them
        stage = "" if row.stage == "head" else f", {row.stage}"
        print(
            f"      epoch {row.epoch}{stage}: loss {row.loss:.4f}, validation {row.val_accuracy:.1%}",
            file=sys.stderr,
        )

    def news(self, known: object) -> None:
        if isinstance(known, Standing):
            self.end()
            found = f"{known.accuracy:.1%} of {known.pictures:,} pictures"
            print(f"      {known.backbone}: {known.problem or found}", file=sys.stderr)

    def end(self) -> None:
        if self._terminal and self._stage:
            print(file=sys.stderr)


def _train(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    fresh = arguments.from_scratch
    usual = specs.SCRATCH_RATE if fresh else specs.TrainingSpec.learning_rate
    spec = specs.ExperimentSpec(
        specs.BaseSpec(
            backbone(arguments.backbone).name,
            specs.UNTRAINED if fresh and arguments.weights == specs.IMAGENET else arguments.weights,
            arguments.pooling,
            arguments.precision,
            arguments.resize,
        ),
        specs.HeadSpec(
            arguments.head,
            arguments.dropout,
            arguments.l2,
            arguments.activation,
            arguments.batch_norm,
            arguments.auto_head,
        ),
        specs.TrainingSpec(
            arguments.epochs,
            arguments.batch,
            usual if arguments.lr is None else arguments.lr,
            arguments.split,
            arguments.seed,
            arguments.test,
            arguments.group_by,
            arguments.optimizer,
            arguments.schedule,
            arguments.patience,
            arguments.imbalance,
            arguments.label_smoothing,
            arguments.mixup,
        ),
        _tuning(arguments),
        _views(arguments),
        "scratch" if fresh else "pretrained",
    )
    began = time.monotonic()
    # With pictures set aside for validation, the folder is for training alone.
    found = [catalogs.scan([arguments.folder], reporter.part(0, 0.02))]
    if arguments.val:
        found.append(catalogs.scan([arguments.val], reporter.part(0.02, 0.03), split="val"))
    merged, seconds = catalogs.merge(found), time.monotonic() - began
    return pipeline.train(merged, spec, _places(arguments), reporter.part(0.03, 1), seconds).summary


def _repeat(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    run = open_run(arguments.run)
    again = pipeline.repeat(run, _places(arguments), reporter)
    return {**again.summary, "repeats": str(run.folder), "same_history": again.history == run.history}


def _places(arguments: argparse.Namespace) -> pipeline.Places:
    return pipeline.Places(arguments.out, _store(), _cache(arguments))


def _cache(arguments: argparse.Namespace) -> Path | None:
    return None if arguments.no_cache else arguments.cache or paths.cache_folder()


def _tuning(arguments: argparse.Namespace) -> TuningSpec | None:
    if not arguments.tune_blocks:
        return None
    return TuningSpec(
        arguments.tune_blocks,
        arguments.tune_epochs,
        arguments.batch,
        arguments.tune_lr,
        seed=arguments.seed,
    )


def _views(arguments: argparse.Namespace) -> ViewsSpec | None:
    if arguments.views == 1:
        return None
    strange = [name for name in arguments.augment if name not in CHANGES]
    if strange:
        raise EngineError(
            f"Pictures cannot be augmented by “{strange[0]}”.", f"Name some of {', '.join(CHANGES)}."
        )
    ticks = {name: name in arguments.augment for name in CHANGES}
    return ViewsSpec(arguments.views, **ticks, average=arguments.average_views)


def _evaluate(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    run = open_run(arguments.run)
    catalog = catalogs.scan([arguments.folder], reporter.part(0, 0.1))
    classifier = pipeline.open_classifier(run, reporter.part(0.1, 0.2))
    report, problems = classifier.evaluate(catalog, str(arguments.folder), reporter.part(0.2, 1))
    skipped = len(catalog.problems) + len(problems)
    return {**report.to_json(), "skipped": skipped, "weights": run.weights_origin, "run": str(run.folder)}


def _report(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    run = open_run(arguments.run)
    if arguments.out.is_dir():
        raise EngineError(f"“{arguments.out}” is a folder.", "Name the file to write: --out FILE.html.")
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


def _predict(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    run = open_run(arguments.run)
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
        reporter.checkpoint()
        if done.why:
            raise EngineError(done.words, "Those that were copied are complete.")
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


def _verdict(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    from desktop_app.engine import arms
    from desktop_app.engine.recall import features_of

    run, twin = open_run(arguments.run), open_run(arguments.scratch) if arguments.scratch else None
    cache = _cache(arguments)
    pipeline.start_tensorflow(reporter)
    found = arms.judge_transfer(
        run, lambda stage: features_of(run, cache, stage), cache, reporter, twin, arguments.seeds
    )
    return {**found.to_json(), "weights": run.weights_origin, "run": str(run.folder)}


def _export(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
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


def _runs(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    folder = arguments.folder or paths.runs_folder()
    if arguments.folder and not folder.is_dir():
        raise EngineError(f"There is no folder “{folder}”.", "Name the folder that holds your runs.")
    return {"runs": [one.to_json() for one in summarize_all(find_runs(folder), {}, reporter)]}


def _compare(arguments: argparse.Namespace, _reporter: Reporter) -> Answer:
    return asdict(compare(open_run(arguments.run), open_run(arguments.other)))


def _backbones(_arguments: argparse.Namespace, _reporter: Reporter) -> Answer:
    store = _store()
    return {
        "backbones": [
            {**asdict(row), "weights_here": store.find(row) is not None} for row in BACKBONES.values()
        ]
    }


def _rank(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    names = [backbone(name).name for name in arguments.backbones]
    base = specs.BaseSpec(
        weights=arguments.weights,
        pooling=arguments.pooling,
        precision=arguments.precision,
        resize=arguments.resize,
    )
    if arguments.weights not in {specs.IMAGENET, specs.UNTRAINED}:
        raise EngineError("A weights file fits one backbone only.", "Import it: “graftwork weights import”.")
    specs.ExperimentSpec(base)  # which refuses what cannot work
    spec = RankingSpec(seed=arguments.seed, group_by=arguments.group_by)
    catalog = catalogs.scan([arguments.folder], reporter.part(0, 0.02))
    catalog.require_trainable()
    cache = _cache(arguments)
    reporter = reporter.part(0.02, 1)
    pipeline.start_tensorflow(reporter)
    from desktop_app.engine.candidates import rank_backbones

    ranked = rank_backbones(
        names, catalog, base, spec, _store(), cache, reporter, download=not arguments.no_download
    )
    if all(one.problem for one in ranked):
        raise EngineError(f"No backbone could be asked. {ranked[0].backbone}: {ranked[0].problem}")
    return {"ranking": [_standing(one) for one in ranked], "weights": arguments.weights}


def _standing(one: Standing) -> Answer:
    """What is not known is null: JSON has no other word for it."""
    if one.problem:
        return {**dict.fromkeys(asdict(one)), "backbone": one.backbone, "problem": one.problem}
    return asdict(one)


def _direct(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    if arguments.score and len(arguments.pictures) > 1:
        raise EngineError("Several folders cannot be scored at once.", "Name the folder of class folders.")
    looking = reporter.part(0, 0.05)
    if arguments.score:
        catalog = catalogs.scan(arguments.pictures, looking)
    else:
        files = [file for path in arguments.pictures for file in catalogs.files_of(path)]
    pipeline.start_tensorflow(looking)
    from desktop_app.engine.direct import open_direct

    direct = open_direct(arguments.backbone, arguments.weights, _store(), reporter.part(0.05, 0.3))
    asking = reporter.part(0.3, 1)
    about = {"backbone": direct.base.row.name, "weights": arguments.weights}
    if arguments.score:
        return {**direct.score(catalog, None, asking).to_json(), **about}
    answers, problems = direct.predict(files, None, asking)
    if not answers:
        raise EngineError("There are no readable pictures here.", "Name at least one picture.")
    return {
        "predictions": [
            {"file": str(one.file), "label": one.guesses[0][0], "probability": one.guesses[0][1],
             "top5": dict(one.guesses)}
            for one in answers
        ],
        "skipped": [{"file": str(p.path), "reason": p.reason} for p in problems],
        **about,
    }  # fmt: skip


def _weights_list(_arguments: argparse.Namespace, _reporter: Reporter) -> Answer:
    return {
        "weights": [{**asdict(record), "path": str(record.path)} for record in _store().records()],
    }


def _weights_import(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    row = backbone(arguments.name)
    path = pipeline.import_weights(_store(), row, arguments.file, reporter, top=arguments.top)
    return {"name": backbone(arguments.name).name, "path": str(path)}


def _store() -> WeightsStore:
    return WeightsStore(paths.weights_folder())


def _units(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a list of units such as 256,64") from error


def _names(text: str) -> list[str]:
    return list(BACKBONES) if text == "all" else [name for name in text.replace(",", " ").split() if name]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as the contract has it."""

    def error(self, message: str) -> NoReturn:
        raise EngineError(f"{message[:1].upper()}{message[1:]}.", f"See “{self.prog} --help”.")


def _add_head(learn: argparse.ArgumentParser) -> None:
    """The options of the head and of its training."""
    head, training = specs.HeadSpec(), specs.TrainingSpec()
    learn.add_argument(
        "--head", type=_units, default=head.units, metavar="256,64", help="units of dense layers"
    )
    learn.add_argument("--dropout", type=float, default=head.dropout)
    learn.add_argument("--l2", type=float, default=head.l2, help="weight of the sum of squared kernels")
    learn.add_argument("--activation", default=head.activation, help="relu, gelu, silu, elu or tanh")
    learn.add_argument("--batch-norm", action="store_true", help="normalize before each activation")
    learn.add_argument(
        "--auto-head",
        action="store_true",
        help="take a plain logistic head, unless hidden layers win by cross-validation",
    )
    learn.add_argument("--epochs", type=int, default=training.epochs)
    learn.add_argument("--batch", type=int, default=training.batch)
    learn.add_argument("--lr", type=float, help="learning rate: 0.001, or 0.0001 from scratch")
    learn.add_argument("--optimizer", default=training.optimizer, help="adam, adamw or sgd (momentum 0.9)")
    learn.add_argument("--schedule", default=training.schedule, help="constant, cosine or plateau")
    learn.add_argument(
        "--patience", type=int, default=training.patience, metavar="N", help="stop after N epochs no better"
    )
    learn.add_argument(
        "--imbalance",
        default=training.imbalance,
        metavar="none|weights|logits",
        help="for classes of unequal size: class weights, or logit adjustment",
    )
    learn.add_argument("--label-smoothing", type=float, default=training.label_smoothing, metavar="SHARE")
    learn.add_argument(
        "--mixup", type=float, default=training.mixup, metavar="ALPHA", help="mix pairs of features"
    )


def _add_repeat(again: argparse.ArgumentParser) -> None:
    """What is repeated, and where it goes."""
    again.add_argument("run", type=Path)
    _add_cache(again)
    _add_out(again)


def _add_out(learn: argparse.ArgumentParser) -> None:
    """Where a run goes."""
    learn.add_argument("--out", type=Path, required=True, metavar="RUN", help="the run folder to make")
    learn.add_argument(
        "--resume",
        action="store_true",
        help="keep a run that is interrupted; the same command goes on with it, as after a crash",
    )


def _add_report(tell: argparse.ArgumentParser) -> None:
    """What is told, and where."""
    tell.add_argument("run", type=Path)
    tell.add_argument("--on", choices=get_args(Split), help="judged on these; unsaid: test, else validation")
    tell.add_argument("--out", type=Path, required=True, metavar="FILE.html")


def _add_tuning(learn: argparse.ArgumentParser, tuning: TuningSpec) -> None:
    learn.add_argument(
        "--tune-blocks",
        type=int,
        default=0,
        metavar="N",
        help="tune the base's last N blocks after the head",
    )
    learn.add_argument("--tune-epochs", type=int, default=tuning.epochs)
    learn.add_argument("--tune-lr", type=float, default=tuning.learning_rate, help="the head's; below less")
    learn.add_argument(
        "--from-scratch",
        action="store_true",
        help="for comparison: the same network, all of it learning from random weights",
    )


def _add_views(learn: argparse.ArgumentParser) -> None:
    learn.add_argument(
        "--views",
        type=int,
        default=1,
        metavar="K",
        help="learn from K views of each picture, of which the first is the picture as it is",
    )
    learn.add_argument(
        "--augment",
        type=lambda text: text.replace(",", " ").split(),
        default=ViewsSpec().changes,
        metavar="flip,crop",
        help=f"what the views differ in: some of {', '.join(CHANGES)}",
    )
    learn.add_argument(
        "--average-views",
        action="store_true",
        help="also judge and predict by the mean of the views; an exported model sees one picture",
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="graftwork", description=__doc__, allow_abbrev=False)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(parent: Any, name: str, run: Callable[..., Answer], about: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = parent.add_parser(
            name, help=about, description=about, allow_abbrev=False
        )
        made.set_defaults(verb=run)
        return made

    base, training, tuning = specs.BaseSpec(), specs.TrainingSpec(), TuningSpec()
    learn = verb(verbs, "train", _train, "train a head on a frozen base")
    learn.add_argument("folder", type=Path, help="class folders, or train and val folders of them")
    some = f"such as {', '.join(USUAL)}; “graftwork backbones” lists all {len(BACKBONES)}"
    learn.add_argument("--backbone", default=base.backbone, metavar="NAME", help=some)
    learn.add_argument("--weights", default=base.weights, help="imagenet, none, or a file")
    _add_head(learn)
    _add_tuning(learn, tuning)
    _add_views(learn)
    held = learn.add_mutually_exclusive_group()
    held.add_argument("--val", type=Path, metavar="FOLDER", help="class folders to validate on")
    held.add_argument("--split", type=float, default=training.validation_share, help="share to validate on")
    learn.add_argument(
        "--test",
        type=float,
        default=training.test_share,
        metavar="SHARE",
        help="share for the last judgement",
    )
    _add_shared(learn)
    _add_out(learn)

    again = verb(verbs, "repeat", _repeat, "train again as a run was, from its record")
    _add_repeat(again)

    judge = verb(verbs, "evaluate", _evaluate, "judge a run on pictures whose classes are known")
    judge.add_argument("run", type=Path)
    judge.add_argument("folder", type=Path)

    _add_report(verb(verbs, "report", _report, "write all that a run can tell as one HTML file"))

    _add_predict(verb(verbs, "predict", _predict, "ask a run about pictures"))

    _add_verdict(verb(verbs, "verdict", _verdict, "say whether transfer has helped a run"))

    _add_export(verb(verbs, "export", _export, "write a run as a model for other programs"))

    _add_runs(verb(verbs, "runs", _runs, "list the runs in a folder"))
    _add_compare(verb(verbs, "compare", _compare, "say which of two runs is better, as far as can be told"))

    verb(verbs, "backbones", _backbones, "list the backbones")

    choose = verb(verbs, "rank", _rank, "find the backbone whose features suit a folder of pictures best")
    choose.add_argument("folder", type=Path, help="class folders")
    choose.add_argument(
        "--backbones", type=_names, default=list(USUAL), metavar="A,B,…|all", help=", ".join(USUAL)
    )
    choose.add_argument("--weights", default=base.weights, help="imagenet or none")
    choose.add_argument("--no-download", action="store_true", help="leave out those without weights here")
    _add_shared(choose)

    plain = verb(verbs, "direct", _direct, "ask ImageNet's own model about pictures, without any training")
    _add_direct(plain)

    store = verbs.add_parser("weights", help="the pretrained weights on this machine")
    stored = store.add_subparsers(required=True, metavar="list|import")
    verb(stored, "list", _weights_list, "list the weights files")
    take = verb(stored, "import", _weights_import, "keep a weights file for the next time")
    take.add_argument("name")
    take.add_argument("file", type=Path)
    take.add_argument("--top", action="store_true", help="for `direct`: the file holds the top, too")
    return parser


def _add_export(parser: argparse.ArgumentParser) -> None:
    """What `export` takes."""
    parser.add_argument("run", type=Path)
    parser.add_argument("--format", choices=list(export_table.FORMATS), default="savedmodel")
    parser.add_argument(
        "--quantize",
        choices=list(export_table.QUANTIZATIONS),
        default="none",
        help="smaller numbers, for litert: float16, dynamic, or int8 (calibrated on training pictures)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="PATH",
        help="the folder to make; a name that ends in .keras, .tflite or .onnx: that file alone",
    )


def _add_runs(parser: argparse.ArgumentParser) -> None:
    """What `runs` takes."""
    parser.add_argument("folder", type=Path, nargs="?", help="else where the window keeps its runs")


def _add_compare(parser: argparse.ArgumentParser) -> None:
    """What `compare` takes."""
    parser.add_argument("run", type=Path)
    parser.add_argument("other", type=Path)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    """What both `train` and `rank` take: how features are made, kept and divided."""
    base, training = specs.BaseSpec(), specs.TrainingSpec()
    parser.add_argument("--pooling", default=base.pooling, help="avg, max or flatten")
    parser.add_argument("--resize", default=base.resize, help="stretch, crop or pad to a square")
    parser.add_argument(
        "--group-by",
        default=training.group_by,
        metavar="folder|PATTERN",
        help="what stays together: pictures of one folder, or of one name by a regular expression",
    )
    parser.add_argument("--seed", type=int, default=training.seed)
    parser.add_argument("--precision", default=base.precision, help="auto, float32, bfloat16 or float16")
    _add_cache(parser)


def _add_cache(parser: argparse.ArgumentParser) -> None:
    """Where features are kept."""
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--cache", type=Path, metavar="DIR", help="where features are kept")
    kept.add_argument("--no-cache", action="store_true", help="keep no features")


def _add_verdict(parser: argparse.ArgumentParser) -> None:
    """What `verdict` takes."""
    parser.add_argument("run", type=Path)
    parser.add_argument("--scratch", type=Path, metavar="RUN", help="the same network trained from scratch")
    parser.add_argument("--seeds", type=int, default=3, choices=range(1, 101), metavar="3")
    _add_cache(parser)


def _add_predict(ask: argparse.ArgumentParser) -> None:
    """What `predict` takes; with any of the options it says more, and its probabilities are calibrated."""
    ask.add_argument("run", type=Path)
    ask.add_argument("pictures", type=Path, nargs="+", metavar="IMAGE|FOLDER")
    ask.add_argument(
        "--coverage",
        type=float,
        choices=COVERAGES,
        help="also name the classes that hold the right one so often, the nearest training pictures, and "
        "whether it is unlike all of them",
    )
    ask.add_argument("--csv", type=Path, metavar="FILE", help="write all of that to a CSV file")
    ask.add_argument(
        "--sort-into",
        type=Path,
        metavar="FOLDER",
        help="copy the pictures into class folders there; unknown ones into “unknown”",
    )


def _add_direct(parser: argparse.ArgumentParser) -> None:
    """What `direct` takes."""
    base = specs.BaseSpec()
    parser.add_argument("pictures", type=Path, nargs="+", metavar="IMAGE|FOLDER")
    parser.add_argument("--backbone", default=base.backbone, metavar="NAME", help="as for “train”")
    parser.add_argument("--weights", default=base.weights, help="imagenet, none, or a file with the top")
    parser.add_argument(
        "--score", action="store_true", help="class folders whose names ImageNet knows: how many are right"
    )
