"""Pictures that are dragged."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData

from desktop_app.ui.dropped import paths_in
from desktop_app.ui.picture_mime import PICTURES, has_pictures, pictures_in, pictures_to_mime

NAMES = [b"b.jpg", "é ß%20#?.png".encode(), b"two\nlines.png", b"\xff.png"]
ODD = [Path("/a", os.fsdecode(name)) for name in NAMES]


def test_any_name_survives_the_drag_to_us_and_to_others() -> None:
    data = pictures_to_mime(ODD)
    assert has_pictures(data)
    assert pictures_in(data) == ODD
    assert paths_in(data) == ODD


@pytest.mark.parametrize("junk", [b"", b"{", b"17", b'["zz"]', b"[3]", b"\xff"])
def test_what_others_make_of_it_is_nothing(junk: bytes) -> None:
    data = QMimeData()
    assert not has_pictures(data)
    data.setData(PICTURES, junk)
    assert pictures_in(data) == []
