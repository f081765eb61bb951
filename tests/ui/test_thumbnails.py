"""Thumbnails."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from desktop_app.engine.images import UnreadableError
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
    made = Thumbnails(budget=5 * 8 * 8 * 4, waiting=3, decode=slow)
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
        qtbot.waitUntil(lambda: not few._desk._wishes)
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
    executor = made._desk.executor
    made.deleteLater()
    qtbot.waitUntil(lambda: executor._shutdown)


def test_a_failing_decoder_gives_a_null_picture(qtbot: QtBot) -> None:
    def fail(path: Path, side: int) -> QImage:
        raise ZeroDivisionError

    made = Thumbnails(decode=fail)
    with qtbot.waitSignal(made.ready):
        made.get(Path("a"), 8)
    picture = made.get(Path("a"), 8)
    assert picture is not None
    assert picture.isNull()
    assert made.reason(Path("a")) == "it cannot be shown"
    made.close()


def test_what_is_wanted_comes_in_order_and_only_the_last_list_counts(
    few: Thumbnails, slow: Slow, qtbot: QtBot
) -> None:
    few.want([Path(name) for name in "xy"], 8)  # one for each worker
    qtbot.waitUntil(lambda: not few._desk._wanted)
    few.get(Path("w"), 8)
    few.want([Path(name) for name in "abcdefgh"], 8)
    few.want([Path(name) for name in "xmn"], 8)
    slow.go.set()
    qtbot.waitUntil(lambda: all(few.peek(Path(name), 8) for name in "mnwxy"))
    assert sorted(slow.done) == ["m", "n", "w", "x", "y"]
    few.want([Path("m")], 8)
    assert not few._desk._wanted  # it is here already


def test_another_size_will_do_for_a_moment(few: Thumbnails, slow: Slow, qtbot: QtBot) -> None:
    slow.go.set()
    with qtbot.waitSignal(few.ready):
        few.want([Path("a")], 8)
    assert few.peek(Path("a"), 16) is None
    rough = few.rough(Path("a"))
    assert rough is not None
    assert rough.width() == 8
    assert few.rough(Path("b")) is None


def test_a_pixmap_is_made_only_for_what_is_seen(few: Thumbnails, slow: Slow, qtbot: QtBot) -> None:
    slow.go.set()
    with qtbot.waitSignal(few.ready):
        few.want([Path("a")], 8)
    assert isinstance(few._cache[Path("a"), 8], QImage)
    assert few.peek(Path("a"), 8) is few.peek(Path("a"), 8)
    assert isinstance(few._cache[Path("a"), 8], QPixmap)
    assert few._held == 8 * 8 * 4


def test_what_is_unreadable_has_a_reason_until_it_is_forgotten(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "a.jpg"
    file.touch()
    made = Thumbnails()
    with qtbot.waitSignal(made.ready):
        made.want([file], 16)
    assert made.reason(file) == "it is empty"
    Image.new("RGB", (30, 20)).save(file)
    assert made.get(file, 16) is not None
    made.forget()
    with qtbot.waitSignal(made.ready):
        assert made.get(file, 16) is None
    picture = made.get(file, 16)
    assert picture is not None
    assert picture.width() == 16
    assert made.reason(file) == ""
    made.close()


def test_pictures_are_upright_and_cut_to_the_middle(tmp_path: Path) -> None:
    wide = Image.new("RGB", (400, 100), "white")
    wide.paste("red", (0, 0, 100, 100))
    wide.paste("blue", (150, 0, 250, 100))
    exif = wide.getexif()
    exif[0x0112] = 6  # to be turned by 90°
    wide.save(tmp_path / "turned.jpg", exif=exif)
    image = decode_square(tmp_path / "turned.jpg", 50)
    assert (image.width(), image.height()) == (50, 50)
    assert image.pixelColor(25, 25).blue() > 200 > image.pixelColor(25, 25).red() + 100


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "I;16", "CMYK"])
def test_every_kind_of_picture(tmp_path: Path, mode: str) -> None:
    kind = "tif" if mode in {"I;16", "CMYK"} else "png"
    Image.new(mode, (30, 20)).save(tmp_path / f"a.{kind}")
    image = decode_square(tmp_path / f"a.{kind}", 16)
    assert bytes(image.constBits())[3::4] == b"\xff" * 16 * 16  # else it is drawn wrongly where it is pale


def test_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"not a picture")
    with pytest.raises(UnreadableError, match="not a picture"):
        decode_square(tmp_path / "a.jpg", 16)
