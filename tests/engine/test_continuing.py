"""Training on: a run that begins where an imported one has ended."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import test_importing

from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.continuing import base_digest, beginning, carried, continued
from desktop_app.engine.errors import EngineError
from desktop_app.engine.head import build_head
from desktop_app.engine.pipeline import Places, open_classifier, repeat, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import Tuning
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.training import answer
from desktop_app.engine.weights import WeightsStore

small, maker, exports = test_importing.small, test_importing.maker, test_importing.exports
STILL = TrainingSpec(epochs=1, learning_rate=1e-9)  # so that nothing is learned


@pytest.fixture(scope="module")
def imported(maker: Classifier, exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return test_importing.opened(exports / "savedmodel", tmp_path_factory.mktemp("imported") / "run")


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    yield Places(tmp_path / "run", WeightsStore(tmp_path / "weights", cache=None), tmp_path / "cache")


def test_known_classes_keep_their_columns_and_new_ones_begin_at_nothing() -> None:
    kernel, bias = np.arange(6, dtype=np.float32).reshape(2, 3), np.array([7, 8, 9], np.float32)
    columns, numbers = carried(kernel, bias, ("ant", "bee", "cat"), ("bee", "dog", "ant"))
    assert columns.tolist() == [[1, 0, 0], [4, 0, 3]]
    assert numbers.tolist() == [8, 0, 7]


def test_the_head_says_at_first_what_the_imported_model_says(imported: Classifier, maker: Classifier) -> None:
    files, spec = maker.run.pictures(), continued(imported.run, STILL)
    look = imported.look(files, Reporter())
    head = build_head(spec.head, look.features.shape[1], 3)
    head.set_weights(beginning(spec, imported.run.class_names))
    said = answer(head, look.features)
    assert np.allclose(said, look.logits, atol=1e-5)
    truth = np.array([imported.run.class_names.index(file.parent.name) for file in files])
    assert ((said.argmax(axis=1) == truth) == (look.logits.argmax(axis=1) == truth)).all()


def test_a_run_goes_on_with_the_imported_base_and_head_and_can_be_repeated(
    imported: Classifier, maker: Classifier, places: Places
) -> None:
    spec = continued(imported.run, STILL)
    assert ExperimentSpec.from_json(spec.to_json()) == spec
    catalog = maker.run.catalog()
    run = train(catalog, spec, places, Reporter())
    assert run.untrained  # as its maker's base was
    assert "untrained base" in run.weights_origin
    answers = run.answers()
    assert answers is not None
    wanted = imported.look(answers.files, Reporter()).logits
    assert np.abs(answers.logits - wanted).max() < 0.15  # BatchNormalization has seen other pictures
    made = open_classifier(run, Reporter())
    inner = [model.get_layer("tiny").get_weights() for model in (made.model, imported.model)]
    assert all(np.array_equal(one, other) for one, other in zip(*inner, strict=True))
    again = repeat(run, replace(places, out=places.out.with_name("again")), Reporter())
    assert again.history == run.history
    assert again.summary["features_cached"] == run.summary["images"]
    anew = replace(spec, base=replace(spec.base, weights="none"), start="pretrained")
    other = train(catalog, anew, replace(places, out=places.out.with_name("anew")), Reporter())
    assert other.summary["features_cached"] == 0  # another base
    assert other.base_key != run.base_key


def test_stored_features_serve_a_base_that_has_stayed_as_it_was(maker: Classifier, places: Places) -> None:
    catalog = maker.run.catalog()
    spec = replace(maker.run.spec, training=STILL)
    first = train(catalog, spec, places, Reporter())
    on = train(catalog, continued(first, STILL), replace(places, out=places.out.with_name("on")), Reporter())
    assert on.base_key == first.base_key
    assert on.summary["features_cached"] == on.summary["images"]
    assert base_digest(first)
    for other in (
        replace(first, tuning=Tuning(1, 0.5, 0.75, activations_stored=True)),
        replace(first, spec=replace(first.spec, start="scratch", tuning=None)),
        replace(first, base_key=""),
    ):
        assert base_digest(other) == ""


def test_classes_come_and_go(imported: Classifier, maker: Classifier, places: Places) -> None:
    catalog = maker.run.catalog()
    names = {"blau é": "blau é", "grün": "neu", "ro|t": "ro|t"}
    changed = Catalog(tuple(Picture(p.path, names[p.label]) for p in catalog.pictures))
    run = train(changed, continued(imported.run, TrainingSpec(epochs=2)), places, Reporter())
    assert run.class_names == ("blau é", "neu", "ro|t")
    assert run.report.images


def test_what_does_not_fit_is_a_sentence(imported: Classifier, maker: Classifier, places: Places) -> None:
    spec, catalog = continued(imported.run, STILL), maker.run.catalog()
    other = replace(spec, head=HeadSpec((9,)))
    with pytest.raises(EngineError, match="has another head"):
        train(catalog, other, places, Reporter())
    gone = replace(spec, base=replace(spec.base, weights=str(places.out / "gone" / "model.keras")))
    with pytest.raises(EngineError, match="is not a run folder"):
        train(catalog, gone, places, Reporter())
    assert not places.out.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"base": BaseSpec(weights="imagenet")}, "to train on, the weights are “imagenet”"),
        ({"head": HeadSpec(automatic=True)}, "the head is to be chosen anew"),
    ],
)
def test_choices_that_cannot_be_are_refused(change: dict[str, Any], why: str) -> None:
    sound = ExperimentSpec(BaseSpec(weights="/a/model.keras"), start="continued")
    with pytest.raises(EngineError, match=why):
        replace(sound, **change)
