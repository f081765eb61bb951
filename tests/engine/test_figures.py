"""The figures hold what they are given, in any corner, and are the same file each time."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from desktop_app.engine.answers import Answers
from desktop_app.engine.calibration import reliability
from desktop_app.engine.curves import curves
from desktop_app.engine.figures import PAPER, draw_confusion, draw_curves, draw_reliability, render, svg
from desktop_app.engine.judgement import Temperature, judgement

NAMES = ("_ant", "b$e_{e", "<b>&\n", "caf\udce9", "a name that is too long for any legend")


def figure_of_curves(classes: int, names: tuple[str, ...]) -> Figure:
    dice = np.random.default_rng(0)
    labels = np.arange(60) % classes
    shares = dice.dirichlet(np.ones(classes), 60)
    figure = Figure()
    draw_curves(figure, PAPER, curves(labels, shares), names)
    return figure


def legend_of(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def test_each_class_has_its_line_and_its_area() -> None:
    figure = figure_of_curves(5, NAMES)
    dice = np.random.default_rng(0)
    found = curves(np.arange(60) % 5, dice.dirichlet(np.ones(5), 60))
    for axes, expected in zip(figure.axes, (found.roc, found.precision_recall), strict=True):
        told = legend_of(axes)
        assert [words.split()[-1] for words in told] == [f"{curve.area:.3f}" for curve in expected]
        lines = axes.lines[-5:]
        for line, curve in zip(lines, expected, strict=True):
            np.testing.assert_array_equal(line.get_xdata(), curve.x)
            np.testing.assert_array_equal(line.get_ydata(), curve.y)


def test_of_many_classes_the_hardest_are_drawn() -> None:
    figure = figure_of_curves(30, tuple(f"class {place}" for place in range(30)))
    told = legend_of(figure.axes[0])
    assert len(told) == 11
    assert told[-1] == "the 10 hardest of 30"


@pytest.mark.filterwarnings("error")
def test_names_and_corners_are_drawn_without_a_word() -> None:
    for names in (NAMES[:1], NAMES):
        counts = [[1] * len(names)] * len(names)
        drawn = svg(partial(draw_confusion, confusion=counts, names=names), (4, 4))
        assert drawn.startswith("<svg")
        assert "<script" not in drawn
    assert "&lt;b&gt;&amp;?" in drawn
    nothing = reliability(np.zeros((0, 2)), np.zeros(0, np.int64))
    svg(lambda figure, ink: draw_reliability(figure, ink, nothing, None), (6, 3))
    empty = curves(np.zeros(0, np.int64), np.zeros((0, 2)))
    assert "not defined here" in svg(lambda figure, ink: draw_curves(figure, ink, empty, ("a", "b")), (6, 3))


def test_reliability_shows_both() -> None:
    dice = np.random.default_rng(0)
    logits = dice.normal(0, 3, (200, 3)).astype(np.float32)
    labels = dice.integers(0, 3, 200)
    files = tuple(map(Path, map(str, range(200))))
    answers = Answers("x", ("a", "b", "c"), files, labels, logits, np.array(["val"] * 200), np.arange(200))
    found = judgement(answers, Temperature(4.0, 200))
    figure = Figure()
    draw_reliability(figure, PAPER, found.before, found.after)
    assert found.after is not None
    for place, each in enumerate((found.before, found.after)):
        points = np.asarray(figure.axes[0].collections[place].get_offsets())
        held = each.count > 0
        np.testing.assert_allclose(points, np.stack([each.confidence[held], each.accuracy[held]], axis=1))
    heights = [bar.get_height() for bar in figure.axes[1].patches if isinstance(bar, Rectangle)]
    assert heights == [*found.before.count, *found.after.count]


def test_files(tmp_path: Path) -> None:
    def draw(figure: Figure, _ink: object) -> None:
        figure.subplots().plot([0, 1])

    for ending in ("png", "svg"):
        render(draw, tmp_path / f"one.{ending}", (4, 3))
        render(draw, tmp_path / f"two.{ending}", (4, 3))
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    with Image.open(tmp_path / "one.png") as picture:
        assert picture.size == (800, 600)
    assert "<text" in svg(draw, (4, 3))
    with pytest.raises(OSError, match="missing"):
        render(draw, tmp_path / "missing" / "one.png", (4, 3))
