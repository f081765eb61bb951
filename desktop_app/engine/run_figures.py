"""The figure of several runs' histories. Import it late: it brings matplotlib."""

from collections.abc import Sequence
from math import isfinite, nan

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from desktop_app.engine.figures import FONT, Ink, dress, short
from desktop_app.engine.history import EpochRow

_FEW = 25  # up to so many epochs, each is marked with a dot


def draw_runs(figure: Figure, ink: Ink, runs: Sequence[tuple[str, Sequence[EpochRow]]]) -> None:
    """Accuracy and loss by epoch, a colour for each run: validation in full, training faint and dashed.

    Args:
        figure: to draw on.
        ink: its colours.
        runs: what each is called, and its history.
    """
    accuracy, loss = figure.subplots(1, 2, sharex=True)
    for axes, what in ((accuracy, "accuracy"), (loss, "loss")):
        dress(axes, ink, what.title(), "epoch", "", shares=False)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        for place, (name, rows) in enumerate(runs):
            color = ink.classes[place % len(ink.classes)]
            marker = "o" if len(rows) <= _FEW else ""
            _line(axes, rows, what, color=color, marker=marker, linestyle="--", linewidth=1.2, alpha=0.4)
            _line(axes, rows, f"val_{what}", color=color, marker=marker, linewidth=1.6, label=short(name))
    last = max((row.epoch for _, rows in runs for row in rows), default=2)
    edge = max(last - 1, 1) * 0.03
    accuracy.set_xlim(1 - edge, max(last, 2) + edge)
    accuracy.set_ylim(top=1.02)
    accuracy.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{100 * value:g} %"))
    loss.set_ylim(bottom=0)
    legend = loss.legend(loc="upper left", bbox_to_anchor=(1.0, 1.06), fontsize=FONT, labelcolor=ink.muted)
    legend.get_frame().set(facecolor=ink.paper, edgecolor="none")


def _line(axes: Axes, rows: Sequence[EpochRow], what: str, **style: object) -> None:
    values = [getattr(row, what) for row in rows]
    known = [nan if value is None or not isfinite(value) else value for value in values]
    axes.plot([row.epoch for row in rows], known, markersize=3.5, **style)  # type: ignore[arg-type]
