"""The curves of several runs. Import it late: matplotlib costs half a second."""

# Matplotlib's Qt classes carry no types.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan

from matplotlib.axes import Axes
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop_app.engine.history import EpochRow
from desktop_app.ui import class_colors
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import DARK, LIGHT, Colors, colors
from desktop_app.ui.wording import shortened

_FONT = 8.5  # points at 100 dpi: as tall as the window's small print
_MARGINS = {"left": 46, "right": 190, "top": 26, "bottom": 38, "between": 50}  # pixels
_LONGEST = 20  # signs in the legend
_FEW = 25  # up to so many epochs, each is marked with a dot
_FAINT = 0.4


@dataclass(frozen=True)
class Curve:
    """What a run is called, and its history."""

    name: str
    rows: Sequence[EpochRow]


class RunsCanvas(FigureCanvasQTAgg):
    """Accuracy and loss by epoch, a colour for each run: validation in full, training faint and dashed."""

    _curves: Sequence[Curve] = ()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Figure(dpi=100))
        self.setParent(parent)
        self.setAccessibleName("Accuracy and loss by epoch of the selected runs")
        accuracy, loss = self.figure.subplots(1, 2, sharex=True)
        self._axes: tuple[Axes, Axes] = (accuracy, loss)
        self.mpl_connect("resize_event", lambda _event: self._arrange())
        self.show_curves(())

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Draw other runs, each in the colour of its place."""
        self._curves = curves
        self.setAccessibleDescription("; ".join(map(_words, curves)))
        self._draw(colors())
        self.draw_idle()

    def save(self, path: str) -> None:
        """Write what is seen to a PNG, SVG or PDF, in the light colours that suit paper."""
        self._draw(LIGHT)
        try:
            self.figure.savefig(path, dpi=200)
        finally:
            self._draw(colors())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system from light to dark and back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_axes"):
            self.show_curves(self._curves)

    def _arrange(self) -> None:
        """Keep the margins the same in logical pixels; a layout of matplotlib's own takes twice as long."""
        width, height = max(self.width(), 400), max(self.height(), 120)
        axes_width = (width - _MARGINS["left"] - _MARGINS["right"] - _MARGINS["between"]) / 2
        self.figure.subplots_adjust(
            left=_MARGINS["left"] / width,
            right=1 - _MARGINS["right"] / width,
            top=1 - _MARGINS["top"] / height,
            bottom=_MARGINS["bottom"] / height,
            wspace=_MARGINS["between"] / axes_width,
        )

    def _draw(self, c: Colors) -> None:
        self.figure.set_facecolor(c.card)
        for axes, what in zip(self._axes, ("accuracy", "loss"), strict=True):
            axes.clear()
            axes.set_facecolor(c.card)
            axes.set_title(what.title(), loc="left", fontsize=_FONT + 1.5, fontweight="bold", color=c.text)
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.spines["bottom"].set_color(c.border)
            axes.tick_params(length=0, labelsize=_FONT, colors=c.muted)
            axes.grid(axis="y", linewidth=0.8, color=c.border)
            axes.set_axisbelow(True)
            axes.set_xlabel("epoch", fontsize=_FONT, color=c.muted)
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
            axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            for place, curve in enumerate(self._curves):
                _plot(axes, curve, what, _color(place, c))
        accuracy, loss = self._axes
        accuracy.yaxis.set_major_formatter(lambda value, _place: f"{100 * value:g} %")
        longest = max((row.epoch for curve in self._curves for row in curve.rows), default=2)
        edge = max(longest - 1, 1) * 0.03
        accuracy.set_xlim(1 - edge, max(longest, 2) + edge)
        accuracy.set_ylim(top=1.02)
        loss.set_ylim(bottom=0)
        if self._curves:
            self._draw_legend(c)
        self._arrange()

    def _draw_legend(self, c: Colors) -> None:
        named = [
            Line2D([], [], color=_color(place, c), linewidth=2.5, label=shortened(safe(curve.name), _LONGEST))
            for place, curve in enumerate(self._curves)
        ]
        kinds = [
            Line2D([], [], color=c.muted, linewidth=1.6, label="validation"),
            Line2D(
                [], [], color=c.muted, linewidth=1.2, alpha=_FAINT + 0.2, linestyle="--", label="training"
            ),
        ]
        legend = self._axes[1].legend(
            handles=[*named, *kinds],
            loc="upper left",
            bbox_to_anchor=(1.0, 1.06),
            fontsize=_FONT,
            labelcolor=c.muted,
            handlelength=1.6,
        )
        legend.get_frame().set(facecolor=c.card, edgecolor="none")


def _plot(axes: Axes, curve: Curve, what: str, color: str) -> None:
    epochs = [row.epoch for row in curve.rows]
    marker = "o" if len(epochs) <= _FEW else ""
    for name, line, alpha, width in ((what, "--", _FAINT, 1.2), (f"val_{what}", "-", 1.0, 1.6)):
        values = [getattr(row, name) for row in curve.rows]
        axes.plot(
            epochs,
            [value if value is not None and isfinite(value) else nan for value in values],
            color=color,
            linestyle=line,
            alpha=alpha,
            linewidth=width,
            marker=marker,
            markersize=3.5,
        )


def _color(place: int, c: Colors) -> str:
    table = class_colors.DARK if c is DARK else class_colors.LIGHT
    return table[place % len(table)]


def _words(curve: Curve) -> str:
    if not curve.rows:
        return f"{curve.name}: no epochs"
    last = curve.rows[-1]
    share = last.accuracy if last.val_accuracy is None else last.val_accuracy
    return f"{curve.name}: {share:.1%} after {len(curve.rows)} epochs"
