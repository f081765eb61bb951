"""The figure of a training's curves: what the window shows and a file keeps. Import it late."""

from collections.abc import Callable, Sequence
from math import ceil, floor, isfinite, log10, nan
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from desktop_app.engine.history import EpochRow, Stage
from desktop_app.ui.theme import LIGHT, Colors

_FIGURES = ("accuracy", "loss")
_FONT = 8.5  # points at 100 dpi: as tall as the window's small print
_MARGINS = {"left": 50, "right": 14, "top": 30, "bottom": 38, "between": 58}  # pixels
# What a curve is called by its stage, beside those of another run; and what tells them apart there.
_NAMES: dict[Stage, str] = {"head": "frozen base", "tuning": "last blocks tuned", "scratch": "from scratch"}
_MARKERS: dict[Stage, str] = {"head": "s", "tuning": "^", "scratch": "D"}
_FEW = 25  # up to so many epochs, each is marked with a dot
_MANY = 120  # above so many, the lines are thin
# Where the legend may be, and the share of the height that it takes there.
_Corner = Literal["lower right", "center right", "upper right"]
_CORNERS: dict[_Corner, tuple[float, float]] = {
    "lower right": (0.0, 0.3),
    "center right": (0.35, 0.65),
    "upper right": (0.7, 1.0),
}
Limits = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


class HistoryFigure:
    """Accuracy and loss by epoch, side by side; needs no window.

    Attributes:
        figure: matplotlib's.
        axes: of accuracy and of loss, with one range of epochs.
        lines: accuracy in training and in validation, then the loss.
        starts: where fine-tuning begins, in both axes; `start` names it.
        rings: about the epoch that was kept, in both axes.
    """

    def __init__(self) -> None:
        self.figure = Figure(dpi=100)
        accuracy, loss = self.figure.subplots(1, 2, sharex=True)
        self.axes: tuple[Axes, Axes] = (accuracy, loss)
        self.lines = [axes.plot([], [], animated=True)[0] for axes in self.axes for _ in range(2)]
        self._rows: Sequence[EpochRow] = ()
        self._corner: _Corner = "lower right"
        self._planned = 0
        self._compared: Sequence[EpochRow] = ()
        self._kept: EpochRow | None = None
        self._others = {stage: (accuracy.plot([], [])[0], loss.plot([], [])[0]) for stage in _NAMES}
        for axes, title in zip(self.axes, ("Accuracy", "Loss"), strict=True):
            axes.set_title(title, loc="left", fontsize=_FONT + 1.5, fontweight="bold")
            axes.set_xlabel("epoch", fontsize=_FONT)
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.tick_params(length=0, labelsize=_FONT)
            axes.grid(axis="y", linewidth=0.8)
            axes.set_axisbelow(True)
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
            axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        self.starts = [axes.axvline(0, linewidth=1, zorder=-1, visible=False) for axes in self.axes]
        self.rings = [axes.plot([], [], "o", fillstyle="none", label="_")[0] for axes in self.axes]
        # Loss falls, so this corner stays free; one label serves both lines.
        self.start = loss.annotate(
            "fine-tuning",
            (0, 1),
            (0, 0),
            xycoords=loss.get_xaxis_transform(),
            textcoords="offset points",
            va="top",
            fontsize=_FONT,
            visible=False,
        )
        accuracy.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{100 * value:g} %"))
        accuracy.format_coord = lambda x, y: f"epoch {x:.0f}, {100 * y:.1f} %"
        loss.format_coord = lambda x, y: f"epoch {x:.0f}, loss {y:.3f}"

    @property
    def limits(self) -> Limits:
        """The epochs, accuracies and losses in sight."""
        accuracy, loss = self.axes
        return accuracy.get_xlim(), accuracy.get_ylim(), loss.get_ylim()

    @limits.setter
    def limits(self, wanted: Limits) -> None:
        accuracy, loss = self.axes
        accuracy.set_xlim(*wanted[0])
        accuracy.set_ylim(*wanted[1])
        loss.set_ylim(*wanted[2])

    def show(self, rows: Sequence[EpochRow], planned: int) -> bool:
        """Draw `rows`, on an axis that `fit` lets reach to at least `planned` epochs.

        Whether something else than the lines has changed.
        """
        self._rows, self._planned = rows, planned
        marked = self._mark_tuning(next((row.epoch for row in rows if row.stage == "tuning"), 0))
        epochs = [row.epoch for row in rows]
        series: tuple[list[float], ...] = (
            [row.accuracy for row in rows],
            _known([row.val_accuracy for row in rows]),
            [row.loss for row in rows],
            _known([row.val_loss for row in rows]),
        )
        for line, values in zip(self.lines, series, strict=True):
            line.set_data(epochs, values)
            line.set_marker("o" if len(rows) <= _FEW else "")
            line.set_linewidth(1.6 if len(rows) <= _MANY else 1.0)
        return marked

    def compare(self, rows: Sequence[EpochRow]) -> None:
        """Draw the validation curves of another run beside those to come; none for no other run."""
        self._compared = rows
        for stage, lines in self._others.items():
            chosen = [row for row in rows if row.stage == stage]
            before = [row for row in rows if chosen and row.epoch == chosen[0].epoch - 1]  # no gap between
            accuracy, loss = ([getattr(row, f"val_{what}") for row in before + chosen] for what in _FIGURES)
            for line, values in zip(lines, (accuracy, loss), strict=True):
                line.set_data([row.epoch for row in before + chosen], _known(values))
                line.set_label(_NAMES[stage] if chosen else "_")

    def keep(self, row: EpochRow | None) -> None:
        """Mark the epoch that was kept; None for none."""
        self._kept = row
        for ring, what in zip(self.rings, _FIGURES, strict=True):
            value = nan if row is None else getattr(row, f"val_{what}")
            ring.set_data([row.epoch if row else nan], [getattr(row, what) if value is None else value])
        self.rings[0].set_label("kept" if row else "_")

    def fit(self) -> bool:
        """Choose round limits that hold the data; whether they are new."""
        rows = [*self._rows, *self._compared]
        accuracies = [v for row in rows for v in (row.accuracy, row.val_accuracy) if v is not None]
        losses = [v for row in rows for v in (row.loss, row.val_loss) if v is not None and isfinite(v)]
        last = max([self._planned, 2, *(row.epoch for row in rows)])
        edge = (last - 1) * 0.02
        lowest = floor(min([*accuracies, 0.9]) * 10) / 10
        wanted = (
            (1 - edge, last + edge),
            (lowest - (1 - lowest) * 0.03, 1 + (1 - lowest) * 0.03),
            (0.0, 1.03 * _round_up(max([*losses, 0.1]))),
        )
        before, self.limits = self.limits, wanted
        return self._free_legend() or before != self.limits

    def restyle(self, c: Colors) -> None:
        """In the colours of `c`."""
        self.figure.set_facecolor(c.card)
        for index, line in enumerate(self.lines):
            validation = index % 2 == 1
            line.set(
                color=c.accent if validation else c.muted,
                linestyle="-" if validation else (0, (4, 1.5)),
                markersize=4,
                label="validation" if validation else "training",
            )
        if self._compared:
            fresh = all(row.stage != "scratch" for row in self._compared)
            name = _NAMES["scratch"] if fresh else "pretrained"
            for line, kind in zip(self.lines, ("training", "validation") * 2, strict=True):
                line.set_label(f"{name}, {kind}")
        for (stage, lines), color in zip(self._others.items(), (c.warn, c.text, c.bad), strict=True):
            for line in lines:
                line.set(color=color, linewidth=1.6, marker=_MARKERS[stage], markersize=3.5)
        for line in self.starts:
            line.set_color(c.faded)
        for ring in self.rings:
            ring.set(color=c.text, markersize=9, markeredgewidth=1.5)
        self.start.set_color(c.muted)
        # It hides the grid behind it.
        self.start.set_bbox({"boxstyle": "square,pad=0.1", "linewidth": 0, "facecolor": c.card})
        for axes in self.axes:
            axes.set_facecolor(c.card)
            axes.title.set_color(c.text)
            axes._left_title.set_color(c.text)  # type: ignore[attr-defined]  # there is no public name for it
            axes.xaxis.label.set_color(c.muted)
            axes.tick_params(colors=c.muted)
            axes.spines["bottom"].set_color(c.border)
            axes.grid(axis="y", color=c.border)
            axes.set_axisbelow(True)
        # Accuracy mostly rises, so the lower corner is free; one legend serves both. It hides the grid alone.
        legend = self.axes[0].legend(loc=self._corner, fontsize=_FONT, labelcolor=c.muted)
        legend.get_frame().set(facecolor=c.card, edgecolor="none", alpha=1)
        legend.set_zorder(1)

    def place(self, width: float, height: float) -> None:
        """Keep the margins the same in logical pixels, on a figure of so many."""
        width, height = max(width, 300), max(height, 120)
        axes_width = (width - _MARGINS["left"] - _MARGINS["right"] - _MARGINS["between"]) / 2
        self.figure.subplots_adjust(
            left=_MARGINS["left"] / width,
            right=1 - _MARGINS["right"] / width,
            top=1 - _MARGINS["top"] / height,
            bottom=_MARGINS["bottom"] / height,
            wspace=_MARGINS["between"] / axes_width,
        )

    def writer(self, path: Path) -> Callable[[], None]:
        """What writes what is seen to a PNG, SVG or PDF, in the light colours that suit paper.

        It draws a figure of its own, and so may be called in any thread; an `OSError` where it fails.
        """
        rows, planned, compared, kept = tuple(self._rows), self._planned, tuple(self._compared), self._kept
        limits, corner = self.limits, self._corner
        width, height = self.figure.get_size_inches()

        def write() -> None:
            paper = HistoryFigure()
            paper.figure.set_size_inches(width, height)
            paper.place(100 * width, 100 * height)
            paper.compare(compared)
            paper.show(rows, planned)
            paper.keep(kept)
            paper.limits, paper._corner = limits, corner
            paper.restyle(LIGHT)
            paper.figure.savefig(path, dpi=200)

        return write

    def _free_legend(self) -> bool:
        """Move the legend away from the curves of accuracy, if it is over one; whether it has moved."""
        (left, right), (low, high), _ = self.limits
        curves = [*self.lines[:2], *(lines[0] for lines in self._others.values())]
        x = np.concatenate([np.asarray(line.get_xdata(), float) for line in curves])
        y = np.concatenate([np.asarray(line.get_ydata(), float) for line in curves])
        height = (y[x > (left + right) / 2] - low) / (high - low)
        hides = {corner: int(((height > a) & (height < b)).sum()) for corner, (a, b) in _CORNERS.items()}
        best = min(hides, key=lambda corner: hides[corner])
        if hides[self._corner] <= hides[best]:
            return False
        self._corner = best
        if legend := self.axes[0].get_legend():
            legend.set_loc(best)
        return True

    def _mark_tuning(self, epoch: int) -> bool:
        """Draw where fine-tuning begins; 0 for nowhere. Whether that is elsewhere than before."""
        place = epoch - 0.5 if epoch else 0.0
        if place == self.starts[0].get_xdata()[0]:  # type: ignore[index]
            return False
        late = epoch > max(self._planned, len(self._rows)) / 2  # then there is more room to the left
        for line in self.starts:
            line.set(xdata=[place, place], visible=bool(epoch))
        self.start.set(visible=bool(epoch), ha="right" if late else "left")
        self.start.xy = (place, 1)
        self.start.set_position((-4 if late else 4, -2))
        return True


def _known(values: Sequence[float | None]) -> list[float]:
    return [nan if value is None else value for value in values]


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 times a power of ten."""
    power = 10.0 ** floor(log10(value))
    return next((step * power for step in (1, 1.5, 2, 3, 5, 7) if value <= step * power), ceil(10) * power)
