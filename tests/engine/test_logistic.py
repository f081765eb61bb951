"""The plain head learns from its rows alone: scikit-learn's, deaf to what it is asked."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine import linear
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.logistic import logits
from desktop_app.engine.progress import Control, Reporter


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


def data(classes: int = 3, count: int = 120) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    dice = np.random.default_rng(7)
    labels = np.arange(count) % classes
    return dice.normal(size=(count, 6)) + dice.normal(size=(classes, 6))[labels], labels


LEARNED, ASKED, ALONE = np.arange(80), np.arange(80, 120), np.arange(120)


def test_it_is_scikit_learns_at_some_weight_on_the_path() -> None:
    features, labels = data()
    said = softmax(logits(features, labels, LEARNED, ASKED, ALONE, 3, Reporter()), axis=1)
    scaling = Scaling.fit(features[LEARNED])
    train, test = (scaling.apply(features[rows]).astype(np.float64) for rows in (LEARNED, ASKED))
    peers = [  # the weight, a penalty a row, is chosen for 64 of the 80
        LogisticRegression(C=strength * 64 / 80, tol=1e-8, max_iter=5000).fit(train, labels[LEARNED])
        for strength in linear.STRENGTHS
    ]
    assert min(np.abs(peer.predict_proba(test) - said).max() for peer in peers) < 1e-3


def test_what_is_asked_has_no_say() -> None:
    features, labels = data()
    plain = logits(features, labels, LEARNED, ASKED, ALONE, 3, Reporter())
    twisted, far = labels.copy(), features.copy()
    twisted[ASKED] = 0
    far[ASKED[0]] = 1e6
    assert np.array_equal(logits(features, twisted, LEARNED, ASKED, ALONE, 3, Reporter()), plain)
    assert np.array_equal(logits(far, labels, LEARNED, ASKED, ALONE, 3, Reporter())[1:], plain[1:])


def test_it_can_be_cancelled() -> None:
    features, labels = data()
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        logits(features, labels, LEARNED, ASKED, ALONE, 3, Reporter(control=control))
