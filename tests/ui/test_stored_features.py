"""The Stored Features dialog."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ui.stored_features import StoredFeaturesDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> StoredFeaturesDialog:
    made = StoredFeaturesDialog()
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("size", "limit", "text"),
    [
        (0, 10**10, "0.0 MB of 10.0 GB in use"),
        (12_340_000, 10**10, "12.3 MB of 10.0 GB in use"),
        (1_234_000_000, 2**33, "1.2 GB of 8.6 GB in use"),
        (2**40, 10**12, "1,099.5 GB of 1,000.0 GB in use"),
    ],
)
def test_it_says_how_much_room_is_in_use(
    dialog: StoredFeaturesDialog, qtbot: QtBot, size: int, limit: int, text: str
) -> None:
    with qtbot.assertNotEmitted(dialog.limit_chosen):
        dialog.show_usage((size, limit))
    assert dialog.usage.text() == text
    assert dialog.limit.value() == pytest.approx(limit / 1e9, abs=0.06)


def test_a_limit_counts_when_it_is_typed_to_its_end(dialog: StoredFeaturesDialog, qtbot: QtBot) -> None:
    dialog.show_usage((10**9, 10**10))
    dialog.limit.selectAll()
    with qtbot.assertNotEmitted(dialog.limit_chosen):
        QTest.keyClicks(dialog.limit, "25")
    with qtbot.waitSignal(dialog.limit_chosen) as said:
        QTest.keyClick(dialog.limit, Qt.Key.Key_Enter)
    assert said.args == [25 * 10**9]


def test_clearing_takes_two_clicks(dialog: StoredFeaturesDialog, qtbot: QtBot) -> None:
    dialog.show_usage((10**9, 10**10))
    with qtbot.assertNotEmitted(dialog.clear_requested):
        dialog.clear.click()
    assert dialog.clear.text() == "&Clear for good"
    with qtbot.waitSignal(dialog.clear_requested):
        dialog.clear.click()
    assert not dialog.clear.isEnabled()
    dialog.show_usage((0, 10**10))
    assert (dialog.clear.text(), dialog.clear.isEnabled()) == ("&Clear", True)


def test_escape_closes_it(dialog: StoredFeaturesDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
