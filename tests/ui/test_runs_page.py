"""The Runs page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import ui_samples as samples
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.engine.compare import RunComparison
from desktop_app.engine.errors import EngineError
from desktop_app.engine.history import History
from desktop_app.engine.paired import Difference
from desktop_app.engine.runs import RunSummary
from desktop_app.engine.specs import BaseSpec, ExperimentSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import ViewsSpec
from desktop_app.ui.class_colors import class_color
from desktop_app.ui.copy_table import as_text
from desktop_app.ui.runs_model import NAME, RunRow, kind
from desktop_app.ui.runs_page import RunsPage
from desktop_app.ui.runs_panel import evidence, verdict

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Qt.Key


def line(name: str, accuracy: float = 0.8, **more: Any) -> RunSummary:
    made = RunSummary(
        Path("/runs") / name,
        created=NOON,
        spec=ExperimentSpec(BaseSpec("VGG16")),
        units=(256,),
        classes=2,
        accuracy=accuracy,
        interval=(accuracy - 0.1, accuracy + 0.1),
        source="validation pictures",
        seconds=75,
        size=12_300_000,
        fingerprint="abcdef0123",
    )
    return replace(made, **more)


def rows(*lines: RunSummary) -> list[RunRow]:
    return [RunRow(one, one.folder.name) for one in lines]


THREE = (
    line("a", 0.7, created=NOON + timedelta(days=2), size=5_000_000),
    line("B", 0.9, created=NOON, seconds=4),
    line("c", 0.8, created=NOON + timedelta(days=1), units=(), size=2_000_000_000),
)
GONE = RunSummary(Path("/runs/d"), "Its folder is not there any more.", "gone")


@pytest.fixture
def page(qtbot: QtBot) -> RunsPage:
    made = RunsPage()
    qtbot.addWidget(made)
    made.resize(1084, 640)
    made.show()
    return made


def cells(page: RunsPage) -> list[list[str]]:
    return [text.split("\t") for text in as_text(page.table).splitlines()[1:]]


def names(page: RunsPage) -> list[str]:
    return [row[0] for row in cells(page)]


def choose(page: RunsPage, *places: int) -> None:
    flag = QItemSelectionModel.SelectionFlag
    page.table.clearSelection()
    for place in places:
        page.table.selectionModel().select(page.table.model().index(place, 0), flag.Select | flag.Rows)


def test_a_run_in_a_row(page: RunsPage) -> None:
    page.show_rows(rows(THREE[1]), True)
    (row,) = cells(page)
    when = f"{NOON.astimezone():%Y-%m-%d %H:%M}"
    assert row == [
        "B", when, "abcdef", "VGG16", "256", "frozen base", "90.0 %", "80 to 100 %", "4 s", "12.3 MB",
    ]  # fmt: skip
    assert page.count.text() == "1 run"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "frozen base"),
        ({"tuning": TuningSpec(1)}, "1 block tuned"),
        ({"tuning": TuningSpec(2), "base": BaseSpec("VGG16", "none")}, "untrained, 2 blocks tuned"),
        ({"views": ViewsSpec(5)}, "5 views"),
        ({"start": "scratch", "base": BaseSpec("VGG16", "none")}, "from scratch"),
    ],
)
def test_what_is_special_in_a_word(change: dict[str, Any], words: str) -> None:
    assert kind(line("a", spec=replace(ExperimentSpec(BaseSpec("VGG16")), **change))) == words


def test_newest_first_then_by_any_column(page: RunsPage) -> None:
    page.show_rows(rows(*THREE, GONE), True)
    assert names(page) == ["a", "c", "B", "d"]
    for column, order in {0: "aBcd", 6: "dacB", 8: "dBac", 9: "daBc"}.items():
        page.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        assert "".join(names(page)) == order, column


def test_one_that_is_gone_stays_and_says_why(page: RunsPage, qtbot: QtBot) -> None:
    page.show_rows(rows(THREE[0], GONE), True)
    assert cells(page)[1] == ["d", "–", "–", "–", "–", "gone", "–", "–", "–", "–"]
    choose(page, 1)
    assert page.panel.sentence.text() == GONE.problem
    assert not page.open.isEnabled()
    assert not page.repeat.isEnabled()
    assert not page.folder.isEnabled()
    assert page.delete.text().replace("&", "") == "Take off the list"
    with qtbot.assertNotEmitted(page.open_requested):
        page.table.return_pressed.emit()


def test_buttons_and_keys_say_what_is_wanted(page: RunsPage, qtbot: QtBot) -> None:
    page.show_rows(rows(*THREE), True)
    choose(page, 1)
    folder = Path("/runs/c")
    for button, signal in (
        (page.open, page.open_requested),
        (page.repeat, page.repeat_requested),
        (page.folder, page.folder_requested),
    ):
        with qtbot.waitSignal(signal) as said:
            button.click()
        assert said.args == [folder]
    with qtbot.waitSignal(page.open_requested):
        QTest.keyClick(page.table, KEY.Key_Return)
    choose(page, 0, 1)
    with qtbot.waitSignal(page.delete_requested) as deleted:
        QTest.keyClick(page.table, KEY.Key_Delete)
    assert deleted.args is not None
    assert [row.name for row in deleted.args[0]] == ["a", "c"]
    assert not page.open.isEnabled()


def test_an_unfinished_one_is_resumed(page: RunsPage, qtbot: QtBot) -> None:
    stopped = line("e.unfinished", accuracy=0.0, epochs=3)
    page.show_rows([RunRow(replace(stopped, accuracy=None, interval=None), "e")], True)
    choose(page, 0)
    assert cells(page)[0][5:7] == ["unfinished", "–"]
    assert "stopped after 3 epochs" in page.panel.sentence.text()
    assert page.panel.note.isHidden()
    assert not page.rename.isEnabled()
    with qtbot.waitSignal(page.resume_requested):
        page.open.click()


def test_renamed_in_place(page: RunsPage, qtbot: QtBot) -> None:
    page.show_rows(rows(*THREE), True)
    choose(page, 0)
    QTest.keyClick(page.table, KEY.Key_F2)
    editor = page.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "the best")
    with qtbot.waitSignal(page.renamed) as said:
        QTest.keyClick(editor, KEY.Key_Return)
    assert said.args == [Path("/runs/a"), "the best"]


def test_what_is_noted_is_told_when_the_keyboard_leaves(page: RunsPage, qtbot: QtBot) -> None:
    page.show_rows([RunRow(THREE[0], "a", "old"), RunRow(THREE[1], "B")], True)
    choose(page, 0)
    assert page.panel.note.toPlainText() == "old"
    page.panel.note.setPlainText("new\nlines ")
    with qtbot.waitSignal(page.noted) as said:
        choose(page, 1)
    assert said.args == [Path("/runs/a"), "new\nlines"]
    assert page.panel.note.toPlainText() == ""
    with qtbot.assertNotEmitted(page.noted):
        choose(page, 0, 1)
    assert page.panel.note.isHidden()


def test_a_list_read_again_keeps_the_selection_and_what_is_being_noted(page: RunsPage, qtbot: QtBot) -> None:
    page.show_rows(rows(*THREE), True)
    choose(page, 1)
    page.panel.note.setFocus()
    qtbot.waitUntil(page.panel.note.hasFocus)
    QTest.keyClicks(page.panel.note, "half a th")
    with qtbot.waitSignal(page.noted):
        page.show_rows(rows(*THREE[1:], GONE), True)
    assert [row.name for row in page.chosen] == ["c"]
    assert page.panel.note.toPlainText() == "half a th"
    page.show_rows([], True)
    assert page.chosen == []


@pytest.mark.parametrize(("width", "shown"), [(1300, 10), (984, 9), (900, 7), (1300, 10)])
def test_names_have_room_before_some_figures(page: RunsPage, width: int, shown: int) -> None:
    page.show_rows(rows(*THREE), True)
    page.resize(width, 600)
    QApplication.processEvents()
    assert sum(not page.table.isColumnHidden(column) for column in range(10)) == shown
    assert page.table.columnWidth(NAME) >= 150


def test_curves_in_the_colours_of_the_rows(page: RunsPage, qtbot: QtBot, tmp_path: Path) -> None:
    page.show_rows(rows(*THREE), True)
    choose(page, 0, 2)
    history = {
        Path("/runs/a"): History(samples.epochs(5), 4),
        Path("/runs/B"): History(samples.epochs(3, validation=False)),
    }
    with qtbot.waitSignal(page.curves.view.drawn):
        page.show_curves(history)
    said = page.curves.view.accessibleDescription()
    assert said == "a: 85.0% at epoch 4 of 5, which was kept; B: 86.7% after 3 epochs"
    for place, name in enumerate("acB"):
        mark = page.table.model().index(place, 0).data(Qt.ItemDataRole.DecorationRole)
        assert (mark is not None) == (name in "aB")
    seen = page.curves.view.grab().toImage()
    colors = {seen.pixelColor(x, y).name() for x in range(seen.width()) for y in range(seen.height())}
    assert {class_color(place).name() for place in range(3)} & colors == {
        class_color(place).name() for place in range(2)
    }
    saved = samples.save(qtbot, page.curves.bar, tmp_path / "runs.png")
    assert not QImage(str(saved)).isNull()
    page.show_curves({})
    assert page.curves.draw is None


@pytest.mark.parametrize(
    ("mean", "interval", "words"),
    [
        (0.0325, (0.011, 0.054), "“A” is better by +3.2 points [+1.1, +5.4]."),
        (-0.0325, (-0.054, -0.011), "“B” is better by +3.2 points [+1.1, +5.4]."),
        (0.01, (-0.02, 0.04), "No clear difference: “A” has +1.0 points [−2.0, +4.0] more."),
        (0.0, (0.0, 0.0), "No difference: 0.0 points [0.0, 0.0]."),
    ],
)
def test_the_verdict_in_a_sentence(mean: float, interval: tuple[float, float], words: str) -> None:
    difference = Difference(mean, interval, 5, 3, 0.00002, 100)
    found = RunComparison(100, "test pictures", 0.9, 0.9 - mean, difference)
    assert verdict(("A", "B"), found) == words
    assert "on the same 100 test pictures" in evidence(("A", "B"), found)
    assert "p < 0.0001" in evidence(("A", "B"), found)


def test_why_two_cannot_be_compared(page: RunsPage) -> None:
    page.panel.show_comparison(("A", "B"), EngineError("These two cannot be compared: why.", "Do that."))
    assert (page.panel.sentence.text(), page.panel.detail.text()) == (
        "These two cannot be compared: why.",
        "Do that.",
    )
