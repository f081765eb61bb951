"""Imports: an export becomes a run that says the same, and what is not to be trusted is refused."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mutations import mutations
from PIL import Image

from desktop_app.engine import frozen, importing
from desktop_app.engine.assembly import parts
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.catalog import scan
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.compare import compare
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.export_table import export_format
from desktop_app.engine.export_writers import Writing, write
from desktop_app.engine.keras_bridge import keras, tf
from desktop_app.engine.passport import passport
from desktop_app.engine.pipeline import Places, import_model, open_classifier, repeat, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.runs import summarize
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tensor_bundle import DATA, INDEX
from desktop_app.engine.trying import open_bench, try_out
from desktop_app.engine.weights import WeightsStore

NAMES = ("blau é", "grün", "ro|t")
WAYS = ["keras", "savedmodel"]


def tiny(row: Backbone) -> Any:
    """A network with a BatchNormalization, and hardly any weights."""
    layers = keras.layers
    pictures = keras.Input((row.size, row.size, 3))
    x = layers.Conv2D(8, 3, strides=2, activation="relu")(pictures)
    x = layers.BatchNormalization(moving_mean_initializer="ones")(x)
    return keras.Model(pictures, layers.Conv2D(6, 3)(x), name="tiny")


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BACKBONES, "VGG16", replace(BACKBONES["VGG16"], size=32, grid=1))
        patch.setattr(frozen, "bare_model", tiny)
        yield


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory, small: None) -> Classifier:
    """A run of somebody's, with a head that has every kind of layer."""
    room, dice = tmp_path_factory.mktemp("maker"), np.random.default_rng(0)
    for place, label in enumerate(NAMES):
        (room / "pictures" / label).mkdir(parents=True)
        for number in range(6):
            pixels = dice.integers(0, 120, (40, 48, 3), np.uint8)
            pixels[..., place] += 130
            Image.fromarray(pixels).save(room / "pictures" / label / f"{number}.png")
    base = BaseSpec("VGG16", "none", "max", resize="pad", precision="float32")
    head = HeadSpec((8, 5), activation="gelu", normalization=True)
    spec = ExperimentSpec(base, head, TrainingSpec(epochs=3, group_by=""))
    places = Places(room / "run", WeightsStore(room / "weights", cache=None), None)
    catalog = scan([room / "pictures"], Reporter())
    return open_classifier(train(catalog, spec, places, Reporter()), Reporter())


@pytest.fixture(scope="module")
def exports(maker: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its exports by the names of their formats, as `export` leaves them, but unchecked."""
    room = tmp_path_factory.mktemp("export")
    base, _ = parts(maker.model)
    for name in WAYS:
        row = export_format(name, "none")
        paper = passport(maker.run, row, "none", base.input_shape[1], base.output_shape[-1])
        (room / name).mkdir()
        write(Writing(maker, row, "none", room / name, paper, ()), Reporter())
    return room


def opened(path: Path, out: Path) -> Classifier:
    return open_classifier(import_model(path, out, Reporter()), Reporter())


@pytest.mark.parametrize("way", WAYS)
def test_an_export_becomes_a_run_that_says_the_same(
    maker: Classifier, exports: Path, tmp_path: Path, way: str
) -> None:
    theirs, made = maker.run, opened(exports / way, tmp_path / "ein Ordner é" / "run")
    files = theirs.pictures()
    assert (
        np.abs(made.probabilities(files, Reporter())[0] - maker.probabilities(files, Reporter())[0]).max()
        <= 1e-6
    )
    run = made.run
    assert run.imported == way
    assert run.class_names == NAMES
    assert run.spec == theirs.spec
    assert run.data_fingerprint == theirs.data_fingerprint
    assert run.report == theirs.report
    assert run.untrained
    line = summarize(run.folder)
    assert line.opens
    assert line.imported == way
    assert line.accuracy == theirs.report.accuracy
    assert line.seconds is None
    assert not [path.name for path in run.folder.parent.iterdir() if path != run.folder]


def test_a_single_file_carries_all(maker: Classifier, exports: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone" / "Käfer.keras"
    alone.parent.mkdir()
    shutil.copyfile(exports / "keras" / "model.keras", alone)
    run = import_model(alone, tmp_path / "run", Reporter())
    assert (run.imported, run.class_names) == ("Käfer.keras", NAMES)


def test_what_has_no_pictures_says_so(maker: Classifier, exports: Path, tmp_path: Path) -> None:
    made = opened(exports / "keras", tmp_path / "run")
    run, answers = made.run, made.run.answers()
    assert answers is not None
    assert len(answers) == 0
    places = Places(tmp_path / "again", WeightsStore(tmp_path / "weights", cache=None), None)
    for ask in (
        lambda: compare(run, maker.run),
        lambda: compare(maker.run, run),
        lambda: repeat(run, places, Reporter()),
    ):
        with pytest.raises(EngineError, match="was imported; its pictures have stayed with its maker"):
            ask()
    bench = open_bench(made, None, Reporter())
    assert "was imported" in bench.trouble
    tried, problems = try_out(bench, maker.run.pictures()[:5], Reporter())
    assert len(tried) == 5
    assert not problems
    assert not any(one.unknown or one.neighbours for one in tried)
    assert bench.trial.members(tried[0], 0.9) is None
    report, _ = made.evaluate(scan([maker.run.pictures()[0].parents[1]], Reporter()), "here", Reporter())
    assert report.images == 18


def test_an_imported_model_is_exported_again(exports: Path, tmp_path: Path) -> None:
    made = opened(exports / "savedmodel", tmp_path / "run")
    row = export_format("keras", "none")
    (tmp_path / "export").mkdir()
    write(
        Writing(made, row, "none", tmp_path / "export", passport(made.run, row, "none", 32, 6), ()),
        Reporter(),
    )
    again = import_model(tmp_path / "export", tmp_path / "second", Reporter())
    assert again.class_names == NAMES


def test_a_graph_that_writes_files_is_never_run(exports: Path, tmp_path: Path) -> None:
    class Evil(tf.Module):  # type: ignore[misc]
        """Leaves a file wherever it is called."""

        @tf.function(input_signature=[tf.TensorSpec((None, None, None, 3), tf.uint8)])  # type: ignore[untyped-decorator]
        def serve(self, images: Any) -> Any:
            tf.io.write_file(str(tmp_path / "gotcha"), "gotcha")
            return tf.shape(images)

    evil, sound = Evil(), exports / "savedmodel"
    tf.saved_model.save(evil, str(tmp_path / "evil"), signatures={"serving_default": evil.serve})
    (tmp_path / "gotcha").unlink(missing_ok=True)
    shutil.copytree(sound, tmp_path / "model")
    shutil.copyfile(tmp_path / "evil" / "saved_model.pb", tmp_path / "model" / "saved_model.pb")
    opened(tmp_path / "model", tmp_path / "run").answers([np.zeros((8, 9, 3), np.uint8)])
    assert not (tmp_path / "gotcha").exists()
    tf.saved_model.load(str(tmp_path / "model")).signatures["serving_default"](
        tf.zeros((1, 2, 2, 3), tf.uint8)
    )
    assert (tmp_path / "gotcha").exists()  # as it would have


def test_what_is_no_export_is_a_sentence(maker: Classifier, exports: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.keras"
    maker.model.save(bare)
    (tmp_path / "empty").mkdir()
    shutil.copytree(exports / "savedmodel", tmp_path / "alone")
    (tmp_path / "alone" / "metadata.json").unlink()
    for path, why in (
        (bare, "carries no passport of Graftwork"),
        (tmp_path / "empty", "is not an export"),
        (tmp_path / "gone.keras", "is not an export"),
        (tmp_path / "alone", "No such file"),
        (maker.run.folder, "is a run of Graftwork already"),
        (maker.run.model_file, "is a run of Graftwork already"),
        (maker.run.pictures()[0], "is not an export"),
    ):
        with pytest.raises(EngineError, match=why) as caught:
            import_model(path, tmp_path / "run", Reporter())
        assert caught.value.hint
        assert ".graftwork-" not in str(caught.value)
        assert not (tmp_path / "run").exists()
    with pytest.raises(EngineError, match="exists already"):
        import_model(exports / "keras", tmp_path / "empty", Reporter())


def doctored(exports: Path, to: Path, way: str, change: dict[str, Any], inside: str = "") -> Path:
    """An export whose passport says something else."""
    shutil.copytree(exports / way, to)
    paper = json.loads((to / "metadata.json").read_text("utf-8"))
    (paper[inside] if inside else paper).update(change)
    data = json.dumps(paper)
    if way == "savedmodel":
        (to / "metadata.json").write_text(data, "utf-8")
        return to
    with (
        zipfile.ZipFile(exports / way / "model.keras") as before,
        zipfile.ZipFile(to / "model.keras", "w") as after,
    ):
        for member in before.namelist():
            after.writestr(member, data if member == "graftwork.json" else before.read(member))
    return to


LIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "an older version": ({"spec": None, "report": None}, "", "its passport is damaged"),
    "other classes": ({"class_names": ["a", "b", "c"]}, "", "its report is about other classes"),
    "one class twice": ({"class_names": ["a", "a", "c"]}, "", "not all different"),
    "no classes": ({"class_names": "abc"}, "", "no list"),
    "half a character": ({"weights": "\ud800"}, "", "its passport is damaged"),
    "another program": ({"program": "evil"}, "", "is not one of Graftwork"),
    "another base": (
        {"base": {"backbone": "ResNet50", "pooling": "flatten"}},
        "spec",
        "is another than|another network|fewer numbers",
    ),
    "another head": ({"head": {"units": [9, 5]}}, "spec", "is another than|another network"),
    "a huge head": ({"head": {"units": [65536] * 8}}, "spec", "is another than|fewer numbers"),
    "more than all right": ({"accuracy": 1.5}, "report", "not from 0 to 1"),
    "no number": ({"accuracy": float("nan")}, "report", "not from 0 to 1"),
    "a cell of nobody": ({"confusion": [[0, 3, 1]]}, "report", "of other classes"),
    "half a cell": ({"confusion": [[0, 1]]}, "report", "its passport is damaged"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lie", LIES)
def test_a_passport_that_lies_is_refused(exports: Path, tmp_path: Path, way: str, lie: str) -> None:
    change, inside, why = LIES[lie]
    path = doctored(exports, tmp_path / "model", way, change, inside)
    with pytest.raises(EngineError, match=why) as caught:
        import_model(path, tmp_path / "run", Reporter())
    assert caught.value.hint
    assert [one.name for one in tmp_path.iterdir()] == ["model"]


def test_an_export_of_an_older_version_says_so(exports: Path, tmp_path: Path) -> None:
    shutil.copytree(exports / "savedmodel", tmp_path / "model")
    paper = json.loads((tmp_path / "model" / "metadata.json").read_text("utf-8"))
    del paper["spec"], paper["report"]
    (tmp_path / "model" / "metadata.json").write_text(json.dumps(paper), "utf-8")
    with pytest.raises(
        EngineError, match="by a version that did not yet say how the model can be made again"
    ):
        import_model(tmp_path / "model", tmp_path / "run", Reporter())


def test_a_cancelled_import_leaves_nothing(exports: Path, tmp_path: Path) -> None:
    control = Control()

    def listen(fraction: float, _text: str) -> None:
        if fraction > 0.5:
            control.cancel.set()

    with pytest.raises(Cancelled):
        importing.import_model(exports / "savedmodel", tmp_path / "run", Reporter(listen, None, control))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("part", ["metadata.json", f"variables/{INDEX}", f"variables/{DATA}", "model.keras"])
def test_two_hundred_mutations_end_in_a_run_or_a_sentence(
    exports: Path, tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = "keras" if part == "model.keras" else "savedmodel"
    model, refused = tmp_path / "model", 0
    shutil.copytree(exports / way, model)
    if part != "model.keras":  # what is written is another test's
        monkeypatch.setattr(
            keras.Model, "save", lambda _self, file: shutil.copyfile(exports / "keras" / "model.keras", file)
        )
        base = frozen.build(BaseSpec("VGG16", "none", "max", precision="float32"), 0, lambda _bare: "")
        monkeypatch.setattr(frozen, "build", lambda *_: base)  # once is enough
    before = sorted(path.name for path in tmp_path.rglob("*"))
    for data in mutations((exports / way / part).read_bytes()):
        (model / part).write_bytes(data)
        try:
            import_model(model, tmp_path / "run", Reporter())
            shutil.rmtree(tmp_path / "run")
        except EngineError as error:
            refused += 1
            assert "\n" not in str(error)
            assert ".graftwork-" not in str(error)
        assert sorted(path.name for path in tmp_path.rglob("*")) == before
    assert refused > 100
