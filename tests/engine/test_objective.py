"""The objective: what each remedy for imbalance asks for."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from desktop_app.engine.objective import Objective
from desktop_app.engine.specs import TrainingSpec

LABELS = np.array([0] * 6 + [1] * 3 + [2])


def test_class_weights_are_scikit_learns_balanced_ones() -> None:
    asked = Objective.of(TrainingSpec(imbalance="weights"), LABELS, 3)
    peer = compute_class_weight("balanced", classes=np.arange(3), y=LABELS)
    assert np.allclose(asked.weights, peer)
    assert asked.weights[LABELS].mean() == pytest.approx(1)
    assert not asked.shift.any()


def test_logits_are_shifted_by_the_logarithm_of_each_share() -> None:
    asked = Objective.of(TrainingSpec(imbalance="logits"), LABELS, 3)
    assert np.allclose(np.exp(asked.shift), [0.6, 0.3, 0.1])
    assert (asked.weights == 1).all()


@pytest.mark.parametrize("imbalance", ["weights", "logits"])
def test_a_class_without_training_pictures_leaves_all_figures_finite(imbalance: str) -> None:
    asked = Objective.of(TrainingSpec(imbalance=imbalance), LABELS, 4)  # type: ignore[arg-type]
    assert np.isfinite([*asked.weights, *asked.shift]).all()
    assert asked.weights[LABELS].mean() == pytest.approx(1)


def test_nothing_asked_for_is_plain() -> None:
    assert Objective.of(TrainingSpec(), LABELS, 3).is_plain
    for one in (
        TrainingSpec(imbalance="weights"),
        TrainingSpec(imbalance="logits"),
        TrainingSpec(label_smoothing=0.1),
    ):
        assert not Objective.of(one, LABELS, 3).is_plain
