"""Sorting into class folders: nothing is overwritten, nothing is lost, and what was done is told."""

import errno
import os
from pathlib import Path

import pytest

from desktop_app.engine import sorting
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.sorting import folder_names, sort_into


def make(folder: Path, **contents: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.jpg" for name in contents]
    for file, text in zip(files, contents.values(), strict=True):
        file.write_text(text)
    return files


def tree(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_copies_leave_the_originals_and_overwrite_nothing(tmp_path: Path) -> None:
    one, two = make(tmp_path / "in", a="1", b="2")
    (again,) = make(tmp_path / "more", a="3")
    make(tmp_path / "out" / "ants", a="old")
    os.utime(one, (1, 1))
    done = sort_into(tmp_path / "out", [(one, "ants"), (two, ""), (again, "ants")], Reporter())
    assert tree(tmp_path / "out") == {
        "ants/a.jpg": "old",
        "ants/a (2).jpg": "1",
        "ants/a (3).jpg": "3",
        "unknown/b.jpg": "2",
    }
    assert done.placed[0] == (one, tmp_path / "out" / "ants" / "a (2).jpg")
    assert done.words == f"3 pictures copied into “{tmp_path / 'out'}”."
    assert tree(tmp_path / "in") == {"a.jpg": "1", "b.jpg": "2"}
    assert done.placed[0][1].stat().st_mtime == 1


@pytest.mark.parametrize("linked", [True, False])
def test_moves_take_them_away_also_to_another_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    def across(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    if not linked:
        monkeypatch.setattr(os, "link", across)
    one, two = make(tmp_path / "in", a="1", b="2")
    make(tmp_path / "out" / "ants", a="old")
    (tmp_path / "in" / "c.jpg").symlink_to("b.jpg")
    files = [(one, "ants"), (tmp_path / "in" / "c.jpg", "ants"), (two, "bees")]
    done = sort_into(tmp_path / "out", files, Reporter(), move=True)
    assert done.moved
    assert done.words.startswith("3 pictures moved into")
    assert tree(tmp_path / "in") == {}
    assert tree(tmp_path / "out") == {
        "ants/a.jpg": "old",
        "ants/a (2).jpg": "1",
        "ants/c.jpg": "2",
        "bees/b.jpg": "2",
    }


@pytest.mark.parametrize("move", [True, False])
def test_what_lies_there_already_stays(tmp_path: Path, move: bool) -> None:
    (one,) = make(tmp_path / "ants", a="1")
    done = sort_into(tmp_path, [(one, "ants")], Reporter(), move)
    assert done.placed == ((one, one),)
    assert tree(tmp_path) == {"ants/a.jpg": "1"}


def test_a_failure_on_the_way_tells_what_was_done(tmp_path: Path) -> None:
    one, two = make(tmp_path / "in", a="1", b="2")
    gone = tmp_path / "in" / "gone.jpg"
    done = sort_into(tmp_path / "out", [(one, "x"), (gone, "x"), (two, "x")], Reporter())
    assert [old for old, _ in done.placed] == [one]
    assert "1 of 3 pictures copied into" in done.words
    assert "no more, because “gone.jpg” cannot be (“No such file or directory”)." in done.words
    (tmp_path / "file").touch()
    assert "“Not a directory”" in sort_into(tmp_path / "file", [(one, "x")], Reporter()).words


def test_the_bar_grows_with_what_was_copied(tmp_path: Path) -> None:
    files = make(tmp_path / "in", a="1", b="2", c="3", d="4")
    bar: list[float] = []
    sort_into(tmp_path / "out", [(one, "x") for one in files], Reporter(lambda done, _: bar.append(done)))
    assert bar == [0, 0.25, 0.5, 0.75]


def test_stopping_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_CHUNK", 4)
    one, two = make(tmp_path / "in", a="1", b="0123456789")
    control = Control()

    class Stopping(Reporter):
        chunks = 0

        def checkpoint(self) -> None:
            Stopping.chunks += 1
            if Stopping.chunks == 5:  # in the middle of the second file
                control.cancel.set()
            super().checkpoint()

    done = sort_into(tmp_path / "out", [(one, "x"), (two, "x")], Stopping(control=control))
    assert done.words.endswith("because it was stopped.")
    assert len(done.placed) == 1
    assert tree(tmp_path / "out") == {"x/a.jpg": "1"}
    assert tree(tmp_path / "in")["b.jpg"] == "0123456789"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = make(tmp_path / "in", a="1")
    real = Path.open

    def full(self: Path, mode: str = "r", *rest: object) -> object:
        opened = real(self, mode)
        if mode != "xb":
            return opened
        opened.close()
        return real(Path("/dev/full"), "wb")

    monkeypatch.setattr(Path, "open", full)
    done = sort_into(tmp_path / "out", [(one, "x")], Reporter())
    assert "“No space left on device”" in done.words
    assert list((tmp_path / "out" / "x").iterdir()) == []


def test_a_file_that_may_not_leave_is_not_doubled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = make(tmp_path / "in", a="1")
    real = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self == one:
            raise PermissionError(errno.EACCES, "Permission denied")
        real(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    done = sort_into(tmp_path / "out", [(one, "x")], Reporter(), move=True)
    assert (len(done.placed), tree(tmp_path / "out")) == (0, {})


def test_names_that_are_no_names_of_folders() -> None:
    labels = ["a/b", "a:b", "..", "con", "Ants", "ants", "tail. ", "unknown", "", "x\ny"]
    names = folder_names(labels)
    assert names == {
        "a/b": "a_b",
        "a:b": "a_b (2)",
        "..": "_",
        "con": "_con",
        "Ants": "Ants",
        "ants": "ants (2)",
        "tail. ": "tail",
        "unknown": "unknown",
        "": "unknown (2)",
        "x\ny": "x_y",
    }
    assert len({name.casefold() for name in names.values()}) == len(labels)
