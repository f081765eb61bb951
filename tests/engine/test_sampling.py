import numpy as np
import pytest

from desktop_app.engine.sampling import stratified_order


@pytest.mark.parametrize("seed", range(5))
def test_any_beginning_has_each_class_with_its_share(seed: int) -> None:
    labels = np.random.default_rng(seed).choice(["a", "b", "c", "d"], 300, p=[0.6, 0.25, 0.1, 0.05])
    order = stratified_order(labels, seed)
    assert sorted(order) == list(range(300))
    for count in range(1, 301):
        for label in "abcd":
            share = np.mean(labels == label)
            assert abs(np.sum(labels[order[:count]] == label) - share * count) <= 2


@pytest.mark.parametrize(("labels", "drawn"), [("abbb", "babb"), ("aabbbb", "babbab"), ("aab", "aba")])
def test_each_picture_stands_in_the_middle_of_its_part(labels: str, drawn: str) -> None:
    assert "".join(np.array(list(labels))[stratified_order(list(labels), 3)]) == drawn


def test_the_seed_decides_who_comes_first() -> None:
    labels = [0, 1] * 50
    assert np.array_equal(stratified_order(labels, 1), stratified_order(labels, 1))
    assert not np.array_equal(stratified_order(labels, 1), stratified_order(labels, 2))


def test_nothing_gives_nothing() -> None:
    assert stratified_order([], 0).tolist() == []
