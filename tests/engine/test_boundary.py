"""The base cut in two, and what crosses: the same features, whatever is stored where."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_bases import small_base, small_rows

from desktop_app.engine import activation_store
from desktop_app.engine.activation_store import ActivationStore, record_size
from desktop_app.engine.activations import Activations, activations
from desktop_app.engine.assembly import assemble, load_classifier
from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.base_form import Form
from desktop_app.engine.blocks import blocks
from desktop_app.engine.boundary import Cut, cut
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.features import Features, extract
from desktop_app.engine.fidelity import MOST_ERROR
from desktop_app.engine.head import build_head
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.specs import HeadSpec


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, row in small_rows().items():
        monkeypatch.setitem(BACKBONES, name, row)


def upper(divided: Cut) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """Features from activations; compiled, as below the boundary: uncompiled the last digits differ."""
    compiled = tf.function(lambda numbers: divided.upper(numbers, training=False))

    def features(flat: NDArray[np.float32]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = compiled(flat.reshape(-1, *divided.shape)).numpy()
        return result

    return features


@pytest.mark.parametrize(
    ("name", "counts"), [("VGG16", (1, 3)), ("ResNet50", (3,)), ("InceptionV3", (3,))]
)  # test_tuning.py cuts the others below their last block
def test_both_parts_together_are_the_base(name: str, counts: tuple[int, ...]) -> None:
    base = small_base(name)
    pictures = np.random.default_rng(1).integers(0, 256, (base.batch, *base.model.input_shape[1:]), np.uint8)
    whole = base.run(pictures)
    assert whole.std() > 0
    every = len(blocks(cut(base, 1).body))
    for count in counts:
        divided = cut(base, count)
        above = upper(divided)
        # Other sums are fused where the graph is cut, which shows in the last digits of some machines.
        found = above(divided.lower.run(pictures))
        assert np.allclose(found, whole, rtol=0, atol=1e-5 * np.abs(whole).max())
        folded = above(replace(divided.lower, form=Form("float32", folded=True)).run(pictures))
        assert np.allclose(folded, whole, rtol=0, atol=MOST_ERROR * np.abs(whole).max())
    all_of_it = cut(base, every)
    assert all_of_it.shape == base.model.input_shape[1:]  # nothing but preprocessing is left below
    found = upper(all_of_it)(all_of_it.lower.run(pictures))
    assert np.allclose(found, whole, rtol=0, atol=MOST_ERROR * whole.max())


def test_the_base_can_still_be_saved(tmp_path: Path) -> None:  # test_tuning.py saves the others
    base = small_base("VGG16")
    cut(base, 1), cut(base, 3)
    model = assemble(base.model, build_head(HeadSpec(), base.width, 2))
    model.save(tmp_path / "model.keras")
    again = load_classifier(tmp_path / "model.keras")
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    pictures = np.random.default_rng(1).uniform(0, 255, (2, *base.model.input_shape[1:])).astype(np.float32)
    assert np.array_equal(model(pictures), again(pictures))


def test_what_can_learn_are_the_weights_of_the_blocks_but_no_statistics() -> None:
    divided = cut(small_base("ResNet50"), 2)
    assert [block.name for block in divided.blocks] == ["conv5_block2", "conv5_block3"]
    assert divided.variables() == [[], []]
    divided.unfreeze(True)
    groups = [[variable.path for variable in group] for group in divided.variables()]
    divided.unfreeze(False)
    for block, paths in zip(divided.blocks, groups, strict=True):
        assert len(paths) == 3 * 4  # kernel, bias, scale and shift of three convolutions
        assert all(path.startswith(block.name) and "moving" not in path for path in paths)
    assert divided.body.trainable_variables == []


def test_there_are_only_so_many_blocks() -> None:
    for count in (0, 6):
        with pytest.raises(EngineError, match="VGG16 has 5 blocks"):
            cut(small_base("VGG16"), count)


@pytest.fixture
def divided() -> Cut:
    return cut(small_base("VGG16"), 1)


@pytest.fixture
def files(picture_folder: Callable[..., Path]) -> list[Path]:
    return sorted(picture_folder().rglob("*.png"))


def found(files: list[Path], divided: Cut, dtype: Any = np.float32) -> Features:
    return extract(files, divided.lower, None, Reporter(), dtype)


def get(
    files: list[Path], divided: Cut, store: ActivationStore | None, dtype: Any = np.float32
) -> tuple[Activations, NDArray[np.float32]]:
    """The activations of all files in turn, and where they come from."""
    kept = activations(files, found(files, divided).digests, divided, store, Reporter(), dtype)
    numbers = kept.take(np.arange(len(files)), Reporter())
    kept.close()
    return kept, numbers


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ActivationStore]:
    made = ActivationStore(tmp_path / "activations")
    yield made
    made.clear()
    assert made.size == 0


def test_what_is_stored_is_what_was_computed(files: list[Path], divided: Cut, store: ActivationStore) -> None:
    expected = found(files, divided).matrix.reshape(-1, *divided.shape)
    kept, numbers = get(files, divided, store)
    assert kept.stored
    assert np.array_equal(numbers, expected)
    kept, numbers = get(files[::-1], divided, store)
    assert np.array_equal(numbers, expected[::-1])
    assert store.size == len(files) * record_size(divided.shape, np.float32)


def test_the_base_computes_what_is_missing_and_no_more(
    files: list[Path], divided: Cut, store: ActivationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = found(files, divided).digests
    activations(files[:5], digests[:5], divided, store, Reporter()).close()
    asked: list[Path] = []

    def counted(some: Any, *rest: Any) -> Features:
        asked.extend(some)
        return extract(some, *rest)

    monkeypatch.setattr("desktop_app.engine.activations.extract", counted)
    activations([*files, files[0]], [*digests, digests[0]], divided, store, Reporter()).close()
    assert sorted(asked) == sorted(files[5:])
    asked.clear()
    other = replace(divided, lower=replace(divided.lower, name="another base"))
    activations(files, digests, other, store, Reporter()).close()
    assert len(asked) == len(files)


def test_without_room_they_are_computed_anew(files: list[Path], divided: Cut, tmp_path: Path) -> None:
    expected = found(files, divided).matrix.reshape(-1, *divided.shape)
    needed = len(files) * record_size(divided.shape, np.float32)
    for store, stored in (
        (None, False),
        (ActivationStore(tmp_path / "small", needed - 1), False),
        (ActivationStore(tmp_path / "fits", needed), True),
    ):
        kept, numbers = get(files, divided, store)
        assert kept.stored == stored
        assert np.array_equal(numbers, expected)
    assert not list((tmp_path / "small").rglob("*.records"))


def test_a_full_disk_is_lived_with(
    files: list[Path], divided: Cut, store: ActivationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(activation_store.Shelf, "add", full)
        kept, numbers = get(files, divided, store)
    assert not kept.stored
    assert numbers.std() > 0
    with monkeypatch.context() as patch:
        patch.setattr(activation_store, "_SPARE", 1 << 62)
        assert not get(files, divided, store)[0].stored


def test_a_damaged_record_is_computed_anew(files: list[Path], divided: Cut, store: ActivationStore) -> None:
    _, expected = get(files, divided, store)
    (file,) = (store._folder).rglob("*.records")
    data = bytearray(file.read_bytes())
    data[record_size(divided.shape, np.float32) + 7] ^= 1  # in the second record
    file.write_bytes(data[:-3])  # and the last is torn
    _, numbers = get(files, divided, store)
    assert np.array_equal(numbers, expected)
    assert len(list(store._folder.rglob("*.records"))) == 2


def test_half_the_room_where_it_fits(
    files: list[Path], divided: Cut, store: ActivationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, exact = get(files, divided, None)
    _, half = get(files, divided, store, np.float16)
    assert half.dtype == np.float32
    assert 0 < np.abs(half - exact).max() <= 1e-3 * exact.max()
    assert store.size == len(files) * record_size(divided.shape, np.float16)
    store.clear()
    # A base whose activations are too large for float16.
    swap = divided.lower.model.get_layer("below").layers[-2]
    swap.set_weights([weight * 1e6 for weight in swap.get_weights()])
    large = replace(divided, lower=replace(divided.lower, name="large"))
    _, exact = get(files, large, None)
    assert exact.max() > np.finfo(np.float16).max
    _, numbers = get(files, large, store, np.float16)
    assert np.array_equal(numbers, exact)
    assert store.size == len(files) * record_size(divided.shape, np.float32)


def test_the_shelf_unused_for_longest_makes_room(files: list[Path], divided: Cut, tmp_path: Path) -> None:
    folder = tmp_path / "activations"
    store = ActivationStore(folder, 2 * len(files) * record_size(divided.shape, np.float32))
    made: dict[str, Path] = {}
    for name, used in (("first", 2000), ("second", 1000), ("third", 3000)):
        get(files, replace(divided, lower=replace(divided.lower, name=name)), store)
        (made[name],) = set(folder.iterdir()) - set(made.values())
        os.utime(made[name], (used, used))
    assert set(folder.iterdir()) == {made["first"], made["third"]}


def test_a_cancel_keeps_what_was_computed(
    files: list[Path], divided: Cut, store: ActivationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.engine.activations._CHUNK", 1)  # a batch of the base at a time
    control = Control()

    def watch(fraction: float, _: str) -> None:
        if fraction > 0.5:
            control.cancel.set()

    digests = found(files, divided).digests
    with pytest.raises(Cancelled):
        activations(files, digests, divided, store, Reporter(watch, control=control))
    one = record_size(divided.shape, np.float32)
    assert 0 < store.size < len(files) * one
    get(files, divided, store)
    assert store.size == len(files) * one


def test_a_picture_that_goes_or_changes_is_named(files: list[Path], divided: Cut) -> None:
    digests = found(files, divided).digests
    kept = activations(files, digests, divided, None, Reporter())
    files[0].write_bytes(files[1].read_bytes())
    with pytest.raises(EngineError, match=r"0\.png.*was changed"):
        kept.take(np.array([0]), Reporter())
    files[0].unlink()
    with pytest.raises(EngineError, match=r"0\.png.*cannot be read"):
        kept.take(np.array([0]), Reporter())
