"""The grid of pictures."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDrag, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.engine.catalog import Picture
from desktop_app.ui.picture_browser import PictureBrowser
from desktop_app.ui.picture_filter import PictureFilter
from desktop_app.ui.picture_grid import PictureGrid
from desktop_app.ui.picture_menu import PictureMenu
from desktop_app.ui.picture_mime import pictures_in
from desktop_app.ui.thumbnails import Thumbnails

MANY = [Picture(Path(f"/none/{i:06}.jpg"), "ants" if i % 2 else "bees", "train") for i in range(100_000)]
FEW = MANY[:12]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


class Decoder:
    """Makes a blue picture of anything, and keeps a list."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, path: Path, side: int) -> QImage:
        self.asked.append(path.name)
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.blue)
        return image


@pytest.fixture
def decoder() -> Decoder:
    return Decoder()


@pytest.fixture
def browser(qtbot: QtBot, decoder: Decoder) -> Iterator[PictureBrowser]:
    thumbnails = Thumbnails(decode=decoder)
    made = PictureBrowser(thumbnails)
    qtbot.addWidget(made)
    made.resize(700, 600)  # four columns
    made.grid.set_classes(["ants", "bees"])
    made.grid.show_pictures(FEW)
    made.show()
    qtbot.waitExposed(made)
    made.grid.setFocus()
    yield made
    thumbnails.close()


@pytest.fixture
def grid(browser: PictureBrowser) -> PictureGrid:
    return browser.grid


def names(paths: list[Path]) -> list[int]:
    return [int(path.stem) for path in paths]


def middle(grid: PictureGrid, row: int) -> QPoint:
    return grid.cell(row).center()


def click(grid: PictureGrid, row: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(grid.viewport(), LEFT, keys, middle(grid, row))


def press(grid: PictureGrid, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(grid, key, keys)


def context_menu(grid: PictureGrid, row: int) -> PictureMenu:
    at = middle(grid, row)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, grid.viewport().mapToGlobal(at))
    QApplication.sendEvent(grid.viewport(), event)
    return grid.findChildren(PictureMenu)[-1]


def test_only_what_is_seen_is_decoded_and_then_drawn(
    grid: PictureGrid, decoder: Decoder, qtbot: QtBot
) -> None:
    grid.show_pictures(MANY)
    qtbot.waitUntil(lambda: "000000.jpg" in decoder.asked)
    seen = len(grid.rows_seen())
    qtbot.waitUntil(lambda: grid.viewport().grab().toImage().pixelColor(middle(grid, 0)).blue() == 255)
    qtbot.wait(200)
    assert len(decoder.asked) <= 3 * seen + 12
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: "099999.jpg" in decoder.asked)
    assert "050000.jpg" not in decoder.asked


def test_the_first_seen_come_first(grid: PictureGrid, decoder: Decoder, qtbot: QtBot) -> None:
    grid.show_pictures(MANY[1000:])
    seen = [picture.path.name for picture in MANY[1000:][slice(0, len(grid.rows_seen()))]]
    qtbot.waitUntil(lambda: set(seen) <= set(decoder.asked))
    late = [name for name in decoder.asked if name >= "001000"]
    assert set(late[: len(seen) - 1]) <= set(seen)


def test_keys_go_through_the_grid(grid: PictureGrid) -> None:
    grid.show_pictures(MANY)
    columns = grid.places.columns
    assert columns > 2
    for key, row in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Left, columns),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 99_999),
        (Qt.Key.Key_PageUp, 99_999 - columns * (grid.viewport().height() // grid.places.height)),
        (Qt.Key.Key_Home, 0),
    ):
        press(grid, key)
        assert grid.currentIndex().row() == row
        assert grid.selected_rows() == [row]
        assert grid.viewport().rect().intersects(grid.cell(row))
    press(grid, Qt.Key.Key_Right, SHIFT)
    press(grid, Qt.Key.Key_Down, SHIFT)
    assert grid.selected_rows() == list(range(columns + 2))


def test_clicks_select(grid: PictureGrid, qtbot: QtBot) -> None:
    said: list[int] = []
    grid.selection_changed.connect(said.append)
    click(grid, 1)
    click(grid, 6, SHIFT)
    assert names(grid.selected) == [1, 2, 3, 4, 5, 6]
    click(grid, 3, CONTROL)
    click(grid, 9, CONTROL)
    assert names(grid.selected) == [1, 2, 4, 5, 6, 9]
    press(grid, Qt.Key.Key_A, CONTROL)
    assert said == [1, 6, 5, 6, 12]
    QTest.mouseClick(grid.viewport(), LEFT, pos=QPoint(2, 2))
    assert grid.selected == []


def test_a_rubber_band_takes_a_rectangle(grid: PictureGrid) -> None:
    columns = grid.places.columns
    view = grid.viewport()
    start = grid.cell(0).topLeft() + QPoint(2, 2)
    QTest.mousePress(view, LEFT, pos=start)
    for row in (0, 1, columns + 1):
        QTest.mouseMove(view, middle(grid, row))
    assert grid.state() == PictureGrid.State.DragSelectingState
    view.grab()
    QTest.mouseRelease(view, LEFT, pos=middle(grid, columns + 1))
    assert grid.selected_rows() == [0, 1, columns, columns + 1]


class Counted(list[Picture]):
    """Knows how often it was asked for its length, which is once an item."""

    asked = 0

    def __len__(self) -> int:
        self.asked += 1
        return super().__len__()


def test_selecting_all_of_many_asks_for_no_item(grid: PictureGrid) -> None:
    pictures = Counted(MANY)
    grid.show_pictures(pictures)
    before = pictures.asked
    press(grid, Qt.Key.Key_A, CONTROL)
    assert grid.count_selected == 100_000
    assert pictures.asked - before < 1000


def test_nothing_is_wanted_while_it_flies_past(grid: PictureGrid, decoder: Decoder, qtbot: QtBot) -> None:
    grid.show_pictures(MANY)
    qtbot.waitUntil(lambda: "000000.jpg" in decoder.asked)
    for row in (20_000, 40_000, 60_000):
        grid.verticalScrollBar().setValue(grid.places.origin(row)[1])
        grid._look()
        assert not grid._thumbnails._desk._wanted
    qtbot.waitUntil(lambda: "060000.jpg" in decoder.asked)
    assert not {"020000.jpg", "040000.jpg"} & set(decoder.asked)


def test_wishes(grid: PictureGrid, qtbot: QtBot) -> None:
    click(grid, 2)
    with qtbot.waitSignal(grid.opened) as said:
        press(grid, Qt.Key.Key_Return)
    assert said.args == [FEW[2].path]
    with qtbot.waitSignal(grid.opened):
        QTest.mouseDClick(grid.viewport(), LEFT, pos=middle(grid, 2))
    click(grid, 4, CONTROL)
    with qtbot.waitSignal(grid.leave_out_requested) as said:
        press(grid, Qt.Key.Key_Delete)
    assert said.args == [[FEW[2].path, FEW[4].path]]
    press(grid, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "/none/000002.jpg\n/none/000004.jpg"


def test_the_menu(grid: PictureGrid, qtbot: QtBot) -> None:
    click(grid, 2)
    click(grid, 3, SHIFT)
    menu = context_menu(grid, 2)
    words = [action.text().replace("&", "") for action in menu.actions() if action.text()]
    assert words == ["Open", "Move to class", "Leave out", "Show in file manager", "Copy paths"]
    assert not menu.actions()[0].isEnabled()
    classes = menu.actions()[1].menu()
    assert isinstance(classes, QMenu)
    with qtbot.waitSignal(grid.move_requested) as said:
        classes.actions()[1].trigger()
    assert said.args == [[FEW[2].path, FEW[3].path], "bees"]
    with qtbot.waitSignal(grid.leave_out_requested):
        menu.actions()[2].trigger()
    menu.close()
    grid.show_pictures(FEW, {}, {FEW[2].path, FEW[3].path})
    again = context_menu(grid, 2)
    with qtbot.waitSignal(grid.take_back_requested) as said:
        again.actions()[2].trigger()
    assert said.args == [[FEW[2].path, FEW[3].path]]
    again.close()


def test_a_drag_carries_the_selected(grid: PictureGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDrag, "exec", lambda *_: Qt.DropAction.IgnoreAction)
    paths: list[list[Path]] = []
    monkeypatch.setattr(QDrag, "setMimeData", lambda _drag, data: paths.append(pictures_in(data)))
    click(grid, 1)
    click(grid, 2, CONTROL)
    grid.startDrag(Qt.DropAction.CopyAction)
    assert paths == [[FEW[1].path, FEW[2].path]]


def test_zoom_keeps_what_is_at_the_top(grid: PictureGrid, qtbot: QtBot) -> None:
    grid.show_pictures(MANY)
    grid.verticalScrollBar().setValue(grid.places.origin(4000)[1])
    before = grid.side
    with qtbot.waitSignal(grid.side_changed):
        press(grid, Qt.Key.Key_Plus, CONTROL)
    assert grid.side > before
    assert grid.rows_seen().start <= 4000 < grid.rows_seen().start + grid.places.columns
    at = QPointF(grid.viewport().rect().center())
    turned = QPoint(0, -120)
    none = Qt.MouseButton.NoButton
    wheel = QWheelEvent(at, at, QPoint(), turned, none, CONTROL, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(grid.viewport(), wheel)
    assert grid.side == before
    for _ in range(9):
        press(grid, Qt.Key.Key_Minus, CONTROL)
    assert grid.side == 64


def test_a_change_of_the_list_keeps_the_place_and_the_selection(grid: PictureGrid) -> None:
    grid.show_pictures(MANY)
    grid.select_rows([5000, 5001, 60_000])
    grid.verticalScrollBar().setValue(grid.places.origin(5000)[1] + 7)
    top = grid.shown[grid.rows_seen().start].path
    said: list[int] = []
    grid.selection_changed.connect(said.append)
    grid.show_pictures([Picture(p.path, "moved") for p in MANY if p.path != MANY[5001].path][40:])
    assert names(grid.selected) == [5000, 60_000]
    assert said[-1] == 2
    first = grid.rows_seen().start
    assert grid.verticalOffset() == grid.places.origin(first)[1] + 7
    assert top in [picture.path for picture in grid.shown[first : first + grid.places.columns]]


def test_the_keyboard_stays_where_it_was_when_the_current_picture_goes(grid: PictureGrid) -> None:
    click(grid, 5)
    grid.show_pictures([*FEW[:5], *FEW[6:]])
    assert grid.selected == []
    press(grid, Qt.Key.Key_Right)
    assert names(grid.selected) == [7]
    grid.show_pictures(FEW)
    assert names(grid.selected) == [7]
    press(grid, Qt.Key.Key_Left)
    assert names(grid.selected) == [6]


def test_the_filter(browser: PictureBrowser, grid: PictureGrid, qtbot: QtBot) -> None:
    said: list[tuple[int, int]] = []
    grid.shown_changed.connect(lambda *counts: said.append(counts))
    grid.set_filter(PictureFilter(label="ants"))
    assert said == [(6, 12)]
    grid.show_pictures(FEW[:4])
    assert names([picture.path for picture in grid.shown]) == [1, 3]
    browser.strip.choose(text="nowhere")
    assert browser.show_all.isVisible()
    assert browser.show_all.hasFocus()
    assert not grid.isVisible()
    browser.show_all.click()
    assert len(grid.shown) == 4
    assert grid.isVisible()
    assert grid.hasFocus()
    grid.show_pictures([])
    assert grid.isVisible()  # no pictures at all is for the page to tell


def test_typing_finds_a_name(grid: PictureGrid) -> None:
    click(grid, 0)
    QTest.keyClicks(grid, "00001")
    assert grid.currentIndex().row() == 10


def test_going_to_a_picture(grid: PictureGrid) -> None:
    grid.show_pictures(MANY)
    grid.go_to(Path("/none/077777.jpg"))  # equal, not the same object
    assert grid.selected_rows() == [77_777]
    assert grid.viewport().rect().contains(grid.cell(77_777))
    grid.go_to(Path("/elsewhere"))
    assert grid.selected_rows() == [77_777]


def test_what_is_told_of_a_picture(tmp_path: Path, qtbot: QtBot) -> None:
    odd = [tmp_path / "b\nr<b>.jpg", tmp_path / os.fsdecode(b"\xff.jpg"), tmp_path / "ok.png"]
    for path in odd[:2]:
        path.touch()
    Image.new("RGB", (30, 20)).save(odd[2])
    thumbnails = Thumbnails()
    grid = PictureGrid(thumbnails)
    qtbot.addWidget(grid)
    grid.show_pictures([Picture(path, "a&b", "val") for path in odd], {odd[2]: "It is blurred."}, {odd[1]})
    grid.show()
    qtbot.waitUntil(lambda: bool(thumbnails.reason(odd[0]) and thumbnails.reason(odd[1])))
    model, role = grid.model(), Qt.ItemDataRole
    first = model.index(0, 0)
    assert first.data(role.DisplayRole) == "b\\nr<b>.jpg"
    said = first.data(role.AccessibleTextRole)
    assert said == "b\\nr<b>.jpg, a&b, to validate with, not shown because it is empty"
    assert "b\\nr&lt;b&gt;.jpg" in first.data(role.ToolTipRole)
    assert "left out" in model.index(1, 0).data(role.AccessibleTextRole)
    assert model.index(2, 0).data(role.AccessibleTextRole).endswith("It is blurred.")
    grid.selectionModel().select(first, QItemSelectionModel.SelectionFlag.Select)
    grid.grab()
    thumbnails.close()
