"""The figures of a judgement, for the window and for paper. Import it late: it brings matplotlib."""

# Matplotlib's Agg classes carry no types.
# mypy: disable-error-code="no-untyped-call"

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from desktop_app.engine.calibration import BINS, Reliability
from desktop_app.engine.curves import Curve, Curves

FONT = 8.5  # points at 100 dpi: as tall as the window's small print
_MOST_LINES = 10
_POINTS = 400  # of a line: more are not seen
_NAME = 18  # letters of a class name in a legend
_DATES = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}  # left out, by kind of file
_MOST_WRITTEN = 30  # classes whose counts have room in the matrix


@dataclass(frozen=True)
class Ink:
    """Colours as #rrggbb; `classes` come again where there are more classes."""

    paper: str
    text: str
    muted: str
    line: str
    accent: str
    bad: str
    classes: tuple[str, ...]


#: The window's light colours, which suit paper.
PAPER = Ink(
    "#ffffff",
    "#1c2430",
    "#5b6675",
    "#dfe3e8",
    "#1f6f54",
    "#b3261e",
    ("#0e52b8", "#e25600", "#3f8f6f", "#7a0f45", "#5f470b", "#00496b", "#a16be8", "#646464"),
)
_Corner = Literal["lower right", "lower left", "upper left"]
Draw = Callable[[Figure, Ink], None]


def draw_curves(figure: Figure, ink: Ink, curves: Curves, names: Sequence[str]) -> None:
    """ROC on the left, precision against recall on the right; of many classes, the ten hardest of each."""
    left, right = figure.subplots(1, 2)
    dress(left, ink, "ROC", "false positive rate", "true positive rate")
    dress(right, ink, "Precision and recall", "recall", "precision")
    left.plot([0, 1], [0, 1], color=ink.muted, linewidth=0.8, linestyle=(0, (4, 3)))
    _lines(left, ink, curves.roc, names, steps=False)
    _lines(right, ink, curves.precision_recall, names, steps=True)
    _legend(left, ink, "lower right", "area below")
    _legend(right, ink, "lower left", "average precision")


def draw_reliability(figure: Figure, ink: Ink, before: Reliability, after: Reliability | None) -> None:
    """Accuracy over confidence, as they are and mended by a temperature; and how often each occurs."""
    both = [("as it is", before, ink.bad), ("calibrated", after, ink.accent)]
    kinds = [(name, each, color) for name, each, color in both if each]
    left, right = figure.subplots(1, 2)
    dress(left, ink, "Right, by how sure it was", "confidence", "share that is right")
    left.plot([0, 1], [0, 1], color=ink.muted, linewidth=0.8, linestyle=(0, (4, 3)), label="honest")
    for (name, each, color), marker in zip(kinds, "os", strict=False):
        held = each.count > 0
        x, y, count = each.confidence[held], each.accuracy[held], each.count[held]
        left.plot(x, y, color=color, linewidth=1, alpha=0.6)
        left.scatter(
            x,
            y,
            8 + 72 * count / count.max(initial=1),  # a bin of one picture says little
            color=color,
            marker=marker,
            linewidths=0,
            label=f"{name}: error {100 * each.error:.1f} %",
        )
    _legend(left, ink, "upper left", "")
    dress(right, ink, "How sure it is", "confidence", "pictures", shares=False)
    width = 1 / BINS / len(kinds)
    for place, (name, each, color) in enumerate(kinds):
        starts = np.arange(BINS) / BINS + place * width
        right.bar(starts, each.count, 0.9 * width, align="edge", color=color, label=name)
    right.set_xlim(-0.02, 1.02)
    _legend(right, ink, "upper left", "")


def draw_confusion(
    figure: Figure, ink: Ink, confusion: Sequence[Sequence[int]], names: Sequence[str]
) -> None:
    """A row a true class, a column a predicted one, darker where more of the row."""
    counts = np.array(confusion, np.float64).reshape(len(names), len(names))
    total = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    axes = figure.subplots()
    picture = np.array(
        [
            [_mix(ink.paper, ink.accent if i == j else ink.bad, share) for j, share in enumerate(row)]
            for i, row in enumerate(shares)
        ]
    ).reshape(len(names), len(names), 3)
    axes.imshow(picture, aspect="equal", interpolation="nearest")
    axes.set_xticks(range(len(names)), [short(name) for name in names], rotation=90, fontsize=FONT)
    axes.set_yticks(range(len(names)), [short(name) for name in names], fontsize=FONT)
    axes.tick_params(length=0, colors=ink.muted)
    axes.xaxis.tick_top()
    for side in axes.spines.values():
        side.set_visible(False)
    if len(names) <= _MOST_WRITTEN:
        for (i, j), count in np.ndenumerate(counts):
            color = ink.paper if shares[i, j] > 0.5 else ink.text if count else ink.muted
            axes.text(j, i, f"{count:.0f}", ha="center", va="center", fontsize=FONT, color=color)
    figure.set_facecolor(ink.paper)


def pixels(draw: Draw, ink: Ink, size: tuple[int, int], ratio: float) -> NDArray[np.uint8]:
    """A figure for a screen, RGBA (height, width, 4): `size` is in logical pixels, of `ratio` real ones."""
    width, height = size
    figure = Figure(figsize=(width / 100, height / 100), dpi=100 * ratio, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    draw(figure, ink)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


def render(draw: Draw, path: Path, size: tuple[float, float]) -> None:
    """Write a figure of `size` inches as PNG, SVG or PDF, as the name ends; an `OSError` where it fails."""
    _write(draw, size, path, path.suffix[1:].lower())


def svg(draw: Draw, size: tuple[float, float]) -> str:
    """A figure of `size` inches as an SVG element, letters drawn as letters."""
    made = io.BytesIO()
    _write(draw, size, made, "svg")
    drawn = made.getvalue().decode()
    return drawn[drawn.index("<svg") :]


def _write(draw: Draw, size: tuple[float, float], target: Path | io.BytesIO, kind: str) -> None:
    """Letters as letters, no date, no chance: the same figure is the same file."""
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "graftwork"}):
        figure = Figure(figsize=size, dpi=100, layout="constrained")
        draw(figure, PAPER)
        figure.savefig(target, format=kind, dpi=200, metadata=_DATES.get(kind, {}))


def dress(axes: Axes, ink: Ink, title: str, x: str, y: str, shares: bool = True) -> None:
    """Give axes the look of all figures; `shares` go from 0 to 1 on both."""
    axes.figure.set_facecolor(ink.paper)
    axes.set_facecolor(ink.paper)
    axes.set_title(title, loc="left", fontsize=FONT + 1.5, fontweight="bold", color=ink.text)
    axes.set_xlabel(x, fontsize=FONT, color=ink.muted)
    axes.set_ylabel(y, fontsize=FONT, color=ink.muted)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(ink.line)
    axes.tick_params(length=0, labelsize=FONT, colors=ink.muted)
    axes.grid(axis="y", linewidth=0.8, color=ink.line)
    axes.set_axisbelow(True)
    if shares:
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)


def short(name: str) -> str:
    """A name fit for a legend: short, in signs that fonts have, no formula, no underscore first."""
    plain = name.encode("utf-8", "backslashreplace").decode()
    plain = "".join(sign if sign.isprintable() else "?" for sign in plain).replace("$", r"\$")
    plain = f"\u200a{plain}" if plain.startswith("_") else plain
    return plain if len(plain) <= _NAME else f"{plain[: _NAME - 1]}…"


def _lines(axes: Axes, ink: Ink, curves: Sequence[Curve], names: Sequence[str], *, steps: bool) -> None:
    known = [place for place, curve in enumerate(curves) if not isnan(curve.area)]
    hardest = sorted(known, key=lambda place: curves[place].area)[:_MOST_LINES]
    for place in sorted(hardest):
        curve, turn = curves[place].thinned(_POINTS), place // len(ink.classes)
        axes.plot(
            curve.x,
            curve.y,
            color=ink.classes[place % len(ink.classes)],
            linestyle=("-", "--", ":", "-.")[turn % 4],
            drawstyle="steps-pre" if steps else "default",
            linewidth=1.5,
            label=f"{short(names[place])}  {curve.area:.3f}",
        )
    if not known:
        axes.text(0.5, 0.5, "not defined here", ha="center", color=ink.muted, fontsize=FONT)
    if len(known) > _MOST_LINES:
        axes.plot([], [], linestyle="none", label=f"the {_MOST_LINES} hardest of {len(known)}")


def _legend(axes: Axes, ink: Ink, place: _Corner, title: str) -> None:
    if not axes.get_legend_handles_labels()[1]:
        return
    legend = axes.legend(fontsize=FONT - 0.5, labelcolor=ink.text, title=title, alignment="left")
    legend.set_loc(place)
    legend.get_title().set_fontsize(FONT - 0.5)
    legend.get_title().set_color(ink.muted)
    legend.get_frame().set(facecolor=ink.paper, edgecolor="none", alpha=0.85)


def _mix(paper: str, ink: str, share: float) -> tuple[float, ...]:
    part = 0.05 + 0.95 * share if share else 0.02
    return tuple(a + (b - a) * part for a, b in zip(_rgb(paper), _rgb(ink), strict=True))


def _rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
