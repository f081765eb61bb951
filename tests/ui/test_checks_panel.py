"""The panel of checks."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.engine.findings import Finding, Remedy, Severity
from desktop_app.ui.card import label
from desktop_app.ui.checks_panel import ChecksPanel
from desktop_app.ui.fold_card import FoldCard
from desktop_app.ui.side_column import SideColumn

PATHS = tuple(Path(f"/pictures/{place}.jpg") for place in range(6))


def finding(check: str, severity: Severity, *remedies: Remedy) -> Finding:
    return Finding(check, f"The title of {check}.", f"What {check} means.", severity, (PATHS,), remedies)


LEAVE_OUT = Remedy("Leave out 3 copies", leave_out=PATHS[3:])
COPIES = finding("copies", "warning", LEAVE_OUT, Remedy("Another way & more"))
BLURRED = finding("blurred", "note")
LEAKS = finding("leaks", "problem")


@pytest.fixture
def panel(qtbot: QtBot) -> ChecksPanel:
    made = ChecksPanel()
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.show()
    return made


def seen(panel: ChecksPanel) -> str:
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def test_the_worst_comes_first_and_is_open(panel: ChecksPanel) -> None:
    panel.show_findings([BLURRED, COPIES, LEAKS], 398)
    assert [card.finding for card in panel.cards] == [LEAKS, COPIES, BLURRED]
    assert [card.line.isChecked() for card in panel.cards] == [True, False, False]
    assert "What leaks means." in seen(panel)
    assert "1 problem, 1 warning and 1 note in 398 pictures" in seen(panel)
    panel.grab()


def test_severity_is_said_in_words(panel: ChecksPanel) -> None:
    panel.show_findings([BLURRED, COPIES, LEAKS], 398)
    said = [card.line.accessibleName() for card in panel.cards]
    assert said == [
        "Problem: The title of leaks.",
        "Warning: The title of copies.",
        "Note: The title of blurred.",
    ]


def test_one_finding_is_open_at_a_time(panel: ChecksPanel) -> None:
    panel.show_findings([COPIES, LEAKS], 398)
    QTest.keyClick(panel.cards[1].line, Qt.Key.Key_Space)
    assert [card.line.isChecked() for card in panel.cards] == [False, True]
    assert panel.cards[1].remedies[0].isVisible()
    assert not panel.cards[0].dismiss.isVisible()


def test_what_is_pressed_is_said(panel: ChecksPanel, qtbot: QtBot) -> None:
    panel.show_findings([COPIES], 398)
    (card,) = panel.cards
    with qtbot.waitSignal(panel.shown) as said:
        card.show_pictures.click()
    assert said.args == [COPIES]
    with qtbot.waitSignal(panel.remedy_requested) as said:
        card.remedies[0].click()
    assert said.args == [COPIES, LEAVE_OUT]
    with qtbot.waitSignal(panel.dismissed) as said:
        card.dismiss.click()
    assert said.args == [COPIES]


def test_a_remedy_can_be_read_whole(panel: ChecksPanel, qtbot: QtBot) -> None:
    long = "Leave out every picture of which there is another in the training pictures"
    panel.show_findings([finding("leaks", "problem", Remedy(long), Remedy("This & that"))], 398)
    cut, short = panel.cards[0].remedies
    qtbot.waitUntil(lambda: cut.text().endswith("…"))
    assert cut.accessibleName() == long
    assert long in cut.toolTip()
    assert (short.text(), short.toolTip()) == ("This && that", "")


def test_a_finding_without_pictures_has_none_to_show(panel: ChecksPanel) -> None:
    panel.show_findings([Finding("few", "Too few.", "Add some.", "problem")], 3)
    assert not panel.cards[0].show_pictures.isVisible()


def test_nothing_found_is_said_quietly(panel: ChecksPanel, qtbot: QtBot) -> None:
    panel.show_findings([], 398)
    assert "No problems found in 398 pictures." in seen(panel)
    assert not panel.restore.isVisible()
    panel.show_findings([], 398, aside=2)
    assert "No more problems found in 398 pictures." in seen(panel)
    assert panel.restore.text() == "2 put aside: show again"
    with qtbot.waitSignal(panel.restore_requested):
        panel.restore.click()


def test_running_shows_how_far_it_is_and_can_be_stopped(panel: ChecksPanel, qtbot: QtBot) -> None:
    panel.show_findings([COPIES], 398)
    panel.show_running(0.5, "200 of 400 pictures, 120 a second")
    assert "120 a second" in seen(panel)
    assert panel.cards[0].isVisible()  # what was found before stays
    assert not panel.look.isVisible()
    with qtbot.waitSignal(panel.cancel_requested):
        panel.stop.click()
    panel.show_idle("Stopped after 200 of 400 pictures.")
    assert "Stopped after 200" in seen(panel)
    assert "120 a second" not in seen(panel)
    assert not panel.stop.isVisible()
    with qtbot.waitSignal(panel.look_requested):
        panel.look.click()


def test_the_open_one_and_the_keyboard_stay_when_it_is_checked_again(
    panel: ChecksPanel, qtbot: QtBot
) -> None:
    qtbot.waitActive(panel)
    panel.show_findings([COPIES, LEAKS], 398)
    panel.cards[1].line.click()
    panel.cards[1].remedies[0].setFocus()
    fewer = Finding("copies", "1 copy is left.", "", "warning", (PATHS[:2],))
    panel.show_findings([LEAKS, fewer], 397)
    assert panel.cards[1].line.isChecked()
    assert panel.cards[1].line.hasFocus()


def test_thirty_findings_scroll(panel: ChecksPanel) -> None:
    panel.show_findings([finding(f"check {place}", "note") for place in range(30)], 9)
    assert len(panel.cards) == 30
    assert panel.height() == 500
    QTest.qWait(0)
    panel.cards[29].line.setFocus()
    panel.grab()


@pytest.mark.parametrize("count", [1, 30])
def test_what_is_open_is_seen_whole_in_a_low_window(qtbot: QtBot, count: int) -> None:
    panel, split = ChecksPanel(), FoldCard("Split")
    split.inside.addWidget(
        label("Words that take more than one line of a column as narrow as this one.", wrap=True)
    )
    column = SideColumn([panel, split])
    qtbot.addWidget(column)
    column.resize(column.width(), 160)
    column.show()
    found = [
        replace(COPIES, detail="This says it at length. " * 12),
        *(finding(f"check {place}", "note") for place in range(1, count)),
    ]
    panel.show_findings(found, 398)
    QTest.qWait(50)
    card, scroll = panel.cards[0], panel._scroll
    assert card.line.isChecked()
    assert card.height() <= scroll.height()
    assert scroll.mapTo(panel, scroll.rect().bottomLeft()).y() < panel._content.geometry().bottom() + 1
    assert scroll.verticalScrollBar().isVisible() == (count > 1)
    assert split.height() >= split.heightForWidth(split.width())


def test_odd_names_are_shown_safely(panel: ChecksPanel) -> None:
    odd = Finding(
        "odd", "“two\nlines” and “caf\udce9” <b>", "“\u202egnp”", "note", (), (Remedy("Out: “\n”"),)
    )
    panel.show_findings([odd], 2)
    assert panel.cards[0].line.text() == r"“two\nlines” and “caf\udce9” <b>"
    panel.grab()


def test_it_folds_to_a_line(panel: ChecksPanel) -> None:
    panel.show_findings([COPIES, LEAKS], 398)
    panel.fold.click()
    assert "1 problem and 1 warning in 398 pictures" in seen(panel)
    assert not panel.cards[0].isVisible()
    panel.show_running(0.2, "…")
    assert not panel.stop.isVisible()
