"""The comparison of backbones: ticks go out, standings come in, one backbone is taken."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.ranking import Standing
from desktop_app.ui.ranking_dialog import RankingDialog

LEFT = Qt.MouseButton.LeftButton
STANDINGS = (
    Standing("VGG16", 398, 0.912, (0.88, 0.936), 0.41, 0.012),
    Standing("ResNet50", 250, 0.8, (0.74, 0.85), 0.3, 0.005),
    Standing("InceptionV3", problem="Its weights are missing. Import them."),
)


@pytest.fixture
def dialog(qtbot: QtBot) -> RankingDialog:
    made = RankingDialog(("VGG16", "InceptionV3"))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    made.set_ready("")
    return made


def cells(dialog: RankingDialog, row: int) -> list[str]:
    return [dialog.model.index(row, column).data() for column in range(dialog.model.columnCount())]


def tick(dialog: RankingDialog, name: str, on: bool) -> None:
    state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
    index = dialog.model.index(dialog.model.names.index(name), 0)
    assert dialog.model.setData(index, state.value, Qt.ItemDataRole.CheckStateRole)


def test_what_is_ticked_is_asked_for(dialog: RankingDialog, qtbot: QtBot) -> None:
    assert dialog.model.names[:2] == ["VGG16", "InceptionV3"]
    assert sorted(dialog.model.names) == sorted(BACKBONES)
    tick(dialog, "MobileNet", on=True)
    tick(dialog, "VGG16", on=False)
    dialog.show_here(frozenset({"MobileNet"}))
    assert (cells(dialog, 1)[1], dialog.download.text()) == (
        "87 MB to get",
        "&Download missing weights (87 MB)",
    )
    assert dialog.download.isVisible()
    QTest.mouseClick(dialog.download, LEFT)
    with qtbot.waitSignal(dialog.start_requested) as asked:
        QTest.mouseClick(dialog.start, LEFT)
    assert asked.args == [("InceptionV3", "MobileNet"), False]
    for name in ("InceptionV3", "MobileNet"):
        tick(dialog, name, on=False)
    assert not dialog.start.isEnabled()


def test_all_that_is_known_is_shown_the_best_first(dialog: RankingDialog) -> None:
    assert (dialog.start.property("role"), dialog.use.property("role")) == ("primary", "")
    dialog.begin()
    dialog.show_progress(0.5, "VGG16: Computing features: 12 of 250 · 9 images/s · 26 s left")
    assert (dialog.bar.value(), dialog.bar.isVisible()) == (500, True)
    assert "26 s left" in dialog.status.text()
    dialog.show_standings(STANDINGS[1:])
    dialog.show_standings(STANDINGS)
    dialog.end("")
    assert (dialog.start.property("role"), dialog.use.property("role")) == ("", "primary")
    assert cells(dialog, 0) == ["VGG16", "…", "91.2 %", "88 to 94 %", "0.41", "12 ms", "398"]
    assert cells(dialog, 1)[5:] == ["5.0 ms", "250"]
    assert cells(dialog, 2) == ["InceptionV3", "…", "left out", "–", "–", "–", "–"]
    assert dialog.selected == "VGG16"
    assert dialog._chart is not None
    assert "VGG16 91%, 83.3 pictures a second; ResNet50 80%" in dialog._chart.accessibleDescription()
    dialog.table.selectRow(2)
    assert dialog.status.text() == "Its weights are missing. Import them."


def test_a_selection_stays_with_its_backbone(dialog: RankingDialog) -> None:
    dialog.table.selectRow(1)
    dialog.show_standings(STANDINGS[:2])
    assert dialog.selected == "InceptionV3"


def test_a_row_is_taken(dialog: RankingDialog, qtbot: QtBot) -> None:
    assert not dialog.use.isEnabled()
    dialog.show_standings(STANDINGS)
    dialog.table.selectRow(1)
    with qtbot.waitSignal(dialog.chosen) as taken:
        QTest.mouseClick(dialog.use, LEFT)
    assert taken.args == ["ResNet50"]
    assert not dialog.isVisible()


def test_one_button_starts_and_stops(dialog: RankingDialog, qtbot: QtBot) -> None:
    assert dialog.start.text() == "&Compare 2"
    dialog.begin()
    with qtbot.waitSignal(dialog.stop_requested):
        QTest.mouseClick(dialog.start, LEFT)
    dialog.end("Stopped.")
    dialog.show_progress(0.9, "something late")
    assert (dialog.start.text(), dialog.status.text()) == ("&Compare 2", "Stopped.")
    assert not dialog.bar.isVisible()


def test_what_stands_in_the_way_is_said(dialog: RankingDialog) -> None:
    dialog.set_ready("Add pictures first.")
    assert dialog.status.text() == "Add pictures first."
    assert not dialog.start.isEnabled()
