"""The choice of a backbone, and the table of all."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.engine.backbones import BACKBONES, USUAL
from desktop_app.ui.backbone_choice import BackboneChoice
from desktop_app.ui.backbone_dialog import BackboneDialog
from desktop_app.ui.backbone_model import SPEED

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def choice(qtbot: QtBot) -> BackboneChoice:
    made = BackboneChoice()
    qtbot.addWidget(made)
    made.resize(364, 300)
    made.show()
    made.set_value("ResNet50")
    return made


def opened(choice: BackboneChoice) -> BackboneDialog:
    QTest.mouseClick(choice.all, LEFT)
    assert choice._dialog
    assert choice._dialog.isVisible()
    return choice._dialog


def cells(dialog: BackboneDialog, column: int) -> list[str]:
    model = dialog.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def choose(dialog: BackboneDialog, *names: str) -> None:
    selection = dialog.table.selectionModel()
    selection.clear()
    for row, name in enumerate(cells(dialog, 0)):
        if name in names:
            flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
            selection.select(dialog.table.model().index(row, 0), flags)


def test_the_usual_ones_are_in_sight(choice: BackboneChoice) -> None:
    assert tuple(choice._rows) == USUAL
    assert str(len(BACKBONES)) in choice.all.text()


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_can_be_set(choice: BackboneChoice, qtbot: QtBot, name: str) -> None:
    heard: list[str] = []
    choice.changed.connect(heard.append)
    choice.set_value(name)
    assert choice.value() == name
    assert heard == [name] * (name != "ResNet50")
    qtbot.waitUntil(choice._rows[name].isVisible)
    assert BACKBONES[name].summary in choice._rows[name].accessibleDescription()


def test_one_that_is_not_usual_keeps_its_row_until_another_comes(choice: BackboneChoice) -> None:
    choice.set_value("DenseNet121")
    choice.set_value("VGG16")
    assert tuple(choice._rows) == (*USUAL, "DenseNet121")
    assert choice.value() == "VGG16"
    choice.set_value("Xception")
    assert tuple(choice._rows) == (*USUAL, "Xception")
    QTest.mouseClick(choice._rows["ResNet50"], LEFT)
    assert choice.value() == "ResNet50"


def test_the_table_shows_all_and_gives_one_back(choice: BackboneChoice) -> None:
    heard: list[str] = []
    choice.changed.connect(heard.append)
    dialog = opened(choice)
    assert cells(dialog, 0) == list(BACKBONES)
    assert dialog.names() == ("ResNet50",)
    assert "MIT, as Keras states" in dialog.about.text()
    choose(dialog, "ConvNeXtTiny")
    assert "Keras states none" in dialog.about.text()
    QTest.mouseClick(dialog.use, LEFT)
    assert (choice.value(), heard) == ("ConvNeXtTiny", ["ConvNeXtTiny"])
    assert choice._dialog is None


def test_leaving_the_table_changes_nothing(choice: BackboneChoice) -> None:
    dialog = opened(choice)
    choose(dialog, "VGG19")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert choice.value() == "ResNet50"
    assert choice._dialog is None


def test_words_filter_and_enter_takes_what_is_left(choice: BackboneChoice) -> None:
    dialog = opened(choice)
    QTest.keyClicks(dialog.words, "v3l")
    assert cells(dialog, 0) == ["MobileNetV3Large"]
    assert dialog.names() == ("MobileNetV3Large",)
    QTest.keyClicks(dialog.words, "x")
    assert not dialog.use.isEnabled()
    assert dialog.about.text() == "No backbone has this in its name."
    QTest.keyClick(dialog.words, Qt.Key.Key_Backspace)
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    assert choice.value() == "MobileNetV3Large"


def test_numbers_are_sorted_as_numbers(choice: BackboneChoice) -> None:
    dialog = opened(choice)
    dialog.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert cells(dialog, 0)[0] == "ConvNeXtXLarge"
    dialog.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert cells(dialog, 0)[0] == "MobileNetV3Small"
    assert cells(dialog, 2)[-1] == "1,393 MB"


def test_speeds_are_asked_for_and_shown(choice: BackboneChoice, qtbot: QtBot) -> None:
    dialog = opened(choice)
    assert set(cells(dialog, SPEED)) == {"–"}
    choose(dialog, "VGG16", "MobileNet")
    assert not dialog.use.isEnabled()
    with qtbot.waitSignal(choice.speeds_requested) as asked:
        QTest.mouseClick(dialog.measure, LEFT)
    assert asked.args == [("VGG16", "MobileNet")]
    choice.set_measuring(("VGG16", "MobileNet"))
    assert cells(dialog, SPEED).count("measuring…") == 2
    choice.set_speed("VGG16", 9.44)
    choice.set_measuring(("MobileNet",))
    with qtbot.waitSignal(choice.speeds_cancelled):
        QTest.mouseClick(dialog.measure, LEFT)
    choice.set_speed("MobileNet", 1234.5)
    choice.set_measuring(())
    dialog.table.sortByColumn(SPEED, Qt.SortOrder.DescendingOrder)
    assert cells(dialog, SPEED)[:3] == ["1,234 /s", "9.4 /s", "–"]
    dialog.reject()
    assert cells(opened(choice), SPEED)[0] == "9.4 /s"  # VGG16's, in the table's own order
