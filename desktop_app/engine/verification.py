"""Checks an export: another process reads it and is asked about the user's pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine.classifier import Classifier
from desktop_app.engine.errors import EngineError
from desktop_app.engine.export_table import ExportFormat, Quantization
from desktop_app.engine.images import UnreadableError, read_file, rgb
from desktop_app.engine.other_process import answers
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.progress import Pace, Reporter

ENOUGH = 100  # pictures that an export is checked on
_CALIBRATION = 100  # pictures that a quantization is calibrated on


@dataclass(frozen=True)
class Verified:
    """How a reader's answers compare with the program's; the fields are those of `Exported`."""

    compared: int
    difference: float
    agreeing: int
    judged: int
    accuracy: float | None
    own_accuracy: float | None
    milliseconds: float


def sample(pictures: Sequence[Line]) -> tuple[list[Line], list[Path]]:
    """The pictures to check an export on, and those to calibrate on; files that are gone take no part.

    Checked are `ENOUGH` of those that the run's report is about, and where these are fewer,
    pictures of the training beside them.
    """
    here = [one for one in pictures if one.file.is_file()]
    held = [one for one in here if one.split == "test"] or [one for one in here if one.split == "val"]
    learned = [one for one in here if one.split == "train"]
    chosen = _spread(held, ENOUGH)
    chosen += _spread(learned, max(0, ENOUGH - len(chosen)))
    return chosen, [one.file for one in _spread(learned, _CALIBRATION)]


def _spread(known: Sequence[Line], count: int) -> list[Line]:
    places = np.linspace(0, len(known) - 1, min(count, len(known))).astype(int)
    return [known[place] for place in places]


def verify(
    classifier: Classifier,
    row: ExportFormat,
    quantization: Quantization,
    model: Path,
    known: Sequence[Line],
    room: Path,
    reporter: Reporter,
) -> Verified:
    """Ask the program and another reader about the same pictures.

    Two pictures of noise, one wide and one tall, are among them: so there is always something to compare.

    Args:
        classifier: the program's own.
        row: the format.
        quantization: says how much a probability may differ.
        model: the file or folder to read.
        known: pictures of the user.
        room: a folder for files of no further use.
        reporter: hears how far it is.

    Raises:
        EngineError: the export cannot be read, or does not agree.
    """
    files = [one.file for one in known] + _noise(room)
    own = _own(classifier, files, reporter.part(0.0, 0.4))
    read, milliseconds = _foreign(classifier, row, model, files, room, reporter.part(0.4, 1.0))
    both = [place for place in range(len(files)) if place in own and place in read]
    difference = max(float(np.abs(own[place] - read[place]).max()) for place in both)
    allowed = quantization.tolerance
    if not np.isfinite(difference) or (allowed is not None and difference > allowed):
        raise EngineError(
            f"The export does not agree with the program: a probability differs by {difference:.4f}.",
            "Nothing was kept. Please report this with the run's experiment.json.",
        )
    asked = [place for place in both if place < len(known)]  # noise has no label
    judged = [place for place in asked if known[place].split != "train"]
    names = classifier.run.class_names
    return Verified(
        compared=len(asked),
        difference=difference,
        agreeing=sum(bool((read[place].argmax(axis=1) == own[place].argmax()).all()) for place in asked),
        judged=len(judged),
        accuracy=_share([names[read[place][0].argmax()] == known[place].label for place in judged]),
        own_accuracy=_share([names[own[place].argmax()] == known[place].label for place in judged]),
        milliseconds=float(np.median(milliseconds)),
    )


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None


def _own(classifier: Classifier, files: Sequence[Path], reporter: Reporter) -> dict[int, NDArray[np.float32]]:
    """The program's probabilities (classes,) of those files that can be read, by their place."""
    own: dict[int, NDArray[np.float32]] = {}
    pace = Pace(len(files))
    for start in range(0, len(files), classifier.batch):
        reporter.report(start / len(files), f"Asking the program: {pace.text(start)}")
        pictures = {}
        for place, file in enumerate(files[start : start + classifier.batch], start):
            reporter.checkpoint()
            try:
                pictures[place] = np.asarray(rgb(read_file(file)))
            except UnreadableError:
                continue  # it may have gone since the training
        if pictures:
            own |= zip(pictures, classifier.answers(list(pictures.values())), strict=True)
    return own


def _foreign(
    classifier: Classifier,
    row: ExportFormat,
    model: Path,
    files: Sequence[Path],
    room: Path,
    reporter: Reporter,
) -> tuple[dict[int, NDArray[np.float32]], list[float]]:
    """A reader's probabilities (entries, classes) by their place, and the milliseconds that each took."""
    order: dict[str, Any] = {"format": row.name, "model": str(model)}
    if row.name == "head-weights":
        order["features"] = str(room / "features.npy")
        np.save(order["features"], classifier.look(files, reporter.part(0.0, 0.8)).features)
    order |= {
        "files": [bytes(file).hex() for file in files],
        "resize": classifier.run.spec.base.resize,
        "size": int(classifier.model.input_shape[1]) if row.squares else None,
    }
    read: dict[int, NDArray[np.float32]] = {}
    milliseconds = []
    pace = Pace(len(files))
    reporter.report(0.0, f"Starting a reader of {row.title}")
    for place, line in enumerate(answers("desktop_app.engine.foreign", order, reporter)):
        reporter.report(place / len(files), f"Asking the export: {pace.text(place)}")
        if "probabilities" in line:
            entries = [line[name] for name in ("probabilities", "from_bytes") if name in line]
            read[place] = np.array(entries, np.float32)
            milliseconds.append(line["milliseconds"])
    return read, milliseconds


def _noise(room: Path) -> list[Path]:
    """Pictures that every export can be checked on, wide and tall."""
    dice = np.random.default_rng(0)
    made = []
    for height, width in ((180, 320), (320, 180)):
        made.append(room / f"noise-{height}.png")
        Image.fromarray(dice.integers(0, 256, (height, width, 3), np.uint8)).save(made[-1])
    return made
