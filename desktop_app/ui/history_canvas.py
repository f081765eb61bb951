"""The matplotlib side of the live curves. Import it late: it costs half a second."""

# Matplotlib's Qt classes carry no types.
# mypy: disable-error-code="no-untyped-call"

import time
from collections.abc import Sequence
from typing import Any

from matplotlib.backend_bases import DrawEvent, Event, MouseEvent, ResizeEvent
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.engine.history import EpochRow
from desktop_app.ui.history_figure import HistoryFigure
from desktop_app.ui.history_navigator import Navigator
from desktop_app.ui.theme import colors


class HistoryCanvas(FigureCanvasQTAgg):
    """Accuracy and loss by epoch, side by side.

    The curves are drawn over a stored picture of the axes, which is five times faster than drawing all anew
    and keeps the window smooth. The view follows the data until the user zooms.
    """

    hovered = Signal(str)
    _begun = False  # the base class' constructor changes the palette before there are curves

    def __init__(self, parent: QWidget | None = None) -> None:
        curves = HistoryFigure()
        super().__init__(curves.figure)
        self.curves, self._begun = curves, True
        self.setParent(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.following = True
        self.cost = 0.0  # seconds that the last full drawing took
        self._background: Any = None
        self.curves.show([], 10)
        self.curves.fit()
        self.curves.restyle(colors())
        self.navigator = Navigator(self)
        self.mpl_connect("draw_event", self._on_draw)
        self.mpl_connect("resize_event", self._on_resize)
        self.mpl_connect("scroll_event", self._on_scroll)

    def show_rows(self, rows: Sequence[EpochRow], planned: int) -> None:
        """Draw `rows` on an axis that reaches to at least `planned` epochs."""
        if self.curves.show(rows, planned):
            self._background = None
        refitted = self.following and self.curves.fit()
        if self._background is None or refitted:
            self.draw_idle()
        else:
            self.restore_region(self._background)
            self._draw_lines()
            self.blit()

    def show_all(self) -> None:
        """Let the view follow the data again."""
        self.following = True
        self.navigator.update()  # forgets the views gone through
        self.curves.fit()
        self.draw_idle()

    def compare(self, rows: Sequence[EpochRow]) -> None:
        """Draw the validation curves of another run beside those to come; none for no other run."""
        self.curves.compare(rows)
        self._redraw()

    def keep(self, row: EpochRow | None) -> None:
        """Mark the epoch that was kept; None for none."""
        self.curves.keep(row)
        self._redraw()

    def draw(self) -> None:
        """Draw all, and measure it."""
        began = time.monotonic()
        super().draw()
        self.cost = time.monotonic() - began

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + and −, move by the arrows, show all by Home."""
        low, high = self.curves.axes[0].get_xlim()
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
        self.curves.axes[0].set_xlim(low, high)
        self.draw_idle()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system from light to dark and back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._begun:
            self.curves.restyle(colors())
            self.draw_idle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show where the keyboard is."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QColor(colors().accent))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
            painter.end()

    def _redraw(self) -> None:
        """Have all drawn anew, the legend with it, when rows are next shown."""
        self.curves.restyle(colors())
        self._background = None

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
        self.curves.place(event.width, event.height)

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
        for index, line in enumerate(self.curves.lines):
            self.curves.axes[index // 2].draw_artist(line)
