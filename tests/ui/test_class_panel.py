"""The panel of classes, and the classes' colours."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QPainter,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui import class_colors
from desktop_app.ui.class_model import ClassRow
from desktop_app.ui.class_panel import ClassPanel
from desktop_app.ui.picture_mime import pictures_to_mime
from desktop_app.ui.theme import DARK, LIGHT, Colors

ROWS = [
    ClassRow("ants", 204),
    ClassRow("bees", 194),
    ClassRow("old", 12, excluded=True),
    ClassRow("wasps", 40),
]
ODD = "caf\udce9\n<b>"  # neither UTF-8 nor on one line
COPY_OR_MOVE = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
BUTTON, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(qtbot: QtBot) -> ClassPanel:
    made = ClassPanel()
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show_classes(ROWS)
    made.show()
    qtbot.waitActive(made)
    made.view.setFocus()
    return made


def names(panel: ClassPanel) -> list[str]:
    return [str(panel.model.index(row).data()) for row in range(panel.model.rowCount())]


def point(panel: ClassPanel, label: str | None) -> QPoint:
    return panel.view.visualRect(panel.model.find(label)).center()


def drop(panel: ClassPanel, label: str | None, data: QMimeData) -> bool:
    """Drag `data` in, over the row of `label`, and let go."""
    at, target = point(panel, label), panel.view.viewport()
    QApplication.sendEvent(target, QDragEnterEvent(at, COPY_OR_MOVE, data, BUTTON, NO_KEY))
    move = QDragMoveEvent(at, COPY_OR_MOVE, data, BUTTON, NO_KEY)
    QApplication.sendEvent(target, move)
    under = panel.view.under
    assert (under is not None) == move.isAccepted()
    panel.grab()
    event = QDropEvent(QPointF(at), COPY_OR_MOVE, data, BUTTON, NO_KEY)
    QApplication.sendEvent(target, event)
    assert panel.view.under is None
    return event.isAccepted()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def only(panel: QWidget, kind: type[QInputDialog] | type[QMessageBox]) -> QInputDialog | QMessageBox:
    (dialog,) = panel.findChildren(kind)
    return dialog


def act(panel: ClassPanel, *words: str) -> None:
    """Choose from the menu of the current class."""
    panel.more.click()
    menu = next(child for child in panel.children() if isinstance(child, QMenu))
    action = next(a for a in menu.actions() if a.text().replace("&", "") == words[0])
    for word in words[1:]:
        submenu = action.menu()
        assert isinstance(submenu, QMenu)
        action = next(a for a in submenu.actions() if a.text() == word)
    action.trigger()
    menu.close()


def test_all_pictures_come_first_and_what_is_excluded_last(panel: ClassPanel) -> None:
    assert names(panel) == ["All pictures", "ants", "bees", "wasps", "old"]
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert panel.model.index(0).data(spoken) == "All pictures, 438 pictures"
    assert panel.model.index(4).data(spoken) == "old, 12 pictures, excluded"
    colors = [row.color for row in panel.model.rows]
    assert colors == [-1, 0, 1, 3, 2]  # by the order in which they were given, so that it stays
    panel.grab()


def test_a_class_is_chosen(panel: ClassPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.class_chosen) as said:
        QTest.mouseClick(panel.view.viewport(), BUTTON, NO_KEY, point(panel, "bees"))
    assert said.args == ["bees"]
    with qtbot.waitSignal(panel.class_chosen) as said:
        QTest.keyClick(panel.view, Qt.Key.Key_Home)
    assert said.args == [None]
    with qtbot.assertNotEmitted(panel.class_chosen):
        QTest.mouseClick(panel.view.viewport(), BUTTON, NO_KEY, point(panel, "old"))


def test_pictures_without_a_class_have_their_row(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.show_classes([ClassRow("", 7), *ROWS])
    assert names(panel)[:2] == ["All pictures", "Without a class"]
    with qtbot.waitSignal(panel.class_chosen) as said:
        panel.choose("")
    assert said.args == [""]
    assert [row.color for row in panel.model.rows][:3] == [-1, -1, 0]


def test_the_choice_stays_while_the_class_does(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.choose("bees")
    with qtbot.assertNotEmitted(panel.class_chosen):
        panel.show_classes([ClassRow("aphids", 3), ClassRow("bees", 190)])
    assert panel.view.currentIndex() == panel.model.find("bees")
    with qtbot.waitSignal(panel.class_chosen) as said:
        panel.show_classes([ClassRow("aphids", 3), ClassRow("bees", 190, excluded=True)])
    assert said.args == [None]
    assert panel.chosen is None


@pytest.mark.parametrize("by_key", [True, False])
def test_renaming_in_place(panel: ClassPanel, qtbot: QtBot, by_key: bool) -> None:
    panel.choose("bees")
    if by_key:
        QTest.keyClick(panel.view, Qt.Key.Key_F2)
    else:
        QTest.mouseClick(panel.view.viewport(), BUTTON, NO_KEY, point(panel, "bees"))
        QTest.mouseDClick(panel.view.viewport(), BUTTON, NO_KEY, point(panel, "bees"))
    editor = panel.view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "bees"
    QTest.keyClicks(editor, " honey bees ")
    with qtbot.waitSignal(panel.rename_requested) as said:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert said.args == ["bees", "honey bees"]
    assert "bees" in names(panel)  # until the project says so
    with qtbot.assertNotEmitted(panel.class_chosen):
        panel.show_classes([ClassRow("ants", 204), ClassRow("honey bees", 194)])
    assert panel.chosen == "honey bees"


def test_an_editor_stays_open_while_counts_change(panel: ClassPanel) -> None:
    panel.choose("bees")
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    editor = panel.view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "wa")
    panel.show_classes([ClassRow(row.label, row.count + 1, row.excluded) for row in ROWS])
    assert editor.isVisible()
    assert editor.text() == "wa"
    QTest.keyClick(editor, Qt.Key.Key_Escape)


@pytest.mark.parametrize("typed", ["", "  ", "bees"])
def test_no_name_and_the_same_name_change_nothing(panel: ClassPanel, qtbot: QtBot, typed: str) -> None:
    with qtbot.assertNotEmitted(panel.rename_requested):
        panel.model.setData(panel.model.find("bees"), typed)


def test_renaming_to_the_name_of_another_asks_whether_to_merge(panel: ClassPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.rename_requested):
        panel.model.setData(panel.model.find("wasps"), "bees")
    dialog = only(panel, QMessageBox)
    assert isinstance(dialog, QMessageBox)
    assert dialog.text() == "Merge 40 pictures of “wasps” into “bees”?"
    with qtbot.waitSignal(panel.rename_requested) as said:
        dialog.buttons()[0].click()
    assert said.args == ["wasps", "bees"]


def test_a_merge_can_be_declined(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.model.setData(panel.model.find("wasps"), "bees")
    with qtbot.assertNotEmitted(panel.rename_requested):
        QTest.keyClick(only(panel, QMessageBox), Qt.Key.Key_Escape)


def test_the_menu_merges_and_excludes(panel: ClassPanel, qtbot: QtBot) -> None:
    assert not panel.more.isEnabled()  # all pictures are no class
    panel.choose("wasps")
    act(panel, "Merge into", "ants")
    assert "into “ants”?" in only(panel, QMessageBox).property("text")
    with qtbot.waitSignal(panel.exclude_requested) as said:
        act(panel, "Exclude")
    assert said.args == ["wasps"]


def test_where_classes_are_many_one_chooses_from_a_list(panel: ClassPanel) -> None:
    panel.show_classes([ClassRow(f"class {place:04}", 5) for place in range(1000)])
    panel.choose("class 0007")
    act(panel, "Merge into…")
    dialog = only(panel, QInputDialog)
    assert isinstance(dialog, QInputDialog)
    assert len(dialog.comboBoxItems()) == 999
    dialog.setTextValue("class 0500")
    dialog.accept()
    assert "“class 0007” into “class 0500”" in only(panel, QMessageBox).property("text")


def test_keys_exclude_and_include(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.choose("ants")
    with qtbot.waitSignal(panel.exclude_requested) as said:
        QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert said.args == ["ants"]
    panel.choose("old")
    with qtbot.assertNotEmitted(panel.exclude_requested):
        QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    with qtbot.waitSignal(panel.include_requested) as said:
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert said.args == ["old"]
    with qtbot.waitSignal(panel.include_requested) as said:
        act(panel, "Include again")
    assert said.args == ["old"]


def test_all_pictures_cannot_be_excluded(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.choose(None)
    with qtbot.assertNotEmitted(panel.exclude_requested):
        QTest.keyClick(panel.view, Qt.Key.Key_Delete)


def test_pictures_dropped_onto_a_class(panel: ClassPanel, qtbot: QtBot, tmp_path: Path) -> None:
    dragged = [tmp_path / "a.jpg", tmp_path / "b\udcff.jpg"]
    with qtbot.waitSignal(panel.move_requested) as said, qtbot.assertNotEmitted(panel.files_dropped):
        assert drop(panel, "wasps", pictures_to_mime(dragged))
    assert said.args == [dragged, "wasps"]
    with qtbot.waitSignal(panel.files_dropped) as said, qtbot.assertNotEmitted(panel.move_requested):
        assert drop(panel, "ants", files(tmp_path / "c.jpg"))
    assert said.args == [[tmp_path / "c.jpg"], "ants"]


@pytest.mark.parametrize("label", [None, "old"])
def test_no_class_takes_no_drop(panel: ClassPanel, qtbot: QtBot, tmp_path: Path, label: str | None) -> None:
    with qtbot.assertNotEmitted(panel.move_requested):
        assert not drop(panel, label, pictures_to_mime([tmp_path]))


def test_a_drag_that_leaves_leaves_no_light(panel: ClassPanel, tmp_path: Path) -> None:
    at, data, target = point(panel, "ants"), files(tmp_path), panel.view.viewport()
    QApplication.sendEvent(target, QDragEnterEvent(at, COPY_OR_MOVE, data, BUTTON, NO_KEY))
    QApplication.sendEvent(target, QDragMoveEvent(at, COPY_OR_MOVE, data, BUTTON, NO_KEY))
    assert [panel.view.under] == [ClassRow("ants", 204, color=0)]
    QApplication.sendEvent(target, QDragLeaveEvent())
    assert [panel.view.under] == [None]
    words = QMimeData()
    words.setText("words")
    event = QDragEnterEvent(at, COPY_OR_MOVE, words, BUTTON, NO_KEY)
    QApplication.sendEvent(target, event)
    assert not event.isAccepted()


def test_a_new_class_for_what_is_dropped(panel: ClassPanel, qtbot: QtBot, tmp_path: Path) -> None:
    data = pictures_to_mime([tmp_path / "a.jpg"])
    QApplication.sendEvent(panel.new, QDragEnterEvent(QPoint(5, 5), COPY_OR_MOVE, data, BUTTON, NO_KEY))
    assert panel.new.isDown()
    QApplication.sendEvent(panel.new, QDropEvent(QPointF(5, 5), COPY_OR_MOVE, data, BUTTON, NO_KEY))
    assert not panel.new.isDown()
    dialog = only(panel, QInputDialog)
    assert isinstance(dialog, QInputDialog)
    assert dialog.labelText() == "Name of the class for 1 picture:"
    dialog.setTextValue(" hornets ")
    with qtbot.waitSignal(panel.move_requested) as said:
        dialog.accept()
    assert said.args == [[tmp_path / "a.jpg"], "hornets"]


def test_a_new_class_by_its_button(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.new.click()
    dialog = only(panel, QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("hornets")
    with qtbot.waitSignal(panel.class_named) as said:
        dialog.accept()
    assert said.args == ["hornets"]


def test_a_thousand_classes_can_be_searched(panel: ClassPanel, qtbot: QtBot) -> None:
    assert panel.search.isHidden()
    panel.show_classes([ClassRow(f"class {place:04}", place) for place in range(1000)])
    panel.choose("class 0500")
    with qtbot.assertNotEmitted(panel.class_chosen):
        panel.search.setText("99")
        assert panel.model.rowCount() == 1 + 19
        panel.search.clear()
    assert panel.view.currentIndex() == panel.model.find("class 0500")
    panel.grab()


def test_names_of_any_kind_are_shown_and_come_back_as_they_are(panel: ClassPanel, qtbot: QtBot) -> None:
    panel.show_classes([ClassRow(ODD, 3), ClassRow("قطة", 2), ClassRow("🐱" * 300, 1)])
    assert names(panel)[1] == r"caf\udce9\n<b>"
    panel.grab()
    with qtbot.waitSignal(panel.class_chosen) as said:
        panel.choose(ODD)
    assert said.args == [ODD]
    with qtbot.waitSignal(panel.rename_requested) as said:
        panel.model.setData(panel.model.find(ODD), "café")
    assert said.args == [ODD, "café"]
    with qtbot.waitSignal(panel.exclude_requested) as said:
        QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert said.args == [ODD]


def test_it_folds_to_a_line(panel: ClassPanel) -> None:
    panel.choose("bees")
    panel.show_classes(ROWS)
    panel.fold.click()
    assert not panel.view.isVisible()
    assert panel.fold.accessibleName() == "Unfold Classes"
    panel.fold.click()
    assert panel.view.isVisible()


MACHADO = {  # of full severity, on linear RGB
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}


def linear(name: str) -> np.ndarray:
    color = QColor(name)
    channels = np.array([color.redF(), color.greenF(), color.blueF()])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    to_lms = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.asarray(np.array(to_lab) @ np.cbrt(np.array(to_lms) @ np.clip(rgb, 0, 1)))


@pytest.mark.parametrize("blindness", MACHADO)
@pytest.mark.parametrize("table", [class_colors.LIGHT, class_colors.DARK], ids=["light", "dark"])
def test_colours_are_told_apart_also_by_the_colour_blind(table: Sequence[str], blindness: str) -> None:
    seen = [oklab(np.array(MACHADO[blindness]) @ linear(name)) for name in table]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) >= 0.07


@pytest.mark.parametrize(("c", "table"), [(LIGHT, class_colors.LIGHT), (DARK, class_colors.DARK)])
def test_colours_stand_out_from_every_paper(c: Colors, table: Sequence[str]) -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    for name in table:
        for paper in (c.window, c.card, c.hover, c.accent_soft):
            low, high = sorted(float(weights @ linear(one)) for one in (name, paper))
            assert (high + 0.05) / (low + 0.05) >= 3


def test_thirty_two_classes_have_a_mark_of_their_own(qapp: QApplication) -> None:
    marks = set()
    for index in range(32):
        image = QImage(24, 24, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        class_colors.draw_class_marker(painter, QRectF(2, 2, 20, 20), index)
        painter.end()
        marks.add(bytes(image.constBits()))
    assert len(marks) == 32
