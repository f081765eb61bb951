"""Writes a classifier in each format, a function a format; `export` checks what they wrote."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.engine.bare_serving import save_bare
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.errors import EngineError
from desktop_app.engine.export_table import ExportFormat
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.other_process import answers
from desktop_app.engine.progress import Reporter
from desktop_app.engine.serving import ServingModule

_EXAMPLES = 8  # training pictures whose features go with a head's weights


@dataclass(frozen=True)
class Writing:
    """One thing to write.

    Attributes:
        classifier: what.
        row: in which format.
        quantize: a name of `export_table.QUANTIZATIONS`.
        folder: where; the model goes to `row.model` in it.
        passport: what the export says of itself.
        calibration: training pictures, for quantizations that need them.
    """

    classifier: Classifier
    row: ExportFormat
    quantize: str
    folder: Path
    passport: dict[str, Any]
    calibration: Sequence[Path]

    @property
    def file(self) -> Path:
        """What a reader opens."""
        return self.folder / self.row.model


def write(writing: Writing, reporter: Reporter) -> None:
    """Write the model, and metadata.json and labels.txt beside it.

    Raises:
        EngineError: it cannot be converted.
        OSError: it cannot be written.
    """
    names = writing.classifier.run.class_names
    labels = "".join(f"{name}\n" for name in names)
    (writing.folder / "labels.txt").write_text(labels, "utf-8")
    paper = json.dumps(writing.passport, indent=1, ensure_ascii=False)
    (writing.folder / "metadata.json").write_text(paper + "\n", "utf-8")
    _WRITERS[writing.row.name](writing, reporter)


def _savedmodel(writing: Writing, _reporter: Reporter) -> None:
    classifier = writing.classifier
    run = classifier.run
    labels = writing.folder / "labels.txt"
    module = ServingModule(classifier.model, run.class_names, labels, run.spec.base.resize)
    signatures = {"serving_default": module.serve, "serve_bytes": module.serve_bytes}
    tf.saved_model.save(module, str(writing.folder), signatures=signatures)


def _keras(writing: Writing, _reporter: Reporter) -> None:
    writing.classifier.model.save(writing.file)
    _append(writing)


def _head(writing: Writing, reporter: Reporter) -> None:
    import h5py

    head = writing.classifier.model.get_layer("head")
    head.save_weights(writing.file)
    with h5py.File(writing.file, "a") as file:
        file.attrs["graftwork"] = json.dumps(writing.passport, ensure_ascii=False)
    (writing.folder / "head.json").write_text(head.to_json(indent=1), "utf-8")
    features = writing.classifier.look(writing.calibration[:_EXAMPLES], reporter).features
    np.savez(writing.folder / "example.npz", features=features)


def _litert(writing: Writing, reporter: Reporter) -> None:
    if writing.quantize == "int8" and not writing.calibration:
        raise EngineError(
            "There are no training pictures to calibrate int8 on: they are no longer where they were.",
            "Put them back, or choose another quantization.",
        )
    _convert(writing, reporter)
    _append(writing)


def _append(writing: Writing) -> None:
    """Put labels and passport into the file as members of a zip archive, as LiteRT's metadata are kept."""
    with zipfile.ZipFile(writing.file, "a") as archive:
        archive.write(writing.folder / "labels.txt", "labels.txt")
        archive.write(writing.folder / "metadata.json", "graftwork.json")  # Keras has a metadata.json


def _convert(writing: Writing, reporter: Reporter) -> None:
    """Let another process convert."""
    classifier = writing.classifier
    resize = classifier.run.spec.base.resize
    with tempfile.TemporaryDirectory(prefix="graftwork-") as room:
        reporter.report(0.0, "Preparing the network")
        save_bare(classifier.model, Path(room) / "bare", resize, writing.row.squares)
        reporter.report(0.2, f"Converting to {writing.row.title}; this may take a minute")
        order = {
            "format": writing.row.name,
            "quantize": writing.quantize,
            "saved_model": str(Path(room) / "bare"),
            "target": str(writing.file),
            "passport": writing.passport,
            "files": [bytes(file).hex() for file in writing.calibration],
            "size": int(classifier.model.input_shape[1]),
            "resize": resize,
        }
        for _ in answers("desktop_app.engine.conversion", order, reporter):
            pass


_WRITERS: dict[str, Callable[[Writing, Reporter], None]] = {
    "savedmodel": _savedmodel,
    "keras": _keras,
    "head-weights": _head,
    "litert": _litert,
    "onnx": _convert,
    "openvino": _convert,
}
