"""A training with fine-tuning after the head: what it writes is what it saved, and nothing else is left."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alike import require_alike

from desktop_app.engine.catalog import Catalog, scan
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.history import EpochRow, read_csv
from desktop_app.engine.pipeline import Places, open_classifier, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.weights import WeightsStore

TUNING = TuningSpec(blocks=1, epochs=2, batch=8, learning_rate=1e-3)
SPEC = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(epochs=2), TUNING)

pytestmark = pytest.mark.usefixtures("small_backbones")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "run", WeightsStore(tmp_path / "weights", cache=None), tmp_path / "cache")


@pytest.fixture
def catalog(picture_folder: Callable[..., Path]) -> Catalog:
    return scan([picture_folder(count=10)], Reporter())


def record(run: Run) -> dict[str, object]:
    read: dict[str, object] = json.loads((run.folder / "experiment.json").read_text())
    return read


def test_a_tuned_run_says_what_its_saved_model_says(catalog: Catalog, places: Places) -> None:
    spec = replace(SPEC, base=replace(SPEC.base, resize="crop"))
    rows: list[EpochRow] = []
    fractions: list[float] = []
    told: list[str] = []

    def listen(fraction: float, text: str) -> None:
        fractions.append(fraction)
        told.append(text)

    run = train(catalog, spec, places, Reporter(listen, rows.append))
    assert [(row.epoch, row.stage) for row in rows] == [
        (1, "head"),
        (2, "head"),
        (3, "tuning"),
        (4, "tuning"),
    ]
    assert run.history == tuple(rows) == read_csv(run.folder / "history.csv")
    assert run.spec == spec
    assert run.tuning is not None
    assert run.tuning.activations_stored
    losses = [run.tuning.head_val_loss, *(row.val_loss or 0 for row in rows[2:])]
    assert run.best_epoch == run.tuning.best_epoch == 2 + losses.index(min(losses)) > 2
    assert run.summary["head_val_accuracy"] == run.tuning.head_val_accuracy
    assert run.summary["val_accuracy"] == rows[run.best_epoch - 1].val_accuracy == run.report.accuracy
    assert run.summary["seconds"].keys() == {"scan", "features", "head", "tuning", "total"}
    assert record(run)["tuning"] is not None
    assert fractions == sorted(fractions)
    assert any(text.startswith("Fine-tuning, epoch 2 of 2: ") and "left" in text for text in told)

    classifier = open_classifier(run, Reporter())
    val = [p for p, split in zip(run.pictures(), splits(run), strict=True) if split == "val"]
    judged = replace(catalog, pictures=tuple(p for p in catalog.pictures if p.path in val))
    report, _ = classifier.evaluate(judged, run.report.source, Reporter())
    require_alike(report, run.report)


def splits(run: Run) -> list[str]:
    return [line.split(",")[2] for line in (run.folder / "pictures.csv").read_text().splitlines()[1:]]


def test_one_seed_gives_one_history_whatever_is_kept(
    catalog: Catalog, places: Places, tmp_path: Path
) -> None:
    spec = replace(SPEC, base=replace(SPEC.base, precision="float32"))
    ways = [places, replace(places, out=tmp_path / "without a cache", cache=None)]
    runs = [train(catalog, spec, way, Reporter()) for way in ways]
    assert len({(run.folder / "history.csv").read_bytes() for run in runs}) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"pictures", "run", "without a cache", "cache"}


def weights(run: Run) -> bytes:
    with zipfile.ZipFile(run.model_file) as model:
        return model.read("model.weights.h5")


def test_where_tuning_does_not_help_the_heads_model_is_kept(
    catalog: Catalog, places: Places, tmp_path: Path
) -> None:
    still = replace(SPEC, tuning=replace(TUNING, learning_rate=0.0, epochs=1))
    run = train(catalog, still, places, Reporter())
    alone = train(catalog, replace(SPEC, tuning=None), replace(places, out=tmp_path / "alone"), Reporter())
    assert run.tuning is not None
    assert run.tuning.best_epoch == 0
    assert run.best_epoch == alone.best_epoch
    require_alike(run.report, alone.report)
    assert run.summary["val_accuracy"] == run.tuning.head_val_accuracy
    assert alone.tuning is None
    assert "head_val_accuracy" not in alone.summary
    assert len(weights(run)) == len(weights(alone))


@pytest.mark.parametrize("stage", ["Computing what lies below", "Fine-tuning, epoch 1"])
def test_cancel_leaves_nothing_behind(catalog: Catalog, places: Places, stage: str) -> None:
    control = Control()

    def watch(_fraction: float, text: str) -> None:
        if text.startswith(stage):
            control.cancel.set()

    with pytest.raises(Cancelled):
        train(catalog, SPEC, places, Reporter(watch, None, control))
    assert {path.name for path in places.out.parent.iterdir()} <= {"pictures", "cache"}


@pytest.mark.parametrize(("after", "epochs", "tuned"), [(1, 1, False), (3, 3, True)])
def test_finishing_early_keeps_the_best_so_far(
    catalog: Catalog, places: Places, after: int, epochs: int, tuned: bool
) -> None:
    control = Control()

    def watch(row: EpochRow) -> None:
        if row.epoch == after:
            control.finish.set()

    run = train(catalog, SPEC, places, Reporter(None, watch, control))
    assert len(run.history) == epochs
    assert (run.tuning is not None) == tuned


def test_finishing_while_activations_are_computed_keeps_the_head(catalog: Catalog, places: Places) -> None:
    control = Control()

    def watch(_fraction: float, text: str) -> None:
        if text.startswith("Computing what lies below"):
            control.finish.set()

    run = train(catalog, SPEC, places, Reporter(watch, None, control))
    assert run.tuning is None
    assert len(run.history) == 2
