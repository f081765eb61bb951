import time

import numpy as np
import pytest
import slim
from numpy.typing import NDArray

from desktop_app.engine import compiled, frozen
from desktop_app.engine.compiled import Compiled
from desktop_app.engine.specs import BaseSpec, Precision

SIZES = {"VGG16": 32, "ResNet50": 32, "InceptionV3": 75}


def made(name: str, batch: int = 4, precision: Precision = "float32") -> Compiled:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frozen, "bare_model", slim.bare_model)
        patch.setattr(frozen, "backbone", lambda name: slim.small_row(name, SIZES[name]))
        base = frozen.build(BaseSpec(name, "none", precision=precision), 0, lambda _: "x")
    return Compiled(base.network, batch, SIZES[name], on_cpu=True)


def pictures(name: str, count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (count, SIZES[name], SIZES[name], 3), np.uint8)


def wait_for(network: Compiled) -> None:
    deadline = time.monotonic() + 60
    while not network.laid_out:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", SIZES)
def test_laying_out_the_kernels_changes_no_bit(name: str, precision: Precision) -> None:
    network, seen = made(name, precision=precision), pictures(name, 4)
    before = network(seen)
    assert before.std() > 0  # a dead network would stay the same, too
    first = network._function
    network.lay_out()
    wait_for(network)
    assert np.array_equal(network(seen), before)
    assert network._function is not first


def test_kernels_are_laid_out_once_after_many_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LONG", 8)
    network, seen = made("VGG16"), pictures("VGG16", 4)
    for _ in range(2):
        network(seen)
    begun = [network._coming]
    for _ in range(2):
        network(seen)
        begun.append(network._coming)
        wait_for(network)
    assert begun[0] is None
    assert begun[1] is not None
    assert begun[1] is begun[2]


def test_what_fails_beside_it_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    network = made("VGG16")

    def broken(_constants: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(network, "_traced", broken)
    network.lay_out()
    wait_for(network)
    with pytest.raises(MemoryError, match="no room"):
        network(pictures("VGG16", 1))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_batch_that_is_not_full_gives_the_same(count: int) -> None:
    network, seen = made("VGG16"), pictures("VGG16", 4)
    assert np.array_equal(network(seen[:count]), network(seen)[:count])


def test_an_odd_batch_is_computed_whole() -> None:
    seen = pictures("VGG16", 3)
    assert np.array_equal(made("VGG16", batch=3)(seen), made("VGG16")(seen))
