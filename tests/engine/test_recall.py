"""A run's features come back as its head was trained on them, from the cache or from its own base."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine import learning, recall
from desktop_app.engine.catalog import Catalog, scan
from desktop_app.engine.errors import EngineError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import stored_key
from desktop_app.engine.pipeline import Places, open_classifier, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.recall import all_stored, features_of, stored_features
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.weights import WeightsStore

SPEC = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(epochs=2))
TUNED = replace(SPEC, tuning=TuningSpec(blocks=1, epochs=1, batch=8, learning_rate=1e-3))

pytestmark = pytest.mark.usefixtures("small_backbones")


@pytest.fixture
def catalog(picture_folder: Callable[..., Path]) -> Catalog:
    return scan([picture_folder(count=6)], Reporter())


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "run", WeightsStore(tmp_path / "weights", cache=None), tmp_path / "cache")


@pytest.fixture
def trained(catalog: Catalog, places: Places, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, np.ndarray]:
    """A run, and the features that its head has learned from."""
    seen: list[np.ndarray] = []
    learn = learning.learn

    def watched(spec: ExperimentSpec, base: object, pictures: learning.Pictures, *rest: object) -> object:
        seen.append(pictures.features)
        return learn(spec, base, pictures, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(learning, "learn", watched)
    run = train(catalog, SPEC, places, Reporter())
    return run, seen[0]


def test_features_come_back_as_the_head_saw_them(
    trained: tuple[Run, np.ndarray], places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, features = trained
    with monkeypatch.context() as patch:
        patch.delattr(recall, "import_tensorflow")  # what is stored needs none
        assert np.array_equal(features_of(run, places.cache, Reporter()), features)
        assert all_stored(run, places.cache)
    assert not all_stored(run, tmp_path / "another cache")
    assert not all_stored(run, None)
    assert np.array_equal(features_of(run, tmp_path / "another cache", Reporter()), features)
    assert all_stored(run, tmp_path / "another cache")

    first, second = run.pictures()[:2]
    second.write_bytes(first.read_bytes())
    assert np.array_equal(features_of(run, places.cache, Reporter()), features)  # their digests suffice
    with pytest.raises(EngineError, match=f"{second.name}” is not as it was"):
        features_of(run, None, Reporter())
    second.unlink()
    with pytest.raises(EngineError, match=f"{second.name}” is not as it was"):
        features_of(run, None, Reporter())

    (run.folder / "logits.npy").write_bytes(b"noise")
    with pytest.raises(EngineError, match=r"is damaged: its logits\.npy"):
        run.answers()
    (run.folder / "logits.npy").unlink()
    assert run.answers() is None  # as of a run of an older version


@pytest.mark.parametrize("spec", [SPEC, TUNED], ids=["frozen", "tuned"])
def test_features_and_logits_are_those_of_the_run(
    catalog: Catalog, places: Places, spec: ExperimentSpec
) -> None:
    run = train(catalog, spec, places, Reporter())
    answers = run.answers()
    assert answers is not None
    classifier = open_classifier(run, Reporter())
    looked = classifier.look(answers.files, Reporter())
    assert looked.unreadable == {}
    np.testing.assert_allclose(looked.logits, answers.logits, atol=1e-2)
    found, problems = classifier.answers_to(catalog, "the same", Reporter())
    assert problems == []
    assert (found.files, found.labels.tolist()) == (answers.files, answers.labels.tolist())
    assert found.groups.tolist() == answers.groups.tolist()
    np.testing.assert_allclose(found.logits, looked.logits, atol=1e-5)
    again, problems = classifier.answers_again(Reporter())  # for a run that has not kept them
    assert problems == []
    assert (again.files, again.splits.tolist()) == (answers.files, answers.splits.tolist())
    assert np.array_equal(again.logits, found.logits)
    val = answers.of("val")
    assert run.report.accuracy == (val.guesses == val.labels).mean()
    for cache in (places.cache, places.cache):  # the tuned base's are computed, then stored
        features = features_of(run, cache, Reporter()).astype(np.float32)
        np.testing.assert_allclose(looked.features, features, atol=5e-3 * features.max())


def test_features_are_taken_from_the_first_key_that_has_all_of_them(tmp_path: Path) -> None:
    digests = ["aa", "bb"]
    vectors = {"some": digests[:1], "others": digests[1:], "all": digests, "too": digests}
    with closing(FeatureCache(tmp_path)) as cache:
        for number, (key, which) in enumerate(vectors.items()):
            vector = np.full(3, number, np.float16)
            cache.put(stored_key(key, np.float16, "stretch"), [(bytes.fromhex(one), vector) for one in which])
    found = stored_features(digests, vectors, tmp_path, np.float16, "stretch")
    assert found is not None
    assert np.array_equal(found, np.full((2, 3), 2))
    assert stored_features(digests, ["some", "others", "none"], tmp_path, np.float16, "stretch") is None
    assert stored_features(digests, ["all"], tmp_path, np.float32, "stretch") is None
    assert stored_features(digests, ["all"], None, np.float16, "stretch") is None
