"""Run folders written by hand: no training, no TensorFlow."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.engine.answers import write_logits
from desktop_app.engine.catalog import Picture, Split
from desktop_app.engine.history import EpochRow, write_csv
from desktop_app.engine.pictures_file import write_pictures
from desktop_app.engine.report import judge
from desktop_app.engine.run import LOGITS, Run, open_run
from desktop_app.engine.specs import ExperimentSpec

NAMES = ("ants", "bees")


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def write_run(
    folder: Path,
    right: Sequence[bool] = (True,) * 8 + (False,) * 2,
    *,
    splits: Sequence[Split] = (),
    contents: Sequence[str] = (),
    spec: ExperimentSpec | None = None,
    names: tuple[str, ...] = NAMES,
    created: str = "2026-03-01T10:00:00+00:00",
    pictures: Path = Path("/pictures"),
    epochs: int = 3,
    experiment: dict[str, Any] | None = None,
) -> Path:
    """A run that was right about the pictures as `right` says; the second half of them is for validation.

    `contents` are by what pictures are known again; `experiment` changes what experiment.json says.
    """
    count = len(right)
    halves: list[Split] = ["train" if number < count // 2 else "val" for number in range(count)]
    divided = splits or halves
    contents = contents or [str(number) for number in range(count)]
    truth = np.arange(count) % len(names)
    guess = np.where(right, truth, (truth + 1) % len(names))
    folder.mkdir(parents=True)
    given = [
        Picture(pictures / names[k] / f"{name}.png", names[k])
        for k, name in zip(truth, contents, strict=True)
    ]
    after = [
        Picture(picture.path, picture.label, split) for picture, split in zip(given, divided, strict=True)
    ]
    write_pictures(folder / "pictures.csv", given, after, [digest(name) for name in contents])
    write_logits(folder / LOGITS, np.eye(len(names), dtype=np.float32)[guess])
    judged = np.array(divided) != "train"
    report = judge("validation pictures", truth[judged], guess[judged], names)
    write_csv(
        folder / "history.csv",
        [
            EpochRow(epoch, 1 / epoch, 1 - 0.4 / epoch, 1.2 / epoch, report.accuracy - 0.1 / epoch)
            for epoch in range(1, epochs + 1)
        ],
    )
    told = {
        "format": 1,
        "created": created,
        "spec": (spec or ExperimentSpec()).to_json(),
        "class_names": names,
        "weights_origin": "made up",
        "best_epoch": epochs,
        "data_fingerprint": digest(" ".join(contents)),
        **(experiment or {}),
    }
    (folder / "experiment.json").write_text(json.dumps(told), "utf-8")
    summary = {"seconds": {"total": 12.5}, "val_accuracy": report.accuracy}
    (folder / "report.json").write_text(json.dumps({"summary": summary, "report": report.to_json()}), "utf-8")
    (folder / "model.keras").write_bytes(b"no model")
    return folder


def make_run(folder: Path, *words: Any, **more: Any) -> Run:
    """The same, opened."""
    return open_run(write_run(folder, *words, **more))
