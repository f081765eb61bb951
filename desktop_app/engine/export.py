"""Exports: the classifier in a form that other programs run."""

import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from desktop_app.engine.assembly import parts
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.export_samples import copy_samples
from desktop_app.engine.export_table import QUANTIZATIONS, export_format, require_packages
from desktop_app.engine.export_writers import Writing, write
from desktop_app.engine.exported import Exported
from desktop_app.engine.folders import appearing
from desktop_app.engine.model_card import model_card
from desktop_app.engine.passport import passport
from desktop_app.engine.progress import Reporter
from desktop_app.engine.verification import sample, verify

_SHARE = {"none": 1.0, "float16": 0.5, "dynamic": 0.25, "int8": 0.25}  # of what float32 takes
_ROOM = 1_000_000  # bytes for all but the weights
_LEFT = 4_000_000  # bytes: a disk with less is full


def export_as(classifier: Classifier, name: str, quantize: str, target: Path, reporter: Reporter) -> Exported:
    """Write the classifier in the format `name`, let another program read and use it, and only then name it.

    Args:
        classifier: what to export.
        name: a row of `export_table.FORMATS`.
        quantize: one of that row's quantizations.
        target: the folder to make; where its name ends as the model's file does (“ants.onnx”), that file
            alone is made.
        reporter: hears of the stages.

    Raises:
        EngineError: `target` exists or cannot be written, a package is missing, or the export cannot be read
            or does not agree. Nothing is left behind then.
    """
    row = export_format(name, quantize)
    require_packages(row)
    run = classifier.run
    pictures = tuple(run.lines())
    known, calibration = sample(pictures)
    base, _ = parts(classifier.model)
    paper = passport(run, row, quantize, int(base.input_shape[1]), int(base.output_shape[-1]))
    with appearing(target) as draft, tempfile.TemporaryDirectory(prefix="graftwork-") as room:
        _require_room(draft, classifier, quantize)
        reporter.report(0.0, f"Writing {row.title}")
        writing = Writing(classifier, row, quantize, draft, paper, calibration)
        try:
            write(writing, reporter.part(0.0, 0.4))
        except (Cancelled, OSError):
            raise
        except Exception as error:  # each library has errors of its own for a full disk
            if shutil.disk_usage(draft).free < _LEFT:
                raise OSError(28, "No space left on device") from error
            raise
        checked = verify(
            classifier, row, QUANTIZATIONS[quantize], writing.file, known, Path(room), reporter.part(0.4, 1.0)
        )
        copy_samples(row, draft)
        exported = Exported(target, 0, format=name, quantize=quantize, **asdict(checked))
        card = model_card(run, row, paper, exported, [(one.label, one.split or "") for one in pictures])
        (draft / "README.md").write_text(card, "utf-8")
        if row.alone and target.suffix == writing.file.suffix:
            _leave(draft, writing.file)
        files = draft.rglob("*") if draft.is_dir() else [draft]
        size = sum(file.stat().st_size for file in files if file.is_file())
    return Exported(target, size, format=name, quantize=quantize, **asdict(checked))


def _require_room(folder: Path, classifier: Classifier, quantize: str) -> None:
    needed = round(4 * classifier.model.count_params() * _SHARE[quantize]) + _ROOM
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise EngineError(
            f"The disk is too full: {needed / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are free.",
            "Free some space, or choose a folder on another disk.",
        )


def _leave(draft: Path, file: Path) -> None:
    """Let `file` inside the folder `draft` take its place."""
    beside = draft.with_name("model")
    file.rename(beside)
    shutil.rmtree(draft)
    beside.rename(draft)
