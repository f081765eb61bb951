"""Exports: the classifier in a form that other programs run."""

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.classifier import Classifier
from desktop_app.engine.errors import EngineError
from desktop_app.engine.exported import Exported
from desktop_app.engine.folders import appearing
from desktop_app.engine.images import UnreadableError, is_servable, read_file, rgb
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.serving import ServingModule

TOLERANCE = 2e-3  # the greatest difference of a probability that still counts as agreement
SAMPLE = 30  # pictures an export is checked on


def export_savedmodel(
    classifier: Classifier, target: Path, files: Sequence[Path], reporter: Reporter
) -> Exported:
    """Write a SavedModel, load it again, compare it with the program's own answers, and only then name it.

    Args:
        classifier: what to export.
        target: the folder to make.
        files: pictures to compare on; noise is used beside them.
        reporter: hears of the stages.

    Raises:
        EngineError: `target` exists or cannot be written, or the export does not agree.
    """
    with appearing(target) as draft, tempfile.TemporaryDirectory() as room:
        reporter.report(0.0, "Writing the SavedModel")
        labels = Path(room) / "labels.txt"
        labels.write_text("".join(f"{name}\n" for name in classifier.run.class_names), "utf-8")
        run = classifier.run
        module = ServingModule(classifier.model, run.class_names, labels, run.spec.base.resize)
        signatures = {"serving_default": module.serve, "serve_bytes": module.serve_bytes}
        tf.saved_model.save(module, str(draft), signatures=signatures)
        reporter.report(0.4, "Loading it again")
        loaded = tf.saved_model.load(str(draft))
        compared, difference = _compare(classifier, loaded, files, reporter.part(0.6, 1.0))
        if not difference <= TOLERANCE:
            raise EngineError(
                f"The export does not agree with the program: a probability differs by {difference:.4f}.",
                "Nothing was kept. Please report this with the run's experiment.json.",
            )
        size = sum(file.stat().st_size for file in draft.rglob("*") if file.is_file())
    return Exported(target, size, compared, difference)


def _compare(
    classifier: Classifier, loaded: Any, files: Sequence[Path], reporter: Reporter
) -> tuple[int, float]:
    """The number of pictures compared, and the greatest difference of a probability in either signature."""
    sample = [files[i] for i in np.linspace(0, len(files) - 1, min(SAMPLE, len(files))).astype(int)]
    compared, difference = 0, 0.0
    pace = Pace(len(sample) + 2)
    pictures = itertools.chain(_noise(), _readable(sample))
    while group := list(itertools.islice(pictures, classifier.batch)):
        reporter.report(compared / (len(sample) + 2), f"Comparing: {pace.text(compared)}")
        own = classifier.answers([pixels for pixels, _ in group])
        for answer, (pixels, _) in zip(own, group, strict=True):
            reporter.checkpoint()
            served = loaded.signatures["serving_default"](images=tf.constant(pixels[None]))
            difference = max(difference, _distance(served, answer[None]))
        encoded = [place for place, (_, data) in enumerate(group) if data]
        if encoded:
            served = loaded.signatures["serve_bytes"](encoded=tf.constant([group[i][1] for i in encoded]))
            difference = max(difference, _distance(served, own[encoded]))
        compared += len(group)
    return compared, difference


def _distance(served: Any, own: NDArray[np.float32]) -> float:
    return float(np.abs(served["probabilities"].numpy() - own).max())


def _noise() -> Iterator[tuple[NDArray[np.uint8], bytes]]:
    """Pictures that every export can be checked on, wide and tall."""
    dice = np.random.default_rng(0)
    for shape in ((180, 320, 3), (320, 180, 3)):
        pixels = dice.integers(0, 256, shape, np.uint8)
        yield pixels, bytes(tf.io.encode_png(pixels).numpy())


def _readable(files: Sequence[Path]) -> Iterator[tuple[NDArray[np.uint8], bytes]]:
    """Pixels, and the file itself where the second signature reads it as the program does."""
    for file in files:
        try:
            data = read_file(file)
            pixels = np.asarray(rgb(data))
            served = data.startswith((b"\xff\xd8", b"\x89PNG")) and is_servable(data)
        except UnreadableError:
            continue  # it may have gone since the training
        yield pixels, data if served else b""
