"""A tab with one figure, drawn when it is first looked at."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from desktop_app.ui.card import label
from desktop_app.ui.figure_view import FigureView
from desktop_app.ui.saving import FIGURE, SaveBar, under
from desktop_app.ui.theme import GAP, set_role

if TYPE_CHECKING:
    from desktop_app.engine.figures import Draw


_BESIDE = 90  # pixels: longer lines than these leave are hard to read


class FigurePanel(QWidget):
    """A sentence and Save… above a figure; words in its place while there is none."""

    def __init__(self, name: str, file: str) -> None:
        """`name` is what a screen reader calls the figure, `file` the name it is saved under."""
        super().__init__()
        self.draw: Draw | None = None
        self._stale = False
        self.view = FigureView()
        self.view.setAccessibleName(name)
        self._empty = label(role="hint", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(_BESIDE, 0, _BESIDE, 0)
        frame = QFrame()
        set_role(frame, "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        self._stack = QStackedLayout()
        inside.addLayout(self._stack)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        self.bar = SaveBar("", frame, file, FIGURE, self._save)
        under(self, self.bar, frame)
        self.show_nothing("")

    def show_figure(self, words: str, draw: "Draw") -> None:
        """Draw this, now or when the tab is opened, and say what it is."""
        self.bar.say(words)
        self.bar.set_enabled(True)
        self.draw, self._stale = draw, True
        if self.isVisible():
            self._refresh()

    def show_nothing(self, words: str) -> None:
        """There is no figure, and why."""
        self.bar.say("")
        self.bar.set_enabled(False)
        self.draw, self._stale = None, False
        self._empty.setText(words)
        self._stack.setCurrentWidget(self._empty)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came in while another tab was in front."""
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def _refresh(self) -> None:
        self._stale = False
        self._stack.setCurrentWidget(self.view)
        if self.draw:
            self.view.show_figure(self.draw)

    def _save(self, path: Path) -> Callable[[], None] | None:
        """As large as it is on the screen, in the colours that suit paper."""
        draw, size = self.draw, self.view.size()
        if draw is None:
            return None

        def write() -> None:
            from desktop_app.engine.figures import render

            render(draw, path, (max(size.width() / 100, 4), max(size.height() / 100, 3)))

        return write
