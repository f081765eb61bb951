"""Thumbnails."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop_app.ui.thumbnails import Thumbnails, decode_square


class Slow:
    """A decoder that waits until it is told to go on."""

    def __init__(self) -> None:
        self.go, self.began = Event(), Event()
        self.done: list[str] = []

    def __call__(self, path: Path, side: int) -> QImage:
        self.began.set()
        assert self.go.wait(5)
        self.done.append(path.name)
        image = QImage(side, side, QImage.Format.Format_RGB888)
        image.fill(QColor("red"))
        return image


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def few(slow: Slow, qtbot: QtBot) -> Iterator[Thumbnails]:
    made = Thumbnails(kept=5, waiting=3, decode=slow)
    yield made
    slow.go.set()
    made.close()


def test_a_picture_comes_later_and_is_kept(few: Thumbnails, slow: Slow, qtbot: QtBot) -> None:
    path = Path("a")
    assert few.get(path, 8) is None
    with qtbot.waitSignal(few.ready) as said:
        slow.go.set()
    assert said.args == [path]
    picture = few.get(path, 8)
    assert picture is not None
    assert picture.width() == 8
    assert slow.done == ["a"]


def test_the_newest_wish_comes_first_and_old_ones_are_forgotten(
    few: Thumbnails, slow: Slow, qtbot: QtBot
) -> None:
    for name in "xy":  # one for each worker
        few.get(Path(name), 8)
        qtbot.waitUntil(lambda: not few._wishes)
    for name in "abcdef":
        few.get(Path(name), 8)
    slow.go.set()
    qtbot.waitUntil(lambda: len(slow.done) == 5)
    assert set(slow.done) == {"x", "y", "f", "e", "d"}
    assert few.get(Path("a"), 8) is None  # not failed, only to be asked for again
    qtbot.waitUntil(lambda: "a" in slow.done)


def test_what_is_kept_is_bounded(few: Thumbnails, slow: Slow, qtbot: QtBot) -> None:
    slow.go.set()
    for name in "abcdefgh":
        with qtbot.waitSignal(few.ready):
            few.get(Path(name), 8)
    assert len(few._cache) == 5


def test_closing_drops_what_waits(few: Thumbnails, slow: Slow, qtbot: QtBot) -> None:
    for name in "abc":
        few.get(Path(name), 8)
    assert slow.began.wait(5)
    slow.go.set()
    few.close()
    few.get(Path("d"), 8)
    assert "d" not in slow.done


def test_deleting_it_ends_its_threads(slow: Slow, qtbot: QtBot) -> None:
    made = Thumbnails(decode=slow)
    slow.go.set()
    made.get(Path("a"), 8)
    executor = made._executor
    made.deleteLater()
    qtbot.waitUntil(lambda: executor._shutdown)


def test_a_failing_decoder_gives_a_null_picture(qtbot: QtBot) -> None:
    def fail(path: Path, side: int) -> QImage | None:
        raise ZeroDivisionError

    made = Thumbnails(decode=fail)
    with qtbot.waitSignal(made.ready):
        made.get(Path("a"), 8)
    picture = made.get(Path("a"), 8)
    assert picture is not None
    assert picture.isNull()
    made.close()


def test_pictures_are_upright_and_cut_to_the_middle(tmp_path: Path) -> None:
    wide = Image.new("RGB", (400, 100), "white")
    wide.paste("red", (0, 0, 100, 100))
    wide.paste("blue", (150, 0, 250, 100))
    exif = wide.getexif()
    exif[0x0112] = 6  # to be turned by 90°
    wide.save(tmp_path / "turned.jpg", exif=exif)
    image = decode_square(tmp_path / "turned.jpg", 50)
    assert image is not None
    assert (image.width(), image.height()) == (50, 50)
    assert image.pixelColor(25, 25).blue() > 200 > image.pixelColor(25, 25).red() + 100


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "I;16", "CMYK"])
def test_every_kind_of_picture(tmp_path: Path, mode: str) -> None:
    kind = "tif" if mode in {"I;16", "CMYK"} else "png"
    Image.new(mode, (30, 20)).save(tmp_path / f"a.{kind}")
    assert decode_square(tmp_path / f"a.{kind}", 16) is not None


def test_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"not a picture")
    with pytest.raises(Exception, match="identify"):
        decode_square(tmp_path / "a.jpg", 16)
