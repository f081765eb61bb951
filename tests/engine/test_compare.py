"""Two runs are compared on what neither was trained on, or not at all."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from run_samples import make_run
from scipy.stats import binomtest

from desktop_app.engine.compare import compare
from desktop_app.engine.errors import EngineError
from desktop_app.engine.run import LOGITS
from desktop_app.engine.specs import ExperimentSpec

TRAIN, VAL, TEST = "train", "val", "test"


def test_the_better_one_is_found(tmp_path: Path) -> None:
    """All forty held-out pictures against thirty of them; what it was trained on does not count."""
    a = make_run(tmp_path / "a", [True] * 80)
    b = make_run(tmp_path / "b", [False] * 40 + [True] * 30 + [False] * 10)
    found = compare(a, b)
    assert (found.pictures, found.source) == (40, "pictures held out by both")
    assert (found.accuracy_a, found.accuracy_b) == (1.0, 0.75)
    difference = found.difference
    assert (difference.mean, difference.gained, difference.lost) == (0.25, 10, 0)
    assert difference.p == pytest.approx(binomtest(10, 10).pvalue)
    assert difference.clear
    back = compare(b, a).difference
    assert (back.mean, back.p, back.clear) == (-0.25, difference.p, True)


def test_the_same_run_differs_by_exactly_nothing(tmp_path: Path) -> None:
    a, b = (make_run(tmp_path / name, [True] * 15 + [False] * 5) for name in "ab")
    found = compare(a, b).difference
    assert (found.mean, found.interval, found.p, found.clear) == (0.0, (0.0, 0.0), 1.0, False)


def test_pictures_are_known_by_what_they_hold(tmp_path: Path) -> None:
    """Other folder, other order, some missing: the same content is the same picture."""
    names = [str(n) for n in range(20)]
    a = make_run(tmp_path / "a", [n % 3 > 0 for n in range(20)], contents=names)
    kept = [0, 1, 10, 11, 18, 19, 14, 15, 12, 13]
    b = make_run(
        tmp_path / "b",
        [True] * 10,
        contents=[names[n] for n in kept],
        splits=[TRAIN, TRAIN, *[VAL] * 8],
        pictures=Path("/elsewhere"),
    )
    found = compare(a, b)
    assert found.pictures == 8
    assert found.accuracy_a == np.mean([n % 3 > 0 for n in kept[2:]])
    assert found.accuracy_b == 1.0


def test_what_either_was_trained_on_never_counts(tmp_path: Path) -> None:
    a = make_run(tmp_path / "a", [True] * 6, splits=[TRAIN, TRAIN, VAL, VAL, VAL, TEST])
    b = make_run(tmp_path / "b", [True] * 6, splits=[VAL, VAL, TRAIN, VAL, TEST, TRAIN])
    assert compare(a, b).pictures == 2
    c = make_run(tmp_path / "c", [True] * 6, splits=[VAL, VAL, TRAIN, TRAIN, TRAIN, TRAIN])
    with pytest.raises(EngineError, match="what one was judged on, the other was trained on"):
        compare(a, c)


def test_a_copy_that_was_trained_on_counts_as_trained_on(tmp_path: Path) -> None:
    contents = ["x", "y", "z", "w", "y", "x"]
    a = make_run(tmp_path / "a", [True] * 6, contents=contents, splits=[TRAIN, VAL, VAL, VAL, VAL, VAL])
    assert compare(a, a).pictures == 3  # w, y and z; x is a copy of what it learned from


def test_test_pictures_come_first(tmp_path: Path) -> None:
    """On the others, the best epoch was chosen."""
    a = make_run(tmp_path / "a", [True] * 6, splits=[TRAIN, TRAIN, VAL, VAL, TEST, TEST])
    found = compare(a, a)
    assert (found.pictures, found.source) == (2, "test pictures")


def test_patients_count_as_one(tmp_path: Path) -> None:
    """Ten pictures of each of six patients say less than sixty patients."""
    right = [True] * 2 + [n // 10 % 2 == 0 or n % 3 == 0 for n in range(60)]
    splits = [TRAIN] * 2 + [VAL] * 60
    contents = ["0_x", "1_x", *(f"{2 + n // 10}_{n}" for n in range(60))]
    spec = ExperimentSpec()
    grouped = replace(spec, training=replace(spec.training, group_by="(.+?)_"))
    widths = []
    for name, each in {"plain": spec, "by patient": grouped}.items():
        a = make_run(tmp_path / name / "a", [True] * 62, splits=splits, contents=contents, spec=each)
        b = make_run(tmp_path / name / "b", right, splits=splits, contents=contents, spec=each)
        found = compare(a, b)
        assert found.pictures == 60
        widths.append(found.difference.interval[1] - found.difference.interval[0])
        assert found.difference.pictures == (6 if name == "by patient" else 60)
    assert widths[1] > 1.5 * widths[0]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"contents": ["p", "q", "r", "s"]}, "they are of other pictures"),
        ({"names": ("ants", "wasps")}, "they tell other classes apart"),
        ({"names": ("bees", "ants")}, "are in other classes"),
    ],
)
def test_others_are_refused(tmp_path: Path, more: dict[str, object], why: str) -> None:
    a, b = make_run(tmp_path / "a", [True] * 4), make_run(tmp_path / "b", [True] * 4, **more)
    with pytest.raises(EngineError, match=why) as raised:
        compare(a, b)
    assert raised.value.hint


def test_an_older_run_has_kept_no_answers(tmp_path: Path) -> None:
    a, b = make_run(tmp_path / "a"), make_run(tmp_path / "b")
    (b.folder / LOGITS).unlink()
    with pytest.raises(EngineError, match="has not kept its answers"):
        compare(a, b)
