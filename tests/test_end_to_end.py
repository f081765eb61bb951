"""The whole job on real photographs with real weights, each verb of the command line a process of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from desktop_app.engine.colours import is_srgb

WITHOUT_KERAS = Path(__file__).parent / "without_keras.py"
CONTRACT = {
    "run", "backbone", "classes", "images", "skipped", "train_accuracy", "val_accuracy", "epochs", "seconds",
    "features_cached", "precision", "weights",
}  # fmt: skip


def graftwork(*words: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "desktop_app", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def has_other_colours(file: Path) -> bool:
    with Image.open(file) as image:
        return not is_srgb(image, image.info.get("icc_profile"))


def test_ants_and_bees(shared: Path, tmp_path: Path) -> None:
    data, run, model = tmp_path / "hymenoptera", tmp_path / "run", tmp_path / "model"
    source = shared / "data" / "hymenoptera"
    # Every second picture to learn from and every third to validate on: VGG16 takes most of this test's time.
    chosen = [*sorted(source.glob("train/*/*"))[::2], *sorted(source.glob("val/*/*"))[1::3]]
    for file in chosen:
        copied = data / file.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copied)
    train = ("train", data / "train", "--val", data / "val", "--backbone", "VGG16")
    weights = ("--weights", shared / "weights" / "vgg16_notop.weights.h5", "--cache", tmp_path / "cache")
    trained = graftwork(*train, *weights, "--out", run)
    assert trained.keys() == CONTRACT
    assert trained["val_accuracy"] >= 0.90
    assert (trained["images"], trained["skipped"], trained["features_cached"]) == (len(chosen), 0, 0)

    again = graftwork(*train, *weights, "--head", "64", "--out", tmp_path / "second")
    assert again["features_cached"] == len(chosen)
    assert again["val_accuracy"] >= 0.88

    files = sorted((data / "val").rglob("*.jpg"))[::4]
    assert any(has_other_colours(file) for file in files)
    assert {file.parent.name for file in files} == {"ants", "bees"}
    # The others go, so that the export is not checked on a hundred.
    for file in {place for place in data.rglob("*") if place.is_file()} - {*files}:
        file.unlink()
    own = graftwork("predict", run, *files)["predictions"]
    exported = graftwork("export", run, "--format", "savedmodel", "--out", model)
    assert exported["greatest_difference"] <= 2e-3
    assert exported["compared"] == len(files)

    command = [sys.executable, str(WITHOUT_KERAS), str(model), *map(str, files)]
    served = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert served["names"] == ["ants", "bees"]
    for signature in ("pixels", "bytes"):
        for prediction, (label, probabilities) in zip(own, served[signature], strict=True):
            assert label == prediction["label"]
            assert list(prediction["probabilities"].values()) == pytest.approx(probabilities, abs=2e-3)
