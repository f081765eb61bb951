"""The figures of the verdict and of the learning curve. Import it late: it brings matplotlib."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from desktop_app.engine.figures import FONT, Ink, dress
from desktop_app.engine.learning_curve import LearningCurve
from desktop_app.engine.paired import points
from desktop_app.engine.verdict import Verdict


def draw_verdict(figure: Figure, ink: Ink, verdict: Verdict) -> None:
    """A line for each baseline: what the model is better by, with its interval; 0 is no difference."""
    axes = figure.subplots()
    title = f"What this model ({100 * verdict.model.accuracy:.1f} % right) is better by"
    dress(axes, ink, title, "points of a hundred", "", shares=False)
    axes.grid(visible=False)
    axes.axvline(0, color=ink.muted, linewidth=1)
    right = 0.0
    for place, one in enumerate(verdict.baselines):
        if one.difference is None:
            continue
        mean, (low, high) = 100 * one.difference.mean, (100 * end for end in one.difference.interval)
        color = ink.muted if not one.difference.clear else ink.accent if mean > 0 else ink.bad
        axes.plot([low, high], [place, place], color=color, linewidth=2, solid_capstyle="round")
        axes.plot([mean], [place], marker="o", markersize=7, color=color)
        words = f"{points(mean / 100)}  [{points(low / 100)}, {points(high / 100)}]"
        axes.annotate(
            words,
            (mean, place),
            (0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=FONT,
            color=ink.text,
        )
        right = max(right, abs(low), abs(high))
    axes.set_yticks(
        range(len(verdict.baselines)),
        [f"{one.title}: {100 * one.accuracy:.1f} %" for one in verdict.baselines],
    )
    axes.tick_params(axis="y", colors=ink.text)
    axes.set_ylim(len(verdict.baselines) - 0.5, -0.7)
    left = min(0.0, *(100 * one.difference.interval[0] for one in verdict.baselines if one.difference))
    reach = max(right, 5.0)
    axes.set_xlim(min(left * 1.15, -0.15 * reach), 1.15 * reach)


def draw_learning(figure: Figure, ink: Ink, curve: LearningCurve) -> None:
    """The error over the number of pictures: as measured, and as fitted up to twice as many."""
    axes = figure.subplots()
    dress(axes, ink, "Wrong answers", "pictures learned from", "", shares=False)
    sizes, fitted = curve.sizes, 100 * curve.at(curve.sizes)
    known = sizes <= curve.most
    low, high = 100 * curve.band.T
    axes.fill_between(sizes, low, high, color=ink.accent, alpha=0.15, linewidth=0, label="95 % of the fit")
    axes.plot(sizes[known], fitted[known], color=ink.accent, linewidth=1.6)
    label = f"fit: {100 * curve.fit[0]:.1f} {_signed(100 * curve.fit[1])} · n^(−{curve.fit[2]:.2f}) %"
    beyond = sizes >= sizes[known][-1]
    axes.plot(
        sizes[beyond], fitted[beyond], color=ink.accent, linewidth=1.6, linestyle=(0, (4, 3)), label=label
    )
    for point in curve.points:
        axes.plot([point.pictures] * 2, [100 * end for end in point.interval], color=ink.text, linewidth=1.2)
    axes.plot(
        [point.pictures for point in curve.points],
        [100 * point.error for point in curve.points],
        "o",
        color=ink.text,
        markersize=5,
        label=f"measured on {curve.judged:,} pictures",
    )
    axes.set_xscale("log")
    ticks = [*(point.pictures for point in curve.points), 2 * curve.most]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g} %"))
    axes.set_ylim(0, max(5.0, 1.1 * float(np.max([100 * point.interval[1] for point in curve.points]))))
    legend = axes.legend(fontsize=FONT, labelcolor=ink.text, loc="upper right")
    legend.get_frame().set(facecolor=ink.paper, edgecolor="none", alpha=0.85)


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.1f}"
