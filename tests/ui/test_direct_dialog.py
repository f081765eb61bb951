"""ImageNet's own model in the window: pictures and classes go out, answers and a score come in."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.engine.direct_score import Answer, DirectScore, FolderScore
from desktop_app.ui.direct_dialog import DirectDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(qtbot: QtBot) -> DirectDialog:
    made = DirectDialog("VGG16")
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_dropped_pictures_are_asked_about(dialog: DirectDialog, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    assert "553 MB" in dialog.status.text()
    dialog.backbone.setCurrentText("ResNet50")
    assert "103 MB" in dialog.status.text()
    with qtbot.waitSignal(dialog.asked) as asked:
        dialog.dropEvent(drop)
    assert asked.args == ["ResNet50", [tmp_path]]


def test_answers_are_shown_with_their_five_best(dialog: DirectDialog, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    guesses = (("ant", 0.75), ("bee", 0.2), ("fly", 0.02), ("cricket", 0.01), ("mantis", 0.005))
    dialog.show_answers([Answer(tmp_path / "a.png", guesses), Answer(tmp_path / "b.png", guesses[::-1])])
    assert dialog.view.answer.text() == "ant: 75.0 %"
    assert "mantis 0.5 %" in dialog.view.bars.accessibleDescription()
    dialog.pictures.setCurrentIndex(1)
    assert dialog.view.answer.text() == "mantis: 0.5 %"


def test_a_score_says_which_class_meant_what(dialog: DirectDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.score_requested) as asked:
        QTest.mouseClick(dialog.score, LEFT)
    assert asked.args == ["VGG16"]
    dogs = tuple(f"dog {n}" for n in range(118))
    folders = (FolderScore("ants", ("ant",), 10, 8, 9), FolderScore("Dogs", dogs, 10, 2, 3))
    dialog.show_score(DirectScore(folders, ("gizmos",), ()))
    assert dialog.total.text() == (
        "50.0 % right, between 30 and 70 % with 95 % confidence; 60.0 % among its first five. "
        "It does not know gizmos."
    )
    model = dialog.table.model()
    rows = [[model.index(row, column).data() for column in range(5)] for row in range(2)]
    assert rows[0] == ["ants", "ant", "10", "80.0 %", "90.0 %"]
    assert rows[1] == ["Dogs", "dog 0, dog 1, dog 2 … (118)", "10", "20.0 %", "30.0 %"]


def test_it_is_busy_until_it_has_ended(dialog: DirectDialog, qtbot: QtBot) -> None:
    assert not dialog.stop.isVisible()
    dialog.begin()
    dialog.show_progress(0.5, "Computing")
    assert (dialog.bar.value(), dialog.status.text(), dialog.box.isEnabled()) == (500, "Computing", False)
    with qtbot.waitSignal(dialog.stop_requested):
        QTest.mouseClick(dialog.stop, LEFT)
    dialog.end("Stopped.")
    dialog.show_progress(0.9, "late")
    assert dialog.status.text() == "Stopped."
    assert dialog.score.isVisible()
