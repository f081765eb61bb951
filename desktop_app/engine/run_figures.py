"""The figure of several runs' histories. Import it late: it brings matplotlib."""

from collections.abc import Sequence
from math import isfinite, nan

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from desktop_app.engine.figures import FONT, Ink, dress, short
from desktop_app.engine.history import EpochRow, History

_FEW = 25  # up to so many epochs, each is marked with a dot


def draw_runs(figure: Figure, ink: Ink, runs: Sequence[tuple[str, History]]) -> None:
    """Accuracy and loss by epoch, a colour for each run: validation in full, training faint and dashed.

    A ring marks the epoch that was kept.

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
        for place, (name, history) in enumerate(runs):
            rows = history.rows
            color = ink.classes[place % len(ink.classes)]
            marker = "o" if len(rows) <= _FEW else ""
            _line(axes, rows, what, color=color, marker=marker, linestyle="--", linewidth=1.2, alpha=0.4)
            _line(axes, rows, f"val_{what}", color=color, marker=marker, linewidth=1.6, label=short(name))
        kept = [row for _, history in runs if (row := history.kept_row)]
        if kept:
            values = [_validated(row, what) for row in kept]
            style = {"fillstyle": "none", "markersize": 8, "markeredgewidth": 1.4, "color": ink.text}
            axes.plot([row.epoch for row in kept], values, "o", label="kept", **style)
    last = max((row.epoch for _, history in runs for row in history.rows), default=2)
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


def _validated(row: EpochRow, what: str) -> float:
    """In validation where there was one, else in training."""
    value = getattr(row, f"val_{what}")
    return float(getattr(row, what) if value is None else value)
