"""The chart of a ranking: accuracy against speed. Import it late: matplotlib costs half a second."""

# Matplotlib's Qt classes carry no types.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Sequence

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop_app.engine.ranking import Standing
from desktop_app.ui.theme import colors

_FONT = 8.5  # points at 100 dpi: as tall as the window's small print


class RankingChart(FigureCanvasQTAgg):
    """A dot for each backbone, with the interval of its accuracy; up and to the right is better.

    Those who have seen the most pictures are in colour, those who dropped out before are grey.
    """

    _standings: Sequence[Standing] = ()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Figure(dpi=100, layout="constrained"))
        self.setParent(parent)
        self.setMinimumHeight(180)
        self.setAccessibleName("Accuracy against speed")
        self._axes = self.figure.subplots()
        self.show_standings(())

    def show_standings(self, standings: Sequence[Standing]) -> None:
        """Draw those that took part."""
        self._standings = known = [one for one in standings if not one.problem]
        said = [
            f"{one.backbone} {one.accuracy:.0%}, {1 / one.seconds:.1f} pictures a second" for one in known
        ]
        self.setAccessibleDescription("; ".join(said))
        c, axes = colors(), self._axes
        axes.clear()
        self.figure.set_facecolor(c.card)
        axes.set_facecolor(c.card)
        axes.set_xscale("log")
        axes.set_xlabel("pictures a second", fontsize=_FONT, color=c.muted)
        axes.set_title("Accuracy", loc="left", fontsize=_FONT + 1.5, fontweight="bold", color=c.text)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(c.border)
        axes.tick_params(which="both", length=0, labelsize=_FONT, colors=c.muted)
        axes.grid(axis="y", linewidth=0.8, color=c.border)
        axes.set_axisbelow(True)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(lambda value, _place: f"{100 * value:g} %")
        most = max((one.pictures for one in known), default=0)
        for one in known:
            last = one.pictures == most
            rate, (low, high) = 1 / one.seconds, one.interval
            axes.errorbar(
                rate,
                one.accuracy,
                [[one.accuracy - low], [high - one.accuracy]],
                fmt="o",
                markersize=7 if last else 5,
                linewidth=1.2,
                color=c.accent if last else c.faded,
            )
            axes.annotate(
                one.backbone,
                (rate, one.accuracy),
                (7, 4),
                textcoords="offset points",
                fontsize=_FONT,
                color=c.text if last else c.muted,
            )
        if known:
            rates = [1 / one.seconds for one in known]
            axes.set_xlim(min(rates) / 1.6, max(rates) * 2.8)  # room for the names
        self.draw_idle()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system from light to dark and back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_axes"):
            self.show_standings(self._standings)
