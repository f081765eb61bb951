"""The matplotlib side of the live curves. Import it late: it costs half a second."""

# Matplotlib's Qt classes carry no types.
# mypy: disable-error-code="no-untyped-call"

import time
from collections.abc import Sequence
from math import ceil, floor, isfinite, log10, nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backend_bases import DrawEvent, Event, MouseEvent, ResizeEvent
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.engine.history import EpochRow, Stage
from desktop_app.ui.history_navigator import Navigator
from desktop_app.ui.theme import LIGHT, Colors, colors

_FIGURES = ("accuracy", "loss")
_FONT = 8.5  # points at 100 dpi: as tall as the window's small print
_MARGINS = {"left": 50, "right": 14, "top": 30, "bottom": 38, "between": 58}  # pixels
# What a curve is called by its stage, beside those of another run; and what tells them apart there.
_NAMES: dict[Stage, str] = {"head": "frozen base", "tuning": "last blocks tuned", "scratch": "from scratch"}
_MARKERS: dict[Stage, str] = {"head": "s", "tuning": "^", "scratch": "D"}
_FEW = 25  # up to so many epochs, each is marked with a dot
_MANY = 120  # above so many, the lines are thin


class HistoryCanvas(FigureCanvasQTAgg):
    """Accuracy and loss by epoch, side by side.

    The curves are drawn over a stored picture of the axes, which is five times faster than drawing all anew
    and keeps the window smooth. The view follows the data until the user zooms.
    """

    hovered = Signal(str)
    _others: dict[Stage, tuple[Line2D, Line2D]] = {}  # noqa: RUF012  each canvas makes its own
    _lines: Sequence[Line2D] = ()  # none yet while the base class' constructor changes the palette

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Figure(dpi=100))
        self.setParent(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.following = True
        self._rows: Sequence[EpochRow] = ()
        self._planned = 0
        self.cost = 0.0  # seconds that the last full drawing took
        self._background: Any = None
        accuracy, loss = self.figure.subplots(1, 2, sharex=True)
        self._axes: tuple[Axes, Axes] = (accuracy, loss)
        self._lines = [axes.plot([], [], animated=True)[0] for axes in self._axes for _ in range(2)]
        self._compared: Sequence[EpochRow] = ()
        self._others = {stage: (accuracy.plot([], [])[0], loss.plot([], [])[0]) for stage in _NAMES}
        for axes, title in zip(self._axes, ("Accuracy", "Loss"), strict=True):
            axes.set_title(title, loc="left", fontsize=_FONT + 1.5, fontweight="bold")
            axes.set_xlabel("epoch", fontsize=_FONT)
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.tick_params(length=0, labelsize=_FONT)
            axes.grid(axis="y", linewidth=0.8)
            axes.set_axisbelow(True)
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
            axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        self._starts = [axes.axvline(0, linewidth=1, zorder=-1, visible=False) for axes in self._axes]
        # Loss falls, so this corner stays free; one label serves both lines.
        self._start = loss.annotate(
            "fine-tuning",
            (0, 1),
            (0, 0),
            xycoords=loss.get_xaxis_transform(),
            textcoords="offset points",
            va="top",
            fontsize=_FONT,
            visible=False,
        )
        accuracy.yaxis.set_major_formatter(lambda value, _place: f"{100 * value:g} %")
        accuracy.format_coord = lambda x, y: f"epoch {x:.0f}, {100 * y:.1f} %"
        loss.format_coord = lambda x, y: f"epoch {x:.0f}, loss {y:.3f}"
        self._fit([], 10)
        self._restyle(colors())
        self.navigator = Navigator(self)
        self.mpl_connect("draw_event", self._on_draw)
        self.mpl_connect("resize_event", self._on_resize)
        self.mpl_connect("scroll_event", self._on_scroll)

    def show_rows(self, rows: Sequence[EpochRow], planned: int) -> None:
        """Draw `rows` on an axis that reaches to at least `planned` epochs."""
        self._rows, self._planned = rows, planned
        self._mark_tuning(next((row.epoch for row in rows if row.stage == "tuning"), 0))
        epochs = [row.epoch for row in rows]
        series: tuple[list[float], ...] = (
            [row.accuracy for row in rows],
            _known([row.val_accuracy for row in rows]),
            [row.loss for row in rows],
            _known([row.val_loss for row in rows]),
        )
        for line, values in zip(self._lines, series, strict=True):
            line.set_data(epochs, values)
            line.set_marker("o" if len(rows) <= _FEW else "")
            line.set_linewidth(1.6 if len(rows) <= _MANY else 1.0)
        refitted = self.following and self._fit(rows, planned)
        if self._background is None or refitted:
            self.draw_idle()
        else:
            self.restore_region(self._background)
            self._draw_lines()
            self.blit()

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
        self._restyle(colors())
        self._background = None

    def show_all(self) -> None:
        """Let the view follow the data again."""
        self.following = True
        self.navigator.update()  # forgets the views gone through
        self._fit(self._rows, self._planned)
        self.draw_idle()

    def save(self, path: str) -> None:
        """Write what is seen to a PNG, SVG or PDF, in the light colours that suit paper."""
        self._restyle(LIGHT)
        try:
            self.figure.savefig(path, dpi=200)
        finally:
            self._restyle(colors())
            self.draw_idle()

    def draw(self) -> None:
        """Draw all, and measure it."""
        began = time.monotonic()
        super().draw()
        self.cost = time.monotonic() - began

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + and −, move by the arrows, show all by Home."""
        low, high = self._axes[0].get_xlim()
        width = high - low
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                low, high = low + width / 8, high - width / 8
            case Qt.Key.Key_Minus:
                low, high = low - width / 6, high + width / 6
            case Qt.Key.Key_Left:
                low, high = low - width / 8, high - width / 8
            case Qt.Key.Key_Right:
                low, high = low + width / 8, high + width / 8
            case Qt.Key.Key_Home:
                self.show_all()
                return
            case _:
                event.ignore()
                return
        self.following = False
        self._axes[0].set_xlim(low, high)
        self.draw_idle()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system from light to dark and back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._lines:
            self._restyle(colors())
            self.draw_idle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show where the keyboard is."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QColor(colors().accent))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
            painter.end()

    def _on_draw(self, event: Event) -> None:
        # Saving draws on another canvas for a moment; its picture is not the window's background.
        if isinstance(event, DrawEvent) and event.canvas is self and not self.is_saving():
            self._background = self.copy_from_bbox(self.figure.bbox)
            self._draw_lines()

    def _on_resize(self, event: Event) -> None:
        """Keep the margins the same in logical pixels."""
        if not isinstance(event, ResizeEvent):
            return
        self._background = None
        width, height = max(event.width, 300), max(event.height, 120)
        axes_width = (width - _MARGINS["left"] - _MARGINS["right"] - _MARGINS["between"]) / 2
        self.figure.subplots_adjust(
            left=_MARGINS["left"] / width,
            right=1 - _MARGINS["right"] / width,
            top=1 - _MARGINS["top"] / height,
            bottom=_MARGINS["bottom"] / height,
            wspace=_MARGINS["between"] / axes_width,
        )

    def _on_scroll(self, event: Event) -> None:
        """Zoom about the mouse."""
        if not isinstance(event, MouseEvent) or event.inaxes is None:
            return
        x, y = event.xdata or 0.0, event.ydata or 0.0
        self.navigator.push_current()
        self.following = False
        scale = 0.8 if event.step > 0 else 1.25
        axes = event.inaxes
        axes.set_xlim(*(x + (edge - x) * scale for edge in axes.get_xlim()))
        axes.set_ylim(*(y + (edge - y) * scale for edge in axes.get_ylim()))
        self.draw_idle()

    def _draw_lines(self) -> None:
        for index, line in enumerate(self._lines):
            self._axes[index // 2].draw_artist(line)

    def _mark_tuning(self, epoch: int) -> None:
        """Draw where fine-tuning begins; 0 for nowhere."""
        place = epoch - 0.5 if epoch else 0.0
        if place == self._starts[0].get_xdata()[0]:  # type: ignore[index]
            return
        late = epoch > max(self._planned, len(self._rows)) / 2  # then there is more room to the left
        for line in self._starts:
            line.set(xdata=[place, place], visible=bool(epoch))
        self._start.set(visible=bool(epoch), ha="right" if late else "left")
        self._start.xy = (place, 1)
        self._start.set_position((-4 if late else 4, -2))
        self._background = None

    def _fit(self, rows: Sequence[EpochRow], planned: int) -> bool:
        """Choose round limits that hold the data; whether they are new."""
        rows = [*rows, *self._compared]
        accuracies = [v for row in rows for v in (row.accuracy, row.val_accuracy) if v is not None]
        losses = [v for row in rows for v in (row.loss, row.val_loss) if v is not None and isfinite(v)]
        last = max([planned, 2, *(row.epoch for row in rows)])
        edge = (last - 1) * 0.02
        lowest = floor(min([*accuracies, 0.9]) * 10) / 10
        wanted = (
            (1 - edge, last + edge),
            (lowest, 1 + (1 - lowest) * 0.03),
            (0.0, 1.03 * _round_up(max([*losses, 0.1]))),
        )
        accuracy, loss = self._axes
        before = (accuracy.get_xlim(), accuracy.get_ylim(), loss.get_ylim())
        accuracy.set_xlim(*wanted[0])
        accuracy.set_ylim(*wanted[1])
        loss.set_ylim(*wanted[2])
        return before != (accuracy.get_xlim(), accuracy.get_ylim(), loss.get_ylim())

    def _restyle(self, c: Colors) -> None:
        self.figure.set_facecolor(c.card)
        for index, line in enumerate(self._lines):
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
            for line, kind in zip(self._lines, ("training", "validation") * 2, strict=True):
                line.set_label(f"{name}, {kind}")
        for (stage, lines), color in zip(self._others.items(), (c.warn, c.text, c.bad), strict=True):
            for line in lines:
                line.set(color=color, linewidth=1.6, marker=_MARKERS[stage], markersize=3.5)
        for line in self._starts:
            line.set_color(c.faded)
        self._start.set_color(c.muted)
        # It hides the grid behind it.
        self._start.set_bbox({"boxstyle": "square,pad=0.1", "linewidth": 0, "facecolor": c.card})
        for axes in self._axes:
            axes.set_facecolor(c.card)
            axes.title.set_color(c.text)
            axes._left_title.set_color(c.text)  # type: ignore[attr-defined]  # there is no public name for it
            axes.xaxis.label.set_color(c.muted)
            axes.tick_params(colors=c.muted)
            axes.spines["bottom"].set_color(c.border)
            axes.grid(axis="y", color=c.border)
        # Accuracy rises, so this corner stays free; one legend serves both.
        legend = self._axes[0].legend(loc="lower right", fontsize=_FONT, labelcolor=c.muted)
        legend.get_frame().set(facecolor=c.card, edgecolor="none", alpha=1)
        legend.set_zorder(0)


def _known(values: Sequence[float | None]) -> list[float]:
    return [nan if value is None else value for value in values]


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 times a power of ten."""
    power = 10.0 ** floor(log10(value))
    return next((step * power for step in (1, 1.5, 2, 3, 5, 7) if value <= step * power), ceil(10) * power)
