"""A run folder: what a finished training leaves on disk."""

import csv
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.engine.answers import Answers, read_logits
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.errors import EngineError
from desktop_app.engine.history import EpochRow, read_csv
from desktop_app.engine.pictures_file import Line, read_lines
from desktop_app.engine.plain_file import read_json
from desktop_app.engine.report import Report
from desktop_app.engine.specs import MODEL, ExperimentSpec, HeadSpec

FORMAT = 1
LOGITS = "logits.npy"


@dataclass(frozen=True)
class Tuning:
    """What fine-tuning gave.

    Attributes:
        best_epoch: as in `Run`; 0 where no epoch had a lower validation loss than the head alone, which was
            kept then.
        head_val_loss: of the head alone, on the untouched base in float32.
        head_val_accuracy: its accuracy there.
        activations_stored: whether what crosses the freeze boundary found room on the disk.
    """

    best_epoch: int
    head_val_loss: float
    head_val_accuracy: float
    activations_stored: bool


@dataclass(frozen=True)
class HeadChoice:
    """How a plain logistic head and one with hidden layers did in cross-validation.

    Attributes:
        pictures: how many both were asked about; 0 where they were too few to compare.
        plain: the plain head's accuracy.
        hidden: the other's.
        error: one standard error of the difference.
    """

    pictures: int
    plain: float
    hidden: float
    error: float

    @property
    def takes_hidden(self) -> bool:
        """Whether the hidden layers have earned their place."""
        return self.hidden - self.plain > self.error


@dataclass(frozen=True)
class Run:
    """A finished run, as its folder tells it.

    Attributes:
        folder: holds experiment.json, history.csv, report.json, pictures.csv, logits.npy, model.keras and
            TensorBoard's event files; and what was found out about it since (`kept`).
        spec: every choice made.
        class_names: in the order of the model's probabilities.
        best_epoch: the one whose weights the model has.
        weights_origin: where the base's weights came from, in words; "untrained base" where it had none,
            "trained from scratch" where it learned all it knows in this run.
        summary: the JSON object that `graftwork train` prints.
        history: one row an epoch.
        report: on the test pictures where there are some, else on the validation pictures.
        tuning: None where the base has stayed as it was.
        head_choice: None where the head was given.
        data_fingerprint: tells pictures, with their classes and splits, from any others.
        base_key: everything that shaped the features its head was trained on; "" of an older run.
        imported: the name of the export that it was made of, by somebody elsewhere: its report is what they
            say of it, and it has no pictures; "" of a run that was trained here.
    """

    folder: Path
    spec: ExperimentSpec
    class_names: tuple[str, ...]
    best_epoch: int
    weights_origin: str
    summary: dict[str, Any]
    history: tuple[EpochRow, ...]
    report: Report
    tuning: Tuning | None = None
    head_choice: HeadChoice | None = None
    data_fingerprint: str = ""
    base_key: str = ""
    imported: str = ""

    @property
    def model_file(self) -> Path:
        """The whole classifier, preprocessing to probabilities."""
        return self.folder / MODEL

    @property
    def untrained(self) -> bool:
        """Whether the base has random weights, which every display of the result must say."""
        # A run that went on with one says so of what it began with, which may have begun with another.
        begun_with = self.weights_origin.rstrip(")")
        random = self.spec.base.weights == "none" or begun_with.endswith("(untrained base")
        return random and self.spec.start != "scratch"

    @property
    def head(self) -> HeadSpec:
        """The head that it has: without hidden layers where these have not won in cross-validation."""
        plain = self.head_choice and not self.head_choice.takes_hidden
        head = replace(self.spec.head, automatic=False)
        return replace(head, units=()) if plain else head

    def require_pictures(self) -> None:
        """Raise an `EngineError` where the pictures have stayed with who made the model."""
        if self.imported:
            raise EngineError(
                f"“{self.imported}” was imported; its pictures have stayed with its maker.",
                "Test it on pictures of your own, or train it on with them.",
            )

    def pictures(self) -> list[Path]:
        """The files it was trained and judged on, in the catalog's order; some may be gone by now."""
        return [line.file for line in self.lines()]

    def is_of(self, catalog: Catalog) -> bool:
        """Whether it was trained on pictures of `catalog`, as the first of them tells."""
        with closing(self.lines()) as lines:
            first = next(lines, None)
        return first is not None and any(picture.path == first.file for picture in catalog.pictures)

    def lines(self) -> Generator[Line, None, None]:
        """What it was trained and judged on, one by one; an `EngineError` says that it cannot be read."""
        try:
            yield from read_lines(self.folder / "pictures.csv")
        except OSError as error:
            raise _damaged(self.folder, f"its pictures.csv cannot be read ({error})") from error
        except ValueError as error:
            raise _damaged(self.folder, str(error)) from error

    def catalog(self) -> Catalog:
        """What it was trained and judged on, to be divided as it was then; an `EngineError` if imported."""
        self.require_pictures()
        return Catalog(tuple(Picture(line.file, line.label, line.given) for line in self.lines()))

    def answers(self, lines: Sequence[Line] | None = None) -> Answers | None:
        """What it says of the pictures it was trained and judged on; None of a run of an older version.

        An imported one has no answers. `lines` are its own, where they have been read already.

        Raises:
            EngineError: the folder is damaged.
        """
        if self.imported:
            return Answers.of_run((), self.class_names, np.zeros((0, len(self.class_names)), np.float32))
        try:
            logits = read_logits(self.folder / LOGITS)
            return Answers.of_run(lines or tuple(self.lines()), self.class_names, logits)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _damaged(self.folder, str(error)) from error


def open_run(folder: Path) -> Run:
    """Read a run folder; an `EngineError` says what is missing or damaged."""
    try:
        experiment = read_json(folder / "experiment.json")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EngineError(
            f"“{folder}” is not a run folder: it holds no experiment.json.",
            "Choose a folder that a training has written.",
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(folder, str(error)) from error
    try:
        if experiment["format"] != FORMAT:
            raise EngineError(
                f"The run in “{folder}” is of format {experiment['format']}; this program reads {FORMAT}.",
                "Open it with the version of Graftwork that made it.",
            )
        report = read_json(folder / "report.json")
        run = Run(
            folder=folder,
            spec=ExperimentSpec.from_json(experiment["spec"]),
            class_names=_names(experiment["class_names"]),
            best_epoch=int(experiment["best_epoch"]),
            weights_origin=str(experiment["weights_origin"]),
            summary=dict(report["summary"]),
            history=read_csv(folder / "history.csv"),
            report=Report.from_json(report["report"]),
            tuning=_tuning(experiment.get("tuning")),
            head_choice=_head_choice(experiment.get("head_choice")),
            data_fingerprint=str(experiment.get("data_fingerprint", "")),
            base_key=str(experiment.get("base_key", "")),
            imported=str(experiment.get("imported", "")),
        )
        found = run.model_file.is_file()
    except EngineError as error:
        raise error if str(folder) in error.message else _damaged(folder, error.message) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError, csv.Error) as error:
        raise _damaged(folder, str(error)) from error
    if not found:
        raise _damaged(folder, "it holds no model.keras")
    return run


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError(f"its class names are {value!r}")
    return tuple(value)


def _tuning(value: Any) -> Tuning | None:
    if value is None:
        return None
    epoch, loss, accuracy = (value[name] for name in ("best_epoch", "head_val_loss", "head_val_accuracy"))
    return Tuning(int(epoch), float(loss), float(accuracy), bool(value["activations_stored"]))


def _head_choice(value: Any) -> HeadChoice | None:
    if value is None:
        return None
    return HeadChoice(int(value["pictures"]), *(float(value[name]) for name in ("plain", "hidden", "error")))


def _damaged(folder: Path, why: str) -> EngineError:
    return EngineError(
        f"The run in “{folder}” is damaged: {why.rstrip('.')}.",
        "Restore it from a copy, or train again into another folder.",
    )
