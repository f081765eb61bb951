"""Which pictures are shown."""

import unicodedata
from pathlib import Path

import pytest

from desktop_app.engine.catalog import Picture
from desktop_app.ui.picture_filter import PictureFilter, folded

PICTURES = (
    Picture(Path("/a/ants/One.JPG"), "ants", "train"),
    Picture(Path("/a/ants/two.jpg"), "ants"),
    Picture(Path("/a/bees", unicodedata.normalize("NFD", "née.png")), "bees", "val"),
    Picture(Path("/a/loose.png"), ""),
)


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (PictureFilter(), [0, 1, 2, 3]),
        (PictureFilter(text="o"), [0, 1, 3]),
        (PictureFilter(text=".jpg"), [0, 1]),
        (PictureFilter(text="ants"), []),  # a folder, not a name
        (PictureFilter(text="NÉE"), [2]),
        (PictureFilter(label="ants"), [0, 1]),
        (PictureFilter(label=""), [3]),
        (PictureFilter(split="train"), [0]),
        (PictureFilter(split="none"), [1, 3]),
        (PictureFilter(paths=frozenset({Path("/a/loose.png"), Path("/b")})), [3]),
        (PictureFilter(paths=frozenset()), []),
        (PictureFilter("o", "ants", "none"), [1]),
    ],
)
def test_only_what_matches_in_order(wanted: PictureFilter, rows: list[int]) -> None:
    assert list(wanted.of(PICTURES)) == list(wanted.of(PICTURES, folded(PICTURES)))
    assert [PICTURES.index(picture) for picture in wanted.of(PICTURES)] == rows


def test_no_filter_makes_no_copy() -> None:
    assert PictureFilter().of(PICTURES) is PICTURES
