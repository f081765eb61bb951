"""What an export says of itself: inside the file where there is room, and in metadata.json beside it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import desktop_app
from desktop_app.engine.export_table import ExportFormat
from desktop_app.engine.run import Run

IMPORTED = ("savedmodel", "keras")  # the formats that this program opens again


def passport(run: Run, row: ExportFormat, quantize: str, size: int, features: int) -> dict[str, Any]:
    """Names, versions, expected accuracy and the numbers of input and output, for JSON.

    Args:
        run: what is exported.
        row: the format.
        quantize: a name of `export_table.QUANTIZATIONS`.
        size: side of the square pictures that the backbone sees.
        features: width of the backbone's features.
    """
    report = run.report
    side = size if row.squares else None
    pictures = {"name": "images", "type": "uint8", "layout": "NHWC", "shape": [None, side, side, 3]}
    if row.name == "keras":
        pictures = {**pictures, "name": "pictures", "type": "float32"}
    colours = {"channels": "RGB", "range": [0, 255], "size": size, "resize": run.spec.base.resize}
    vectors = {"name": "features", "type": "float32", "shape": [None, features], "pictures": colours}
    paper = {
        "program": "Graftwork",
        "version": desktop_app.__version__,
        "format": row.name,
        "quantize": quantize,
        "backbone": run.spec.base.backbone,
        "weights": run.weights_origin,
        "class_names": list(run.class_names),
        "data_fingerprint": run.data_fingerprint,
        "expected_accuracy": {
            "accuracy": report.accuracy,
            "interval_95": list(report.interval),
            "images": report.images,
            "source": report.source,
        },
        "input": vectors if row.name == "head-weights" else {**pictures, **colours},
        "output": {
            "name": "logits" if row.name == "head-weights" else "probabilities",
            "type": "uint8" if quantize == "int8" else "float32",
            "shape": [None, len(run.class_names)],
        },
    }
    return paper | _recipe(run) if row.name in IMPORTED else paper


def _recipe(run: Run) -> dict[str, Any]:
    """How it was made and judged, for whoever opens it again; no path of this machine goes with it."""
    spec, report = run.spec, run.report.to_json()
    base = replace(spec.base, weights=Path(spec.base.weights).name)
    training = replace(spec.training, group_by="")
    rows = enumerate(run.report.confusion)
    report["confusion"] = [
        [truth, said, count] for truth, row in rows for said, count in enumerate(row) if count
    ]
    start = spec.start if spec.start == "scratch" else "pretrained"
    shared = replace(spec, base=base, head=run.head, training=training, start=start)
    return {"spec": shared.to_json(), "report": report}
