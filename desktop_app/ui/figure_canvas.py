"""The matplotlib side of a figure panel. Import it late: it costs half a second."""

# Matplotlib's Qt classes carry no types.
# mypy: disable-error-code="no-untyped-call"

from pathlib import Path

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop_app.engine.figures import Draw, Ink, render
from desktop_app.ui import class_colors
from desktop_app.ui.theme import DARK, Colors, colors


class FigureCanvas(FigureCanvasQTAgg):
    """Draws what it is given in the window's colours, anew when these change."""

    _draw: Draw | None = None  # none yet while the base class' constructor changes the palette

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Figure(dpi=100, layout="constrained"))
        self.setParent(parent)
        self.figure.set_facecolor(colors().card)

    def show_figure(self, draw: Draw) -> None:
        """Draw another figure."""
        self._draw = draw
        self._redraw()

    def save(self, path: Path) -> None:
        """Write it as PNG or SVG in the colours that suit paper; an `OSError` where it fails."""
        if self._draw:
            width, height = self.figure.get_size_inches()
            render(self._draw, path, (max(width, 4), max(height, 3)))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system from light to dark and back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._draw:
            self._redraw()

    def _redraw(self) -> None:
        self.figure.clear()
        if self._draw:
            self._draw(self.figure, ink(colors()))
        self.draw_idle()


def ink(c: Colors) -> Ink:
    """A scheme's colours for a figure."""
    classes = class_colors.DARK if c is DARK else class_colors.LIGHT
    return Ink(c.card, c.text, c.muted, c.border, c.accent, c.bad, classes)
