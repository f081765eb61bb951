"""The finder's curve is drawn, and its rate taken."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.engine.rate_finder import RateCurve, suggest
from desktop_app.ui.rate_dialog import RateDialog
from desktop_app.ui.theme import colors


def curve(found: bool = True) -> RateCurve:
    rates = np.geomspace(1e-6, 1, 121)
    losses = 1.5 - 1.0 / (1 + np.exp(-3 * (np.log10(rates) + 3)))
    return RateCurve(rates, losses, losses, suggest(rates, losses) if found else None)


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[RateDialog]:
    around = QWidget()
    qtbot.addWidget(around)
    made = RateDialog(around)
    made.show()
    yield made


def drawn(dialog: RateDialog) -> set[str]:
    """The colours in the plot."""
    image = dialog.plot.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_suggestion_is_drawn_and_taken(dialog: RateDialog, qtbot: QtBot) -> None:
    dialog.show_progress(0.5, "Trying learning rates: 1.0e-03")
    assert dialog.words.text() == "Trying learning rates: 1.0e-03"
    assert not dialog.use.isEnabled()
    assert colors().accent not in drawn(dialog)
    dialog.show_curve(curve())
    assert {colors().accent, colors().text} <= drawn(dialog)
    assert dialog.words.text() == "Suggested: 0.001"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.use.click()
    assert chosen.args == [0.001]


def test_closing_it_stops_the_finder_unless_it_is_done(dialog: RateDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.stopped):
        dialog.close()


def test_closing_it_afterwards_stops_nothing(dialog: RateDialog, qtbot: QtBot) -> None:
    dialog.show_curve(curve())
    with qtbot.assertNotEmitted(dialog.stopped):
        dialog.close()


def test_without_a_suggestion_there_is_nothing_to_take(dialog: RateDialog) -> None:
    dialog.show_curve(curve(found=False))
    assert not dialog.use.isEnabled()
    assert "nothing to suggest" in dialog.words.text()
    assert colors().text not in drawn(dialog)
    empty = np.array([])
    dialog.show_curve(RateCurve(empty, empty, empty, None))
    assert colors().accent not in drawn(dialog)
