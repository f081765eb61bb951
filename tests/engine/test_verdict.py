"""The verdict: nothing from nothing, never a gain on shuffled labels, and the strongest baseline counts."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine.many_heads import logits
from desktop_app.engine.paired import points
from desktop_app.engine.progress import Reporter
from desktop_app.engine.verdict import Answered, Arm, Verdict, decide

SEEDS = 3


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower by two threads, many times where the machine is busy."""
    with threadpool_limits(1):
        yield


def asked(count: int, seeds: int = SEEDS) -> Answered:
    """The same pictures for every seed."""
    return Answered(np.repeat(np.arange(seeds), count), np.tile(np.arange(count), seeds))


def arm(name: str, share: float, count: int, dice: int) -> Arm:
    return Arm(name, name.title(), np.random.default_rng(dice).random(SEEDS * count) < share)


def test_identical_arms_give_exactly_nothing() -> None:
    right = np.random.default_rng(0).random(300) < 0.8
    found = decide(Arm("model", "", right), [Arm("twin", "", right)], asked(100))
    assert found.finding == "no clear difference"
    assert found.difference.mean == 0.0
    assert found.words == "no clear difference: 0.0 [0.0, 0.0] points"


def test_it_is_measured_by_the_strongest() -> None:
    good, fair, bad = (
        arm(*one) for one in (("good", 0.9, 200, 1), ("fair", 0.7, 200, 2), ("bad", 0.4, 200, 3))
    )
    found = decide(good, [bad, fair], asked(200))
    assert [one.name for one in found.baselines] == ["fair", "bad"]
    assert found.finding == "helps"
    assert found.difference.mean == pytest.approx(good.right.mean() - fair.right.mean())
    assert found.words.startswith("helps by +")
    worse = decide(bad, [fair, good], asked(200))
    assert worse.strongest.name == "good"
    assert worse.finding == "negative transfer"
    assert worse.words.startswith("negative transfer: −")


def test_more_baselines_make_a_wider_interval() -> None:
    """The strongest of many is picked by the same answers: a verdict must not become likelier by that."""
    good, fair = arm("good", 0.85, 60, 1), arm("fair", 0.7, 60, 2)
    none = Arm("none", "", np.zeros(180, bool))
    (low, high), (lower, higher) = (
        decide(good, others, asked(60)).difference.interval for others in ([fair], [fair, none, none])
    )
    assert lower < low
    assert higher > high


def test_it_goes_to_json_with_every_arm_and_seed() -> None:
    found = decide(arm("model", 0.9, 50, 1), [arm("majority", 0.5, 50, 2)], asked(50)).to_json()
    assert [one["name"] for one in found["arms"]] == ["model", "majority"]
    assert all(len(one["accuracies"]) == SEEDS for one in found["arms"])
    assert found["alpha"] == 0.05


def test_each_seed_has_its_accuracy() -> None:
    right = np.repeat([True, False, True], 50) & (np.arange(150) % 10 < 8)
    found = decide(Arm("model", "", right), [arm("other", 0.5, 50, 2)], asked(50))
    assert found.model.accuracies == (0.8, 0.0, 0.8)


@pytest.mark.parametrize(
    ("seeds", "given", "words"),
    [
        (3, True, "3 seeds on one division."),
        (3, False, "3 seeds each with its own division."),
        (1, True, "1 seed on one division."),
    ],
)
def test_the_sentence_says_what_it_rests_on(seeds: int, given: bool, words: str) -> None:
    right = np.arange(seeds * 50) % 50 < 45
    found = decide(Arm("model", "", right), [Arm("no", "None", ~right)], asked(50, seeds), given)
    assert f"50 pictures judged, {words}" in found.sentence


@pytest.mark.parametrize(
    ("share", "words"), [(0.031, "+3.1"), (-0.004, "−0.4"), (0.0, "0.0"), (-0.0001, "0.0")]
)
def test_points_have_a_sign_unless_they_are_none(share: float, words: str) -> None:
    assert points(share) == words


def trial(features: NDArray[np.float64], blind: NDArray[np.float64], labels: NDArray[np.int64]) -> Verdict:
    """Three seeds divide the pictures anew; the arms learn from features, and from some that say nothing."""
    count, classes = len(labels), int(labels.max()) + 1
    right: dict[str, list[NDArray[np.bool_]]] = {"model": [], "random": [], "majority": []}
    rows, seeds = [], []
    for seed in range(SEEDS):
        order = np.random.default_rng([seed, 5]).permutation(count)
        held, learned = order[: count // 4], order[count // 4 :]
        for name, matrix in (("model", features), ("random", blind)):
            said = logits(matrix, labels, learned, held, np.arange(count), classes, Reporter(), seed)
            right[name].append(said.argmax(axis=1) == labels[held])
        right["majority"].append(labels[held] == np.bincount(labels[learned]).argmax())
        rows.append(held)
        seeds.append(np.full(len(held), seed))
    arms = [Arm(name, name, np.concatenate(each)) for name, each in right.items()]
    return decide(arms[0], arms[1:], Answered(np.concatenate(seeds), np.concatenate(rows)))


def test_on_shuffled_labels_it_never_says_helps() -> None:
    for seed in range(20):
        dice = np.random.default_rng(seed)
        features = dice.normal(size=(60, 6)) + 2 * (dice.random((60, 1)) < 0.5)  # there is something to see
        labels = dice.permutation(np.arange(60) % 2)  # but the labels are of other pictures
        assert trial(features, dice.normal(size=(60, 6)), labels).finding != "helps"


def test_on_true_labels_it_says_helps() -> None:
    dice = np.random.default_rng(0)
    labels = np.arange(100) % 2
    features = dice.normal(size=(100, 8)) + 3 * labels[:, None]
    assert trial(features, dice.normal(size=(100, 8)), labels).finding == "helps"
