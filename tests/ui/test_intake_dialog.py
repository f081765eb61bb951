"""The Intake dialog."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.engine.sources import Source
from desktop_app.ui.intake_dialog import IntakeDialog
from desktop_app.ui.intake_editors import ColumnEditor, LabelEditor, PatternEditor
from desktop_app.ui.intake_offer import IntakeOffer, IntakeOption

FOLDER = Path("/data/skin")
TABLE = Source("table", FOLDER / "labels.csv", file_column="image", label_column="diagnosis")
PATTERN = Source("pattern", FOLDER, pattern="{class}_#")
FILES = Source("files", FOLDER, "caf\udce9", ("a.jpg",))
UNLABELLED = Source("unlabelled", FOLDER)
OFFER = IntakeOffer(
    "A folder with a table.",
    tuple(IntakeOption(f"As {s.kind} & so on", s) for s in (TABLE, PATTERN, FILES, UNLABELLED)),
    ("image", "diagnosis", "fold\udcff"),
    (("1.jpg", "nevus", "0"), ("2\n.jpg", "melanoma", "1")),
)


@pytest.fixture
def dialog(qtbot: QtBot) -> IntakeDialog:
    made = IntakeDialog(OFFER)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.preview_requested.connect(ASKED.append)
    ASKED.clear()
    made.open()
    return made


ASKED: list[Source] = []


def asked(qtbot: QtBot) -> Source:
    """What the dialog wants to see before it is added."""
    qtbot.waitUntil(lambda: bool(ASKED))
    return ASKED.pop()


def test_the_first_way_is_advised_and_seen_at_once(dialog: IntakeDialog, qtbot: QtBot) -> None:
    assert [choice.isChecked() for choice in dialog.choices] == [True, False, False, False]
    assert asked(qtbot) == TABLE
    assert dialog.found.text() == "Looking…"
    dialog.show_preview(TABLE, "2 pictures in 2 classes.", [("nevus", 1), ("", 1)])
    assert dialog.found.text() == "2 pictures in 2 classes."
    cells = [dialog.counts.item(row, 0) for row in range(dialog.counts.rowCount())]
    assert [cell.text() for cell in cells if cell] == ["nevus", "Without a class"]
    dialog.grab()
    with qtbot.waitSignal(dialog.accepted_source) as said:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert said.args == [TABLE]
    assert not dialog.isVisible()


@pytest.mark.parametrize("place", range(4))
def test_another_way_is_chosen(dialog: IntakeDialog, qtbot: QtBot, place: int) -> None:
    asked(qtbot)
    dialog.choices[place].click()
    if place:
        assert asked(qtbot) == OFFER.options[place].source
    with qtbot.waitSignal(dialog.accepted_source) as said:
        dialog.add.click()
    assert said.args == [OFFER.options[place].source]


def test_columns_are_chosen(dialog: IntakeDialog, qtbot: QtBot) -> None:
    asked(qtbot)
    columns = dialog.findChild(ColumnEditor)
    assert isinstance(columns, ColumnEditor)
    columns.label.setCurrentIndex(0)
    columns.split.setCurrentIndex(3)
    assert asked(qtbot) == replace(TABLE, label_column="", split_column="fold\udcff")
    heads = [columns.table.horizontalHeaderItem(place) for place in range(3)]
    assert [head.text() for head in heads if head] == ["image → file", "diagnosis", r"fold\udcff → split"]


def test_of_a_second_table_no_column_is_offered(qtbot: QtBot) -> None:
    other = Source("table", FOLDER / "other.csv", file_column="name", label_column="kind")
    options = (IntakeOption("As this table", TABLE), IntakeOption("As that table", other))
    dialog = IntakeDialog(replace(OFFER, options=options))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.choices[1].click()
    assert dialog.source() == other
    assert len(dialog.findChildren(ColumnEditor)) == 1


@pytest.mark.parametrize(("column", "why"), [(0, "names the files"), (2, "of its own for each")])
def test_columns_that_make_no_sense(dialog: IntakeDialog, qtbot: QtBot, column: int, why: str) -> None:
    asked(qtbot)
    columns = dialog.findChild(ColumnEditor)
    assert isinstance(columns, ColumnEditor)
    with qtbot.assertNotEmitted(dialog.preview_requested, wait=500):
        columns.file.setCurrentIndex(column)
    assert why in dialog.found.text()
    assert not dialog.add.isEnabled()
    columns.file.setCurrentIndex(1)
    assert dialog.add.isEnabled()


def test_a_pattern_is_typed(dialog: IntakeDialog, qtbot: QtBot) -> None:
    asked(qtbot)
    dialog.choices[1].click()
    pattern = dialog.findChild(PatternEditor)
    assert isinstance(pattern, PatternEditor)
    assert pattern.pattern.isVisible()
    pattern.pattern.setText("cat_#")
    assert "{class}" in dialog.found.text()
    assert not dialog.add.isEnabled()
    pattern.pattern.setText(" #_{class} ")
    assert asked(qtbot) == replace(PATTERN, pattern="#_{class}")


def test_a_class_is_named(dialog: IntakeDialog, qtbot: QtBot) -> None:
    asked(qtbot)
    dialog.choices[2].click()
    name = dialog.findChild(LabelEditor)
    assert isinstance(name, LabelEditor)
    assert asked(qtbot) == FILES  # also where its name cannot be shown
    name.label.setText(" ")
    assert not dialog.add.isEnabled()
    name.label.setText("moles")
    assert asked(qtbot) == replace(FILES, label="moles")


def test_an_answer_that_comes_late_is_passed_over(dialog: IntakeDialog, qtbot: QtBot) -> None:
    asked(qtbot)
    dialog.choices[3].click()
    dialog.show_preview(TABLE, "The table's", [("nevus", 1)])
    assert dialog.found.text() == "Looking…"
    assert dialog.counts.rowCount() == 0


def test_what_brings_nothing_cannot_be_added(dialog: IntakeDialog, qtbot: QtBot) -> None:
    asked(qtbot)
    dialog.show_preview(TABLE, "No file of the table is there.", problem=True)
    assert not dialog.add.isEnabled()
    dialog.choices[3].click()
    assert dialog.add.isEnabled()


def test_a_thousand_classes_are_cut_short(dialog: IntakeDialog, qtbot: QtBot) -> None:
    asked(qtbot)
    dialog.show_preview(TABLE, "Many.", [(f"class {place}", place) for place in range(1000)])
    last = dialog.counts.item(dialog.counts.rowCount() - 1, 0)
    assert last is not None
    assert last.text() == "and 800 classes more"


def test_escape_adds_nothing(dialog: IntakeDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.accepted_source):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_it_is_no_taller_than_a_small_screen(dialog: IntakeDialog) -> None:
    for choice in dialog.choices:
        choice.click()
        assert dialog.minimumSizeHint().height() <= 620
        dialog.grab()
