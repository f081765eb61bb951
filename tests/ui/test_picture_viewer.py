"""A picture large."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.engine.catalog import Picture
from desktop_app.engine.facts import Facts
from desktop_app.engine.heat_map import HeatMap
from desktop_app.ui.heat_desk import HeatDesk, heat_desk
from desktop_app.ui.picture_facts import of_facts
from desktop_app.ui.picture_reader import PictureReader, Reading, read_picture
from desktop_app.ui.picture_viewer import PictureViewer
from desktop_app.ui.zoom_view import ZoomView


@pytest.fixture
def pictures(tmp_path: Path) -> list[Picture]:
    made = []
    for name, color in (("a.png", "red"), ("b.png", "blue"), ("c\nd.png", "white")):
        Image.new("RGB", (60, 40), color).save(tmp_path / name)
        made.append(Picture(tmp_path / name, "ants", "val"))
    (tmp_path / "none.jpg").write_bytes(b"junk")
    return [*made, Picture(tmp_path / "none.jpg", "")]


@pytest.fixture
def viewer(pictures: list[Picture], qtbot: QtBot) -> Iterator[PictureViewer]:
    made = PictureViewer(pictures, 0, lambda _path: [("Finding", "It is blurred.")])
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def words(viewer: PictureViewer) -> str:
    return "\n".join(label.text() for label in viewer.findChildren(QLabel) if label.isVisible())


def color(viewer: PictureViewer) -> str:
    view = viewer.view
    return view.grab().toImage().pixelColor(view.rect().center()).name()


def test_it_shows_the_picture_and_what_is_known(viewer: PictureViewer, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: color(viewer) == "#ff0000")
    qtbot.waitUntil(lambda: "60 × 40" in words(viewer))
    told = words(viewer)
    for word in ("a.png", "ants", "Validation", "PNG, RGB", "It is blurred.", "1 of 4", "224 × 224", "100 %"):
        assert word in told


def test_keys_leaf_through(viewer: PictureViewer, pictures: list[Picture], qtbot: QtBot) -> None:
    said: list[Path] = []
    viewer.moved.connect(said.append)
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: color(viewer) == "#0000ff")
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    assert "c\\nd.png" in words(viewer)
    QTest.keyClick(viewer, Qt.Key.Key_Left)
    QTest.keyClick(viewer, Qt.Key.Key_End)
    QTest.keyClick(viewer, Qt.Key.Key_Right)  # there is no next
    assert said[:4] == [pictures[i].path for i in (1, 2, 1, 3)]
    qtbot.waitUntil(lambda: "cannot be shown because it is not a picture" in viewer.view.text)
    assert "224" not in words(viewer)
    QTest.keyClick(viewer, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: color(viewer) == "#ff0000")
    with qtbot.waitSignal(viewer.leave_out_requested) as wish:
        QTest.keyClick(viewer, Qt.Key.Key_Delete)
    assert wish.args == [[pictures[0].path]]
    assert viewer.picture == pictures[1]
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_what_comes_late_is_not_shown(viewer: PictureViewer, pictures: list[Picture], qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "60 × 40" in words(viewer))
    viewer._show_reading(Reading(pictures[1].path, problem="it is late"))
    viewer._show_facts(pictures[1].path, Facts(camera="Late"))
    assert viewer.view.text == ""
    assert "Late" not in words(viewer)


def test_only_the_last_asked_for_is_told(pictures: list[Picture], qtbot: QtBot) -> None:
    began, go = Event(), Event()

    def slow(_data: bytes) -> NDArray[np.uint8]:
        began.set()
        assert go.wait(5)
        return np.zeros((8, 8, 3), np.uint8)

    reader = PictureReader(slow)
    told: list[Path] = []
    reader.read.connect(lambda reading: told.append(reading.path))
    for picture in pictures[:3]:
        reader.ask(picture.path, (100, 100), with_facts=False)
        assert began.wait(5)
    go.set()
    qtbot.waitUntil(lambda: bool(told))
    assert told == [pictures[2].path]
    reader.close()


def test_known_facts_are_not_read_again(pictures: list[Picture], qtbot: QtBot) -> None:
    known = Facts(width=1, height=2, format="GIF", mode="P", frames=12, camera="Canon", size=1234)
    viewer = PictureViewer(pictures, facts=lambda _path: known)
    viewer.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(viewer)
    viewer.show()
    told = words(viewer)
    for word in ("1 × 2", "GIF, P", "1.2 KB", "Canon", "The first of 12 is used"):
        assert word in told
    viewer.close()


def test_no_facts_no_words() -> None:
    assert of_facts(Facts(problem="it is empty")) == []
    assert dict(of_facts(Facts(size=999, width=1, height=1)))["File size"] == "999 bytes"
    assert dict(of_facts(Facts(size=25_000_000)))["File size"] == "25.0 MB"


def test_a_large_picture_is_made_small_for_the_screen(tmp_path: Path) -> None:
    Image.new("RGB", (300, 100), "red").save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    path = tmp_path / "a.png"
    seen = read_picture(path, data, (150, 150), lambda _data: np.zeros((8, 8, 3), np.uint8))
    assert (seen.whole.width(), seen.whole.height()) == (300, 100)
    assert (seen.small.width(), seen.small.height()) == (150, 50)
    assert seen.as_model.width() == 8


@pytest.fixture
def zoomed(qtbot: QtBot) -> ZoomView:
    made = ZoomView()
    qtbot.addWidget(made)
    made.resize(400, 300)
    image = QImage(800, 600, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    made.show_picture(image, image.scaled(400, 300))
    return made


def test_zoom_stays_at_the_mouse_and_inside(zoomed: ZoomView) -> None:
    assert zoomed.zoom == 0.5
    zoomed.set_zoom(1.0, QPointF(100, 100))  # over the picture's point 200, 200
    assert zoomed.seen.topLeft().toPoint().toTuple() == (100, 100)
    zoomed.set_zoom(1.0)
    zoomed.set_zoom(2.0, QPointF(0, 0))
    assert zoomed.seen.topLeft().toPoint().toTuple() == (100, 100)
    zoomed.set_zoom(99)
    assert zoomed.zoom == 4.0
    zoomed.grab()
    zoomed.set_zoom(0.6, QPointF(400, 300))
    assert zoomed.seen.right() <= 800
    assert zoomed.seen.bottom() <= 600
    zoomed.zoom_by(-9)
    assert zoomed.zoom == 0.5


def test_the_mouse_moves_what_is_zoomed(zoomed: ZoomView) -> None:
    QTest.mouseDClick(zoomed, Qt.MouseButton.LeftButton, pos=zoomed.rect().center())
    assert zoomed.zoom == 1.0
    before = zoomed.seen.left()
    QTest.mousePress(zoomed, Qt.MouseButton.LeftButton, pos=zoomed.rect().center())
    QTest.mouseMove(zoomed, zoomed.rect().center() - QPoint(30, 0))
    QTest.mouseRelease(zoomed, Qt.MouseButton.LeftButton)
    assert zoomed.seen.left() == before + 30
    QTest.mousePress(zoomed, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(zoomed, QPoint(2000, 10))
    QTest.mouseRelease(zoomed, Qt.MouseButton.LeftButton)
    assert zoomed.seen.left() == 0
    QTest.mouseDClick(zoomed, Qt.MouseButton.LeftButton, pos=zoomed.rect().center())
    assert zoomed.zoom == 0.5


def test_a_small_picture_is_not_enlarged(zoomed: ZoomView) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB888)
    zoomed.show_picture(image, image)
    assert zoomed.zoom == 1.0


def test_where_the_model_looked(pictures: list[Picture], qtbot: QtBot) -> None:
    window = QMainWindow()
    desk = HeatDesk(window)
    qtbot.addWidget(window)
    inside = QWidget(window)
    assert heat_desk(inside) is desk
    plain = PictureViewer(pictures, parent=inside)
    assert not plain.heat.isVisibleTo(plain)  # no model is open
    plain.close()

    desk.ready = True
    viewer = PictureViewer(pictures, parent=inside)
    viewer.open()
    qtbot.waitUntil(lambda: color(viewer) == "#ff0000")
    with qtbot.waitSignal(desk.wanted) as said:
        viewer.heat.click()
    assert said.args == [pictures[0].path]
    desk.found.emit(HeatMap(pictures[1].path, "ants", np.ones((4, 6), np.float32)))  # of another
    assert color(viewer) == "#ff0000"
    desk.found.emit(HeatMap(pictures[0].path, "<ants>", np.ones((4, 6), np.float32)))
    assert color(viewer) == "#f4bb19"  # three quarters of yellow
    assert "Bright where it speaks for “<ants>”" in words(viewer)
    with qtbot.waitSignal(desk.wanted) as said:
        viewer.step(1)
    assert said.args == [pictures[1].path]
    desk.refused.emit(pictures[1].path, "This has to wait.")
    assert "This has to wait." in words(viewer)
    assert color(viewer) == "#0000ff"
    desk.found.emit(HeatMap(pictures[1].path, "ants", np.zeros((4, 6), np.float32)))
    assert "Nothing here speaks for “ants”" in words(viewer)
    viewer.heat.click()
    assert "ants”" not in words(viewer)
    viewer.close()
