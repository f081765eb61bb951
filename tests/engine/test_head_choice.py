"""The choice of a head: hidden layers are taken where cross-validation speaks for them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine import head_choice
from desktop_app.engine.catalog import Catalog, Picture, scan
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.head_choice import choose, deal
from desktop_app.engine.history import EpochRow
from desktop_app.engine.learning import Pictures, learn
from desktop_app.engine.pipeline import Places, train
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.run import HeadChoice, open_run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, answer, train_head
from desktop_app.engine.weights import WeightsStore

FOLDS = 3
HEAD = HeadSpec((16,), 0.0, automatic=True)
TRAINING = TrainingSpec(20, 16, 0.03)
SPEC = ExperimentSpec(head=HEAD, training=TRAINING)


@pytest.fixture(autouse=True)
def few_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_choice, "FOLDS", FOLDS)


def circles(count: int = 100) -> Examples:
    """Two classes that no plane divides, one around the other."""
    dice = np.random.default_rng(0)
    labels = np.arange(count) % 2
    angle = dice.uniform(0, 2 * np.pi, count)
    reach = 1 + 2 * labels + dice.normal(0, 0.1, count)
    return Examples((reach * [np.cos(angle), np.sin(angle)]).T.astype(np.float32), labels)


def test_hidden_layers_are_taken_where_no_plane_divides_the_classes() -> None:
    told: list[str] = []
    rows: list[EpochRow] = []
    reporter = Reporter(lambda _fraction, text: told.append(text), rows.append)
    found = choose(HEAD, TRAINING, circles(), np.arange(100) // 2 % FOLDS, 2, reporter)
    assert found.pictures == 100
    assert found.plain < 0.7
    assert found.hidden > 0.9
    assert found.takes_hidden
    assert told == [f"Choosing the head: part {part} of 3" for part in range(1, 4)]
    assert rows == []  # they are no epochs of this training


def test_what_is_compared_is_what_each_head_gives_on_pictures_it_has_not_seen() -> None:
    dealt = np.arange(60) // 2 % 3
    dealt[:4] = -1
    pictures, plain = circles(60), replace(HEAD, units=())
    found = choose(plain, TRAINING, pictures, dealt, 2, Reporter())
    right = []
    for held, after, rest in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        first, second, third = (
            Examples(pictures.features[dealt == one], pictures.labels[dealt == one])
            for one in (rest, after, held)
        )
        trained = train_head(plain, TRAINING, first, second, 2, Reporter())
        right += list(answer(trained.head, third.features).argmax(axis=1) == third.labels)
    assert (found.plain, found.hidden, found.error) == (np.mean(right), np.mean(right), 0)
    assert not found.takes_hidden  # a tie goes to the plain head


def test_a_gain_within_one_standard_error_is_none() -> None:
    assert not HeadChoice(100, 0.90, 0.91, 0.02).takes_hidden
    assert HeadChoice(100, 0.90, 0.93, 0.02).takes_hidden


def test_cancel_is_heard() -> None:
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        choose(HEAD, TRAINING, circles(), np.arange(100) % FOLDS, 2, Reporter(control=control))


def catalog(counts: dict[str, int], split: str = "train") -> Catalog:
    return Catalog(
        tuple(Picture(Path(f"{name}/{k}.png"), name, split) for name, n in counts.items() for k in range(n)),  # type: ignore[arg-type]
        (),
    )


def test_training_pictures_are_dealt_evenly_and_others_not_at_all() -> None:
    val = catalog({"a": 7}, "val")
    both = replace(val, pictures=catalog({"a": 51, "b": 21}).pictures + val.pictures)
    dealt = deal(both, SPEC, {})
    assert dealt is not None
    assert (dealt[72:] == -1).all()
    assert {tuple(np.bincount(dealt[rows])) for rows in (slice(51), slice(51, 72))} == {(17,) * 3, (7,) * 3}


def test_of_many_pictures_a_stratified_sample_is_dealt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_choice, "MOST", 30)
    dealt = deal(catalog({"a": 80, "b": 40}), SPEC, {})
    assert dealt is not None
    assert ((dealt[:80] >= 0).sum(), (dealt[80:] >= 0).sum()) == (20, 10)


def test_a_group_is_dealt_into_one_fold() -> None:
    grouped = replace(SPEC, training=replace(TRAINING, group_by=r"(\d)"))
    dealt = deal(catalog({"a": 40, "b": 40}), grouped, {})
    assert dealt is not None
    for digit in "1234":
        rows = [row for row in range(80) if str(row % 40).startswith(digit)]
        assert len(set(dealt[rows])) == 1


@pytest.mark.parametrize("head", [replace(HEAD, automatic=False), replace(HEAD, units=())])
def test_where_the_head_is_given_nothing_is_dealt(head: HeadSpec) -> None:
    assert deal(catalog({"a": 51, "b": 21}), replace(SPEC, head=head), {}) is None


def test_too_few_pictures_to_compare_give_a_plain_head() -> None:
    dealt = deal(catalog({"a": 1, "b": 1}), SPEC, {})
    assert dealt is not None
    found = choose(HEAD, TRAINING, circles(2), dealt, 2, Reporter())
    assert found.pictures == 0
    assert not found.takes_hidden


@pytest.mark.parametrize("hidden", [0.8, 0.7])
def test_the_head_that_won_is_trained_and_no_other(hidden: float, monkeypatch: pytest.MonkeyPatch) -> None:
    won = HeadChoice(10, 0.75, hidden, 0.01)
    monkeypatch.setattr("desktop_app.engine.learning.choose", lambda *_: won)
    features = circles(20)
    splits = np.array(["train"] * 10 + ["val"] * 10)
    pictures = Pictures([], [], features.features, features.labels, splits, np.zeros(20, np.int64))
    learned = learn(SPEC, None, pictures, 2, None, Reporter(), lambda _: None)  # type: ignore[arg-type]
    assert learned.head_choice == won
    assert len(learned.head.layers) == (2 if won.takes_hidden else 1)
    assert learned.figures()["head_choice"]["taken"] == ("hidden" if won.takes_hidden else "plain")


@pytest.mark.usefixtures("small_backbones")
def test_a_run_says_how_its_head_was_chosen(picture_folder: Callable[..., Path], tmp_path: Path) -> None:
    spec = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((4,), automatic=True), TrainingSpec(epochs=1))
    places = Places(tmp_path / "run", WeightsStore(tmp_path / "weights", cache=None), None)
    run = train(scan([picture_folder(count=8)], Reporter()), spec, places, Reporter())
    assert run.spec == spec
    assert run.head_choice is not None
    assert run.head_choice.pictures == 12
    assert run.summary["head_choice"]["plain"] == run.head_choice.plain
    assert open_run(run.folder).head_choice == run.head_choice
