"""The live curves."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

import numpy as np
import pytest
import ui_samples as samples
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app.engine.history import EpochRow, read_csv
from desktop_app.ui import plots, theme
from desktop_app.ui.plots import HistoryPlot
from desktop_app.ui.theme import LIGHT

if TYPE_CHECKING:
    from desktop_app.ui.history_canvas import HistoryCanvas
    from desktop_app.ui.history_figure import HistoryFigure


@pytest.fixture
def plot(qtbot: QtBot) -> HistoryPlot:
    made = HistoryPlot()
    qtbot.addWidget(made)
    made.resize(640, 360)
    made.show()
    return made


def canvas_of(plot: HistoryPlot) -> "HistoryCanvas":
    canvas = plot._canvas
    assert canvas is not None
    return canvas


def finish(plot: HistoryPlot, rows: Sequence[EpochRow], kept: int = 0) -> None:
    """A whole run, seen at its end."""
    plot.begin(len(rows))
    for row in rows:
        plot.add(row)
    plot.end(kept)


def drawn(plot: HistoryPlot) -> int:
    return len(canvas_of(plot).curves.lines[0].get_xdata())  # type: ignore[arg-type]


def test_matplotlib_comes_with_the_first_epoch_only_and_is_sharp_on_a_fine_screen() -> None:
    script = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from desktop_app.ui.train_page import TrainPage
from desktop_app.ui.results_page import ResultsPage
from desktop_app.ui.export_page import ExportPage
pages = TrainPage(), ResultsPage(), ExportPage()
pages[0].show()
pages[0].begin_run(3)
assert not {"matplotlib", "tensorflow", "keras"} & set(sys.modules), "too early"
from desktop_app.engine.history import EpochRow
pages[0].add_epoch(EpochRow(1, 0.5, 0.5))
assert "matplotlib" in sys.modules and "matplotlib.pyplot" not in sys.modules
canvas = pages[0].run.plot._canvas
assert canvas.devicePixelRatioF() == 2
app.processEvents()
left = canvas.curves.axes[0].get_position().x0 * canvas.width()
assert 49 < left < 51, left
"""
    environment = {**os.environ, "QT_SCALE_FACTOR": "2"}
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60, env=environment)


def test_shows_a_hint_until_there_are_epochs(plot: HistoryPlot) -> None:
    assert plot._empty.isVisible()
    assert not plot._save.isEnabled()
    plot.begin(3)
    assert "Every picture" in plot._empty.text()
    plot.add(samples.epochs(1)[0])
    assert canvas_of(plot).isVisible()
    assert plot._save.isEnabled()


def test_first_epoch_is_drawn_at_once_and_a_rush_is_gathered(
    plot: HistoryPlot, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot.begin(50)
    rows = samples.epochs(50)
    plot.add(rows[0])
    assert drawn(plot) == 1
    calls: list[int] = []
    canvas = canvas_of(plot)
    show = canvas.show_rows

    def counted(rows: Sequence[EpochRow], planned: int) -> None:
        calls.append(len(rows))
        show(rows, planned)

    monkeypatch.setattr(canvas, "show_rows", counted)
    for row in rows[1:]:
        plot.add(row)
    assert drawn(plot) == 1
    qtbot.waitUntil(lambda: drawn(plot) == 50, timeout=3000)
    assert calls == [50]


def test_axis_reaches_to_the_planned_epochs_and_ends_with_the_data(plot: HistoryPlot) -> None:
    plot.begin(100)
    for row in samples.epochs(10):
        plot.add(row)
    plot._refresh()
    low, high = canvas_of(plot).curves.axes[0].get_xlim()
    assert low < 1
    assert high >= 100
    plot.end()
    assert drawn(plot) == 10
    assert canvas_of(plot).curves.axes[0].get_xlim()[1] < 12


def test_all_points_lie_inside_the_axes(plot: HistoryPlot) -> None:
    finish(plot, samples.epochs(30))
    accuracy, loss = canvas_of(plot).curves.axes
    for axes, values in ((accuracy, (0.55, 0.99)), (loss, (1 / 30, 1.2))):
        low, high = axes.get_ylim()
        assert low < min(values)
        assert high >= max(values)
    assert accuracy.get_ylim()[0] < 0.5  # a curve along the lowest line of the grid is seen whole


def test_runs_without_validation_pictures_and_with_a_loss_that_is_no_number(plot: HistoryPlot) -> None:
    rows = samples.epochs(2, validation=False)
    finish(plot, [*rows, type(rows[0])(3, float("nan"), 0.5)])
    assert "validation" not in plot.accessibleDescription()
    canvas_of(plot).draw()


def test_says_the_latest_figures_for_screen_readers(plot: HistoryPlot) -> None:
    finish(plot, samples.epochs(4))
    text = canvas_of(plot).accessibleDescription()
    assert "Epoch 4" in text
    assert "90.0 % training, 85.0 % validation" in text
    assert "0.250 training, 0.300 validation" in text


@pytest.mark.parametrize("validation", [True, False])
def test_the_epoch_that_was_kept_is_marked_and_told(plot: HistoryPlot, validation: bool) -> None:
    rows = samples.epochs(4, validation=validation)
    finish(plot, rows, kept=2)
    accuracy, loss = (
        (rows[1].val_accuracy, rows[1].val_loss) if validation else (rows[1].accuracy, rows[1].loss)
    )
    curves = canvas_of(plot).curves
    seen = [[*np.asarray(ring.get_xdata()), *np.asarray(ring.get_ydata())] for ring in curves.rings]
    assert seen == [[2, accuracy], [2, loss]]
    assert plot._figures.text().startswith("Epoch 2 was kept: ")
    assert "Epoch 2 " in plot.accessibleDescription()
    assert names(curves) == ["training", "validation", "kept"]

    finish(plot, rows)
    assert not any(np.isfinite(ring.get_xdata()).any() for ring in curves.rings)
    assert plot._figures.text().startswith("Epoch 4: ")
    assert names(curves) == ["training", "validation"]


def names(curves: "HistoryFigure") -> list[str]:
    """What the legend holds."""
    legend = curves.axes[0].get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def wheel(canvas: "HistoryCanvas", steps: int) -> None:
    place = QPointF(canvas.width() * 0.3, canvas.height() * 0.5)
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    turn = QPoint(0, 120 * steps)
    event = QWheelEvent(place, canvas.mapToGlobal(place), QPoint(), turn, buttons, keys, phase, False)
    QApplication.sendEvent(canvas, event)


def test_wheel_zooms_new_epochs_keep_the_view_and_whole_shows_all(plot: HistoryPlot, qtbot: QtBot) -> None:
    plot.begin(20)
    plot.add(samples.epochs(1)[0])
    canvas = canvas_of(plot)
    canvas.draw()
    before = canvas.curves.axes[0].get_xlim()
    wheel(canvas, 1)
    zoomed = canvas.curves.axes[0].get_xlim()
    assert before[0] < zoomed[0] < zoomed[1] < before[1]
    plot.add(samples.epochs(2)[1])
    plot._refresh()
    assert canvas.curves.axes[0].get_xlim() == zoomed
    QTest.mouseClick(plot._reset, Qt.MouseButton.LeftButton)
    assert canvas.curves.axes[0].get_xlim() == before


def test_keys_zoom_and_move(plot: HistoryPlot, qtbot: QtBot) -> None:
    finish(plot, samples.epochs(20))
    canvas = canvas_of(plot)
    low, high = canvas.curves.axes[0].get_xlim()
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    near = canvas.curves.axes[0].get_xlim()
    assert low < near[0] < near[1] < high
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.curves.axes[0].get_xlim()[0] > near[0]
    assert canvas.curves.axes[1].get_xlim() == canvas.curves.axes[0].get_xlim()


def test_dragging_a_rectangle_zooms(plot: HistoryPlot, qtbot: QtBot) -> None:
    finish(plot, samples.epochs(20))
    canvas = canvas_of(plot)
    canvas.draw()
    QTest.mouseClick(plot._zoom, Qt.MouseButton.LeftButton)
    assert plot._zoom.isChecked()
    before = canvas.curves.axes[0].get_xlim()
    start, end = QPoint(120, 80), QPoint(220, 180)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    after = canvas.curves.axes[0].get_xlim()
    assert before[0] < after[0] < after[1] < before[1]
    assert not canvas.following
    QTest.mouseClick(plot._pan, Qt.MouseButton.LeftButton)
    assert plot._pan.isChecked()
    assert not plot._zoom.isChecked()


@pytest.mark.parametrize(
    ("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")], ids=str
)
def test_saves_pictures_outside_the_windows_thread(
    plot: HistoryPlot, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, start: bytes
) -> None:
    from matplotlib.figure import Figure

    real, threads = Figure.savefig, []

    def save(figure: Figure, *words: object, **more: object) -> None:
        threads.append(current_thread())
        real(figure, *words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Figure, "savefig", save)
    finish(plot, samples.epochs(5))
    plot.save(tmp_path / name)
    assert plot._figures.text() == "Saving…"
    qtbot.waitUntil(lambda: plot._figures.text() == f"Saved as {name}")
    assert (tmp_path / name).read_bytes().startswith(start)
    assert len(threads) == 1
    assert threads[0] is not main_thread()


def test_what_is_saved_is_what_is_seen(plot: HistoryPlot, tmp_path: Path) -> None:
    plot.begin(8, samples.epochs(6))
    for row in samples.epochs(5):
        plot.add(row)
    plot.end(kept=3)
    canvas = canvas_of(plot)
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    canvas.curves.restyle(LIGHT)
    canvas.curves.figure.savefig(tmp_path / "seen.png", dpi=200)
    canvas.curves.writer(tmp_path / "saved.png")()
    assert (tmp_path / "saved.png").read_bytes() == (tmp_path / "seen.png").read_bytes()


def test_saves_the_numbers(plot: HistoryPlot, tmp_path: Path) -> None:
    rows = samples.epochs(5)
    finish(plot, rows)
    plot.save(tmp_path / "a.csv")
    assert read_csv(tmp_path / "a.csv") == tuple(rows)


def test_says_what_could_not_be_saved(plot: HistoryPlot, qtbot: QtBot, tmp_path: Path) -> None:
    finish(plot, samples.epochs(5))
    for name in ("a.png", "a.csv"):
        plot.save(tmp_path / "missing" / name)
        qtbot.waitUntil(lambda: plot._figures.text().startswith("Not saved"))


def test_save_dialog_does_not_block(plot: HistoryPlot, qtbot: QtBot) -> None:
    finish(plot, samples.epochs(5))
    QTest.mouseClick(plot._save, Qt.MouseButton.LeftButton)
    dialog = plot.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.close()


def test_follows_the_scheme(plot: HistoryPlot, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(plot, samples.epochs(3))
    app = QGuiApplication.instance()
    assert isinstance(app, QApplication)
    from matplotlib.colors import to_hex

    for dark, wanted in ((True, theme.DARK), (False, theme.LIGHT)):
        monkeypatch.setattr(theme, "is_dark", lambda dark=dark: dark)
        theme._dress(app)
        QApplication.processEvents()
        assert to_hex(canvas_of(plot).figure.get_facecolor()) == wanted.card
    app.setStyleSheet("")


def test_new_epochs_are_painted_over_the_stored_axes(plot: HistoryPlot, qtbot: QtBot) -> None:
    plot.begin(10)
    rows = samples.epochs(10)
    for row in rows[:4]:
        plot.add(row)
    plot._refresh()
    canvas = canvas_of(plot)
    canvas.draw()
    before = canvas.grab().toImage()
    for row in rows[4:]:
        plot.add(row)
    plot._refresh()
    blitted = canvas.grab().toImage()
    assert blitted != before
    canvas.draw()
    assert canvas.grab().toImage() == blitted


def test_a_line_says_where_fine_tuning_begins(plot: HistoryPlot) -> None:
    rows = [replace(row, stage="tuning" if row.epoch > 6 else "head") for row in samples.epochs(8)]
    plot.begin(8)
    for row in rows[:6]:
        plot.add(row)
    plot._refresh()
    canvas = canvas_of(plot)
    canvas.draw()
    assert not any(line.get_visible() for line in canvas.curves.starts)
    plain = canvas.grab().toImage()
    for row in rows[6:]:
        plot.add(row)
    plot._refresh()
    canvas.draw()
    assert [np.asarray(line.get_xdata()).tolist() for line in canvas.curves.starts if line.get_visible()] == [
        [6.5, 6.5]
    ] * 2
    assert canvas.curves.start.get_visible()
    assert canvas.curves.start.get_ha() == "right"  # inside the axes
    assert "Epoch 8 of fine-tuning" in plot.accessibleDescription()
    assert canvas.grab().toImage() != plain
    finish(plot, samples.epochs(8))
    assert not canvas.curves.start.get_visible()


def test_preload_brings_matplotlib() -> None:
    plots.preload()
    assert "desktop_app.ui.history_canvas" in sys.modules


def test_transfer_and_from_scratch_in_one_plot(plot: HistoryPlot) -> None:
    head = samples.epochs(3)
    tuned = [replace(row, epoch=row.epoch + 3, val_accuracy=0.9, stage="tuning") for row in head]
    plot.begin(12, [*head, *tuned])
    assert "whole network" in plot._empty.text()
    for row in samples.epochs(2):
        plot.add(replace(row, stage="scratch", loss=20.0))
    plot.end()
    canvas = canvas_of(plot)
    legend = canvas.curves.axes[0].get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "from scratch, training",
        "from scratch, validation",
        "frozen base",
        "last blocks tuned",
    ]
    curves = {line.get_label(): line for line in canvas.curves.axes[0].lines}
    assert np.asarray(curves["frozen base"].get_xdata()).tolist() == [1, 2, 3]
    assert np.asarray(curves["last blocks tuned"].get_xdata()).tolist() == [
        3,
        4,
        5,
        6,
    ]  # from where the head ended
    assert np.asarray(curves["last blocks tuned"].get_ydata()).tolist()[1:] == [0.9] * 3
    assert np.asarray(curves["from scratch, validation"].get_xdata()).tolist() == [1, 2]
    assert canvas.curves.axes[0].get_xlim()[1] > 6
    assert len({str(line.get_color()) for line in list(curves.values())[:2]}) == 2
    assert "from scratch" in plot.accessibleDescription()

    plot.begin(3)
    plot.add(head[0])
    plot.end()
    legend = canvas.curves.axes[0].get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["training", "validation"]
    assert canvas.curves.axes[0].get_xlim()[1] < 3


def test_the_legend_makes_way_for_the_curves(plot: HistoryPlot) -> None:
    for low in (0.99, 0.8125):
        finish(plot, [EpochRow(epoch, 0.1, 1.0, 0.3, low) for epoch in range(1, 10)])
        canvas = canvas_of(plot)
        canvas.draw()
        legend = canvas.curves.axes[0].get_legend()
        assert legend is not None
        box = legend.get_window_extent().transformed(canvas.curves.axes[0].transData.inverted())
        assert not box.y0 <= low <= box.y1
