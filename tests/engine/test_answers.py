"""A run's answers stand beside its pictures, and are refused where they do not belong to them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from desktop_app.engine.answers import Answers, copies, read_logits, write_logits
from desktop_app.engine.pictures_file import Line

NAMES = ("ant", "bee", "fly")
LINES = (
    Line(Path("a.png"), "ant", "train", "aa", None),
    Line(Path("b.png"), "fly", "val", "bb", "val"),
    Line(Path("c.png"), "bee", "val", "aa", None),
    Line(Path("d.png"), "bee", None, "", None),
)
LOGITS = np.array([[3, 1, 0], [0, 200, 1], [1, 2, 2], [0, 0, 0]], np.float32)


def test_answers_stand_beside_their_pictures() -> None:
    answers = Answers.of_run(LINES, NAMES, LOGITS)
    assert len(answers) == 4
    assert answers.labels.tolist() == [0, 2, 1, 1]
    assert answers.guesses.tolist() == [0, 1, 1, 0]
    assert answers.splits.tolist() == ["train", "val", "val", ""]
    assert answers.groups[0] == answers.groups[2]
    assert len(set(answers.groups.tolist())) == 3
    assert answers.probabilities == pytest.approx(softmax(LOGITS.astype(np.float64), axis=1))


def test_a_split_has_its_own_pictures_and_name() -> None:
    val = Answers.of_run(LINES, NAMES, LOGITS).of("val")
    assert val.source == "validation pictures"
    assert val.files == (Path("b.png"), Path("c.png"))
    assert (val.labels.tolist(), val.guesses.tolist()) == ([2, 1], [1, 1])
    assert len(Answers.of_run(LINES, NAMES, LOGITS).of("test")) == 0


def test_copies_share_a_number_and_the_unread_do_not() -> None:
    assert copies(["x", "", "x", "", "y"]).tolist() == [0, 1, 0, 2, 3]


def test_logits_come_back_as_they_were(tmp_path: Path) -> None:
    write_logits(tmp_path / "logits.npy", LOGITS)
    found = read_logits(tmp_path / "logits.npy")
    assert found.dtype == np.float32
    assert np.array_equal(found, LOGITS)


@pytest.mark.parametrize(
    "wrong",
    [LOGITS[:3], LOGITS[:, :2], np.where(LOGITS == 200, np.nan, LOGITS)],
    ids=["fewer pictures", "fewer classes", "not a number"],
)
def test_what_does_not_belong_together_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="answers"):
        Answers.of_run(LINES, NAMES, wrong)


def test_an_unknown_class_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="“fly”"):
        Answers.of_run(LINES, NAMES[:2], LOGITS)


def damages() -> dict[str, bytes]:
    import io

    def saved(array: np.ndarray, pickles: bool = False) -> bytes:
        file = io.BytesIO()
        np.save(file, array, allow_pickle=pickles)
        return file.getvalue()

    good = saved(LOGITS)
    return {
        "empty": b"",
        "half": good[: len(good) // 2],
        "another file": b"PK\x03\x04" + bytes(60),
        "integers": saved(LOGITS.astype(int)),
        "one dimension": saved(LOGITS[0]),
        "pickle": saved(np.array([{}, None], object), pickles=True),
        "huge claim": good.replace(b"(4, 3)", b"(10000000000, 3)").replace(b" " * 10 + b"\n", b"\n"),
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    (tmp_path / "logits.npy").write_bytes(damages()[damage])
    with pytest.raises(ValueError, match=r"its logits\.npy"):
        read_logits(tmp_path / "logits.npy")
