"""The Data page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.engine.catalog import Catalog, Picture, Problem, Split
from desktop_app.ui.class_list import spread
from desktop_app.ui.data_page import DataPage
from desktop_app.ui.left_out import LeftOutDialog


def catalog(*names: str, count: int = 3, split: Split | None = None) -> Catalog:
    return Catalog(
        tuple(
            Picture(Path(f"/none/{name}/{i}.jpg"), name, split)
            for name in sorted(names)
            for i in range(count)
        )
    )


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[DataPage]:
    made = DataPage()
    qtbot.addWidget(made)
    made.resize(1080, 640)
    made.show()
    yield made
    made.thumbnails.close()


def words(page: DataPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def button(page: DataPage, name: str) -> QPushButton:
    return next(
        b for b in page.findChildren(QPushButton) if b.isVisible() and name in b.text().replace("&", "")
    )


def test_the_empty_page_says_what_to_do(page: DataPage, qtbot: QtBot) -> None:
    page.show_empty([Path("/d/<b>&c")])
    assert "Drop folders of pictures here" in words(page)
    qtbot.waitUntil(lambda: "Recent:" in words(page))
    with qtbot.waitSignal(page.demo_requested):
        button(page, "sample").click()
    with qtbot.waitSignal(page.folders_chosen) as said:
        button(page, "<b>").click()
    assert said.args == [[Path("/d/<b>&c")]]
    page.show_empty([])
    assert "Recent" not in words(page)
    page.grab()


def test_a_folder_is_asked_for_without_blocking(page: DataPage, qtbot: QtBot, tmp_path: Path) -> None:
    button(page, "Add folder").click()
    (dialog,) = page.findChildren(QFileDialog)
    with qtbot.waitSignal(page.folders_chosen) as said:
        dialog.fileSelected.emit(str(tmp_path))
    assert said.args == [[tmp_path]]
    dialog.close()


def test_a_card_a_class(page: DataPage) -> None:
    page.show_catalog(catalog("ants", "bees"))
    assert "6 pictures in 2 classes" in words(page)
    assert [card.accessibleName() for card in page.classes.cards] == ["ants, 3 pictures", "bees, 3 pictures"]
    page.grab()


def test_splits_are_told_where_folders_give_them(page: DataPage) -> None:
    given = catalog("ants", "bees", split="train").pictures + catalog("ants", count=1, split="val").pictures
    page.show_catalog(Catalog(given))
    assert "6 to train with · 1 to validate with" in words(page)
    assert page.classes.cards[0].accessibleName() == "ants, 4 pictures, train 3 · val 1"


def test_a_class_can_be_removed_by_mouse_and_by_key(page: DataPage, qtbot: QtBot) -> None:
    page.show_catalog(catalog("ants", "bees", "caf\udce9"))
    bees, cafe = page.classes.cards[1:]
    cross = bees.findChild(QToolButton)
    assert cross is not None
    assert cross.accessibleName() == "Remove the class bees"
    with qtbot.waitSignal(page.class_removed) as said:
        cross.click()
    assert said.args == ["bees"]
    with qtbot.waitSignal(page.class_removed) as said:
        QTest.keyClick(cafe, Qt.Key.Key_Delete)
    assert said.args == ["caf\udce9"]


def test_cards_stay_when_others_come_and_go(page: DataPage) -> None:
    page.show_catalog(catalog("ants", "cats"))
    ants, cats = page.classes.cards
    page.show_catalog(catalog("ants", "bees", "cats"))
    assert page.classes.cards[0] is ants
    assert page.classes.cards[2] is cats
    page.show_catalog(catalog("bees"))
    assert [card.label for card in page.classes.cards] == ["bees"]
    tops = [card.y() for card in page.classes.cards if card.isVisible()]
    assert tops == sorted(tops)


def test_one_card_is_the_tab_stop_and_arrows_move_it(page: DataPage) -> None:
    page.show_catalog(catalog(*(f"class {i:03}" for i in range(30))))
    cards = page.classes.cards
    strong = Qt.FocusPolicy.StrongFocus
    assert [card for card in cards if card.focusPolicy() == strong] == [cards[0]]
    cards[0].setFocus()
    for key, target in [
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 29),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_PageDown, 4),
    ]:
        focused = page.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)
        assert page.focusWidget() is cards[target]
    page.show_catalog(catalog(*(f"class {i:03}" for i in range(30) if i != 4)))
    assert page.focusWidget() is page.classes.cards[4]  # the next one, once the focused is gone


def test_only_what_is_seen_is_decoded(page: DataPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    monkeypatch.setattr(page.thumbnails, "get", lambda path, _side: asked.add(path.parent.name))
    page.show_catalog(catalog(*(f"class {i:03}" for i in range(200)), count=50))
    qtbot.waitUntil(lambda: bool(asked))
    page.grab()
    assert len(asked) < 12
    page.classes.verticalScrollBar().setValue(page.classes.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: "class 199" in asked)
    assert len(asked) < 30


def test_thumbnails_arrive(page: DataPage, shared: Path, qtbot: QtBot) -> None:
    paths = sorted((shared / "data/hymenoptera/train/ants").iterdir())[:3]
    with qtbot.waitSignals([page.thumbnails.ready] * 3):
        page.show_catalog(Catalog(tuple(Picture(path, "ants") for path in paths)))


def test_left_out_files_are_listed_and_can_be_copied(page: DataPage) -> None:
    pictures = catalog("ants").pictures
    page.show_catalog(Catalog(pictures))
    assert not page.left_out.isVisible()
    problem = Problem(Path("/a/b\nc\udcff.jpg"), "it is empty")
    page.show_catalog(Catalog(pictures, (problem, Problem(Path("/a/d.txt"), "it is not a picture"))))
    button(page, "2 files left out").click()
    (dialog,) = page.findChildren(LeftOutDialog)
    dialog.grab()
    dialog.copy_all()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1:] == ["b\\nc\\udcff.jpg\tit is empty\t/a", "d.txt\tit is not a picture\t/a"]
    dialog.close()


def test_whether_one_may_go_on(page: DataPage, qtbot: QtBot) -> None:
    page.show_catalog(catalog("ants"))
    page.set_ready(False, "There is only one class.")
    assert not page.next.isEnabled()
    assert "There is only one class." in words(page)
    page.set_ready(True, "")
    assert "There is only one class." not in words(page)
    with qtbot.waitSignal(page.continue_requested):
        page.next.click()


def test_scanning_is_shown_and_ends(page: DataPage) -> None:
    page.set_ready(True, "")
    page.show_scanning(0.4, "Looking at files: 4 of 10")
    assert "4 of 10" in words(page)
    assert not page.next.isVisible()
    page.show_catalog(catalog("ants", "bees"))
    assert "4 of 10" not in words(page)
    assert page.next.isEnabled()
    page.show_scanning(0.4, "Looking at files: 4 of 10")
    assert not page.next.isEnabled()
    page.show_empty([])
    assert "4 of 10" not in words(page)


@pytest.mark.parametrize("name", ["a\nb", "\u202eevil", "שלום", "bad\udcff", "<b>bold</b> & co", "x" * 300])
def test_odd_names_are_shown_safely(page: DataPage, name: str) -> None:
    page.show_catalog(catalog(name))
    (card,) = page.classes.cards
    assert card.label == name
    shown = card.accessibleName()
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert "<b>" not in card.toolTip()
    page.grab()


def test_samples_are_spread_and_so_is_every_beginning() -> None:
    paths = [Path(str(i)) for i in range(100)]
    chosen = spread(paths, 12)
    assert len(set(chosen)) == 12
    assert {int(p.name) // 34 for p in chosen[:4]} == {0, 1, 2}
    assert spread(paths[:2], 12) == paths[:2]
    assert spread([], 12) == []


def test_the_tab_key_goes_as_the_eye_does(page: DataPage, qtbot: QtBot) -> None:
    problems = (Problem(Path("/a"), "it is empty"),)
    page.show_catalog(Catalog(catalog("bees").pictures, problems))
    page.show_catalog(Catalog(catalog("ants", "bees").pictures, problems))
    page.set_ready(True, "")
    qtbot.waitUntil(page.classes.cards[0].isVisible)
    page.left_out.setFocus()
    stops = []
    for _ in range(5):
        here = page.focusWidget()
        assert here is not None
        stops.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    names = [stop.text() if isinstance(stop, QPushButton) else stop.accessibleName() for stop in stops]
    assert names == ["1 file left out…", "&Add folder…", "C&lear", "ants, 3 pictures", "&Next: Train"]
