"""The Try page."""

from pathlib import Path

import pytest
import ui_samples as samples
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.ui.prediction_view import thumbnail
from desktop_app.ui.try_page import TryPage

MANY = tuple(f"class {number:02}" for number in range(40))


@pytest.fixture
def page(qtbot: QtBot) -> TryPage:
    made = TryPage()
    qtbot.addWidget(made)
    made.resize(1080, 640)
    made.show()
    return made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (400, 200), "red").save(path)
    return path


def words(page: TryPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_says_what_to_do_while_there_is_no_classifier(page: TryPage) -> None:
    assert "Train one first" in words(page)


def test_the_box_opens_a_dialog_by_the_keyboard(page: TryPage, photo: Path, qtbot: QtBot) -> None:
    page.show_run(samples.run(photo.parent))
    QTest.keyClick(page.try_out.box, Qt.Key.Key_Space)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(page.pictures_dropped) as heard:
        dialog.filesSelected.emit([str(photo)])
    assert heard.args == [[photo]]
    dialog.close()


def test_an_answer_is_shown_with_its_picture_and_the_best_five(page: TryPage, photo: Path) -> None:
    page.show_run(samples.run(photo.parent, MANY))
    page.show_predicting("Looking…")
    assert "Looking…" in words(page)
    page.show_predictions([samples.prediction(photo, MANY, best=7)])
    view = page.try_out.view
    assert "class 07: 90.0 %" in words(page)
    assert "Looking…" not in words(page)
    assert not view.picture.pixmap().isNull()
    assert view.bars.accessibleDescription().count("%") == 5
    assert view.bars.accessibleDescription().startswith("class 07 90.0 %")
    assert not page.try_out.list.isVisible()


def test_of_several_answers_each_can_be_seen(page: TryPage, photo: Path) -> None:
    page.show_run(samples.run(photo.parent))
    page.show_predictions([samples.prediction(photo, best=0), samples.prediction(photo, best=1)])
    assert page.try_out.list.isVisible()
    assert "ants: 90.0 %" in words(page)
    page.try_out.list.setCurrentRow(1)
    assert "bees: 90.0 %" in words(page)
    page.show_run(samples.run(photo.parent, MANY))
    assert not page.try_out.view.isVisible()
    assert page.try_out.list.count() == 0


def test_a_picture_that_qt_cannot_read_still_gets_its_answer(page: TryPage, tmp_path: Path) -> None:
    (tmp_path / "odd.xyz").write_bytes(b"not for Qt")
    page.show_run(samples.run(tmp_path))
    page.show_predictions([samples.prediction(tmp_path / "odd.xyz")])
    assert "bees: 90.0 %" in words(page)
    assert not page.try_out.view.picture.isVisible()


def test_thumbnails_are_upright_and_small(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (400, 200)).save(tmp_path / "turned.jpg", exif=exif)
    image = thumbnail(tmp_path / "turned.jpg", 100)
    assert (image.width(), image.height()) == (50, 100)


def test_names_that_are_no_text_are_shown_all_the_same(page: TryPage, tmp_path: Path) -> None:
    names = ("caf\udce9", "<b>bold</b>")
    page.show_run(samples.run(tmp_path, names))
    page.show_predictions([samples.prediction(tmp_path / "\udcff.jpg", names, best=0)])
    assert "caf\\udce9: 90.0 %" in words(page)
    page.grab()


def test_it_fits_the_smallest_window(page: TryPage, photo: Path) -> None:
    page.show_run(samples.run(photo.parent, MANY))
    page.show_predictions([samples.prediction(photo, MANY)] * 5)
    assert page.minimumSizeHint().width() <= 1080
    assert page.minimumSizeHint().height() <= 640
