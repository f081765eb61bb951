"""The variables of a SavedModel, read without TensorFlow and compared with what TensorFlow reads."""

import random
import struct
from pathlib import Path

import numpy as np
import pytest
from mutations import mutations

from desktop_app.engine import tensor_bundle
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.tensor_bundle import DATA, INDEX, Bundle, crc32c, masked


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough variables of several kinds for more than one block of the index."""
    dice, module = np.random.default_rng(0), tf.Module()
    module.weights = [tf.Variable(dice.normal(size=(n % 7, 3)).astype(np.float32)) for n in range(60)]
    module.others = [
        tf.Variable(dice.normal(size=(2, 5, 3))),
        tf.Variable(np.array([7, 8], np.uint32)),
        tf.Variable(["a", "b"]),
        tf.Variable(3.5),
        tf.Variable(dice.normal(size=60_000).astype(np.float32)),
    ]
    made = tmp_path_factory.mktemp("bundle")
    tf.saved_model.save(module, str(made))
    return made / "variables"


def test_it_holds_what_tensorflow_reads(folder: Path) -> None:
    bundle, theirs = Bundle(folder), tf.train.load_checkpoint(str(folder / "variables"))
    kinds = theirs.get_variable_to_dtype_map()
    assert set(bundle.tensors) == {name for name, kind in kinds.items() if kind != tf.string}
    assert len(bundle.tensors) == 64
    for name in bundle.tensors:
        wanted = theirs.get_tensor(name)
        found = bundle.read(name)
        assert found.dtype == wanted.dtype
        assert found.shape == wanted.shape
        assert np.array_equal(found, wanted)


@pytest.mark.parametrize(
    ("data", "crc"),  # RFC 3720, appendix B.4, and the usual check
    [
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (b"", 0),
        (b"a", 0xC1D04330),
    ],
)
def test_checksums_are_those_of_the_standard(data: bytes, crc: int) -> None:
    assert crc32c(data) == crc


def copied(folder: Path, to: Path, changed: str, data: bytes) -> Path:
    to.mkdir(exist_ok=True)
    for name in (INDEX, DATA):
        (to / name).write_bytes(data if name == changed else (folder / name).read_bytes())
    return to


def test_a_changed_number_is_noticed(folder: Path, tmp_path: Path) -> None:
    data = bytearray((folder / DATA).read_bytes())
    one = max(Bundle(folder).tensors.items(), key=lambda item: item[1].size)
    data[one[1].offset + 100_003] ^= 4
    with pytest.raises(ValueError, match="are damaged"):
        Bundle(copied(folder, tmp_path / "b", DATA, bytes(data))).read(one[0])
    with pytest.raises(ValueError, match="claims more than its variables"):
        Bundle(copied(folder, tmp_path / "b", DATA, bytes(data[: len(data) // 2])))


@pytest.mark.parametrize("changed", [INDEX, DATA])
def test_two_hundred_mutations_end_in_numbers_or_a_sentence(
    folder: Path, tmp_path: Path, changed: str
) -> None:
    whole = Bundle(folder)
    some = [name for name in whole.tensors if whole.tensors[name].size < 1000][::5]
    refused = 0
    wanted = {name: whole.read(name) for name in some}
    for data in mutations((folder / changed).read_bytes()):
        try:
            bundle = Bundle(copied(folder, tmp_path / "b", changed, data))
            for name in some:
                assert np.array_equal(bundle.read(name), wanted[name])
        except ValueError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > (190 if changed == INDEX else 2)


def test_damage_under_a_sound_checksum_is_a_sentence_too(folder: Path, tmp_path: Path) -> None:
    whole, dice = (folder / INDEX).read_bytes(), random.Random(4)
    _, place = tensor_bundle._handle(whole, len(whole) - 48)
    (offset, length), _ = tensor_bundle._handle(whole, place)
    handles = [value for _, value in tensor_bundle._pairs(whole[offset : offset + length])]
    (offset, length), _ = tensor_bundle._handle(handles[0], 0)
    refused = 0
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            data[offset + dice.randrange(length)] = dice.choice([0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)])
        sum_ = masked(crc32c(bytes(data[offset : offset + length + 1])))
        data[offset + length + 1 : offset + length + 5] = struct.pack("<I", sum_)
        try:
            bundle = Bundle(copied(folder, tmp_path / "b", INDEX, bytes(data)))
            for name in [name for name in bundle.tensors if bundle.tensors[name].size < 1000][:20]:
                bundle.read(name)
        except ValueError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > 150
