"""A trial of new pictures: calibrated, with sets that cover and neighbours that are near."""

from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine.answers import Answers
from desktop_app.engine.calibration import fit_temperature, softmax
from desktop_app.engine.conformal import Conformal, conformal
from desktop_app.engine.progress import Reporter
from desktop_app.engine.trial import Trial, Tried, prepare
from desktop_app.engine.unknown import Gallery

NAMES = ("ant", "bee", "cat")


def cloud(dice: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, features about three corners, and logits that are three times as sure as they may be."""
    labels = dice.integers(0, 3, count)
    features = 3 * np.eye(3, 6)[labels] + dice.normal(0, 0.5, (count, 6))
    logits = dice.normal(0, 1, (count, 3))
    labels = (logits + dice.gumbel(size=logits.shape)).argmax(axis=1)
    return labels, features, 3 * logits.astype(np.float32)


def answers(train: int = 60, val: int = 200, test: int = 0) -> tuple[Answers, np.ndarray]:
    labels, features, logits = cloud(np.random.default_rng(1), train + val + test)
    splits = np.array(["val"] * val + ["train"] * train + ["test"] * test)
    files = tuple(Path(f"/{number}.jpg") for number in range(len(labels)))
    return Answers("all", NAMES, files, labels, logits, splits, np.arange(len(labels))), features


def test_new_pictures_are_told_apart_with_all_that_is_known() -> None:
    own, features = answers()
    trial = prepare(own, features.astype(np.float16), Reporter())
    val = own.of("val")
    assert trial.temperature == fit_temperature(val.logits, val.labels)
    assert trial.temperature == pytest.approx(3, abs=0.8)
    assert trial.gallery is not None
    assert (trial.gallery.held, trial.source) == (200, "validation pictures")

    place = 210  # a training picture: its own nearest
    asked = np.stack([features[place], -features[place]]).astype(np.float32)
    logits = np.array([[3.0, 0, 0], [0, 0, 0]])
    near, far = trial.judge([Path("a.jpg"), Path("b.jpg")], asked, logits, Reporter())
    assert (near.label, near.unknown, far.unknown) == ("ant", False, True)
    assert near.probabilities == pytest.approx(softmax(logits, trial.temperature)[0])
    assert near.probability == max(near.probabilities)
    first = near.neighbours[0]
    assert (first.file, first.label) == (own.files[place], NAMES[own.labels[place]])
    assert first.distance < 0.01
    assert near.distance == near.neighbours[4].distance <= trial.gallery.threshold
    assert far.distance is not None
    assert far.distance > trial.gallery.threshold


def test_a_picture_is_unknown_by_its_last_neighbour() -> None:
    """Four that are like it do not make it known where five are asked about."""
    rows = np.eye(2, 3)[[0, 0, 0, 0, 1, 1]]
    shelf = tuple((Path(f"{number}.jpg"), "ant") for number in range(6))
    trial = Trial(NAMES, 1.0, "validation pictures", {}, Gallery(rows, 0.5, 1.0, 10), shelf)
    (tried,) = trial.judge([Path("a.jpg")], rows[:1], np.zeros((1, 3)), Reporter())
    assert [one.distance for one in tried.neighbours[:4]] == pytest.approx([0, 0, 0, 0], abs=1e-3)
    assert tried.unknown


def test_sets_are_chosen_on_calibrated_shares_of_pictures_nothing_was_chosen_by() -> None:
    own, features = answers(test=120)
    trial = prepare(own, features, Reporter())
    test = own.of("test")
    shares = softmax(test.logits, trial.temperature)
    assert trial.source == "test pictures"
    assert trial.sets[0.9] == conformal(shares, test.labels, 0.9)
    tried = Tried(Path("a"), "bee", (0.3, 0.6, 0.1))
    trial.sets[0.8] = Conformal(0.25, 97, 120)
    assert trial.members(tried, 0.8) == ("bee", "ant")
    trial.sets[0.8] = Conformal(0.7, 97, 120)
    assert trial.members(tried, 0.8) == ()


def test_few_pictures_promise_less() -> None:
    own, features = answers(val=12)
    trial = prepare(own, features, Reporter())
    tried = Tried(Path("a"), "bee", (0.3, 0.6, 0.1))
    assert trial.members(tried, 0.9) is not None
    assert trial.members(tried, 0.95) is None
    assert "need 19 pictures" in str(trial.sets[0.95])


def test_without_features_there_are_no_neighbours_and_nothing_is_unknown() -> None:
    own, _ = answers()
    trial = prepare(own, None, Reporter())
    (tried,) = trial.judge([Path("a")], np.zeros((1, 6)), np.zeros((1, 3)), Reporter())
    assert (tried.neighbours, tried.distance, tried.unknown) == ((), None, False)
    assert trial.judge([], np.zeros((0, 6)), np.zeros((0, 3)), Reporter()) == []


def test_answers_that_are_all_right_need_no_temperature() -> None:
    own, features = answers(val=30)
    logits = 10 * np.eye(3, dtype=np.float32)[own.labels]
    sure = Answers("all", NAMES, own.files, own.labels, logits, own.splits, own.groups)
    made: Trial = prepare(sure, features, Reporter())
    assert made.temperature == 1


def test_an_imported_model_has_no_sets_and_says_what_to_do() -> None:
    none = Answers.of_run((), NAMES, np.zeros((0, 3), np.float32))
    for why in prepare(none, None, Reporter()).sets.values():
        assert isinstance(why, str)
        assert "imported" in why
        assert "has 0" not in why
        assert "Train it on" in why
