"""The pictures of a run go to a file and back."""

import os
from pathlib import Path

import pytest

from desktop_app.engine.catalog import Picture
from desktop_app.engine.pictures_file import read_pictures, write_pictures

GIVEN = (
    Picture(Path("/a") / "b,\n“1”.png", "blue"),
    Picture(Path(os.fsdecode(b"/a/caf\xe9.png")), "", None),
    Picture(Path("/a/2.png"), "red\n", "val"),
)


def test_what_was_given_comes_back_whatever_it_came_to(tmp_path: Path) -> None:
    file = tmp_path / "pictures.csv"
    write_pictures(file, GIVEN)
    assert read_pictures(file) == GIVEN
    divided = [Picture(picture.path, picture.label, "train") for picture in GIVEN]
    write_pictures(file, GIVEN, divided, ["0", "1", "2"])
    assert read_pictures(file) == GIVEN
    assert file.read_bytes().count(b",train,") == 3


def test_an_older_file_says_only_what_it_came_to(tmp_path: Path) -> None:
    file = tmp_path / "pictures.csv"
    file.write_text("file,label,split,sha256\n/a/1.png,red,test,0\n")
    assert read_pictures(file) == (Picture(Path("/a/1.png"), "red", "test"),)


@pytest.mark.parametrize("text", ["file,split\n1.png,train\n", "nothing\nhere\n"])
def test_what_is_no_such_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "pictures.csv").write_text(text)
    with pytest.raises(ValueError, match=r"its pictures.csv is damaged"):
        read_pictures(tmp_path / "pictures.csv")
