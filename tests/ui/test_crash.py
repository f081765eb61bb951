"""The dialog for an error that nobody foresaw."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.crash import CrashDialog, show_crash


@pytest.fixture
def error() -> ValueError:
    try:
        raise ValueError("the <b>cat</b>\nsat on \udcff")
    except ValueError as caught:
        return caught


@pytest.fixture
def dialog(error: ValueError, qtbot: QtBot) -> Iterator[CrashDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    made = show_crash(error, Path("/tmp/log"), parent)  # noqa: S108
    yield made
    if shiboken6.isValid(made):
        made.close()


def words(dialog: CrashDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if not label.isHidden())


def press(dialog: CrashDialog, name: str) -> None:
    next(b for b in dialog.findChildren(QPushButton) if name in b.text().replace("&", "")).click()


def test_plain_words_first_and_details_on_demand(dialog: CrashDialog) -> None:
    assert "ValueError: the <b>cat</b>" in words(dialog)
    assert "/tmp/log" in words(dialog)  # noqa: S108
    assert not dialog.details.isVisible()
    press(dialog, "Show details")
    assert dialog.details.isVisible()
    assert "Traceback" in dialog.details.toPlainText()
    assert "test_crash.py" in dialog.details.toPlainText()
    press(dialog, "Hide details")
    assert not dialog.details.isVisible()


def test_the_details_can_be_copied(dialog: CrashDialog) -> None:
    press(dialog, "Copy")
    copied = QGuiApplication.clipboard().text()
    assert "Traceback" in copied
    assert "Graftwork" in copied


def test_a_second_error_is_counted(dialog: CrashDialog) -> None:
    assert show_crash(KeyError("x"), Path("log")) is dialog
    assert "One more error" in words(dialog)
    show_crash(KeyError("y"), Path("log"))
    assert "2 more errors" in words(dialog)
    assert "KeyError: 'y'" in words(dialog)


def test_life_goes_on(dialog: CrashDialog, error: ValueError, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.accepted):
        press(dialog, "Continue")
    parent = QWidget()
    qtbot.addWidget(parent)
    second = show_crash(error, Path("log"), parent)
    assert second is not dialog
    second.close()
