"""The probe is scikit-learn's logistic regression on the same folds, and no picture is asked of its own."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine.errors import Cancelled
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.metrics import wilson_interval
from desktop_app.engine.probe import probe
from desktop_app.engine.progress import Control, Reporter


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower by two threads, many times where the machine is busy."""
    with threadpool_limits(1):
        yield


def data(width: int, classes: int, seed: int = 1) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    features, labels = make_classification(
        150, width, n_informative=5, n_classes=classes, class_sep=0.7, random_state=seed
    )
    return features.astype(np.float32), labels.astype(np.int64)


def folds_of(labels: NDArray[np.int64], k: int = 5) -> list[list[int]]:
    cut = StratifiedKFold(k, shuffle=True, random_state=0).split(labels, labels)
    return [held.tolist() for _, held in cut]


@pytest.mark.parametrize("width", [8, 300])  # fewer and more than there are pictures
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("l2", [0.0, 1e-3])  # chosen by itself, or given
def test_it_is_scikit_learns_cross_validation_on_the_same_folds(width: int, classes: int, l2: float) -> None:
    features, labels = data(width, classes)
    folds = folds_of(labels)
    found = probe(features, labels, folds, Reporter(), l2)
    peer = np.empty_like(labels)
    for held, weight in zip(folds, found.l2, strict=True):
        seen = np.setdiff1d(np.arange(len(labels)), held)
        scaling = Scaling.fit(features[seen])
        # Two classes are one vector there, and half the penalty.
        strength = 1 / (2 * len(seen) * weight) * (2 if classes == 2 else 1)
        model = LogisticRegression(C=strength, tol=1e-10, max_iter=20_000)
        model.fit(scaling.apply(features[seen]).astype(np.float64), labels[seen])
        peer[held] = model.predict(scaling.apply(features[held]).astype(np.float64))
    assert np.array_equal(found.guesses, peer)
    right = int((peer == labels).sum())
    assert found.accuracy == right / len(labels)
    assert found.interval == wilson_interval(right, len(labels))
    assert not l2 or found.l2 == (l2,) * 5


def test_no_fold_has_a_say_in_its_own_answers() -> None:
    """Whatever is done to a fold's labels, what is guessed of it stays."""
    features, labels = data(20, 3)
    folds = folds_of(labels)
    plain = probe(features, labels, folds, Reporter())
    for fold in folds:
        twisted = labels.copy()
        twisted[fold] = (labels[fold] + 1) % 3
        assert np.array_equal(probe(features, twisted, folds, Reporter()).guesses[fold], plain.guesses[fold])


def test_the_scale_is_that_of_what_is_learned_from() -> None:
    features, labels = data(20, 3)
    folds = folds_of(labels)
    plain = probe(features, labels, folds, Reporter(), 1e-3)
    features[folds[0][0]] *= 1e6
    others = folds[0][1:]
    assert np.array_equal(
        probe(features, labels, folds, Reporter(), 1e-3).guesses[others], plain.guesses[others]
    )


def test_features_that_say_nothing_are_not_believed() -> None:
    labels = np.arange(200) % 2
    features = np.random.default_rng(0).normal(size=(200, 400)).astype(np.float32)
    low, high = probe(features, labels, folds_of(labels), Reporter()).interval
    assert low < 0.5 < high


def test_it_can_be_cancelled_and_says_how_far_it_is() -> None:
    features, labels = data(20, 2)
    control, heard = Control(), list[float]()

    def watch(fraction: float, _text: str) -> None:
        heard.append(fraction)
        if len(heard) == 2:
            control.cancel.set()

    with pytest.raises(Cancelled):
        probe(features, labels, folds_of(labels), Reporter(watch, control=control))
    assert heard == [0, 0.2]
