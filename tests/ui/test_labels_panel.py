"""The queue of doubtful labels: what is selected is decided, by a button or by a letter."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.engine.judgement import Mistake
from desktop_app.ui.labels_panel import LabelsPanel
from desktop_app.ui.thumbnails import Thumbnails

DOUBTS = [Mistake(Path(f"/{n}.png"), "ants", "bees", 0.9 - n / 10, 2.0) for n in range(4)]


@pytest.fixture
def panel(qtbot: QtBot) -> LabelsPanel:
    thumbnails = Thumbnails()
    made = LabelsPanel(thumbnails)
    thumbnails.setParent(made)
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    made.show_doubts(DOUBTS, 4, here=True)
    return made


@pytest.mark.parametrize(
    ("place", "key", "signal"),
    [
        (0, Qt.Key.Key_K, "keep_requested"),
        (1, Qt.Key.Key_R, "relabel_requested"),
        (2, Qt.Key.Key_L, "leave_out_requested"),
    ],
)
def test_a_button_and_a_letter_decide(
    qtbot: QtBot, panel: LabelsPanel, place: int, key: Qt.Key, signal: str
) -> None:
    with qtbot.waitSignal(getattr(panel, signal)) as told:
        panel.buttons[place].click()
    assert told.args == [[DOUBTS[0]]]
    panel.grid.select_rows([1, 3])
    with qtbot.waitSignal(getattr(panel, signal)) as told:
        QTest.keyClick(panel.grid, key)
    assert told.args == [[DOUBTS[1], DOUBTS[3]]]


def test_what_is_left_stays_at_its_place(panel: LabelsPanel) -> None:
    panel.grid.setCurrentIndex(panel.grid.model().index(2, 0))
    panel.show_doubts([DOUBTS[0], DOUBTS[1], DOUBTS[3]], 4, here=True)
    assert panel.grid.selected == [DOUBTS[3].file]
    panel.show_doubts(DOUBTS[:2], 4, here=True)
    assert panel.grid.selected == [DOUBTS[1].file]
    assert panel.bar.note.text().startswith("2 pictures of 4 to decide")
    panel.show_doubts([], 4, here=True)
    assert "nothing is left" in panel._empty.text()
    panel.show_doubts([], 0, here=True)
    assert panel._empty.text() == "No label looks wrong."


def test_pictures_of_another_project_are_shown_and_not_decided(qtbot: QtBot, panel: LabelsPanel) -> None:
    panel.show_doubts(DOUBTS, 4, here=False)
    assert not any(button.isEnabled() for button in panel.buttons)
    assert "open the project" in panel.hint.text()
    with qtbot.assertNotEmitted(panel.keep_requested):
        QTest.keyClick(panel.grid, Qt.Key.Key_K)


def test_the_queue_is_saved(panel: LabelsPanel, tmp_path: Path) -> None:
    panel.bar.save(tmp_path / "queue.csv")
    lines = (tmp_path / "queue.csv").read_text("utf-8").splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("/0.png,ants,bees,0.9")
