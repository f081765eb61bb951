"""The line that offers to keep what is shown."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.copy_table import CopyTable
from desktop_app.ui.saving import PNG, SaveBar, TablePanel


@pytest.fixture
def panel(qtbot: QtBot) -> TablePanel:
    table = CopyTable()
    model = QStandardItemModel(table)
    model.setHorizontalHeaderLabels(["words"])
    for text in ('one, "two"', "three"):
        model.appendRow(QStandardItem(text))
    for row in range(2):
        model.setVerticalHeaderItem(row, QStandardItem(f"row {row}"))
    table.setModel(model)
    made = TablePanel("A few words.", table, "words.csv")
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_table_is_written_whole(panel: TablePanel, tmp_path: Path) -> None:
    panel.bar.save(tmp_path / "words.csv")
    written = (tmp_path / "words.csv").read_text("utf-8")
    assert written == ',words\nrow 0,"one, ""two"""\nrow 1,three\n'
    assert panel.bar.note.text() == "Saved as words.csv"


def test_what_cannot_be_written_is_said(panel: TablePanel, tmp_path: Path) -> None:
    panel.bar.save(tmp_path / "missing" / "words.csv")
    assert panel.bar.note.text().startswith("Not saved: ")
    panel.bar.say("Other words.")
    assert panel.bar.note.text() == "Other words."


def test_the_button_and_the_menu_ask_for_a_name(panel: TablePanel) -> None:
    table = panel.findChild(CopyTable)
    button = next(each for each in panel.findChildren(QToolButton) if "Save" in each.text())
    assert table is not None
    assert button.toolTip() == "Save it as CSV"
    assert table.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    menu = {action.text(): action for action in table.actions()}
    for by_mouse in (True, False):
        if by_mouse:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            menu["Save…"].trigger()
        (dialog,) = panel.findChildren(QFileDialog)
        assert dialog.selectedFiles()[0].endswith("words.csv")
        dialog.close()
        dialog.setParent(None)
    menu["Copy"].trigger()
    assert QGuiApplication.clipboard().text() == '\twords\nrow 0\t"one, ""two"""\nrow 1\tthree\n'
    assert panel.bar.note.text().startswith("Copied")


def test_what_takes_long_is_written_elsewhere(qtbot: QtBot, tmp_path: Path) -> None:
    threads: list[Thread] = []
    go = Event()

    def slow(path: Path) -> Callable[[], None]:
        def work() -> None:
            assert go.wait(10)
            threads.append(current_thread())
            path.write_text("done")

        return work

    shown = QWidget()
    bar = SaveBar("A figure.", shown, "a.png", PNG, slow)
    for widget in (bar, shown):
        qtbot.addWidget(widget)
    for path, said in ((tmp_path / "a.png", "Saved as a.png"), (tmp_path / "no" / "a.png", "Not saved: ")):
        go.clear()
        bar.save(path)
        assert bar.note.text() == "Saving…"
        go.set()
        qtbot.waitUntil(lambda said=said: bar.note.text().startswith(said))  # type: ignore[misc]
    assert main_thread() not in threads
    go.clear()
    bar.save(tmp_path / "b.png")
    bar.say("Another figure.")
    go.set()
    qtbot.waitUntil((tmp_path / "b.png").exists)
    qtbot.wait(20)
    assert bar.note.text() == "Another figure."
