"""The words of each verb."""

import argparse
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, get_args

from desktop_app import __version__
from desktop_app.cli.answer import Answer
from desktop_app.cli.asking import compare_runs, evaluate, export, list_runs, predict, verdict, write_report
from desktop_app.cli.making import (
    direct,
    import_model,
    list_backbones,
    rank,
    repeat,
    train,
    weights_import,
    weights_list,
)
from desktop_app.engine import export_table, specs
from desktop_app.engine.backbones import BACKBONES, USUAL
from desktop_app.engine.catalog import Split
from desktop_app.engine.conformal import COVERAGES
from desktop_app.engine.errors import EngineError
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import CHANGES, ViewsSpec

_MOST_SEEDS = 100
_ABOUT = "Graftwork without its window. The last line on stdout is one JSON object."


def _units(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a list of units such as 256,64") from error


def _seeds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to {_MOST_SEEDS}")
    return int(text)


def _path(text: str) -> Path:
    if not text:  # a script's variable that is not set; as a path it would be the current folder
        raise argparse.ArgumentTypeError("a name is empty")
    return Path(text)


def _names(text: str) -> list[str]:
    names = list(BACKBONES) if text == "all" else text.replace(",", " ").split()
    if not names:
        raise argparse.ArgumentTypeError("no backbone is named")
    return names


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as the contract has it."""

    def error(self, message: str) -> NoReturn:
        raise EngineError(f"{message[:1].upper()}{message[1:]}.", f"See “{self.prog} --help”.")


class _Help(argparse.HelpFormatter):
    """Says what counts where nothing is said."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        usual = action.default
        if usual is None or usual is False or usual == argparse.SUPPRESS or not action.option_strings:
            return action.help
        told = ",".join(map(str, usual)) if isinstance(usual, (list, tuple)) else str(usual)
        return f"{action.help} (default: {told or 'none'})"


def _add_head(learn: argparse.ArgumentParser) -> None:
    """The options of the head and of its training."""
    head, training = specs.HeadSpec(), specs.TrainingSpec()
    learn.add_argument(
        "--head", type=_units, default=head.units, metavar="256,64", help="units of dense layers"
    )
    learn.add_argument(
        "--dropout", type=float, default=head.dropout, metavar="SHARE", help="of units left out of each step"
    )
    learn.add_argument("--l2", type=float, default=head.l2, help="weight of the sum of squared kernels")
    learn.add_argument("--activation", default=head.activation, help="relu, gelu, silu, elu or tanh")
    learn.add_argument("--batch-norm", action="store_true", help="normalize before each activation")
    learn.add_argument(
        "--auto-head",
        action="store_true",
        help="take a plain logistic head, unless hidden layers win by cross-validation",
    )
    learn.add_argument(
        "--epochs", type=int, default=training.epochs, metavar="N", help="passes over the pictures"
    )
    learn.add_argument("--batch", type=int, default=training.batch, metavar="N", help="pictures a step")
    learn.add_argument(
        "--lr",
        type=float,
        metavar="RATE",
        help=f"learning rate (default: {training.learning_rate}, or {specs.SCRATCH_RATE} from scratch)",
    )
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
    learn.add_argument(
        "--label-smoothing",
        type=float,
        default=training.label_smoothing,
        metavar="SHARE",
        help="of each label that goes to all classes alike",
    )
    learn.add_argument(
        "--mixup", type=float, default=training.mixup, metavar="ALPHA", help="mix pairs of features"
    )


def _add_repeat(again: argparse.ArgumentParser) -> None:
    """What is repeated, and where it goes."""
    again.add_argument("run", type=_path)
    _add_cache(again)
    _add_out(again)


def _add_import(take: argparse.ArgumentParser) -> None:
    """What becomes a run, and where."""
    take.add_argument("path", type=_path, help="a .keras file, or the folder of a SavedModel")
    take.add_argument("--out", type=_path, required=True, metavar="RUN", help="the run folder to make")


def _add_out(learn: argparse.ArgumentParser) -> None:
    """Where a run goes."""
    learn.add_argument("--out", type=_path, required=True, metavar="RUN", help="the run folder to make")
    learn.add_argument(
        "--resume",
        action="store_true",
        help="keep a run that is interrupted; the same command goes on with it, as after a crash",
    )


def _add_report(tell: argparse.ArgumentParser) -> None:
    """What is told, and where."""
    tell.add_argument("run", type=_path)
    tell.add_argument("--on", choices=get_args(Split), help="judged on these; unsaid: test, else validation")
    tell.add_argument("--out", type=_path, required=True, metavar="FILE.html")


def _add_tuning(learn: argparse.ArgumentParser, tuning: TuningSpec) -> None:
    learn.add_argument(
        "--tune-blocks",
        type=int,
        default=0,
        metavar="N",
        help="tune the base's last N blocks after the head",
    )
    learn.add_argument("--tune-epochs", type=int, default=tuning.epochs, metavar="N", help="of that tuning")
    learn.add_argument("--tune-lr", type=float, default=tuning.learning_rate, help="the head's; below less")
    begins = learn.add_mutually_exclusive_group()
    begins.add_argument(
        "--from",
        type=_path,
        dest="before",
        metavar="RUN",
        help="go on where that run has ended, with its base, its head and its views; options about these "
        "do not count",
    )
    begins.add_argument(
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


def _add_export(parser: argparse.ArgumentParser) -> None:
    """What `export` takes."""
    parser.add_argument("run", type=_path)
    parser.add_argument("--format", choices=list(export_table.FORMATS), default="savedmodel")
    parser.add_argument(
        "--quantize",
        choices=list(export_table.QUANTIZATIONS),
        default="none",
        help="smaller numbers, for litert: float16, dynamic, or int8 (calibrated on training pictures)",
    )
    parser.add_argument(
        "--out",
        type=_path,
        required=True,
        metavar="PATH",
        help="the folder to make; a name that ends in .keras, .tflite or .onnx: that file alone",
    )


def _add_runs(parser: argparse.ArgumentParser) -> None:
    """What `runs` takes."""
    parser.add_argument("folder", type=_path, nargs="?", help="else where the window keeps its runs")


def _add_compare(parser: argparse.ArgumentParser) -> None:
    """What `compare` takes."""
    parser.add_argument("run", type=_path)
    parser.add_argument("other", type=_path)


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
    parser.add_argument(
        "--seed",
        type=int,
        default=training.seed,
        metavar="N",
        help="of the division and of all that is drawn by chance",
    )
    parser.add_argument("--precision", default=base.precision, help="auto, float32, bfloat16 or float16")
    _add_cache(parser)


def _add_cache(parser: argparse.ArgumentParser) -> None:
    """Where features are kept."""
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--cache", type=_path, metavar="DIR", help="where features are kept")
    kept.add_argument("--no-cache", action="store_true", help="keep no features")


def _add_verdict(parser: argparse.ArgumentParser) -> None:
    """What `verdict` takes."""
    parser.add_argument("run", type=_path)
    parser.add_argument("--scratch", type=_path, metavar="RUN", help="the same network trained from scratch")
    parser.add_argument("--seeds", type=_seeds, default=3, metavar="N", help="how many divisions")
    _add_cache(parser)


def _add_predict(ask: argparse.ArgumentParser) -> None:
    """What `predict` takes; with any of the options it says more, and its probabilities are calibrated."""
    ask.add_argument("run", type=_path)
    ask.add_argument("pictures", type=_path, nargs="+", metavar="IMAGE|FOLDER")
    ask.add_argument(
        "--coverage",
        type=float,
        choices=COVERAGES,
        help="also name the classes that hold the right one so often, the nearest training pictures, and "
        "whether it is unlike all of them",
    )
    ask.add_argument("--csv", type=_path, metavar="FILE", help="write all of that to a CSV file")
    ask.add_argument(
        "--sort-into",
        type=_path,
        metavar="FOLDER",
        help="copy the pictures into class folders there; unknown ones into “unknown”",
    )


def _add_direct(parser: argparse.ArgumentParser) -> None:
    """What `direct` takes."""
    base = specs.BaseSpec()
    parser.add_argument("pictures", type=_path, nargs="+", metavar="IMAGE|FOLDER")
    parser.add_argument("--backbone", default=base.backbone, metavar="NAME", help="as for “train”")
    parser.add_argument("--weights", default=base.weights, help="imagenet, none, or a file with the top")
    parser.add_argument(
        "--score", action="store_true", help="class folders whose names ImageNet knows: how many are right"
    )


def for_window(words: Sequence[str], verbs: Sequence[str]) -> argparse.Namespace:
    """What the window is to open: `paths`, or the `demo`.

    Raises:
        EngineError: they cannot be read, or are one of `verbs` with a slip in it.
    """
    parser = _Parser(prog="graftwork", allow_abbrev=False)
    parser.add_argument("paths", nargs="*", type=_path, metavar="FOLDER|PROJECT")
    parser.add_argument("--demo", action="store_true", help="open sample pictures")
    read = parser.parse_args(words)
    for first in read.paths[:1]:
        meant = [] if first.exists() else get_close_matches(str(first), verbs, 1)
        if meant:
            raise EngineError(
                f"There is neither a verb nor a folder “{first}”.",
                f"Perhaps you mean “graftwork {meant[0]}”.",
            )
    return read


def make_parser() -> argparse.ArgumentParser:
    """Reads all verbs; what it cannot read is an `EngineError`."""
    parser = _Parser(prog="graftwork", description=_ABOUT, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(parent: Any, name: str, run: Callable[..., Answer], about: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = parent.add_parser(
            name, help=about, description=about, allow_abbrev=False, formatter_class=_Help
        )
        made.set_defaults(verb=run)
        return made

    base, training, tuning = specs.BaseSpec(), specs.TrainingSpec(), TuningSpec()
    learn = verb(verbs, "train", train, "train a head on a frozen base")
    learn.add_argument("folder", type=_path, help="class folders, or train and val folders of them")
    some = f"such as {', '.join(USUAL)}; “graftwork backbones” lists all {len(BACKBONES)}"
    learn.add_argument("--backbone", default=base.backbone, metavar="NAME", help=some)
    learn.add_argument("--weights", default=base.weights, help="imagenet, none, or a file")
    _add_head(learn)
    _add_tuning(learn, tuning)
    _add_views(learn)
    held = learn.add_mutually_exclusive_group()
    held.add_argument("--val", type=_path, metavar="FOLDER", help="class folders to validate on")
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

    again = verb(verbs, "repeat", repeat, "train again as a run was, from its record")
    _add_repeat(again)

    _add_import(verb(verbs, "import", import_model, "make a run of a model that somebody has exported"))

    judge = verb(verbs, "evaluate", evaluate, "judge a run on pictures whose classes are known")
    judge.add_argument("run", type=_path)
    judge.add_argument("folder", type=_path)

    _add_report(verb(verbs, "report", write_report, "write all that a run can tell as one HTML file"))

    _add_predict(verb(verbs, "predict", predict, "ask a run about pictures"))

    _add_verdict(verb(verbs, "verdict", verdict, "say whether transfer has helped a run"))

    _add_export(verb(verbs, "export", export, "write a run as a model for other programs"))

    _add_runs(verb(verbs, "runs", list_runs, "list the runs in a folder"))
    _add_compare(
        verb(verbs, "compare", compare_runs, "say which of two runs is better, as far as can be told")
    )

    verb(verbs, "backbones", list_backbones, "list the backbones")

    choose = verb(verbs, "rank", rank, "find the backbone whose features suit a folder of pictures best")
    choose.add_argument("folder", type=_path, help="class folders")
    choose.add_argument(
        "--backbones", type=_names, default=list(USUAL), metavar="A,B,…|all", help=", ".join(USUAL)
    )
    choose.add_argument("--weights", default=base.weights, help="imagenet or none")
    choose.add_argument("--no-download", action="store_true", help="leave out those without weights here")
    _add_shared(choose)

    plain = verb(verbs, "direct", direct, "ask ImageNet's own model about pictures, without any training")
    _add_direct(plain)

    store = verbs.add_parser("weights", help="the pretrained weights on this machine")
    stored = store.add_subparsers(required=True, metavar="list|import")
    verb(stored, "list", weights_list, "list the weights files")
    take = verb(stored, "import", weights_import, "keep a weights file for the next time")
    take.add_argument("name")
    take.add_argument("file", type=_path)
    take.add_argument("--top", action="store_true", help="for `direct`: the file holds the top, too")
    return parser
