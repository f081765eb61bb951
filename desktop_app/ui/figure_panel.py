"""A tab with one figure, drawn when it is first looked at."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from desktop_app.ui.card import label
from desktop_app.ui.saving import FIGURE, SaveBar, under
from desktop_app.ui.theme import GAP, set_role

if TYPE_CHECKING:
    from desktop_app.engine.figures import Draw
    from desktop_app.ui.figure_canvas import FigureCanvas


class FigurePanel(QWidget):
    """A sentence and Save… above a figure; words in its place while there is none."""

    def __init__(self, name: str, file: str) -> None:
        """`name` is what a screen reader calls the figure, `file` the name it is saved under."""
        super().__init__()
        self._accessible = name
        self._draw: Draw | None = None
        self._stale = False
        self.canvas: FigureCanvas | None = None
        self._empty = label(role="hint", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        frame = QFrame()
        set_role(frame, "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        self._stack = QStackedLayout()
        inside.addLayout(self._stack)
        self._stack.addWidget(self._empty)
        self.bar = SaveBar("", frame, file, FIGURE, self._save)
        under(self, self.bar, frame)
        self.show_nothing("")

    def show_figure(self, words: str, draw: "Draw") -> None:
        """Draw this, now or when the tab is opened, and say what it is."""
        self.bar.say(words)
        self.bar.set_enabled(True)
        self._draw, self._stale = draw, True
        if self.isVisible():
            self._refresh()

    def show_nothing(self, words: str) -> None:
        """There is no figure, and why."""
        self.bar.say("")
        self.bar.set_enabled(False)
        self._draw, self._stale = None, False
        self._empty.setText(words)
        self._stack.setCurrentWidget(self._empty)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came in while another tab was in front."""
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def _refresh(self) -> None:
        self._stale = False
        canvas = self._make_canvas()
        self._stack.setCurrentWidget(canvas)
        if self._draw:
            canvas.show_figure(self._draw)

    def _save(self, path: Path) -> None:
        if self._stale:
            self._refresh()
        if self.canvas:
            self.canvas.save(path)

    def _make_canvas(self) -> "FigureCanvas":
        if self.canvas is None:
            from desktop_app.ui.figure_canvas import FigureCanvas

            self.canvas = FigureCanvas(self)
            self.canvas.setAccessibleName(self._accessible)
            self._stack.addWidget(self.canvas)
        return self.canvas
