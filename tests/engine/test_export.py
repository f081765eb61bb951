"""Exports, each written, read by the library of its format, and compared."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import threading
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import serving_rules
from PIL import Image, ImageCms

from desktop_app.engine import conversion, export_writers, foreign, frozen, verification
from desktop_app.engine import export as exports
from desktop_app.engine.assembly import load_classifier
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.catalog import scan
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.export_table import FORMATS, TOLERANCE, export_format, missing
from desktop_app.engine.exported import Exported
from desktop_app.engine.images import is_servable
from desktop_app.engine.keras_bridge import keras, tf
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.pipeline import Places, export, open_classifier, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.serving import ServingModule
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.weights import WeightsStore

WITHOUT_KERAS = Path(__file__).parents[1] / "without_keras.py"
SIZE = 32
NAMES = ("blau é", "ro|t", "grün")
WAYS = [(row.name, quantize) for row in FORMATS.values() for quantize in row.quantizations][1:]


def tiny(row: Backbone) -> Any:
    """A network of every kind of layer that convolutional ones have, and hardly any weights."""
    layers = keras.layers
    pictures = keras.Input((row.size, row.size, 3))
    x = layers.Conv2D(8, 3, strides=2, activation="relu")(pictures)
    x = layers.BatchNormalization(moving_mean_initializer="ones")(x)
    x = layers.ZeroPadding2D(1)(x)
    y = layers.Activation("hard_swish")(layers.DepthwiseConv2D(3)(x))
    x = layers.Concatenate()([y, layers.Add()([y, layers.MaxPooling2D(3, 1)(x)])])
    x = layers.Conv2D(16, 3)(x)  # large enough for the weights to be quantized
    x = layers.SeparableConv2D(12, 3, activation="gelu")(x)
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Multiply()([x, layers.Conv2D(12, 1, activation="sigmoid")(squeezed)])
    return keras.Model(pictures, layers.AveragePooling2D(2)(x), name="tiny")


# The pictures are not square, and one that pads has to be told so at every step.
@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classifier]:
    room, dice = tmp_path_factory.mktemp("ein Lauf é"), np.random.default_rng(0)
    for place, label in enumerate(NAMES):
        (room / "Bilder é" / label).mkdir(parents=True)
        for number in range(6):
            pixels = dice.integers(0, 120, (40, 48, 3), np.uint8)
            pixels[..., place % 3] += 130
            Image.fromarray(pixels).save(room / "Bilder é" / label / f"{number} ü.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BACKBONES, "VGG16", replace(BACKBONES["VGG16"], size=SIZE, grid=1))
        patch.setattr(frozen, "bare_model", tiny)
        base = BaseSpec("VGG16", "none", resize="pad", precision="float32")
        spec = ExperimentSpec(base, HeadSpec((8,)), TrainingSpec(epochs=5))
        places = Places(room / "run", WeightsStore(room / "weights", cache=None), None)
        catalog = scan([room / "Bilder é"], Reporter())
        yield open_classifier(train(catalog, spec, places, Reporter()), Reporter())


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other processes would do is done in this one, which has TensorFlow already."""

    def answers(module: str, order: dict[str, Any], reporter: Reporter) -> Iterator[dict[str, Any]]:
        reporter.checkpoint()
        with warnings.catch_warnings(action="ignore"):
            if module.endswith("conversion"):
                conversion.CONVERTERS[order["format"]](order)
            else:
                yield from map(json.loads, map(json.dumps, foreign.read(order)))

    monkeypatch.setattr(export_writers, "answers", answers)
    monkeypatch.setattr(verification, "answers", answers)
    monkeypatch.setattr(foreign, "_loaded", cache(tf.saved_model.load))  # without hiding Keras from everybody


def able(name: str) -> None:
    if lacking := missing(FORMATS[name]):
        pytest.skip(f"needs {', '.join(lacking)}")


@pytest.fixture(scope="module")
def saved(classifier: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A SavedModel, read by another process."""
    return export(classifier, tmp_path_factory.mktemp("saved") / "ein Ordner é" / "modell", Reporter())


@pytest.fixture(scope="module")
def loaded(saved: Exported) -> Any:
    """The SavedModel, in this process."""
    return tf.saved_model.load(str(saved.path))


def test_a_process_without_keras_gets_the_programs_answers(classifier: Classifier, saved: Exported) -> None:
    exported = saved
    assert exported.compared == exported.agreeing == 18
    assert exported.difference <= TOLERANCE
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


@pytest.mark.parametrize(("name", "quantize"), WAYS)
def test_every_format_is_read_by_its_own_library(
    at_once: None, classifier: Classifier, tmp_path: Path, name: str, quantize: str
) -> None:
    able(name)
    exported = export(classifier, tmp_path / "ein Ordner é" / name, Reporter(), name, quantize)
    assert (exported.format, exported.quantize, exported.compared) == (name, quantize, 18)
    assert exported.judged == 3
    assert exported.milliseconds > 0
    if quantize == "none":
        assert exported.agreeing == 18
        assert exported.difference <= TOLERANCE
        assert exported.accuracy == exported.own_accuracy
    else:
        assert KINDS[quantize] <= kinds(exported.path / "model.tflite")
    folder, model = exported.path, exported.path / FORMATS[name].model
    assert not list(tmp_path.glob(".*"))
    assert (folder / "labels.txt").read_text("utf-8").splitlines() == sorted(NAMES)
    about = json.loads((folder / "metadata.json").read_text("utf-8"))
    assert about["class_names"] == sorted(NAMES)
    assert about["data_fingerprint"] == classifier.run.data_fingerprint
    assert about["expected_accuracy"]["accuracy"] == classifier.run.report.accuracy
    card = (folder / "README.md").read_text("utf-8")
    for words in ("ro\\|t", "| 5 | 1 |", "95 % interval", exported.verdict, FORMATS[name].reads):
        assert words in card
    _batches(name, model)
    if name in {"keras", "litert"}:
        with zipfile.ZipFile(model) as archive:
            assert json.loads(archive.read("graftwork.json")) == about
    if name == "keras":
        assert load_classifier(model).count_params() == classifier.model.count_params()
    if name == "head-weights":
        with h5py.File(model) as file:
            assert json.loads(file.attrs["graftwork"]) == about


# What the tensors of a quantized model are made of.
KINDS: dict[str, set[Any]] = {
    "float16": {np.float16},
    "dynamic": {np.int8, np.float32},
    "int8": {np.int8, np.uint8},
}


def kinds(model: Path) -> set[Any]:
    with warnings.catch_warnings(action="ignore"):
        interpreter = tf.lite.Interpreter(model_path=str(model))
    return {tensor["dtype"] for tensor in interpreter.get_tensor_details()}


def _batches(name: str, model: Path) -> None:
    """One picture and many, and wide ones where any size is taken; alone or among others: the same answer."""
    if name == "head-weights":
        return
    with warnings.catch_warnings(action="ignore"):  # TensorFlow's LiteRT, where there is no other
        answer = foreign.READERS[name](str(model))
    shape = (32, 32) if FORMATS[name].squares else (20, 50)
    pictures = np.random.default_rng(0).integers(0, 256, (37, *shape, 3), np.uint8)
    many = answer(pictures)
    assert many.shape == (37, 3)
    assert np.allclose(many.sum(axis=1), 1, atol=0.02)
    assert np.allclose(many[:1], answer(pictures[:1]), atol=5e-3)


@pytest.mark.parametrize("name", [name for name, row in FORMATS.items() if name != "savedmodel"])
def test_the_sample_runs_as_it_is(
    at_once: None, classifier: Classifier, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    able(name)
    if name == "litert" and importlib.util.find_spec("ai_edge_litert") is None:
        pytest.skip("needs ai-edge-litert")
    exported = export(classifier, tmp_path / "there", Reporter(), name)
    file = classifier.run.pictures()[0]
    own, _ = classifier.predict([file], Reporter())
    sample = exported.path / "sample.py"
    said: list[str] = []
    monkeypatch.setattr(sys, "argv", [str(sample), *([] if name == "head-weights" else [str(file)])])
    with warnings.catch_warnings(action="ignore"):
        code = compile(sample.read_text("utf-8"), str(sample), "exec")
        exec(code, {"__file__": str(sample), "__name__": "__main__", "print": said.append})  # noqa: S102
    if name == "head-weights":
        assert len(said) == 8
        assert all(any(line.startswith(label) for label in NAMES) for line in said)
    else:
        assert said == [f"{file}: {own[0].label} ({own[0].probability:.1%})"]


@pytest.mark.parametrize("name", ["keras", "litert"])
def test_a_name_with_the_formats_ending_is_one_file(
    at_once: None, classifier: Classifier, tmp_path: Path, name: str
) -> None:
    able(name)
    model = Path(FORMATS[name].model)
    exported = export(classifier, tmp_path / f"bees{model.suffix}", Reporter(), name)
    assert exported.path.is_file()
    assert exported.size == exported.path.stat().st_size
    assert [file.name for file in tmp_path.iterdir()] == [exported.path.name]
    assert foreign.READERS[name](str(exported.path))(np.zeros((1, 32, 32, 3), np.uint8)).shape == (1, 3)


def test_tensorflows_own_tool_lists_named_inputs_and_outputs(saved: Exported) -> None:
    tool = Path(sys.executable).with_name("saved_model_cli")
    command = [str(tool), "show", "--all", "--dir", str(saved.path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    signatures = shown.split("signature_def['")[1:]
    facts = {}
    for signature in signatures:
        listed = re.findall(
            r"(inputs|outputs)\['(\w+)'\] tensor_info:\s+dtype: (\w+)\s+shape: (\(.*\)|unknown_rank)",
            signature,
        )
        facts[signature.split("'")[0]] = [" ".join(words) for words in listed]
    said = ["outputs label DT_STRING (-1)", "outputs probabilities DT_FLOAT (-1, 3)"]
    assert facts.pop("__saved_model_init_op") == ["outputs __saved_model_init_op DT_INVALID unknown_rank"]
    assert facts == {
        "serve_bytes": ["inputs encoded DT_STRING (-1)", *said],
        "serving_default": ["inputs images DT_UINT8 (-1, -1, -1, 3)", *said],
    }


def test_files_of_any_size_in_one_batch_get_the_programs_answers(
    classifier: Classifier, loaded: Any, tmp_path: Path
) -> None:
    dice = np.random.default_rng(0)
    files = [tmp_path / f"{number:02}.{'jpg' if number % 2 else 'png'}" for number in range(37)]
    for number, file in enumerate(files):
        pixels = dice.integers(0, 256, (*dice.integers(1, 60, 2), 3), np.uint8) // 3
        pixels[..., number % 3] += 170
        Image.fromarray(pixels).save(file)
    own, _ = classifier.predict(files, Reporter())
    served = loaded.signatures["serve_bytes"]
    whole = [file.read_bytes() for file in files]
    answer = served(encoded=tf.constant(whole))
    assert [label.decode() for label in answer["label"].numpy()] == [one.label for one in own]
    assert len({one.label for one in own}) > 1
    assert np.allclose(answer["probabilities"], [one.probabilities for one in own], atol=TOLERANCE)
    whole[20] = whole[20][: len(whole[20]) // 2]
    with pytest.raises(tf.errors.OpError):
        served(encoded=tf.constant(whole))  # not even the other 36 get a label


def test_the_request_is_answered_by_the_rules_of_tensorflow_serving(
    classifier: Classifier,
    saved: Exported,
    loaded: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = classifier.run.pictures()[0]
    own, _ = classifier.predict([file], Reporter())
    serving = serving_rules.server(loaded)
    thread = threading.Thread(target=serving.handle_request)
    thread.start()
    request = saved.path / "request.py"
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(sys, "argv", [str(request), str(file), f"http://127.0.0.1:{serving.server_port}"])
    exec(compile(request.read_text("utf-8"), str(request), "exec"), {"__name__": "__main__"})  # noqa: S102
    thread.join()
    serving.server_close()
    assert capsys.readouterr().out == f"{own[0].label} ({own[0].probability:.1%})\n"
    # The stand-in refuses what the server would.
    refused: tuple[dict[str, Any], ...] = (
        {},
        {"encoded": ["x"]},
        {"instances": []},
        {"instances": [{"images": {"b64": ""}}]},
        {"instances": [1]},
        {"instances": ["x"], "inputs": ["x"]},
        {"inputs": {"b64": "no base64"}},
    )
    for wrong in refused:
        with pytest.raises((ValueError, serving_rules.BadRequestError)):
            serving_rules.answer(loaded, json.dumps({"signature_name": "serve_bytes", **wrong}).encode())
    columns = {"images": np.full((2, 3, 4, 3), 200).tolist()}
    outputs = serving_rules.answer(loaded, json.dumps({"inputs": columns}).encode())["outputs"]
    assert (len(outputs["label"]), len(outputs["probabilities"])) == (2, 2)


def test_any_size_in_any_batch_and_damage_is_an_error(classifier: Classifier, loaded: Any) -> None:
    signatures = loaded.signatures
    for entry, takes in (("serving_default", "images"), ("serve_bytes", "encoded")):
        assert list(signatures[entry].structured_input_signature[1]) == [takes]
        assert set(signatures[entry].structured_outputs) == {"probabilities", "label"}
    for count, height, width in ((1, 7, 300), (37, 50, 20)):
        answer = signatures["serving_default"](images=tf.zeros((count, height, width, 3), tf.uint8))
        assert answer["probabilities"].shape == (count, 3)
        assert np.allclose(answer["probabilities"].numpy().sum(axis=1), 1, atol=1e-5)
    whole = classifier.run.pictures()[0].read_bytes()
    for damaged in (whole[:100], b"", b"no picture at all"):
        with pytest.raises(tf.errors.OpError):
            signatures["serve_bytes"](encoded=tf.constant([damaged]))


@pytest.mark.parametrize("quantize", ["none", "int8"])
def test_an_export_that_does_not_agree_is_said_or_refused(
    at_once: None, classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quantize: str
) -> None:
    right = foreign.READERS["litert"]

    def swapped(model: str) -> foreign.Answer:
        return lambda pictures: right(model)(pictures)[:, ::-1]

    monkeypatch.setitem(foreign.READERS, "litert", swapped)
    if quantize == "none":
        with pytest.raises(EngineError, match="does not agree"):
            export(classifier, tmp_path / "out" / "model", Reporter(), "litert")
        assert not (tmp_path / "out").exists()
    else:
        exported = export(classifier, tmp_path / "out" / "model", Reporter(), "litert", quantize)
        assert exported.agreeing < 18
        assert exported.difference > 0.01


def test_colours_that_the_entry_for_files_sees_otherwise_are_noticed(
    at_once: None, classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = ServingModule._fit
    monkeypatch.setattr(ServingModule, "_fit", lambda self, images: right(self, images)[..., ::-1])
    with pytest.raises(EngineError, match="does not agree"):
        export(classifier, tmp_path / "out" / "model", Reporter())
    assert not (tmp_path / "out").exists()


def test_pictures_that_only_the_program_reads_aright_do_not_spoil_an_export(
    at_once: None, classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    gone = tmp_path / "gone.png"
    known = [Line(file, NAMES[0], "train", "", None) for file in (*files, gone)]
    monkeypatch.setattr(exports, "sample", lambda _: (known, []))
    exported = export(classifier, tmp_path / "model", Reporter())
    assert exported.compared == 4
    assert (exported.judged, exported.accuracy) == (0, None)
    assert exported.difference <= TOLERANCE


@pytest.mark.parametrize("stage", ["Converting", "Asking the program", "Asking the export"])
def test_cancel_leaves_nothing(at_once: None, classifier: Classifier, tmp_path: Path, stage: str) -> None:
    control = Control()

    def watch(_fraction: float, text: str) -> None:
        if text.startswith(stage):
            control.cancel.set()

    with pytest.raises(Cancelled):
        export(classifier, tmp_path / "out" / "model", Reporter(watch, None, control), "litert")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["model", "model.keras"])
def test_an_earlier_export_is_not_touched(
    at_once: None, classifier: Classifier, tmp_path: Path, name: str
) -> None:
    target = tmp_path / name

    def meanwhile(_fraction: float, text: str) -> None:
        if text.startswith("Asking the export") and not target.exists():
            target.write_text("an earlier export")

    for watch in (meanwhile, None):  # one that comes while this is written, and one that is there
        with pytest.raises(EngineError, match="exists already"):
            export(classifier, target, Reporter(watch), "keras")
        assert target.read_text() == "an earlier export"
        assert list(tmp_path.iterdir()) == [target]


@contextmanager
def small_disk(place: Path, options: str) -> Iterator[None]:
    """A file system of its own at `place`."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "graftwork-test", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("name", ["savedmodel", "keras"])
def test_a_full_disk_keeps_what_was_there(
    at_once: None, classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with small_disk(tmp_path / "disk", "size=16k"):
        old = tmp_path / "disk" / "old"
        old.write_text("an earlier export")
        with pytest.raises(EngineError, match="The disk is too full: 1 MB are needed, 0 MB are free"):
            export(classifier, tmp_path / "disk" / "model", Reporter(), name)
        monkeypatch.setattr(exports, "_require_room", lambda *_: None)  # it fills up meanwhile
        with pytest.raises(EngineError, match=r"cannot be written: No space left on device"):
            export(classifier, tmp_path / "disk" / "model", Reporter(), name)
        assert [file.name for file in (tmp_path / "disk").iterdir()] == ["old"]


def test_a_read_only_place_and_another_disk(at_once: None, classifier: Classifier, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=8m"):
        place = tmp_path / "disk"
        assert export(classifier, place / "model", Reporter(), "head-weights").path.is_dir()
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        with pytest.raises(EngineError, match="cannot be written: Read-only file system"):
            export(classifier, place / "other", Reporter(), "head-weights")
        assert [file.name for file in place.iterdir()] == ["model"]


def test_what_cannot_be_is_one_sentence(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineError, match="There is no format “pickle”"):
        export_format("pickle")
    with pytest.raises(EngineError, match=r"ONNX cannot be quantized as “int8”. LiteRT can."):
        export_format("onnx", "int8")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EngineError, match="OpenVINO needs openvino, which is not installed"):
        export(classifier, tmp_path / "model", Reporter(), "openvino")
    assert not list(tmp_path.iterdir())


def test_without_training_pictures_nothing_can_be_calibrated(
    at_once: None, classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "sample", lambda _: ([], []))
    with pytest.raises(EngineError, match="no training pictures to calibrate int8 on"):
        export(classifier, tmp_path / "model", Reporter(), "litert", "int8")


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [
        (0.9, "97 of 100 pictures get the program's label; accuracy on 40 of them is 90.0%, the same as"),
        (0.875, "is 87.5%, 2.5 points less than the program's."),
        (0.925, "is 92.5%, 2.5 points more than the program's."),
        (None, "97 of 100 pictures get the program's label."),
    ],
)
def test_a_loss_is_said_plainly(accuracy: float | None, words: str) -> None:
    known = None if accuracy is None else 0.9
    exported = Exported(Path("x"), 1, 100, 0.1, "litert", "int8", 97, 40, accuracy, known)
    assert words in exported.verdict
