"""The strip that filters."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ui.filter_strip import FilterStrip
from desktop_app.ui.picture_filter import PictureFilter

ONE = frozenset({Path("/a")})


@pytest.fixture
def strip(qtbot: QtBot) -> FilterStrip:
    made = FilterStrip()
    qtbot.addWidget(made)
    made.set_classes(["ants", "be\nes", ""])
    made.set_findings({"Duplicates": ONE, "Blurred": frozenset({Path("/a"), Path("/b")})})
    made.show()
    return made


def test_typing_counts_when_it_pauses(strip: FilterStrip, qtbot: QtBot) -> None:
    said: list[PictureFilter] = []
    strip.changed.connect(said.append)
    QTest.keyClicks(strip.text, "ab")
    assert not said
    with qtbot.waitSignal(strip.changed):
        QTest.keyClicks(strip.text, "c ")
    assert said == [PictureFilter(text="abc")]
    QTest.keyClicks(strip.text, "d")
    QTest.keyClick(strip.text, Qt.Key.Key_Return)
    assert said[1:] == [PictureFilter(text="abc d")]


def test_choices_make_one_filter(strip: FilterStrip, qtbot: QtBot) -> None:
    said: list[PictureFilter] = []
    strip.changed.connect(said.append)
    assert [strip.label.itemText(i) for i in range(4)] == [
        "Every class",
        "ants",
        "be\\nes",
        "Without a class",
    ]
    strip.choose(label="be\nes", split="val")
    assert said == [PictureFilter(label="be\nes", split="val")]
    strip.choose(label="", finding="Duplicates")
    assert said[-1] == PictureFilter(label="", paths=ONE)
    strip.choose(finding="")
    assert said[-1] == PictureFilter(paths=frozenset({Path("/a"), Path("/b")}))
    assert strip.finding.currentText() == "Any finding (2)"
    assert strip.clear_button.isVisible()
    strip.clear_button.click()
    assert said[-1] == PictureFilter()
    assert not strip.clear_button.isVisible()
    strip.clear()
    assert len(said) == 4  # nothing new, nothing said


def test_what_is_chosen_stays_while_it_exists(strip: FilterStrip) -> None:
    said: list[PictureFilter] = []
    strip.choose(label="ants", finding="Duplicates")
    strip.changed.connect(said.append)
    strip.set_classes(["ants", "wasps"])
    assert not said
    strip.set_findings({"Duplicates": frozenset({Path("/c")})})
    assert said == [PictureFilter(label="ants", paths=frozenset({Path("/c")}))]
    strip.set_findings({})
    assert said[-1] == PictureFilter(label="ants")
    assert not strip.finding.isVisible()
    strip.set_classes(["wasps"])
    assert said[-1] == PictureFilter()
