"""Several runs in one figure: each line is a run's own numbers, in its own colour."""

from math import inf, isnan, nan
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from desktop_app.engine.figures import PAPER, render
from desktop_app.engine.history import EpochRow, History
from desktop_app.engine.run_figures import draw_runs

FIRST = [EpochRow(1, 0.9, 0.5, 1.0, 0.6), EpochRow(2, 0.7, 0.8, 0.8, 0.7)]
SECOND = [EpochRow(1, inf, 0.4), EpochRow(2, nan, 0.5), EpochRow(3, 0.6, 0.6)]


def test_each_run_has_its_numbers_and_its_colour() -> None:
    figure = Figure()
    draw_runs(figure, PAPER, [("a", History(FIRST)), ("B", History(SECOND))])
    accuracy, loss = figure.axes
    shown = [np.asarray(line.get_ydata()).tolist() for line in accuracy.lines]
    assert shown[:3] == [[0.5, 0.8], [0.6, 0.7], [0.4, 0.5, 0.6]]
    assert all(map(isnan, shown[3]))
    assert [line.get_color() for line in loss.lines] == [PAPER.classes[place // 2] for place in range(4)]
    validation = np.asarray(loss.lines[2].get_ydata()).tolist()
    assert isnan(validation[0])
    assert isnan(validation[1])
    assert validation[2] == 0.6
    legend = loss.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["a", "B"]
    assert accuracy.get_xlim()[1] > 3


def test_a_ring_marks_what_was_kept() -> None:
    figure = Figure()
    draw_runs(figure, PAPER, [("a", History(FIRST, 2)), ("B", History(SECOND, 3)), ("C", History(FIRST, 0))])
    for axes, values in zip(figure.axes, ([0.7, 0.6], [0.8, 0.6]), strict=True):
        ring = axes.lines[-1]
        assert ring.get_label() == "kept"
        assert np.asarray(ring.get_xdata()).tolist() == [2, 3]
        assert np.asarray(ring.get_ydata()).tolist() == values


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_same_figure_is_the_same_file(tmp_path: Path, ending: str) -> None:
    files = [tmp_path / f"{number}.{ending}" for number in range(2)]
    for file in files:
        render(lambda figure, ink: draw_runs(figure, ink, [("$a_", History(FIRST, 2))] * 9), file, (6, 3))
    assert files[0].read_bytes() == files[1].read_bytes()
