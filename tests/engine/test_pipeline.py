import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alike import require_alike

from desktop_app.engine import learning
from desktop_app.engine.catalog import Catalog, Split, merge, scan
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.history import EpochRow
from desktop_app.engine.pipeline import Places, open_classifier, repeat, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.run import Run, open_run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.views_spec import ViewsSpec
from desktop_app.engine.weights import WeightsStore

SPEC = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(epochs=3))

pytestmark = pytest.mark.usefixtures("small_backbones")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "run", WeightsStore(tmp_path / "weights", cache=None), tmp_path / "cache")


@pytest.fixture
def catalog(picture_folder: Callable[..., Path]) -> Catalog:
    return scan([picture_folder(count=10)], Reporter())


def test_a_run_folder_holds_what_the_contract_says(catalog: Catalog, places: Places) -> None:
    rows: list[EpochRow] = []
    run = train(catalog, SPEC, places, Reporter(on_epoch=rows.append), scan_seconds=1.5)
    names = {path.name for path in run.folder.iterdir()}
    assert names == {
        "experiment.json",
        "history.csv",
        "model.keras",
        "report.json",
        "logits.npy",
        "pictures.csv",
        "events",
    }
    assert run.history == tuple(rows)
    assert run.history[run.best_epoch - 1].val_loss == min(row.val_loss or 0 for row in rows)
    assert run.class_names == ("blue", "red")
    assert run.summary.keys() == {
        "run", "backbone", "classes", "images", "skipped", "train_accuracy", "val_accuracy", "epochs",
        "seconds", "features_cached", "precision", "weights",
    }  # fmt: skip
    assert run.summary["seconds"].keys() == {"scan", "features", "head", "total"}
    assert run.summary["seconds"]["total"] > run.summary["seconds"]["scan"] == 1.5
    assert run.report.images == 4  # a fifth of ten, of each of two classes
    assert run.report.accuracy == run.summary["val_accuracy"]
    assert run == open_run(run.folder)
    assert run.spec == SPEC
    assert len(run.pictures()) == 20


def test_an_untrained_base_is_called_one(catalog: Catalog, places: Places) -> None:
    run = train(catalog, SPEC, places, Reporter())
    assert run.untrained
    assert run.weights_origin == run.summary["weights"] == "untrained base"


def test_another_head_computes_no_features_again(catalog: Catalog, places: Places, tmp_path: Path) -> None:
    assert train(catalog, SPEC, places, Reporter()).summary["features_cached"] == 0
    other = replace(SPEC, head=HeadSpec(()))
    again = train(catalog, other, replace(places, out=tmp_path / "second"), Reporter())
    assert again.summary["features_cached"] == 20


def test_one_view_trains_as_without_views(catalog: Catalog, places: Places, tmp_path: Path) -> None:
    plain = train(catalog, SPEC, places, Reporter())
    one = train(catalog, replace(SPEC, views=ViewsSpec(1)), replace(places, out=tmp_path / "one"), Reporter())
    assert one.summary["features_cached"] == 20
    assert (one.folder / "history.csv").read_bytes() == (plain.folder / "history.csv").read_bytes()


def test_views_are_computed_once_and_the_saved_model_answers_by_their_mean(
    catalog: Catalog, places: Places, tmp_path: Path
) -> None:
    spec = replace(SPEC, head=HeadSpec(()), views=ViewsSpec(3, colour=True, average=True))
    run = train(catalog, spec, places, Reporter())
    assert (run.summary["views"], run.summary["views_cached"]) == (3, 0)
    again = train(catalog, spec, replace(places, out=tmp_path / "again"), Reporter())
    assert (again.summary["features_cached"], again.summary["views_cached"]) == (20, 40)
    assert again.history == run.history
    assert run.report.source == "validation pictures, by the mean of 3 views"
    val = {Path(row["file"]) for row in recorded(run) if row["split"] == "val"}
    judged = replace(catalog, pictures=tuple(p for p in catalog.pictures if p.path in val))
    classifier = open_classifier(run, Reporter())
    report, problems = classifier.evaluate(judged, run.report.source, Reporter())
    assert problems == []
    require_alike(report, run.report)
    asked, _ = classifier.probabilities([p.path for p in judged.pictures], Reporter())
    assert np.allclose(asked.sum(axis=1), 1)
    single = replace(run, spec=replace(spec, views=None))
    plain, _ = Classifier(single).probabilities([p.path for p in judged.pictures], Reporter())
    assert np.abs(np.log(asked / plain)).max() > 0.1


def test_one_seed_gives_one_history_bit_for_bit(catalog: Catalog, places: Places, tmp_path: Path) -> None:
    first = train(catalog, SPEC, replace(places, cache=None), Reporter())
    second = train(catalog, SPEC, replace(places, cache=None, out=tmp_path / "second"), Reporter())
    assert (first.folder / "history.csv").read_bytes() == (second.folder / "history.csv").read_bytes()
    fingerprints = [
        json.loads((run.folder / "experiment.json").read_text())["data_fingerprint"]
        for run in (first, second)
    ]
    assert fingerprints[0] == fingerprints[1]


def test_a_record_is_enough_to_repeat_a_run_bit_for_bit(
    picture_folder: Callable[..., Path], places: Places, tmp_path: Path
) -> None:
    given: list[tuple[Split, int]] = [("train", 8), ("val", 3)]
    parts = [scan([picture_folder(f"a {s}", count=n)], Reporter(), s) for s, n in given]
    drawn = TrainingSpec(epochs=2, seed=7, test_share=0.25)
    first = train(merge(parts), replace(SPEC, training=drawn), places, Reporter())
    again = repeat(open_run(first.folder), replace(places, out=tmp_path / "again"), Reporter())
    for name in ("history.csv", "pictures.csv"):
        assert (first.folder / name).read_bytes() == (again.folder / name).read_bytes()
    assert (again.spec, again.data_fingerprint) == (first.spec, first.data_fingerprint)
    assert again.report == first.report
    first.pictures()[0].write_bytes(first.pictures()[-1].read_bytes())
    with pytest.raises(EngineError, match="pictures have changed since that run was made"):
        repeat(first, replace(places, out=tmp_path / "third"), Reporter())
    assert not list(tmp_path.glob("third*"))


def test_the_saved_model_answers_as_the_head_was_judged(catalog: Catalog, places: Places) -> None:
    run = train(catalog, SPEC, places, Reporter())
    classifier = open_classifier(run, Reporter())
    val = {Path(row["file"]) for row in recorded(run) if row["split"] == "val"}
    judged = replace(catalog, pictures=tuple(p for p in catalog.pictures if p.path in val))
    report, problems = classifier.evaluate(judged, run.report.source, Reporter())
    require_alike(report, run.report)
    assert problems == []


def test_given_validation_and_test_pictures_are_used(
    picture_folder: Callable[..., Path], places: Places
) -> None:
    given: list[tuple[Split, int]] = [("train", 6), ("val", 3), ("test", 4)]
    parts = [scan([picture_folder(f"a {s}", count=n)], Reporter(), s) for s, n in given]
    run = train(merge(parts), SPEC, places, Reporter())
    assert run.report.source == "test pictures"
    assert run.report.images == 8
    assert run.summary["images"] == 26


def recorded(run: Run) -> list[dict[str, str]]:
    with (run.folder / "pictures.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_pictures_without_a_class_take_no_part_and_are_counted(catalog: Catalog, places: Places) -> None:
    some = tuple(replace(picture, label="") for picture in catalog.pictures[:3])
    run = train(Catalog(some + catalog.pictures[3:]), SPEC, places, Reporter())
    record = json.loads((run.folder / "experiment.json").read_text())
    assert record["unlabelled"] == 3
    assert "" not in run.class_names
    assert len(run.pictures()) == len(catalog.pictures) - 3


def test_the_split_is_decided_by_content_and_copies_stay_together(
    picture_folder: Callable[..., Path], places: Places, tmp_path: Path
) -> None:
    folder = picture_folder(count=10)
    for number in range(5):
        shutil.copy(folder / "red" / f"{number}.png", folder / "red" / f"copy of {number}.png")
    rows = recorded(train(scan([folder], Reporter()), SPEC, places, Reporter()))
    where = {(row["sha256"], row["split"]) for row in rows}
    assert (len(rows), len(where)) == (25, 20)
    for number, file in enumerate(sorted(folder.rglob("*.png"), reverse=True)):
        file.rename(file.with_name(f"{number:03} was {file.name}"))
    again = train(scan([folder], Reporter()), SPEC, replace(places, out=tmp_path / "again"), Reporter())
    assert {(row["sha256"], row["split"]) for row in recorded(again)} == where


def test_test_pictures_are_drawn_and_the_users_groups_stay_together(catalog: Catalog, places: Places) -> None:
    spec = replace(SPEC, training=TrainingSpec(epochs=1, test_share=0.2, group_by=r"^(\d+)"))
    run = train(catalog, spec, places, Reporter())
    assert run.report.source == "test pictures"
    assert run.spec == spec
    groups = {(Path(row["file"]).name, row["split"]) for row in recorded(run)}
    assert Counter(split for _, split in groups) == {"train": 6, "val": 2, "test": 2}


def test_groups_that_cannot_be_divided_are_refused_before_anything_is_computed(
    catalog: Catalog, places: Places
) -> None:
    heard: list[str] = []
    spec = replace(SPEC, training=TrainingSpec(group_by="folder"))
    with pytest.raises(EngineError, match="The class “blue” has 10 pictures that belong together"):
        train(catalog, spec, places, Reporter(lambda _fraction, text: heard.append(text)))
    assert heard == []
    assert leftovers(places) == []


def test_a_picture_that_breaks_while_decoding_is_left_out_with_its_reason(
    picture_folder: Callable[..., Path], places: Places
) -> None:
    folder = picture_folder()
    broken = folder / "red" / "0.png"
    broken.write_bytes(broken.read_bytes()[:200])  # its header is whole
    run = train(scan([folder], Reporter()), SPEC, places, Reporter())
    assert run.summary["skipped"] == 1
    (skipped,) = json.loads((run.folder / "experiment.json").read_text())["skipped"]
    assert skipped["file"] == str(broken)
    assert "damaged" in skipped["reason"]


def leftovers(places: Places) -> list[str]:
    return [p.name for p in places.out.parent.iterdir() if p.name.startswith(".") or p.name == "run"]


@pytest.mark.parametrize("stage", ["Building", "Computing features", "Training the head", "Writing"])
def test_cancel_in_any_stage_leaves_nothing_behind(catalog: Catalog, places: Places, stage: str) -> None:
    control = Control()
    heard: list[str] = []

    def watch(_fraction: float, text: str) -> None:
        heard.append(text)
        if text.startswith(stage):
            control.cancel.set()

    with pytest.raises(Cancelled):
        train(catalog, SPEC, places, Reporter(watch, None, control))
    assert heard[-1].startswith(stage)
    assert leftovers(places) == []
    assert isinstance(train(catalog, SPEC, places, Reporter()), Run)


def test_answers_that_are_no_numbers_make_no_run(
    catalog: Catalog, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "answer", lambda _, asked: np.full((len(asked), 2), np.nan, np.float32))
    with pytest.raises(EngineError, match="diverged"):
        train(catalog, SPEC, places, Reporter())
    assert leftovers(places) == []


def test_an_existing_place_is_never_overwritten(catalog: Catalog, places: Places) -> None:
    places.out.mkdir()
    (places.out / "mine.txt").write_text("precious")
    with pytest.raises(EngineError, match="exists already"):
        train(catalog, SPEC, places, Reporter())
    assert (places.out / "mine.txt").read_text() == "precious"


def test_a_place_below_a_file_cannot_be_written(catalog: Catalog, places: Places, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot be written"):
        train(catalog, SPEC, replace(places, out=tmp_path / "file" / "run"), Reporter())


def test_weights_of_another_backbone_are_refused(catalog: Catalog, places: Places, shared: Path) -> None:
    spec = replace(SPEC, base=BaseSpec("ResNet50", str(shared / "weights" / "vgg16_notop.weights.h5")))
    with pytest.raises(EngineError, match="VGG16"):
        train(catalog, spec, places, Reporter())
    assert leftovers(places) == []
