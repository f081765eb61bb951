"""The headless verbs, as a shell sees them: exit codes, one JSON line, and nothing left of what failed."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image
from run_samples import write_run

from desktop_app import cli
from desktop_app.cli import making
from desktop_app.cli.progress_line import ProgressLine
from desktop_app.engine import foreign, pipeline, verification
from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.history import EpochRow
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.session import paths

pytestmark = pytest.mark.usefixtures("small_backbones")
Make = Callable[..., Path]
KEYS = {
    "run", "backbone", "classes", "images", "skipped", "train_accuracy", "val_accuracy", "epochs", "seconds",
    "features_cached", "precision", "weights",
}  # fmt: skip


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out.splitlines()[-1])


class Shell:
    """Runs verbs in this process and says what came out."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: str | Path) -> Answer:
        self._capture.readouterr()
        code = cli.main([str(word) for word in words])
        return Answer(code, *self._capture.readouterr())

    def refuses(self, *words: str | Path) -> str:
        """The one line that a wrong input gives."""
        answer = self(*words)
        lines = [line for line in answer.err.splitlines() if not re.match(r" *\d+%  ", line)]
        assert (answer.code, answer.out, len(lines)) == (2, "", 1), answer
        assert lines[0].startswith("graftwork: ")
        assert lines[0].endswith(".") or lines[0].endswith("”.")
        return lines[0].removeprefix("graftwork: ")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def options(out: Path, *more: str | Path) -> tuple[str | Path, ...]:
    return (
        "--backbone", "vgg16", "--weights", "none", "--head", "8", "--epochs", "2", *more, "--out", out,
    )  # fmt: skip


def everything(root: Path) -> set[Path]:
    return set(root.rglob("*"))


# --- the way through ---------------------------------------------------------------------------------


def test_from_pictures_to_an_export(
    shell: Shell, picture_folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process, one TensorFlow, every verb: what is made here is used until the end."""
    pictures, more = picture_folder("pictures", count=6), picture_folder("more pictures", count=3)
    (pictures / "red" / "notes.txt").write_text("not a picture")
    (pictures / "red" / os.fsdecode(b"caf\xe9 \n2.png")).write_bytes(
        (pictures / "red" / "0.png").read_bytes()
    )
    run = tmp_path / "runs" / "first"

    tune = ("--tune-blocks", "1", "--tune-epochs", "1", "--tune-lr", "1e-3")
    shape = ("--activation", "tanh", "--batch-norm", "--optimizer", "sgd", "--schedule", "cosine")
    remedies = ("--patience", "9", "--imbalance", "weights", "--label-smoothing", "0.1", "--mixup", "0.2")
    answer = shell("train", pictures, *options(run, "--seed", "3", *tune))
    summary = answer.json
    assert set(summary) == KEYS | {"head_val_accuracy"}
    assert set(summary["seconds"]) == {"scan", "features", "head", "tuning", "total"}
    assert len(answer.out.splitlines()) == 1
    assert (summary["run"], summary["backbone"], summary["classes"]) == (str(run), "VGG16", ["blue", "red"])
    assert (summary["images"], summary["skipped"], summary["epochs"]) == (13, 1, 3)
    assert summary["features_cached"] == 0
    assert summary["precision"] in {"float32", "bfloat16", "float16"}  # the machine's best
    assert summary["weights"] == "untrained base"
    assert 0 <= summary["val_accuracy"] <= 1
    assert 0 <= summary["head_val_accuracy"] <= 1
    assert "epoch 2: loss" in answer.err
    assert "epoch 3, tuning: loss" in answer.err
    made = {
        "experiment.json",
        "history.csv",
        "model.keras",
        "report.json",
        "logits.npy",
        "pictures.csv",
        "events",
    }
    assert {file.name for file in run.iterdir()} == made
    assert [line.split(",")[-1] for line in (run / "history.csv").read_text("utf-8").splitlines()] == [
        "stage", "head", "head", "tuning",
    ]  # fmt: skip
    tuning = json.loads((run / "experiment.json").read_text("utf-8"))["spec"]["tuning"]
    assert (tuning["blocks"], tuning["epochs"], tuning["learning_rate"], tuning["seed"]) == (1, 1, 1e-3, 3)

    second = shell(
        "train", pictures, *options(tmp_path / "second", "--seed", "3", *shape, *remedies, "--auto-head")
    )
    chosen = json.loads((tmp_path / "second" / "experiment.json").read_text("utf-8"))["spec"]
    assert (chosen["head"]["activation"], chosen["head"]["normalization"]) == ("tanh", True)
    learning = ("optimizer", "schedule", "patience", "imbalance", "label_smoothing", "mixup")
    assert [chosen["training"][name] for name in learning] == ["sgd", "cosine", 9, "weights", 0.1, 0.2]
    assert second.json["features_cached"] == second.json["images"] == 13
    assert set(second.json) == KEYS | {"head_choice"}
    assert second.json["head_choice"]["taken"] in {"plain", "hidden"}
    rows = (tmp_path / "second" / "pictures.csv").read_text("utf-8", "surrogateescape").splitlines()
    assert second.json["head_choice"]["pictures"] == sum(",train," in row for row in rows)
    assert set(second.json["seconds"]) == {"scan", "features", "head", "total"}

    again = shell("repeat", tmp_path / "second", "--out", tmp_path / "again").json
    assert (again["repeats"], again["same_history"]) == (str(tmp_path / "second"), True)
    assert set(again) == KEYS | {"head_choice", "repeats", "same_history"}

    val = shell("train", pictures, *options(tmp_path / "third", "--val", more, "--no-cache"))
    assert (val.json["images"], val.json["features_cached"]) == (19, 0)
    judged = json.loads((tmp_path / "third" / "report.json").read_text("utf-8"))["report"]
    assert (judged["images"], judged["source"]) == (6, "validation pictures")

    judged = shell("evaluate", run, more).json
    assert {"accuracy", "balanced_accuracy", "per_class", "confusion", "interval", "skipped"} <= set(judged)
    assert np.sum(judged["confusion"]) == judged["images"] == 6
    assert judged["weights"] == "untrained base"

    told = shell("predict", run, pictures, more / "red" / "0.png").json
    assert len(told["predictions"]) == 14
    assert {Path(entry["file"]).name for entry in told["skipped"]} == {"notes.txt"}
    assert os.fsdecode(b"caf\xe9 \n2.png") in {Path(entry["file"]).name for entry in told["predictions"]}
    for entry in told["predictions"]:
        assert {"file", "label", "probability"} <= set(entry)
        assert entry["label"] in {"blue", "red"}
        assert 0.5 <= entry["probability"] <= 1

    third, csv, sorted_ = tmp_path / "third", tmp_path / "t.csv", tmp_path / "sorted"
    tried = shell("predict", third, pictures, "--coverage", "0.8", "--csv", csv, "--sort-into", sorted_).json
    assert len(tried["predictions"]) == 13
    for entry in tried["predictions"]:
        assert set(entry) == {
            "file", "label", "probability", "probabilities", "set", "unknown", "distance", "nearest",
        }  # fmt: skip
        assert len(entry["nearest"]) == 5
    assert (tried["coverage"], tried["csv"], tried["sorted_into"]) == (0.8, str(csv), str(sorted_))
    assert len([file for file in sorted_.rglob("*") if file.is_file()]) == 13

    verdict = shell("verdict", tmp_path / "third", "--seeds", "1").json
    assert verdict["verdict"] in {"helps", "no clear difference", "negative transfer"}
    assert (verdict["pictures"], verdict["split_given"]) == (6, True)
    assert {arm["name"] for arm in verdict["arms"]} == {"model", "random", "colours", "majority"}
    assert all(len(arm["accuracies"]) == 1 for arm in verdict["arms"])
    kept = json.loads((tmp_path / "third" / "verdict.json").read_text())
    assert verdict == kept | {"weights": "untrained base", "run": str(tmp_path / "third")}

    # Its reader is here in this process, which has TensorFlow already.
    monkeypatch.setattr(verification, "answers", lambda _module, order, _reporter: foreign.read(order))
    exported = shell("export", run, "--format", "head-weights", "--out", tmp_path / "model").json
    assert (tmp_path / "model" / "head.weights.h5").is_file()
    assert (exported["format"], exported["compared"]) == ("head-weights", 13)
    assert 0 <= exported["greatest_difference"] <= 2e-3

    # Wrong input to what needs a run.
    before = everything(tmp_path)
    assert "exists already" in shell.refuses("export", run, "--out", tmp_path / "model")
    assert "exists already" in shell.refuses("train", pictures, *options(run))
    assert "cannot be written" in shell.refuses("export", run, "--out", more / "red" / "0.png" / "model")
    assert "There is no “" in shell.refuses("predict", run, tmp_path / "gone.png")
    notes = pictures / "red" / "notes.txt"
    assert "because it is not a picture" in shell.refuses("predict", run, notes)
    picture_folder("birds", ("green", "red"), 2)
    assert "does not know the class “green”" in shell.refuses("evaluate", run, tmp_path / "birds")
    assert "There is no folder" in shell.refuses("evaluate", run, tmp_path / "gone")
    (tmp_path / "second" / "model.keras").write_bytes(b"damaged")
    assert "model.keras” is damaged" in shell.refuses("predict", tmp_path / "second", notes)
    assert everything(tmp_path) - everything(tmp_path / "birds") - {tmp_path / "birds"} == before


# --- bad input ---------------------------------------------------------------------------------------


def folder_with(root: Path, *names: str) -> Path:
    root.mkdir()
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (9, 9)).save(root / name)
    return root


BAD_FOLDERS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (folder_with, "There are no readable pictures here"),
    "one class": (lambda root: folder_with(root, "blue/1.png"), "only one class, “blue”"),
    "a class with one picture": (
        lambda root: folder_with(root, "blue/1.png", "blue/2.png", "red/1.png"),
        "The class “red” has one picture",
    ),
    "missing": (lambda root: root, "There is no folder"),
    "a file": (lambda root: folder_with(root, "1.png") / "1.png", "is a file, not a folder"),
    "only test pictures": (
        lambda root: folder_with(root.with_name("test"), "blue/1.png", "red/1.png"),
        "only validation or test pictures, none to learn from",
    ),
}


@pytest.mark.parametrize(("make", "sentence"), BAD_FOLDERS.values(), ids=BAD_FOLDERS)
def test_a_folder_that_cannot_be_learned_from(
    shell: Shell, tmp_path: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    folder = make(tmp_path / "pictures")
    before = everything(tmp_path)
    assert sentence in shell.refuses("train", folder, *options(tmp_path / "runs" / "new"))
    assert everything(tmp_path) == before


def test_a_folder_without_permission(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(folder: Path) -> None:  # root may read anything
        raise PermissionError(13, "Permission denied", str(folder))

    folder_with(tmp_path / "pictures", "blue/1.png")
    monkeypatch.setattr(os, "scandir", scandir)
    sentence = shell.refuses("train", tmp_path / "pictures", *options(tmp_path / "run"))
    assert "pictures” may not be read. Ask its owner" in sentence


def test_pictures_that_turn_out_damaged_are_not_trained_on(
    shell: Shell, picture_folder: Make, tmp_path: Path
) -> None:
    """Their headers are good, so only decoding tells."""
    pictures = picture_folder(count=4)
    for file in (pictures / "red").iterdir():
        file.write_bytes(file.read_bytes()[:2000])
    before = everything(tmp_path)
    assert "only one class, “blue”" in shell.refuses("train", pictures, *options(tmp_path / "new" / "run"))
    assert everything(tmp_path) == before


def test_weights_that_do_not_fit(shell: Shell, picture_folder: Make, tmp_path: Path) -> None:
    pictures, bad = picture_folder(), tmp_path / "été.h5"
    bad.write_bytes(b"no weights at all")
    before = everything(tmp_path)
    for weights in (bad, tmp_path / "gone.h5", tmp_path, Path()):
        words = ("--backbone", "VGG16", "--weights", weights, "--out", tmp_path / "a" / "run")
        assert shell.refuses("train", pictures, *words)
    for file in (bad, tmp_path / "gone.h5", tmp_path):
        assert shell.refuses("weights", "import", "VGG16", file)
    assert "no backbone called “VGG17”. Choose one of" in shell.refuses("weights", "import", "VGG17", bad)
    assert everything(tmp_path) == before
    assert shell("weights", "list").json == {"weights": []}


@pytest.mark.parametrize("place", ["file/run", "file/a/run", "/proc/graftwork/run"])
def test_an_output_place_that_cannot_be_written(
    shell: Shell, picture_folder: Make, tmp_path: Path, place: str
) -> None:
    pictures = picture_folder()
    (tmp_path / "file").touch()
    before = everything(tmp_path)
    assert "cannot be written" in shell.refuses("train", pictures, *options(tmp_path / place))
    assert everything(tmp_path) == before


def test_a_cache_that_cannot_be_written(shell: Shell, picture_folder: Make, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = options(tmp_path / "run", "--cache", tmp_path / "file")
    assert "Nothing can be kept in" in shell.refuses("train", picture_folder(), *words)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "The following arguments are required: VERB"),
        (["fly"], "invalid choice: 'fly'"),
        (["train"], "are required: folder, --out"),
        (["train", "x", "--out", "y", "--colour", "red"], "Unrecognized arguments: --colour red"),
        (["train", "", "--out", "y"], "Argument folder: a name is empty"),
        (["train", "x", "--out", ""], "Argument --out: a name is empty"),
        (["train", "x", "--out", "y", "--ep", "3"], "Unrecognized arguments: --ep 3"),
        (["train", "x", "--out", "y", "--epochs", "many"], "--epochs: invalid int value: 'many'"),
        (["train", "x", "--out", "y", "--head", "wide"], "“wide” is not a list of units such as 256,64"),
        (["train", "x", "--out", "y", "--cache", "c", "--no-cache"], "not allowed with argument"),
        (["train", "x", "--out", "y", "--val", "v", "--split", "0.5"], "not allowed with argument"),
        (
            ["train", "x", "--out", "y", "--backbone", "LeNet"],
            "no backbone called “LeNet”. Choose one of VGG16",
        ),
        (["train", "x", "--out", "y", "--epochs", "0"], "number of epochs is 0. It must be"),
        (["train", "x", "--out", "y", "--lr", "nan"], "learning rate is nan. It must be"),
        (["train", "x", "--out", "y", "--split", "20"], "validation share is 20.0. It must be"),
        (["train", "x", "--out", "y", "--test", "0.9"], "test share is 0.9. It must be"),
        (["train", "x", "--out", "y", "--group-by", "(a"], "“(a” is not a regular expression"),
        (["train", "x", "--out", "y", "--seed", "-1"], "seed is -1. It must be"),
        (["train", "x", "--out", "y", "--tune-blocks", "18"], "ResNet50 has 17 blocks: 18 cannot be tuned"),
        (["train", "x", "--out", "y", "--activation", "step"], "“step”. It must be relu, gelu, silu, elu or"),
        (["train", "x", "--out", "y", "--imbalance", "both"], "“both”. It must be none, weights or logits"),
        (["train", "x", "--out", "y", "--from-scratch", "--tune-blocks", "1"], "blocks are to be tuned"),
        (["train", "x", "--out", "y", "--from-scratch", "--mixup", "0.2"], "the training has refinements"),
        (["train", "x", "--out", "y", "--tune-blocks", "-1"], "-1 blocks are to learn. It must be"),
        (["train", "x", "--out", "y", "--tune-blocks", "1", "--tune-lr", "2"], "rate is 2.0. It must be"),
        (["train", "x", "--out", "y", "--pooling", "mean"], "pooling is “mean”. It must be"),
        (["train", "x", "--out", "y", "--resize", "squash"], "resizing is “squash”. It must be"),
        (["train", "x", "--out", "y", "--views", "0"], "There cannot be 0 views of a picture. It must be"),
        (
            ["train", "x", "--out", "y", "--views", "3", "--augment", "shine"],
            "augmented by “shine”. Name some",
        ),
        (["train", "x", "--out", "y", "--views", "3", "--augment", ""], "differ in nothing. It must be at"),
        (["train", "x", "--out", "y", "--views", "3", "--tune-blocks", "1"], "tuned on several views"),
        (["export", "run", "--out", "y", "--format", "pickle"], "invalid choice: 'pickle'"),
        (["repeat", "run"], "are required: --out"),
        (["repeat", "run", "--out", "y"], "is not a run folder"),
        (["train", "x", "--from", "run", "--out", "y"], "is not a run folder"),
        (["train", "x", "--from", "run", "--out", "y", "--from-scratch"], "--from-scratch: not allowed with"),
        (["train", "x", "--from", "run", "--out", "y", "--tune-blocks", "1"], "Leave out one of them"),
        (["import", "model"], "are required: --out"),
        (["import", "model.keras", "--out", "y"], "is not an export that this program can open again"),
        (["predict", "run"], "are required: IMAGE|FOLDER"),
        (["predict", "run", "1.png"], "is not a run folder"),
        (["evaluate", "run", "folder"], "is not a run folder"),
        (["export", "run", "--out", "y"], "is not a run folder"),
        (["rank", "x", "--backbones", ","], "Argument --backbones: no backbone is named"),
        (["weights"], "are required: list|import"),
        (["weights", "import", "VGG16"], "are required: file"),
    ],
)
def test_wrong_words_are_one_line(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in shell.refuses(*words)
    assert everything(tmp_path) == set()


# --- small verbs, help, faults, interruptions --------------------------------------------------------


def test_the_backbones_and_the_weights_are_listed(shell: Shell) -> None:
    rows = shell("backbones").json["backbones"]
    assert [row["name"] for row in rows] == list(BACKBONES)
    assert not any(row["weights_here"] for row in rows)
    assert shell("weights", "list").json == {"weights": []}


def test_runs_are_listed_and_compared(shell: Shell, tmp_path: Path) -> None:
    assert shell("runs").json == {"runs": []}
    runs = tmp_path / "runs"
    a = write_run(runs / "a", [True] * 80)
    b = write_run(runs / "b", [False] * 40 + [True] * 30 + [False] * 10)
    (write_run(runs / "c") / "report.json").write_text("{")
    listed = shell("runs", runs).json["runs"]
    assert [Path(one["run"]) for one in listed] == [a, b, runs / "c"]
    assert [one["accuracy"] for one in listed] == [1.0, 0.75, None]
    assert [bool(one["problem"]) for one in listed] == [False, False, True]
    assert ExperimentSpec.from_json(listed[0]["spec"]) == ExperimentSpec()
    found = shell("compare", a, b).json
    assert (found["pictures"], found["accuracy_a"], found["accuracy_b"]) == (40, 1.0, 0.75)
    assert found["difference"]["mean"] == 0.25
    assert found["difference"]["p"] < 0.01
    assert "is not a run folder" in shell.refuses("compare", a, tmp_path)
    other = write_run(tmp_path / "other", contents=[f"other {n}" for n in range(10)])
    assert "cannot be compared: they are of other pictures" in shell.refuses("compare", a, other)
    assert "There is no folder" in shell.refuses("runs", tmp_path / "no")


def test_backbones_are_ranked(shell: Shell, picture_folder: Make, tmp_path: Path) -> None:
    words = (
        "rank",
        picture_folder(),
        "--backbones",
        "vgg16,VGG16",  # which are one
        "--precision",
        "float32",
        "--cache",
        tmp_path / "c",
    )
    answer = shell(*words, "--weights", "none")
    (one,) = answer.json["ranking"]
    assert one.keys() == {"backbone", "pictures", "accuracy", "interval", "logme", "seconds", "problem"}
    assert (one["backbone"], one["pictures"], one["problem"]) == ("VGG16", 12, "")
    assert f"VGG16: {one['accuracy']:.1%} of 12 pictures" in answer.err
    assert "not on this machine. Let them be downloaded (59 MB)" in shell(*words, "--no-download").err
    assert "fits one backbone only" in shell.refuses(*words, "--weights", "a.h5")


def test_imagenets_own_model_is_asked(shell: Shell, picture_folder: Make) -> None:
    pictures = picture_folder(classes=("goldfish", "gizmos"), count=2)
    words = ("direct", pictures, "--backbone", "vgg16", "--weights", "none")
    found = shell(*words).json
    assert (len(found["predictions"]), found["backbone"], found["skipped"]) == (4, "VGG16", [])
    for one in found["predictions"]:
        assert next(iter(one["top5"].items())) == (one["label"], one["probability"])
        assert 0 < one["probability"] < 1
        assert len(one["top5"]) == 5
    score = shell(*words, "--score").json
    (folder,) = score["folders"]
    assert (folder["label"], folder["classes"], folder["pictures"]) == ("goldfish", ["goldfish"], 2)
    assert (score["pictures"], score["unmatched"]) == (2, ["gizmos"])
    assert 0 <= score["accuracy"] <= score["top5_accuracy"] <= 1
    assert "cannot be scored at once" in shell.refuses("direct", pictures, pictures, "--score")


def test_weights_can_be_imported(shell: Shell, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "start_tensorflow", lambda _reporter: None)
    monkeypatch.setattr("desktop_app.engine.weights_file.load_weights", lambda *_: None)
    file = shared / "weights" / "vgg16_notop.weights.h5"
    kept = shell("weights", "import", "vgg16", file).json
    assert kept["name"] == "VGG16"
    (record,) = shell("weights", "list").json["weights"]
    assert (record["path"], record["size"]) == (kept["path"], file.stat().st_size)
    assert Path(kept["path"]).parent == paths.weights_folder()
    assert shell("backbones").json["backbones"][0]["weights_here"]


@pytest.mark.parametrize("verb", [[], *([verb] for verb in cli.VERBS), ["weights", "import"]])
def test_help_is_no_error(shell: Shell, verb: list[str]) -> None:
    answer = shell(*verb, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("usage: graftwork")


def test_a_fault_of_the_program_goes_to_the_log_not_to_the_user(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug with café \udce9")

    monkeypatch.setattr(making, "weights_store", fail)
    answer = shell("backbones")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1
    assert "fault of Graftwork itself (ZeroDivisionError)" in answer.err
    assert str(paths.log_file()) in answer.err
    log = paths.log_file().read_text("utf-8")
    assert "Traceback" in log
    assert r"ZeroDivisionError: a bug with café \udce9" in log


STAGES = ["Looking", "Starting", "Building", "Computing", "Training", "Writing"]


@pytest.mark.parametrize(
    ("number", "stage"), [*((signal.SIGINT, stage) for stage in STAGES), (signal.SIGTERM, "Computing")]
)
def test_an_interruption_in_any_stage_leaves_nothing(
    shell: Shell,
    picture_folder: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    number: signal.Signals,
) -> None:
    pictures = picture_folder(count=10)
    before, threads = everything(tmp_path), threading.active_count()
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    original = ProgressLine.progress

    def progress(self: Any, fraction: float, text: str) -> None:
        original(self, fraction, text)
        if text.startswith(stage):
            signal.raise_signal(number)

    monkeypatch.setattr(ProgressLine, "progress", progress)
    answer = shell("train", pictures, *options(tmp_path / "runs" / "new"))
    assert (answer.code, answer.out) == (130, "")
    assert answer.err.endswith("graftwork: interrupted; nothing was written.\n")
    assert everything(tmp_path) == before
    assert threading.active_count() == threads
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_an_interrupted_run_that_is_to_be_kept_goes_on_by_the_same_command(
    shell: Shell, picture_folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures, out = picture_folder(count=10), tmp_path / "runs" / "new"
    words = ("train", pictures, *options(out, "--epochs", "4", "--resume"))
    original = ProgressLine.epoch

    def epoch(self: Any, row: EpochRow) -> None:
        original(self, row)
        if row.epoch == 2:
            signal.raise_signal(signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(ProgressLine, "epoch", epoch)
        answer = shell(*words)
    assert (answer.code, answer.out) == (130, "")
    assert answer.err.endswith("graftwork: interrupted; the same command goes on from here.\n")
    assert [path.name for path in out.parent.iterdir()] == ["new.unfinished"]
    other = ("train", pictures, *options(out, "--epochs", "5"))
    assert "was begun with other settings. Give the same ones" in shell.refuses(*other)
    (pictures / "red" / "0.png").rename(tmp_path / "0.png")
    assert "The pictures have changed since" in shell.refuses(*words)
    (tmp_path / "0.png").rename(pictures / "red" / "0.png")
    assert shell(*words).json["epochs"] == 4
    whole = tmp_path / "runs" / "whole"
    assert shell("train", pictures, *options(whole, "--epochs", "4")).json["epochs"] == 4
    assert (out / "history.csv").read_bytes() == (whole / "history.csv").read_bytes()
    assert {path.name for path in out.parent.iterdir()} == {"new", "whole"}


def test_from_scratch_there_are_no_weights_and_a_smaller_rate(
    shell: Shell, picture_folder: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ExperimentSpec] = []

    def train(_catalog: Catalog, spec: ExperimentSpec, *_: object) -> Any:
        asked.append(spec)
        return SimpleNamespace(summary={})

    monkeypatch.setattr(pipeline, "train", train)
    words = ("train", picture_folder(), "--out", tmp_path / "run")
    for more in ((), ("--from-scratch",), ("--from-scratch", "--lr", "0.01", "--schedule", "cosine")):
        shell(*words, *more)
    plain, fresh, other = asked
    assert (plain.start, plain.base.weights, plain.training.learning_rate) == ("pretrained", "imagenet", 1e-3)
    assert (fresh.start, fresh.base.weights, fresh.training.learning_rate) == ("scratch", "none", 1e-4)
    assert (other.training.learning_rate, other.training.schedule) == (0.01, "cosine")


def test_a_second_interruption_insists(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("it went on")

    monkeypatch.setattr(making, "weights_store", deaf)
    assert shell("backbones").code == 130


def test_a_real_interruption_of_a_real_process(picture_folder: Make, tmp_path: Path) -> None:
    pictures = picture_folder()
    before = everything(tmp_path)
    words = ["train", pictures, *options(tmp_path / "runs" / "new")]
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop_app", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr
    for line in process.stderr:
        if "Starting TensorFlow" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert everything(tmp_path) == before


def test_a_name_that_is_no_text_is_told_by_a_process_without_a_locale(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "desktop_app", "train", b"caf\xe9 \n", "--out", tmp_path / "run"],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (2, b"")
    assert process.stderr.count(b"\n") == 1
    assert b"There is no folder" in process.stderr
