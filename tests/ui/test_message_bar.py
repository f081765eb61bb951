"""The message bar."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.message_bar import Kind, MessageBar


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[MessageBar]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    made = MessageBar()
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addWidget(QWidget(), 1)
    window.show()
    yield made
    window.close()


@pytest.mark.parametrize("kind", ["error", "warning", "info", "success"])
def test_it_says_what_is_wrong_and_what_to_do(bar: MessageBar, kind: Kind) -> None:
    assert bar.text == ""
    bar.show_message("No such folder.", "Look again.", kind)
    assert bar.isVisible()
    assert bar.text == "No such folder. Look again."
    assert bar.accessibleName() == f"{kind.title()}: No such folder. Look again."
    bar.clear()
    assert not bar.isVisible()
    assert bar.text == ""


def test_an_action_closes_it_first(bar: MessageBar) -> None:
    def again() -> None:
        bar.show_message("Still not.")

    bar.show_message("No network.", actions=[("Try again", again)])
    (button,) = bar.findChildren(QPushButton)
    button.click()
    assert bar.text == "Still not."
    assert not [b for b in bar.findChildren(QPushButton) if b.isVisible()]


def test_escape_and_the_cross_close_it(bar: MessageBar) -> None:
    bar.show_message("One.")
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    bar.show_message("Two.")
    cross = bar.findChild(QToolButton)
    assert cross is not None
    assert cross.accessibleName()
    cross.click()
    assert not bar.isVisible()


def test_a_long_message_leaves_room_for_the_page(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("Short.")
    qtbot.waitUntil(lambda: 20 < bar.height() < 80)
    bar.show_message("A long story. " * 400, "And so on. " * 400)
    qtbot.waitUntil(lambda: bar.height() > 100)
    assert bar.height() <= bar.window().height() / 4 + 30
    assert bar.window().height() == 600


def test_odd_names_are_shown_and_markup_is_not_obeyed(bar: MessageBar) -> None:
    bar.show_message("No folder “a\n<b>\udcff”.")
    assert bar.text == "No folder “a\\n<b>\\udcff”."
    bar.grab()


def test_the_tab_key_goes_through_the_actions_to_the_cross(bar: MessageBar) -> None:
    bar.show_message("No network.", actions=[("Try again", bar.clear), ("Choose a file…", bar.clear)])
    first, second = bar.findChildren(QPushButton)
    assert [first.text(), second.text()] == ["Try again", "Choose a file…"]
    assert first.nextInFocusChain() is second
    cross = bar.findChild(QToolButton)
    assert second.nextInFocusChain() is cross
