"""The split is stratified, seeded and leaves nobody empty-handed."""

import random
from collections import Counter
from pathlib import Path

import pytest

from desktop_app.engine.catalog import Catalog, Picture, Split
from desktop_app.engine.split import split_catalog, stratified


def catalog_of(counts: dict[tuple[str, Split | None], int]) -> Catalog:
    return Catalog(
        tuple(
            Picture(Path(f"{label}/{split}/{number}"), label, split)
            for (label, split), count in counts.items()
            for number in range(count)
        )
    )


@pytest.mark.parametrize("trial", range(40))
def test_each_class_gives_its_share_and_keeps_some(trial: int) -> None:
    dice = random.Random(trial)
    sizes = {f"class {number}": dice.randint(2, 60) for number in range(dice.randint(2, 12))}
    share = dice.uniform(0.01, 0.99)
    divided = split_catalog(catalog_of({(name, None): size for name, size in sizes.items()}), share, trial)
    for name, size in sizes.items():
        held = divided.counts[name, "val"]
        assert 1 <= held <= size - 1
        assert abs(held - share * size) <= 0.5 or held in {1, size - 1}
        assert held + divided.counts[name, "train"] == size
    assert {picture.split for picture in divided.pictures} == {"train", "val"}


@pytest.mark.parametrize(
    ("size", "share", "held"),
    [(10, 0.2, 2), (244, 0.2, 49), (2, 0.5, 1), (3, 0.99, 2), (50, 0.001, 1), (7, 0.3, 2)],
)
def test_exact_counts(size: int, share: float, held: int) -> None:
    assert len(stratified(["one"] * size, share, 0)) == held


def test_a_seed_draws_the_same_split_and_another_another() -> None:
    catalog = catalog_of({("cat", None): 40, ("dog", None): 40})
    assert split_catalog(catalog, 0.2, 1) == split_catalog(catalog, 0.2, 1)
    assert len({split_catalog(catalog, 0.2, seed).pictures for seed in range(10)}) == 10


def test_pictures_stay_where_they_are_in_the_catalog() -> None:
    catalog = catalog_of({("cat", None): 10, ("dog", "train"): 10})
    assert [p.path for p in split_catalog(catalog, 0.3, 0).pictures] == [p.path for p in catalog.pictures]


def test_every_picture_has_its_chance() -> None:
    drawn = Counter(index for seed in range(400) for index in stratified(["one"] * 20, 0.2, seed))
    assert set(drawn) == set(range(20))
    assert 40 < min(drawn.values()) <= max(drawn.values()) < 130  # 80 each, by chance


def test_given_validation_pictures_are_the_validation_pictures() -> None:
    catalog = catalog_of({("cat", None): 5, ("cat", "val"): 2, ("dog", "train"): 5, ("dog", "test"): 3})
    counts = split_catalog(catalog, 0.5, 0).counts
    assert counts == {("cat", "train"): 5, ("cat", "val"): 2, ("dog", "train"): 5, ("dog", "test"): 3}


def test_validation_is_drawn_from_training_never_from_test() -> None:
    catalog = catalog_of({("cat", "train"): 10, ("cat", "test"): 10, ("dog", None): 10})
    counts = split_catalog(catalog, 0.3, 0).counts
    assert counts == {
        ("cat", "train"): 7,
        ("cat", "val"): 3,
        ("cat", "test"): 10,
        ("dog", "train"): 7,
        ("dog", "val"): 3,
    }


def test_nothing_gives_nothing() -> None:
    assert stratified([], 0.2, 0) == []
    assert split_catalog(Catalog(), 0.2, 0) == Catalog()
