"""A push button that never asks for more width than it gets."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop_app.ui.safe_text import plain_tip, safe

_EDGES = 32  # pixels that the style keeps beside the text


class ElidedButton(QPushButton):
    """Ends in “…” where its text is too long; a screen reader and the tool tip have the whole of it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = safe(text)
        self.setAccessibleName(self.words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(48, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What fitted may not fit any more."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        elide = Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self.words, elide, max(0, self.width() - _EDGES))
        self.setToolTip(plain_tip(self.words) if shown != self.words else "")
        self.setText(shown.replace("&", "&&"))
