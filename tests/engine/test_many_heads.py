"""Many heads of the same pictures are scikit-learn's, and none knows the labels that it is asked about."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine.errors import Cancelled
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.logistic import choosing
from desktop_app.engine.many_heads import Heads, logits, out_of_fold
from desktop_app.engine.progress import Control, Reporter

ALONE = np.arange(150)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


def data(width: int = 6, gap: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    dice = np.random.default_rng(7)
    labels = ALONE % 3
    return dice.normal(size=(150, width)) + gap * dice.normal(size=(3, width))[labels], labels


@pytest.mark.parametrize("width", [6, 600])  # all directions are known, or the leading ones
def test_a_head_is_scikit_learns(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Heads, "_chosen", lambda *_: 0.3)
    features, labels = data(width, 0.2)
    heads = Heads(features, labels, ALONE, 3, Reporter())
    first = heads.learn(ALONE[:40])
    rows = Scaling.fit(features).apply(features).astype(np.float64)
    for head, learned in ((first, ALONE[:40]), (heads.learn(ALONE[:100], first), ALONE[:100])):
        said = softmax(head.logits(heads.rows), axis=1)
        peer = LogisticRegression(C=heads.strength, tol=1e-8, max_iter=5000)
        peer.fit(rows[learned], labels[learned])
        np.testing.assert_allclose(said, peer.predict_proba(rows), atol=0.03)


@pytest.mark.parametrize("gap", [0.0, 0.3, 1.0, 4.0])
def test_the_strength_is_nearly_the_best_there_is(gap: float) -> None:
    features, labels = data(20, gap)
    found = Heads(features, labels, ALONE, 3, Reporter()).strength
    rows = Scaling.fit(features).apply(features).astype(np.float64)
    choose = choosing(labels, ALONE, 0)

    def loss(strength: float) -> float:
        peer = LogisticRegression(C=strength, max_iter=5000).fit(rows[~choose], labels[~choose])
        return float(log_loss(labels[choose], peer.predict_proba(rows[choose])))

    assert loss(found) < 1.03 * min(loss(10.0**power) for power in np.arange(-4, 3.5, 0.5)) + 0.002


def test_all_that_a_fold_says_of_its_own_labels_is_the_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Heads, "_chosen", lambda *_: 1.0)
    features, labels = data()
    folds = [np.flatnonzero(fold == ALONE % 4).tolist() for fold in range(4)]
    plain = out_of_fold(features, labels, folds, ALONE, 3, Reporter())
    assert (plain.argmax(axis=1) == labels).mean() > 0.6
    for fold in folds:
        twisted = labels.copy()
        twisted[fold] = (labels[fold] + 1) % 3
        assert np.array_equal(out_of_fold(features, twisted, folds, ALONE, 3, Reporter())[fold], plain[fold])


def test_what_is_still_best_at_the_end_of_the_scale_is_taken() -> None:
    features, labels = data(20, 40.0)  # so far apart that no penalty is weak enough
    assert Heads(features, labels, ALONE, 3, Reporter()).strength == 1000


def test_where_nobody_can_choose_the_strength_is_1() -> None:
    features, labels = data()
    assert Heads(features, labels, np.zeros(150, int), 3, Reporter()).strength == 1


def test_it_can_be_cancelled() -> None:
    control = Control()
    control.cancel.set()
    features, labels = data()
    with pytest.raises(Cancelled):
        Heads(features, labels, ALONE, 3, Reporter(control=control))


LEARNED, ASKED = ALONE[:100], ALONE[100:]


def test_a_head_alone_is_scikit_learns_at_its_own_strength() -> None:
    features, labels = data()
    said = softmax(logits(features, labels, LEARNED, ASKED, ALONE, 3, Reporter()), axis=1)
    strength = Heads(features[LEARNED], labels[LEARNED], LEARNED, 3, Reporter()).strength
    scaling = Scaling.fit(features[LEARNED])
    train, test = (scaling.apply(features[rows]).astype(np.float64) for rows in (LEARNED, ASKED))
    peer = LogisticRegression(C=strength, tol=1e-8, max_iter=5000).fit(train, labels[LEARNED])
    np.testing.assert_allclose(said, peer.predict_proba(test), atol=1e-3)


def test_what_is_asked_has_no_say() -> None:
    features, labels = data()
    plain = logits(features, labels, LEARNED, ASKED, ALONE, 3, Reporter())
    twisted, far = labels.copy(), features.copy()
    twisted[ASKED] = 0
    far[ASKED[0]] = 1e6
    assert np.array_equal(logits(features, twisted, LEARNED, ASKED, ALONE, 3, Reporter()), plain)
    assert np.array_equal(logits(far, labels, LEARNED, ASKED, ALONE, 3, Reporter())[1:], plain[1:])


def test_a_head_alone_chooses_by_the_seed() -> None:
    features, labels = data(gap=0.3)
    one, same, other = (
        logits(features, labels, LEARNED, ASKED, ALONE, 3, Reporter(), seed) for seed in (0, 0, 1)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
