from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.engine.checkpoint import Checkpoint, Course, fingerprint
from desktop_app.engine.errors import EngineError
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import keras


def variables(*values: float) -> list[keras.Variable]:
    return [keras.Variable(np.full(3, value, np.float32)) for value in values]


def rows(*losses: float) -> list[EpochRow]:
    return [EpochRow(epoch, 1.0, 0.5, loss, 0.5) for epoch, loss in enumerate(losses, 1)]


def test_what_is_saved_is_found_under_its_key_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "state.npz"
    checkpoint = Checkpoint(file, "this training")
    assert checkpoint.load() is None
    arrays: dict[str, NDArray[Any]] = {"a": np.arange(3, dtype=np.float32), "b": np.array(7, np.int64)}
    checkpoint.save(arrays, {"big": 2**127 + 1, "words": "naïve"})
    found = checkpoint.load()
    assert found is not None
    assert {name: (array.dtype, array.tolist()) for name, array in found[0].items()} == {
        name: (array.dtype, array.tolist()) for name, array in arrays.items()
    }
    assert found[1] == {"big": 2**127 + 1, "words": "naïve"}
    assert Checkpoint(file, "another").load() is None
    checkpoint.remove()
    assert checkpoint.load() is None
    checkpoint.remove()


def test_no_damage_is_taken_for_a_state(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "key")
    checkpoint.save({"a": np.arange(1000.0)}, {"epoch": 1})
    whole = (tmp_path / "state.npz").read_bytes()
    for damaged in (b"", whole[:-9], whole[: len(whole) // 2], b"PK\x03\x04", b"hello"):
        (tmp_path / "state.npz").write_bytes(damaged)
        assert checkpoint.load() is None
    for place in range(60, len(whole), 211):
        (tmp_path / "state.npz").write_bytes(
            whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]
        )
        found = checkpoint.load()
        assert found is None or np.array_equal(found[0]["a"], np.arange(1000.0))


def test_a_failed_save_leaves_the_last_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", "key")
    checkpoint.save({"a": np.zeros(2)}, {})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(EngineError, match="No space left"):
        checkpoint.save({"a": np.ones(2)}, {})
    found = checkpoint.load()
    assert found is not None
    assert np.array_equal(found[0]["a"], np.zeros(2))
    assert [file.name for file in tmp_path.iterdir()] == ["state.npz"]


def test_a_course_goes_on_where_it_was(tmp_path: Path) -> None:
    file = Checkpoint(tmp_path / "state.npz", "key")
    learned, others = variables(0, 1), variables(2)
    course = Course(learned, others, 5, file)
    for row in rows(0.5, 0.3, 0.4):
        course.dice.permutation(10)
        for variable in (*learned, *others):
            variable.assign(variable + 1)
        course.close_epoch(row)
    expected = course.dice.permutation(10).tolist()

    again, states = variables(9, 9), variables(9)
    resumed = Course(again, states, 5, file)
    assert resumed.rows == rows(0.5, 0.3, 0.4)
    assert resumed.best_epoch == 2
    assert resumed.dice.permutation(10).tolist() == expected
    assert [float(variable[0]) for variable in (*again, *states)] == [3, 4, 5]
    resumed.keep_best()
    assert [float(variable[0]) for variable in (*again, *states)] == [2, 3, 5]


def test_saving_takes_its_share_of_the_time_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(100, 200))  # each look at it is a second later: a save takes one
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    file = Checkpoint(tmp_path / "state.npz", "key")
    course = Course(variables(0), [], 0, file, share=0.2)

    def saved() -> int:
        found = file.load()
        return len(found[1]["rows"]) if found else 0

    kept = []
    for row in rows(*[0.5] * 8):
        course.close_epoch(row)
        kept.append(saved())
    assert kept == [1, 1, 1, 1, 5, 5, 5, 5]
    course.keep_best()
    assert saved() == 8


def test_an_epoch_must_beat_what_was_there_before() -> None:
    for first, best in ((None, 2), (0.35, 2), (0.2, 0)):
        (variable,) = variables(0)
        course = Course([variable], [], 0, None, first)
        for row in rows(0.5, 0.3, 0.4):
            variable.assign(np.full(3, row.epoch))
            course.close_epoch(row)
        course.keep_best()
        assert (course.best_epoch, float(variable[0])) == (best, best)


@pytest.mark.parametrize("lost", [float("nan"), float("inf")])
def test_an_epoch_that_diverged_is_never_the_best(lost: float) -> None:
    (variable,) = variables(0)
    course = Course([variable], [], 0)
    for row in rows(0.5, 0.4, lost):
        assert not course.diverged
        variable.assign(np.full(3, row.epoch))
        course.close_epoch(row)
    assert course.diverged
    course.keep_best()
    assert (course.best_epoch, float(variable[0])) == (2, 2)


def test_a_training_loss_that_is_no_number_counts_as_well() -> None:
    course = Course(variables(0), [], 0)
    course.close_epoch(EpochRow(1, float("inf"), 0.5, 0.3, 0.5))
    assert course.diverged
    assert course.best_epoch == 0


def test_where_every_epoch_diverged_nothing_is_kept() -> None:
    course = Course(variables(0), [], 0)
    course.close_epoch(*rows(float("nan")))
    with pytest.raises(EngineError, match="diverged") as caught:
        course.keep_best()
    assert "smaller learning rate" in caught.value.hint


def test_a_fingerprint_tells_what_differs() -> None:
    array = np.arange(4, dtype=np.float32)
    prints = {
        fingerprint("a", [array]),
        fingerprint("b", [array]),
        fingerprint("a", [array + 1]),
        fingerprint("a", [array.astype(np.float64)]),
        fingerprint("a", [array.reshape(2, 2)]),
        fingerprint("a", [array[:2], array[2:]]),
    }
    assert len(prints) == 6
    assert fingerprint("a", [array]) == fingerprint("a", [array.copy()])
