from typing import get_args

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from desktop_app.engine.feature_scale import TYPICAL_LENGTH, Scaling
from desktop_app.engine.head import absorb, build_head
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import Activation, HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, train_head


def features(count: int = 50, width: int = 12) -> np.ndarray:
    return np.random.default_rng(3).gamma(1.0, 4.0, (count, width)).astype(np.float32)


def test_scaled_features_have_mean_zero_and_the_typical_length() -> None:
    scaled = Scaling.fit(features()).apply(features())
    assert np.allclose(scaled.mean(axis=0), 0, atol=1e-5)
    assert np.sqrt((scaled**2).sum(axis=1).mean()) == pytest.approx(TYPICAL_LENGTH, rel=1e-5)


def test_a_feature_that_never_varied_in_training_cannot_explode() -> None:
    train = features()
    train[:, 0] = 0
    scaling = Scaling.fit(train)
    held_out = train.copy()
    held_out[:, 0] = 1
    assert np.abs(scaling.apply(held_out)).max() < 10 * TYPICAL_LENGTH


def test_features_that_are_all_alike_do_not_divide_by_zero() -> None:
    alike = np.ones((4, 3), np.float32)
    assert np.array_equal(Scaling.fit(alike).apply(alike), np.zeros((4, 3)))


@pytest.mark.parametrize("normalization", [False, True])
@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("units", [(), (5,), (6, 4)])
def test_an_absorbed_scaling_gives_the_same_logits_from_plain_features(
    units: tuple[int, ...], activation: Activation, normalization: bool
) -> None:
    plain = features()
    scaling = Scaling.fit(plain)
    head = build_head(HeadSpec(units, 0.0, 0.0, activation, normalization), 12, 3)
    head(scaling.apply(plain), training=True)  # a normalization has seen something
    before = head(scaling.apply(plain)).numpy()
    absorb(scaling, head)
    assert np.allclose(head(plain).numpy(), before, atol=2e-5)


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("width", [8, 120])  # fewer and more than there are pictures
@pytest.mark.parametrize(("classes", "l2"), [(2, 1e-2), (3, 1e-3)])
def test_without_hidden_layers_it_is_scikit_learns_logistic_regression(
    classes: int, l2: float, width: int, balanced: bool
) -> None:
    """METHODS.md: mean cross-entropy + l2·‖W‖² is LogisticRegression at C = 1 / (2·n·l2)."""
    plain, labels = make_classification(
        90,
        width,
        n_informative=5,
        n_classes=classes,
        weights=[0.6, 0.2, 0.2][:classes],
        class_sep=0.7,
        random_state=1,
    )
    plain = plain.astype(np.float32)
    examples = Examples(plain, labels.astype(np.int64))
    spec = TrainingSpec(imbalance="weights" if balanced else "none")
    trained = train_head(HeadSpec((), 0.0, l2), spec, examples, examples, classes, Reporter())
    assert trained.l2 == l2
    # For two classes the peer has one vector w where a softmax has w/2 and -w/2: half the penalty.
    strength = 1 / (2 * len(labels) * l2) * (2 if classes == 2 else 1)
    scaled = Scaling.fit(plain).apply(plain).astype(np.float64)
    peer = LogisticRegression(
        C=strength, tol=1e-10, max_iter=10_000, class_weight="balanced" if balanced else None
    ).fit(scaled, labels)
    logits = trained.head(plain).numpy().astype(np.float64)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert np.allclose(odds / odds.sum(axis=1, keepdims=True), peer.predict_proba(scaled), atol=1e-4)


def test_hidden_layers_are_normalized_before_their_activation() -> None:
    names = [layer.name for layer in build_head(HeadSpec((6, 4), 0.1, 0.0, "tanh", True), 12, 3).layers]
    first = ["dense_1", "norm_1", "tanh_1", "dropout_1"]
    assert names == [*first, "dense_2", "norm_2", "tanh_2", "dropout_2", "logits"]
