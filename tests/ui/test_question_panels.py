"""The tabs that answer a question once it is asked."""

from pathlib import Path

import numpy as np
import pytest
import ui_samples as samples
from pytestqt.qtbot import QtBot

from desktop_app.engine.learning_curve import LearningCurve, fitted
from desktop_app.engine.verdict import Answered, Arm, Verdict, decide
from desktop_app.ui.question_panels import MorePicturesPanel, TransferPanel

SIZES = np.array([20, 50, 100])


def verdict(*shares: float) -> Verdict:
    """One model and its baselines, right about such shares of 90 pictures."""
    arms = [Arm(f"arm{n}", f"Arm {n}", np.arange(90) % 10 < 10 * share) for n, share in enumerate(shares)]
    return decide(arms[0], arms[1:], Answered(np.repeat([0, 1, 2], 30), np.arange(90)))


def curve(*errors: float) -> LearningCurve:
    wrong = np.stack([np.arange(100) < 100 * error for error in errors])[:, None]
    return fitted(SIZES, np.repeat(wrong, 2, axis=1), np.arange(100))


def test_the_verdict_is_drawn_and_said(qtbot: QtBot, tmp_path: Path) -> None:
    panel = TransferPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show_verdict(verdict(0.9, 0.5, 0.3))
    (axes,) = samples.figure(panel).axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Arm 1: 50.0 %", "Arm 2: 30.0 %"]
    drawn = [float(np.ravel(line.get_xdata())[0]) for line in axes.lines if line.get_marker() == "o"]
    assert drawn == pytest.approx([40, 60])
    low, high = axes.get_xlim()
    assert low < 0
    assert high > 60
    assert panel.bar.note.text().startswith("Transfer helps by +40.0 [")
    assert "arm 1 50.0 %" in panel.bar.note.text()
    saved = samples.save(qtbot, panel.bar, tmp_path / "figure.svg")
    assert saved.read_text("utf-8").startswith("<?xml")
    panel.show_verdict(verdict(0.5, 0.5))
    assert panel.bar.note.text().startswith("No clear difference: 0.0 [0.0, 0.0] points")
    panel.show_verdict(verdict(0.3, 0.9))
    assert panel.bar.note.text().startswith("Negative transfer: −60.0 [")
    panel.forget()
    assert "Did the pretrained backbone help" in panel._empty.text()


def test_the_curve_is_drawn_and_said(qtbot: QtBot) -> None:
    panel = MorePicturesPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show_curve(curve(0.5, 0.3, 0.2))
    (axes,) = samples.figure(panel).axes
    (measured,) = (line for line in axes.lines if line.get_marker() == "o")
    assert measured.get_xdata() == pytest.approx(SIZES)
    assert measured.get_ydata() == pytest.approx([50, 30, 20])
    assert axes.get_xticks()[-1] == 200
    assert panel.bar.note.text().startswith("With 200 pictures to learn from instead of 100")
    panel.show_curve(curve(0.2, 0.2, 0.2))
    assert panel.bar.note.text().startswith("No clear gain")


def test_the_button_starts_and_stops_and_says_how_it_goes(qtbot: QtBot) -> None:
    panel = MorePicturesPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show()
    ask = panel.ask
    with qtbot.waitSignal(ask.start_requested):
        ask.button.click()
    ask.show_running()
    ask.show_progress(0.25, "Learning from 20")
    assert (ask.progress.value(), ask.status.text()) == (250, "Learning from 20")
    panel.forget()  # another run is shown meanwhile; what runs is still to be stopped
    assert ask.running
    with qtbot.waitSignal(ask.stop_requested):
        ask.button.click()
    ask.show_stopping()
    ask.show_progress(0.5, "Learning from 50")
    assert ask.status.text() == "Stopping…"
    ask.show_idle("Stopped.")
    assert not ask.progress.isVisible()
    assert ask.button.isEnabled()
