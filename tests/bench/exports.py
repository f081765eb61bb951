"""Every format, read by its own library and asked about all validation pictures.

    python tests/bench/exports.py ../shared/data/hymenoptera [VGG16 ResNet50 InceptionV3]
        [--weights FILE] [--only litert:int8,onnx:none] [--share 1]

With `--weights`, the base has these; else its weights and BatchNormalization statistics are random. A
`--share` of each class of the training pictures trains the head; all validation pictures are compared.
Prints a row a format: megabytes, labels that agree, the greatest difference of a probability, the program's
accuracy and the export's, milliseconds a picture. Exits with 1 if a float format gives another label or a
probability further than 2e-3 off, if int8 is over 2 points worse, or if `saved_model_cli` misses an entry.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1] / "engine"))

from small_bases import shake

from desktop_app.engine import pretrained, verification
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.export_table import FORMATS, TOLERANCE
from desktop_app.engine.exported import Exported
from desktop_app.engine.pipeline import Places, export, open_classifier, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.weights import WeightsStore

WORSE = 0.02
SPREADS = {"InceptionV3": 0.5}  # of pixels that its preprocessing has brought to -1 … 1
WAYS = [f"{row.name}:{quantize}" for row in FORMATS.values() for quantize in row.quantizations]


def trained(name: str, weights: str, folder: Path, share: float, room: Path) -> Classifier:
    """A head on the base `name`."""
    pictures = []
    for split in ("train", "val"):
        for label in sorted(place.name for place in (folder / split).iterdir()):
            files = sorted((folder / split / label).iterdir())
            kept = files[: round(share * len(files))] if split == "train" else files
            pictures += [Picture(file, label, "train" if split == "train" else "val") for file in kept]
    spec = ExperimentSpec(BaseSpec(name, weights), HeadSpec(()), TrainingSpec(epochs=30))
    places = Places(room / "run", WeightsStore(room / "weights", cache=None), None)
    loader: Callable[..., Any] = (
        pretrained.loader
        if weights != "none"
        else lambda *_: (
            partial(shake, spread=SPREADS.get(name, 50.0)),
            "random weights and statistics",
        )
    )
    with patch.object(pretrained, "loader", loader):
        run = train(Catalog(tuple(pictures)), spec, places, Reporter())
    return open_classifier(run, Reporter())


def shows_entries(folder: Path) -> bool:
    """Whether TensorFlow's own tool lists both entries with names."""
    tool = Path(sys.executable).with_name("saved_model_cli")
    shown = subprocess.run(
        [tool, "show", "--all", "--dir", folder], capture_output=True, text=True, check=True
    ).stdout
    words = ("serving_default", "serve_bytes", "images", "encoded", "probabilities", "label")
    return all(f"['{word}']" in shown for word in words)


def sound(exported: Exported) -> bool:
    """Whether it keeps the promises of its kind."""
    if exported.quantize == "none":
        return exported.agreeing == exported.compared and exported.difference <= TOLERANCE
    loss = (exported.own_accuracy or 0) - (exported.accuracy or 0)
    return exported.quantize != "int8" or loss <= WORSE


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("backbones", nargs="*", default=["VGG16", "ResNet50", "InceptionV3"])
    parser.add_argument("--weights", default="none")
    parser.add_argument("--only", default=",".join(WAYS))
    parser.add_argument("--share", type=float, default=1.0)
    asked = parser.parse_args()
    verification.ENOUGH = sum(file.is_file() for file in (asked.folder / "val").rglob("*"))
    failed = False
    for backbone in asked.backbones:
        with tempfile.TemporaryDirectory() as folder:
            room = Path(folder)
            classifier = trained(backbone, asked.weights, asked.folder, asked.share, room)
            own = cache(lambda files, classifier=classifier: _own(classifier, files, Reporter()))
            print(f"{backbone}, {classifier.run.weights_origin}", flush=True)
            for way in asked.only.split(","):
                name, quantize = way.split(":")
                began = time.monotonic()
                noise = verification._noise(room)  # at one place, so that the program is asked only once
                with (
                    patch.object(verification, "_noise", lambda _, noise=noise: noise),
                    patch.object(verification, "_own", lambda _, files, __, own=own: own(tuple(files))),
                ):
                    exported = export(classifier, room / way.replace(":", "-"), Reporter(), name, quantize)
                good = sound(exported) and (name != "savedmodel" or shows_entries(exported.path))
                failed |= not good
                print(
                    f"{way:>18} {exported.size / 1e6:7.1f} MB",
                    f"{exported.agreeing}/{exported.compared} labels",
                    f"{exported.difference:.1e}  {exported.own_accuracy:.1%} → {exported.accuracy:.1%}",
                    f"{exported.milliseconds:6.1f} ms  {time.monotonic() - began:.0f} s",
                    "" if good else "FAILED",
                    sep="  ",
                    flush=True,
                )
    return failed


_own = verification._own

if __name__ == "__main__":
    sys.exit(main())
