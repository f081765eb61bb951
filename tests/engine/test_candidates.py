"""Real backbones in a ranking: their features are those of a training; one without weights stops nobody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.candidates import rank_backbones
from desktop_app.engine.catalog import Catalog, scan
from desktop_app.engine.errors import Cancelled, EngineError, WeightsUnavailableError
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.pipeline import Places, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.ranking import RankingSpec, Standing
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.weights import WeightsStore

RANDOM = BaseSpec(weights="none", precision="float32", resize="pad")
NAMES = ("VGG16", "VGG19")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower by two threads, many times where the machine is busy."""
    with threadpool_limits(1):
        yield


@pytest.fixture(autouse=True)
def tiny_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is built is not what the name says: two layers, which take no time."""

    def make(row: Backbone) -> Any:
        pictures = keras.Input((row.size, row.size, 3))
        seen = keras.layers.Conv2D(8, 3, strides=4, activation="relu")(pictures)
        return keras.Model(pictures, keras.layers.Conv2D(8, 1)(seen), name=row.name.lower())

    for name in NAMES:
        monkeypatch.setitem(BACKBONES, name, replace(BACKBONES[name], size=32))
    monkeypatch.setattr("desktop_app.engine.frozen.bare_model", make)


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    return WeightsStore(tmp_path / "weights", cache=None)


@pytest.fixture
def catalog(picture_folder: Callable[..., Path]) -> Catalog:
    return scan([picture_folder(count=10)], Reporter())


def test_a_training_finds_the_features_of_the_ranking(
    catalog: Catalog, store: WeightsStore, tmp_path: Path
) -> None:
    heard: list[str] = []
    catalog.pictures[0].path.write_bytes(b"no picture any more")
    spec = RankingSpec(seed=5)
    ranked = rank_backbones(
        NAMES, catalog, RANDOM, spec, store, tmp_path / "cache", Reporter(lambda _f, text: heard.append(text))
    )
    assert {one.backbone for one in ranked} == set(NAMES)
    for one in ranked:
        assert (one.pictures, one.problem) == (19, "")
        assert 0 <= one.interval[0] <= one.accuracy <= one.interval[1] <= 1
        assert 0 < one.seconds < 60
    assert any("VGG19: Computing features: 1" in text and "images/s" in text for text in heard)

    chosen = replace(RANDOM, backbone=ranked[0].backbone)
    experiment = ExperimentSpec(chosen, HeadSpec(()), TrainingSpec(epochs=1, seed=5))
    run = train(catalog, experiment, Places(tmp_path / "run", store, tmp_path / "cache"), Reporter())
    assert run.summary["features_cached"] == run.summary["images"] == 19
    alone = train(catalog, experiment, Places(tmp_path / "alone", store, None), Reporter())
    assert run.history == alone.history


def test_one_without_weights_stops_nobody(
    catalog: Catalog, store: WeightsStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> Path:
        raise WeightsUnavailableError("They could not be downloaded.", "Try again.")

    (tmp_path / "file").write_bytes(b"weights")
    monkeypatch.setattr(WeightsStore, "download", refuse)
    monkeypatch.setattr(
        WeightsStore, "find", lambda _self, row: tmp_path / "file" if row.name == "VGG16" else None
    )
    monkeypatch.setattr("desktop_app.engine.weights_file.load_weights", lambda *_: None)
    trained = replace(RANDOM, weights="imagenet")
    for download, words in ((False, "80 MB"), (True, "They could not be downloaded. Try again.")):
        first, last = rank_backbones(
            NAMES[::-1], catalog, trained, RankingSpec(), store, tmp_path / "cache", Reporter(), download
        )
        assert (first.backbone, first.problem, first.pictures) == ("VGG16", "", 20)
        assert last.backbone == "VGG19"
        assert words in last.problem


def test_pictures_that_cannot_be_read_are_told(catalog: Catalog, store: WeightsStore) -> None:
    for picture in catalog.pictures:
        picture.path.write_bytes(b"no picture any more")
    (one,) = rank_backbones(["VGG16"], catalog, RANDOM, RankingSpec(), store, None, Reporter())
    assert "None of the pictures can be read" in one.problem


def test_what_was_found_before_a_cancel_is_told(
    catalog: Catalog, store: WeightsStore, tmp_path: Path
) -> None:
    control, told = Control(), list[object]()

    def note(news: object) -> None:
        told.append(news)
        control.cancel.set()

    reporter = Reporter(control=control, on_news=note)
    with pytest.raises(Cancelled):
        rank_backbones(NAMES, catalog, RANDOM, RankingSpec(), store, tmp_path / "cache", reporter)
    (standing,) = told
    assert isinstance(standing, Standing)
    assert standing.backbone == "VGG16"


def test_too_few_pictures_are_refused_before_anything_is_built(
    picture_folder: Callable[..., Path], store: WeightsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.engine.frozen.build", None)
    few = scan([picture_folder(count=2)], Reporter())
    with pytest.raises(EngineError, match="too few for 5 folds"):
        rank_backbones(NAMES, few, RANDOM, RankingSpec(), store, None, Reporter())
