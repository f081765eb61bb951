"""A model file is looked through before Keras opens it: what would do harm is refused, and says why."""

import io
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from mutations import mutations

from desktop_app.engine import assembly
from desktop_app.engine.assembly import assemble, load_classifier
from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.errors import EngineError
from desktop_app.engine.frozen import bare_model
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.model_file import CONFIG, WEIGHTS, require_kinds

Members = dict[str, bytes]
EVERY = "GRAFTWORK_EVERY_BACKBONE"  # set it for all networks: minutes
QUICK = ["ConvNeXtTiny", "EfficientNetV2B0", "MobileNetV3Small", "VGG16"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """The members of a small classifier's file."""
    pictures = keras.Input((8, 8, 3), name="pictures")
    inside = keras.Input((8, 8, 3))
    bare = keras.Model(inside, keras.layers.Conv2D(4, 3, activation="relu")(inside), name="bare")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="preprocess")(pictures)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(bare(scaled))
    head = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="logits")], name="head")
    file = tmp_path_factory.mktemp("model") / "model.keras"
    assemble(keras.Model(pictures, pooled), head).save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, members: Members, way: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", way) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def reworded(members: Members, change: Callable[[dict[str, Any]], None]) -> Members:
    """The same file with another description; `change` gets the layers by name."""
    config = json.loads(members[CONFIG])
    change({layer["config"]["name"]: layer for layer in layers(config)})
    return {**members, CONFIG: json.dumps(config).encode()}


def layers(config: Any) -> Iterator[dict[str, Any]]:
    for layer in config["config"].get("layers", ()):
        yield layer
        yield from layers(layer)


def rearranged(members: Members, change: Callable[[h5py.File], None]) -> Members:
    """The same file with other arrays."""
    file = io.BytesIO(members[WEIGHTS])
    with h5py.File(file, "r+") as arrays:
        change(arrays)
    return {**members, WEIGHTS: file.getvalue()}


def test_a_sound_model_is_opened(whole: Members, tmp_path: Path) -> None:
    model = load_classifier(write(tmp_path / "model.keras", whole))
    said = model(np.zeros((1, 8, 8, 3), np.float32)).numpy()
    assert said.sum() == pytest.approx(1)
    assert load_classifier(write(tmp_path / "small.keras", whole, zipfile.ZIP_DEFLATED)) is not None


@pytest.mark.parametrize("name", sorted(BACKBONES) if EVERY in os.environ else QUICK)
def test_every_network_is_made_of_what_is_known(name: str, tmp_path: Path) -> None:
    row = BACKBONES[name]
    try:
        with keras.StatelessScope(initialize_variables=False):  # weights would only take time
            config = keras.saving.serialize_keras_object(bare_model(row))
    finally:
        keras.utils.clear_session(free_memory=False)
    require_kinds(tmp_path / "model.keras", json.loads(json.dumps(config)))


def as_kind(module: str | None, kind: str, name: str | None = None) -> Callable[[dict[str, Any]], None]:
    def change(found: dict[str, Any]) -> None:
        found["preprocess"].update(module=module, class_name=kind, registered_name=name)

    return change


def lambda_layer(found: dict[str, Any]) -> None:
    code = keras.saving.serialize_keras_object(keras.layers.Lambda(lambda x: x, name="preprocess"))
    found["preprocess"].update({key: code[key] for key in ("module", "class_name", "registered_name")})
    found["preprocess"]["config"].update(code["config"])


def deep(found: dict[str, Any]) -> None:
    nest: Any = 1
    for _ in range(200):
        nest = [nest]
    found["preprocess"]["config"]["scale"] = nest


DESCRIPTIONS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "Lambda": (lambda_layer, "a Lambda layer, which is a piece of program code"),
    "another program": (as_kind("keras.layers", "TFSMLayer"), "loads another program"),
    "any function": (as_kind("builtins", "function"), "“function” of “builtins”"),
    "a module": (as_kind("subprocess", "Popen"), "“Popen” of “subprocess”"),
    "a word list": (as_kind("keras.layers", "StringLookup"), "“StringLookup” of “keras.layers”"),
    "another's layer": (as_kind("keras.layers", "Rescaling", "evil>Rescaling"), "“Rescaling”"),
    "no name": (as_kind("keras.layers", 5), "is damaged: .* by what is no name"),  # type: ignore[arg-type]
    "nested": (deep, "nested too deeply"),
    "a huge head": (
        lambda f: f["logits"]["config"].update(units=3_000_000_000),
        "a network of 15,000,000,112 parameters",
    ),
}


@pytest.mark.parametrize("attack", DESCRIPTIONS)
def test_a_description_that_would_do_harm_is_refused(whole: Members, tmp_path: Path, attack: str) -> None:
    change, why = DESCRIPTIONS[attack]
    file = write(tmp_path / "model.keras", reworded(whole, change))
    with pytest.raises(EngineError, match=why) as caught:
        load_classifier(file)
    assert str(file) in caught.value.message
    assert caught.value.hint


def test_layers_that_no_memory_holds_are_refused(
    whole: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "_WIDEST", 6 * 6 * 4 - 1)
    with pytest.raises(EngineError, match="layers of up to 192 numbers"):
        load_classifier(write(tmp_path / "model.keras", whole))


def kernel(file: h5py.File) -> tuple[h5py.Group, str]:
    """Where some layer's kernel lies."""
    names: list[str] = []
    file.visititems(lambda name, part: names.append(name) if isinstance(part, h5py.Dataset) else None)
    above, _, name = next(n for n in names if n.endswith("vars/0")).rpartition("/")
    return file[above], name


def replaced(make: Callable[[h5py.Group, str], object]) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        above, name = kernel(file)
        del above[name]
        make(above, name)

    return change


def pickled(above: h5py.Group, name: str) -> None:
    above.create_dataset(name, data=np.void(b"\x80\x04cos\nsystem\n"))


def elsewhere(above: h5py.Group, name: str) -> None:
    above[name] = h5py.ExternalLink("/etc/passwd", "/")


def outside(above: h5py.Group, name: str) -> None:
    above.create_dataset(name, (4,), "f4", external=[("/etc/hostname", 0, h5py.h5f.UNLIMITED)])


def claimed(above: h5py.Group, name: str) -> None:
    above.create_dataset(name, (50_000, 50_000), "f4", chunks=(100, 100))


def circle(above: h5py.Group, name: str) -> None:
    above[name] = above


ARRAYS: dict[str, tuple[Callable[[h5py.Group, str], object], str]] = {
    "pickle": (pickled, "is not an array of numbers of its own"),
    "a link": (elsewhere, "lead to another file"),
    "another file's bytes": (outside, "is not an array of numbers of its own"),
    "ten gigabytes": (claimed, "claims 2,500,000,000 numbers"),
    "a circle": (circle, "lead in a circle"),
    "text": (lambda above, name: above.create_dataset(name, data="rm -rf"), "is not an array of numbers"),
}


@pytest.mark.parametrize("attack", ARRAYS)
def test_arrays_that_would_do_harm_are_refused(whole: Members, tmp_path: Path, attack: str) -> None:
    make, why = ARRAYS[attack]
    file = write(tmp_path / "model.keras", rearranged(whole, replaced(make)))
    with pytest.raises(EngineError, match=why):
        load_classifier(file)


@pytest.mark.parametrize(
    "name", ["../escaped.txt", "/escaped.txt", "assets/escaped.txt", "model.weights.npz"]
)
def test_nothing_but_a_network_is_unpacked(whole: Members, tmp_path: Path, name: str) -> None:
    (tmp_path / "inside").mkdir()
    file = write(tmp_path / "inside" / "model.keras", {**whole, name: b"gotcha"})
    with pytest.raises(EngineError, match="is not opened: it holds “"):
        load_classifier(file)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["model.keras"]


def test_what_grows_when_it_is_unpacked_is_refused(whole: Members, tmp_path: Path) -> None:
    grown = {**whole, WEIGHTS: whole[WEIGHTS] + bytes(50_000_000)}
    with pytest.raises(EngineError, match="would grow a hundredfold"):
        load_classifier(write(tmp_path / "model.keras", grown, zipfile.ZIP_DEFLATED))
    brackets = {**whole, CONFIG: b"[" * 3_000_000}
    with pytest.raises(EngineError, match="holds too much"):
        load_classifier(write(tmp_path / "model.keras", brackets))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_file_is_a_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in (
        (tmp_path / "gone", "There is no model"),
        (tmp_path, "is not a file"),
        (tmp_path / "pipe", "is not a file"),
        (Path("/dev/zero"), "is not a file"),
    ):
        with pytest.raises(EngineError, match=why):
            load_classifier(path)


@pytest.mark.parametrize("part", ["the archive", CONFIG, WEIGHTS])
def test_two_hundred_mutations_end_in_a_model_or_a_sentence(
    whole: Members, tmp_path: Path, part: str
) -> None:
    file = write(tmp_path / "model.keras", whole)
    damaged = mutations(file.read_bytes() if part == "the archive" else whole[part])
    refused = 0
    for data in damaged:
        if part == "the archive":
            file.write_bytes(data)
        else:
            write(file, {**whole, part: data})
        try:
            load_classifier(file)
        except EngineError as error:
            refused += 1
            assert str(file) in error.message
            assert "\n" not in str(error)
    assert refused > 100
    assert [path.name for path in tmp_path.rglob("*")] == ["model.keras"]
