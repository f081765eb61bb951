"""Views as features: computed once, stored, and each with its own picture. The base here is a toy."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.engine import head_choice
from desktop_app.engine.augmentation import augmented
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import extract, extract_views
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.learning import Pictures
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.specs import ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.training import Examples, answer, train_head
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import ViewsSpec

SPEC = ViewsSpec(4, crop=True, colour=True)


@dataclass
class ToyBase:
    """Its features are the colours of the four corners; it counts what it is asked."""

    width: int = 12
    batch: int = 4
    key: str = "toy"
    row: Backbone = field(default_factory=lambda: replace(BACKBONES["VGG16"], size=16))
    batches: list[int] = field(default_factory=list)

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.batches.append(len(pictures))
        corners = pictures[:, [2, 2, -3, -3], [2, -3, 2, -3]]
        return np.asarray(corners.reshape(len(pictures), 12), np.float32)


@pytest.fixture
def files(picture_folder: Callable[..., Path]) -> list[Path]:
    return sorted(picture_folder(count=5).rglob("*.png"))


def gathered(files: list[Path], cache: FeatureCache | None) -> Pictures:
    found = extract(files, toy(), cache, Reporter())
    labels = np.arange(len(files)) % 2
    splits = np.array(["train", "train", "val", "test", "train"] * 2)
    return Pictures(files, found.digests, found.matrix, labels, splits)


def toy() -> Any:
    return ToyBase()


def views_of(
    files: list[Path], base: Any, cache: FeatureCache | None, numbers: Any, reporter: Reporter | None = None
) -> NDArray[Any]:
    return extract_views(
        files, base, cache, reporter or Reporter(), np.float32, "stretch", SPEC, numbers
    ).matrix


def test_view_0_has_the_plain_features_bit_for_bit_and_all_are_the_bases(files: list[Path]) -> None:
    base = toy()
    found = views_of(files, base, None, range(4))
    assert found.shape == (10, 4, 12)
    assert np.array_equal(found[:, 0], extract(files, toy(), None, Reporter()).matrix)
    assert sum(base.batches) == 40
    assert set(base.batches) == {4}  # full batches, whatever the number of views
    assert np.array_equal(found[:, 2:3], views_of(files, toy(), None, [2]))
    assert np.array_equal(found[::-1], views_of(files[::-1], toy(), None, range(4)))
    assert len(np.unique(found.reshape(40, 12), axis=0)) == 40


def test_a_second_time_and_fewer_views_cost_nothing_and_more_only_what_they_are_more(
    files: list[Path], tmp_path: Path
) -> None:
    cache = FeatureCache(tmp_path / "cache")
    first = views_of(files, toy(), cache, range(4))
    for numbers, asked in ((range(4), 0), (range(1, 3), 0), (range(6), 20)):
        base = toy()
        again = views_of(files, base, cache, numbers)
        assert sum(base.batches) == asked
        assert np.array_equal(again[:, :2], first[:, numbers[0] : numbers[0] + 2])
    cache.close()


def test_what_an_interrupted_extraction_has_computed_is_not_computed_again(
    files: list[Path], tmp_path: Path
) -> None:
    cache = FeatureCache(tmp_path / "cache")
    control = Control()

    class Weary(ToyBase):
        def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            if len(self.batches) == 3:
                control.cancel.set()
            return super().run(pictures)

    weary: Any = Weary()
    with pytest.raises(Cancelled):
        views_of(files, weary, cache, range(4), Reporter(control=control))
    base = toy()
    found = views_of(files, base, cache, range(4))
    assert sum(base.batches) == 40 - sum(weary.batches) < 40
    assert np.array_equal(found, views_of(files, toy(), None, range(4)))
    cache.close()


@pytest.mark.parametrize("average", [False, True])
def test_a_pictures_views_stay_in_its_split(files: list[Path], average: bool) -> None:
    pictures = gathered(files, None)
    spec = replace(SPEC, average=average)
    seen, cached = augmented(pictures, toy(), None, Reporter(), "stretch", spec)
    assert cached == 0
    own = [{row.tobytes() for row in views} for views in views_of(files, toy(), None, range(4))]
    learned = seen.examples("train")
    assert (learned.features.shape, learned.views) == ((6 * 4, 12), 4)
    of = [next(i for i, rows in enumerate(own) if row.tobytes() in rows) for row in learned.features]
    assert of == np.repeat(np.flatnonzero(pictures.splits == "train"), 4).tolist()
    assert np.array_equal(learned.labels, pictures.labels[of])
    assert np.array_equal(learned.features[::4], pictures.examples("train").features)
    for split in ("val", "test"):
        held, plain = seen.examples(split), pictures.examples(split)
        assert np.array_equal(held.features, plain.features)
        assert held.views == 1
    assert seen.averaged == average


def test_a_picture_that_is_gone_or_another_one_meanwhile_keeps_the_features_that_it_had(
    files: list[Path],
) -> None:
    pictures = gathered(files, None)
    files[0].unlink()
    files[1].write_bytes(files[2].read_bytes())
    seen, _ = augmented(pictures, toy(), None, Reporter(), "stretch", SPEC)
    assert seen.views is not None
    for place in (0, 1):
        assert (seen.views[place] == pictures.features[place]).all()
    assert (seen.views[2, 1:] != pictures.features[4]).any()


def many(views: int, seed: int = 0) -> Examples:
    dice = np.random.default_rng(seed)
    labels = np.repeat(dice.integers(0, 2, 30), views)
    return Examples((dice.normal(0, 1, (30 * views, 6)) + labels[:, None]).astype(np.float32), labels, views)


def test_an_epoch_sees_each_picture_once_in_a_view_that_changes() -> None:
    dice = np.random.default_rng(0)
    epochs = [many(5).epoch(dice) for _ in range(40)]
    for order in epochs:
        assert sorted(order // 5) == list(range(30))
    assert len({tuple(order // 5) for order in epochs}) == 40
    counts = np.bincount(np.concatenate(epochs) % 5, minlength=5)
    assert counts.min() > 190  # of 240
    again = np.random.default_rng(0)
    assert all(np.array_equal(order, many(5).epoch(again)) for order in epochs)


def test_with_one_view_an_epoch_is_what_it_always_was() -> None:
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    for _ in range(3):
        assert np.array_equal(many(1).epoch(ours), theirs.permutation(30))


def test_copies_for_views_teach_a_logistic_head_what_the_pictures_do() -> None:
    """All views weigh alike: five equal views of each picture are the pictures themselves."""
    plain, val = many(1), many(1, 1)
    copies = Examples(np.repeat(plain.features, 5, axis=0), np.repeat(plain.labels, 5), 5)
    heads = [
        train_head(HeadSpec((), l2=0.01), TrainingSpec(), train, val, 2, Reporter()).head
        for train in (plain, copies)
    ]
    for ours, peer in zip(*(head.get_weights() for head in heads), strict=True):
        assert np.allclose(ours, peer, atol=1e-4)


def test_a_dense_head_learns_from_drawn_views() -> None:
    spec = TrainingSpec(epochs=20, batch=8, learning_rate=0.01, mixup=0.2)
    trained = train_head(HeadSpec((8,)), spec, many(5), many(1, 1), 2, Reporter())
    assert trained.history[-1].loss < 0.8 * trained.history[0].loss


def test_the_choice_of_a_head_asks_about_pictures_of_which_no_view_was_learned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = np.arange(30 * 4).reshape(-1, 1).astype(np.float32)  # row 4 n + k is view k of picture n
    examples = Examples(numbers, np.repeat(np.arange(30) % 2, 4), 4)
    dealt = np.arange(30) % 6 - 1  # one in six takes no part
    asked: list[tuple[Examples, Examples]] = []

    def learn(_head: Any, _training: Any, train: Examples, val: Examples, *_: Any) -> Any:
        asked.append((train, val))
        return SimpleNamespace(head=None)

    monkeypatch.setattr(head_choice, "train_head", learn)

    def right(_head: object, features: NDArray[np.float32]) -> NDArray[np.float32]:
        said: NDArray[np.float32] = np.eye(2, dtype=np.float32)[features[:, 0].astype(int) // 4 % 2]
        return said

    monkeypatch.setattr(head_choice, "answer", right)
    choice = head_choice.choose(HeadSpec((8,)), TrainingSpec(), examples, dealt, 2, Reporter())
    assert (choice.pictures, choice.plain) == (25, 1.0)
    for train, val in asked:
        learned, checked = np.unique(train.features // 4), val.features[:, 0] // 4
        assert (train.views, len(train.labels), len(learned)) == (4, 15 * 4, 15)
        assert (val.views, len(checked)) == (1, 5)
        assert not set(learned) & set(checked)
        assert (val.features % 4 == 0).all()


def test_averaged_answers_are_the_mean_logits() -> None:
    head = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(3)])
    views = np.random.default_rng(0).normal(0, 1, (50, 4, 6)).astype(np.float16)
    logits = np.asarray(head(views.reshape(200, 6).astype(np.float32))).reshape(50, 4, 3)
    np.testing.assert_allclose(answer(head, views), logits.mean(axis=1), atol=1e-6)
    assert not np.allclose(answer(head, views), answer(head, views[:, 0]))


def test_views_and_fine_tuning_are_refused_together() -> None:
    with pytest.raises(EngineError, match="tuned on several views"):
        ExperimentSpec(tuning=TuningSpec(), views=SPEC)
