"""The Data page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.engine.arrangement import Arrangement
from desktop_app.engine.catalog import Catalog, Picture, Problem, Split
from desktop_app.engine.findings import Finding
from desktop_app.engine.project import Project
from desktop_app.engine.split import split_table
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


def show(page: DataPage, shown: Catalog) -> None:
    page.show_arrangement(Arrangement(Project(), shown, shown))


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


def test_classes_and_pictures_are_shown(page: DataPage) -> None:
    show(page, catalog("ants", "bees"))
    assert "6 pictures in 2 classes" in words(page)
    assert [(row.label, row.count) for row in page.classes.model.rows] == [
        (None, 6),
        ("ants", 3),
        ("bees", 3),
    ]
    assert len(page.grid.shown) == 6
    page.grab()


def test_a_chosen_class_is_shown_alone_until_all_are_wanted(page: DataPage) -> None:
    show(page, catalog("ants", "bees"))
    page.classes.choose("bees")
    assert {picture.label for picture in page.grid.shown} == {"bees"}
    assert "3 of 6 pictures" in words(page)
    page.strip.clear()
    assert page.classes.chosen is None
    assert len(page.grid.shown) == 6


def test_a_class_that_has_gone_is_no_longer_chosen(page: DataPage) -> None:
    show(page, catalog("ants", "bees"))
    page.classes.choose("bees")
    show(page, catalog("ants", "cats"))
    assert page.classes.chosen is None
    assert len(page.grid.shown) == 6


def test_the_pictures_of_a_finding_are_shown_whatever_was_chosen(page: DataPage) -> None:
    shown = catalog("ants", "bees")
    show(page, shown)
    page.classes.choose("bees")
    found = shown.of_class("ants")[0].path
    finding = Finding("blank", "1 picture is blank.", "It shows nothing.", "warning", ((found,),))
    page.show_findings([finding], 6)
    page.show_finding(finding)
    assert [picture.path for picture in page.grid.shown] == [found]
    page.show_findings([], 6)
    assert len(page.grid.shown) == 6


def test_what_is_left_out_stays_in_sight_and_excluded_classes_keep_their_count(page: DataPage) -> None:
    pictures = catalog("ants", "bees").pictures
    here = Catalog(pictures[1:])
    project = Project(excluded=frozenset({"cats"}))
    arranged = Arrangement(project, here, here, left_out=pictures[:1], excluded={"cats": 4})
    page.show_arrangement(arranged)
    assert len(page.grid.shown) == 6
    assert "5 pictures in 2 classes" in words(page)
    out = page.classes.model.rows[-1]
    assert (out.label, out.count, out.excluded) == ("cats", 4, True)


def test_the_split_is_told_and_fixed_where_folders_give_it(page: DataPage) -> None:
    given = catalog("ants", "bees", split="train").pictures + catalog("ants", count=1, split="val").pictures
    divided = Catalog(given)
    page.show_arrangement(Arrangement(Project(), divided, divided, split_table(divided), given=True))
    assert "The folders say which pictures validate." in words(page)
    free = catalog("ants", "bees")
    page.show_arrangement(Arrangement(Project(), free, free))
    assert "The folders say" not in words(page)


def test_thumbnails_arrive(page: DataPage, shared: Path, qtbot: QtBot) -> None:
    paths = sorted((shared / "data/hymenoptera/train/ants").iterdir())[:3]
    with qtbot.waitSignals([page.thumbnails.ready] * 3):
        show(page, Catalog(tuple(Picture(path, "ants") for path in paths)))


def test_left_out_files_are_listed_and_can_be_copied(page: DataPage) -> None:
    pictures = catalog("ants").pictures
    show(page, Catalog(pictures))
    assert not page.left_out.isVisible()
    problem = Problem(Path("/a/b\nc\udcff.jpg"), "it is empty")
    show(page, Catalog(pictures, (problem, Problem(Path("/a/d.txt"), "it is not a picture"))))
    button(page, "2 files left out").click()
    (dialog,) = page.findChildren(LeftOutDialog)
    dialog.grab()
    dialog.copy_all()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1:] == ["b\\nc\\udcff.jpg\tit is empty\t/a", "d.txt\tit is not a picture\t/a"]
    dialog.close()


def test_whether_one_may_go_on(page: DataPage, qtbot: QtBot) -> None:
    show(page, catalog("ants"))
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
    show(page, catalog("ants", "bees"))
    assert "4 of 10" not in words(page)
    assert page.next.isEnabled()
    page.show_scanning(0.4, "Looking at files: 4 of 10")
    assert not page.next.isEnabled()
    page.show_empty([])
    assert "4 of 10" not in words(page)


@pytest.mark.parametrize("name", ["a\nb", "\u202eevil", "שלום", "bad\udcff", "<b>bold</b> & co", "x" * 300])
def test_odd_names_are_shown_safely(page: DataPage, name: str) -> None:
    show(page, catalog(name))
    row = page.classes.model.rows[1]
    assert row.label == name
    assert "\n" not in row.name
    assert "\u202e" not in row.name
    page.grab()


def test_the_tab_key_goes_as_the_eye_does(page: DataPage, qtbot: QtBot) -> None:
    show(page, Catalog(catalog("ants", "bees").pictures, (Problem(Path("/a"), "it is empty"),)))
    page.set_ready(True, "")
    page.left_out.setFocus()
    stops = []
    for _ in range(40):
        here = page.focusWidget()
        assert here is not None
        stops.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    order = [page.left_out, page.classes.view, page.strip.text, page.grid, page.next]
    places = [stops.index(stop) for stop in order]
    assert places == sorted(places)
