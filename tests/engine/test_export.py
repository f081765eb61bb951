import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from desktop_app.engine import export as exports
from desktop_app.engine.catalog import scan
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.images import is_servable, rgb
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.pipeline import Places, export, open_classifier, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.serving import ServingModule, decode, exif_orientation
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.weights import WeightsStore

WITHOUT_KERAS = Path(__file__).parents[1] / "without_keras.py"


# The pictures are not square, and one that pads has to be told so at every step.
@pytest.fixture
def classifier(
    small_backbones: None, picture_folder: Callable[..., Path], tmp_path: Path
) -> Iterator[Classifier]:
    catalog = scan([picture_folder(classes=("blau é", "rot", "grün"))], Reporter())
    spec = ExperimentSpec(BaseSpec("VGG16", "none", resize="pad"), HeadSpec((8,)), TrainingSpec(epochs=20))
    places = Places(tmp_path / "run", WeightsStore(tmp_path / "weights", cache=None), None)
    yield open_classifier(train(catalog, spec, places, Reporter()), Reporter())


def test_a_process_without_keras_gets_the_programs_answers(classifier: Classifier, tmp_path: Path) -> None:
    exported = export(classifier, tmp_path / "ein Ordner é" / "modell", Reporter())
    assert exported.compared == 20  # 18 pictures and two of noise
    assert exported.difference <= exports.TOLERANCE
    assert exported.size == sum(f.stat().st_size for f in exported.path.rglob("*") if f.is_file())
    files = classifier.run.pictures()
    own, _ = classifier.predict(files, Reporter())
    command = [sys.executable, str(WITHOUT_KERAS), str(exported.path), *map(str, files)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert answer["names"] == list(classifier.run.class_names)
    for signature in ("pixels", "bytes"):
        for prediction, (label, probabilities) in zip(own, answer[signature], strict=True):
            assert label == prediction.label
            assert np.allclose(probabilities, prediction.probabilities, atol=2e-3)
    labels = (exported.path / "assets" / "labels.txt").read_text("utf-8").splitlines()
    assert labels == list(classifier.run.class_names)


def test_any_size_in_any_batch_and_damage_is_an_error(classifier: Classifier, tmp_path: Path) -> None:
    exported = export(classifier, tmp_path / "model", Reporter())
    signatures = tf.saved_model.load(str(exported.path)).signatures
    for count, height, width in ((1, 7, 300), (37, 50, 20)):
        answer = signatures["serving_default"](images=tf.zeros((count, height, width, 3), tf.uint8))
        assert answer["probabilities"].shape == (count, 3)
        assert np.allclose(answer["probabilities"].numpy().sum(axis=1), 1, atol=1e-5)
    whole = classifier.run.pictures()[0].read_bytes()
    for damaged in (whole[:100], b"", b"no picture at all"):
        with pytest.raises(tf.errors.OpError):
            signatures["serve_bytes"](encoded=tf.constant([damaged]))


def test_an_export_that_does_not_agree_is_an_error_and_leaves_nothing(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = ServingModule._fit
    monkeypatch.setattr(ServingModule, "_fit", lambda self, images: right(self, images)[..., ::-1])
    with pytest.raises(EngineError, match="does not agree"):
        export(classifier, tmp_path / "out" / "model", Reporter())
    assert not (tmp_path / "out").exists()


def test_pictures_that_only_the_program_reads_aright_do_not_spoil_an_export(
    classifier: Classifier, tmp_path: Path
) -> None:
    dice = np.random.default_rng(0)
    photo = Image.fromarray(dice.integers(0, 256, (40, 60, 3), np.uint8))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    photo.convert("CMYK").save(tmp_path / "print.jpg")
    photo.save(tmp_path / "swapped.jpg", icc_profile=swapped)
    photo.save(tmp_path / "swapped.png", icc_profile=swapped)
    Image.fromarray(dice.integers(0, 4096, (40, 60), np.uint16)).save(tmp_path / "dim.png")
    files = sorted(tmp_path.glob("*.*g"))
    assert [is_servable(file.read_bytes()) for file in files] == [False, False, True, True]
    exported = exports.export_savedmodel(classifier, tmp_path / "model", files, Reporter())
    assert exported.compared == 6
    assert exported.difference <= exports.TOLERANCE


def test_cancel_leaves_nothing(classifier: Classifier, tmp_path: Path) -> None:
    control = Control()

    def watch(_fraction: float, text: str) -> None:
        if text.startswith("Comparing"):
            control.cancel.set()

    with pytest.raises(Cancelled):
        export(classifier, tmp_path / "out" / "model", Reporter(watch, None, control))
    assert not (tmp_path / "out").exists()


def test_an_earlier_export_is_not_touched(classifier: Classifier, tmp_path: Path) -> None:
    target = tmp_path / "model"
    target.mkdir()
    with pytest.raises(EngineError, match="exists already"):
        export(classifier, target, Reporter())


def photograph(orientation: int | None, endian: str = ">") -> bytes:
    import io

    pixels = np.zeros((24, 40, 3), np.uint8)
    pixels[:12, :20], pixels[12:, :20], pixels[:12, 20:] = (250, 10, 10), (10, 250, 10), (10, 10, 250)
    file = io.BytesIO()
    exif = Image.Exif()
    exif.endian = endian
    exif[0x010F] = "a maker's name that is stored behind the entries"
    if orientation is not None:
        exif[0x0112] = orientation
    Image.fromarray(pixels).save(file, "JPEG", quality=95, exif=exif.tobytes())
    return file.getvalue()


@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize("orientation", [None, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 300])
def test_the_graph_turns_photographs_as_the_program_does(orientation: int | None, endian: str) -> None:
    data = photograph(orientation, endian)
    assert exif_orientation(data).numpy() == (orientation if orientation in range(1, 9) else 1)
    assert np.array_equal(decode(tf.constant(data)).numpy(), np.asarray(rgb(data)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\xff\xffExif\0\0",
        b"\xff\xd8\xff\xe1\0\x08Exif\0\0II*\0\xff\xff\xff\xff",
    ],
)
def test_odd_bytes_have_no_orientation(data: bytes) -> None:
    assert exif_orientation(data).numpy() == 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "RGB", "1"])
def test_the_graph_reads_png_as_the_program_does(mode: str, tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    image = Image.fromarray(dice.integers(0, 256, (9, 13, 4), np.uint8), "RGBA").convert(mode)
    image.save(tmp_path / "picture.png")
    data = (tmp_path / "picture.png").read_bytes()
    difference: Any = decode(tf.constant(data)).numpy().astype(int) - np.asarray(rgb(data))
    assert np.abs(difference).max() <= 1
