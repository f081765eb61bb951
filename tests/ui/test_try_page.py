"""The Try page."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import ui_samples as samples
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from test_drop_zone import drop, enter, urls

from desktop_app.engine.heat_map import HeatMap
from desktop_app.ui.sort_question import ask_how
from desktop_app.ui.try_page import TryPage

MANY = tuple(f"class {number:02}" for number in range(40))


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> TryPage:
    made = TryPage()
    qtbot.addWidget(made, before_close_func=lambda page: page.thumbnails.close())
    made.resize(1080, 590)
    made.show()
    return made


@pytest.fixture
def ready(page: TryPage, tmp_path: Path) -> TryPage:
    page.show_run(samples.run(tmp_path))
    page.show_trial(samples.trial())
    return page


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (400, 200), "red").save(path)
    return path


def words(page: TryPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def cells(page: TryPage, column: int) -> list[str]:
    model = page.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_says_what_to_do_while_there_is_nothing(page: TryPage, tmp_path: Path) -> None:
    assert "There is no classifier yet" in words(page)
    page.show_run(samples.run(tmp_path))
    assert "Drop pictures or a folder of them" in words(page)
    page.show_running(0.1, "Looking: 0 of 6")
    assert "The answers appear here" in words(page)
    assert "Drop pictures or a folder of them" not in words(page)
    page.show_idle()
    assert "Drop pictures or a folder of them" in words(page)
    page.show_empty()
    assert "There is no classifier yet" in words(page)


def test_pictures_and_folders_are_dropped_or_chosen(ready: TryPage, photo: Path, qtbot: QtBot) -> None:
    assert enter(ready, urls([photo, photo.parent])).isAccepted()
    with qtbot.waitSignal(ready.pictures_dropped) as said:
        drop(ready, urls([photo, photo.parent]))
    assert said.args == [[photo, photo.parent]]
    QTest.keyClick(ready.box, Qt.Key.Key_Space)
    (dialog,) = ready.findChildren(QFileDialog)
    with qtbot.waitSignal(ready.pictures_dropped) as said:
        dialog.filesSelected.emit([str(photo)])
    assert said.args == [[photo]]
    dialog.close()


def test_a_picture_is_shown_with_all_that_is_known(ready: TryPage, photo: Path, qtbot: QtBot) -> None:
    ready.add_tried([samples.tried(photo)])
    text = words(ready)
    assert "bees: 90.0 %" in text
    assert "90 % set: bees" in text
    assert "Such sets hold the right class 90.3 % of the time: between 80 and 97 %" in text
    assert "for nine in ten choices of 30 validation pictures" in text
    assert "Distance 0.30; 95 % of known pictures are within 0.50." in text
    assert "Unlike" not in text
    assert ready.view.bars.accessibleDescription() == "bees 90.0 %, ants 10.0 %"
    assert "ants at 0.26, ants at 0.27" in ready.view.strip.accessibleName()
    qtbot.waitUntil(lambda: ready.view.view.text == "")
    ready.grab()


def test_what_is_unlike_all_training_pictures_is_flagged(ready: TryPage, photo: Path) -> None:
    ready.add_tried([samples.tried(photo, far=0.91)])
    assert "Unlike anything seen in training. Distance 0.91" in words(ready)
    assert cells(ready, 4) == ["unknown"]
    assert ready.count.text() == "1 picture, 1 unknown"


def test_sets_follow_the_chosen_share(ready: TryPage, photo: Path) -> None:
    ready.add_tried([samples.tried(photo, share=0.7)])
    assert cells(ready, 3) == ["bees, ants"]
    ready.coverage.setCurrentIndex(0)
    assert cells(ready, 3) == ["bees"]
    assert "80 % set: bees" in words(ready)
    ready.coverage.setCurrentIndex(3)
    assert cells(ready, 3) == ["–"]
    assert "99 % set: not known" in words(ready)
    assert "need more" in words(ready)


def test_pictures_without_their_training_pictures_are_still_answered(ready: TryPage, photo: Path) -> None:
    alone = samples.tried(photo)
    ready.add_tried([type(alone)(photo, alone.label, alone.probabilities)])
    ready.show_idle("“a.jpg” is gone.")
    assert "Not compared with the training pictures. “a.jpg” is gone." in words(ready)
    assert not ready.view.strip.isVisible()


def test_the_table_is_sorted_by_value_and_filtered(ready: TryPage, tmp_path: Path) -> None:
    shares, far = (0.95, 0.6, 1.0), (0.7, 0.2, 0.6)
    files = [tmp_path / f"{name}.jpg" for name in "bca"]
    ready.add_tried([samples.tried(f, share=s, far=d) for f, s, d in zip(files, shares, far, strict=True)])
    assert cells(ready, 0) == ["b.jpg", "c.jpg", "a.jpg"]  # as they came
    ready.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert cells(ready, 2) == ["60.0 %", "95.0 %", "100.0 %"]
    ready.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    assert cells(ready, 0) == ["b.jpg", "a.jpg", "c.jpg"]
    ready.unknown_only.click()
    assert [one.file.name for one in ready.table.shown()] == ["b.jpg", "a.jpg"]
    assert ready.count.text() == "3 pictures, 2 unknown"
    ready.clear.click()
    assert ready.table.shown() == []
    assert not ready.unknown_only.isEnabled()


def test_a_picture_tried_again_keeps_its_row(ready: TryPage, photo: Path, tmp_path: Path) -> None:
    ready.add_tried([samples.tried(photo), samples.tried(tmp_path / "b.jpg")])
    ready.add_tried([samples.tried(photo, best=0)])
    assert cells(ready, 1) == ["ants", "bees"]
    assert "ants: 90.0 %" in words(ready)


def test_what_comes_later_of_a_picture_that_was_cleared_is_not_shown(
    ready: TryPage, photo: Path, tmp_path: Path
) -> None:
    early, later = replace(samples.tried(photo), neighbours=()), samples.tried(photo)
    ready.show_running(0.5, "Training pictures")
    ready.add_tried([early])
    assert ready.count.text() == "1 picture"
    assert "They are being looked at." in words(ready)
    ready.amend_tried([later, samples.tried(tmp_path / "b.jpg")])
    ready.show_idle()
    assert ready.table.tried.rows == [later]
    assert ready.count.text() == "1 picture, 0 unknown"
    assert "being looked at" not in words(ready)


def test_files_images_and_paths_are_pasted(ready: TryPage, photo: Path, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(urls([photo]))
    with qtbot.waitSignal(ready.pictures_dropped) as said:
        ready.paste()
    assert said.args == [[photo]]
    clipboard.setText(f"{photo}\n{photo.parent}\n")
    with qtbot.waitSignal(ready.pictures_dropped) as said:
        ready.paste()
    assert said.args == [[photo, photo.parent]]
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0xFF112233)
    clipboard.setImage(image)
    with qtbot.waitSignal(ready.image_pasted) as said:
        ready.paste()
    assert said.args[0].pixelColor(2, 1).red() == 0x11
    clipboard.setText("just words")
    with qtbot.waitSignal(ready.nothing_pasted):
        ready.paste()


def test_what_is_shown_is_saved_and_sorted(ready: TryPage, photo: Path, qtbot: QtBot) -> None:
    assert not ready.sort.isEnabled()
    ready.add_tried([samples.tried(photo)])
    for button, signal in ((ready.sort, ready.sort_requested), (ready.save, ready.save_requested)):
        button.click()
        dialog = ready.findChildren(QFileDialog)[-1]
        with qtbot.waitSignal(signal) as said:
            dialog.fileSelected.emit(str(photo.parent))
        assert said.args == [photo.parent]
        dialog.close()
    ready.unknown_only.click()
    assert not ready.sort.isEnabled()


def test_moving_is_asked_twice(ready: TryPage, tmp_path: Path, qtbot: QtBot) -> None:
    heard: list[bool] = []
    for presses, answer in (
        (["Copy"], [False]),
        (["Cancel"], []),
        (["Move…", "Cancel"], []),
        (["Move…", "Move"], [True]),
    ):
        heard.clear()
        ask_how(ready, 3, tmp_path, heard.append)
        for name in presses:
            box = next(box for box in ready.findChildren(QMessageBox) if box.isVisible())
            assert box.defaultButton().text().replace("&", "") == (
                "Copy" if "Sort 3 pictures" in box.text() else "Cancel"
            )
            next(b for b in box.buttons() if b.text().replace("&", "") == name).click()
        assert heard == answer


def test_progress_and_stop(ready: TryPage, qtbot: QtBot) -> None:
    ready.show_running(0.5, "Looking: 3 of 6")
    assert "Looking: 3 of 6" in words(ready)
    with qtbot.waitSignal(ready.stop_requested):
        ready.stop.click()
    ready.show_idle()
    assert not ready.stop.isVisible()


def test_the_heat_map_is_asked_for_once_and_laid_over(ready: TryPage, photo: Path, qtbot: QtBot) -> None:
    one = samples.tried(photo)
    ready.add_tried([one])
    asked: list[object] = []
    ready.view.heat_wanted.connect(asked.append)
    ready.view.heat.click()
    qtbot.waitUntil(lambda: bool(asked))
    view = ready.view.view
    plain = view._whole.pixelColor(390, 10)
    heat = np.zeros((20, 40), np.float32)
    heat[:, 30:] = 1
    ready.view.show_heat(HeatMap(photo, "bees", heat))
    assert view._whole.pixelColor(10, 10) == plain
    assert view._whole.pixelColor(390, 10).green() > 150  # the hottest is yellow
    ready.view.show_heat(HeatMap(photo.parent / "other.jpg", "bees", 0 * heat))
    ready.view.heat.click()
    assert view._whole.pixelColor(390, 10) == plain
    ready.view.heat.click()
    assert asked == [one]


def test_a_file_that_cannot_be_shown_still_has_its_answer(
    ready: TryPage, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "odd.jpg").write_bytes(b"no picture")
    ready.add_tried([samples.tried(tmp_path / "odd.jpg")])
    qtbot.waitUntil(lambda: "cannot be shown because" in ready.view.view.text)
    assert "bees: 90.0 %" in words(ready)


def test_names_that_are_no_text_are_shown_all_the_same(page: TryPage, tmp_path: Path) -> None:
    names = ("caf\udce9", "<b>bold</b>")
    page.show_run(samples.run(tmp_path, names))
    page.show_trial(samples.trial(names))
    page.add_tried([samples.tried(tmp_path / "\udcff.jpg", names, best=0)])
    assert "caf\\udce9: 90.0 %" in words(page)
    page.table.copy()
    page.grab()


def test_it_fits_the_smallest_window(page: TryPage, photo: Path) -> None:
    page.show_run(samples.run(photo.parent, MANY))
    page.show_trial(samples.trial(MANY))
    page.add_tried([samples.tried(photo, MANY, far=0.9)] * 5)
    page.show_running(0.5, "Looking…")
    assert page.minimumSizeHint().width() <= 1080
    assert page.minimumSizeHint().height() <= 590
