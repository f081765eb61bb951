"""A label of one line that never asks for more room than it gets."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.ui.safe_text import plain_tip
from desktop_app.ui.theme import set_role


class ElidedLabel(QLabel):
    """Ends in “…” where its text is too long; the whole of it is then the tooltip.

    `text()` and a screen reader always have the whole text.
    """

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._more = ""
        if role:
            set_role(self, role)
        self.setText(text)

    def setText(self, text: str, more: str = "") -> None:
        """Show `text`; `more` says it at length on hovering, whether it fits or not."""
        self._more = more
        super().setText(text)
        self.setAccessibleName(more or text)
        self._explain()

    def sizeHint(self) -> QSize:
        """One line, also while there is nothing to say, so that nothing jumps."""
        hint = super().sizeHint()
        return hint.expandedTo(QSize(0, self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What fitted may not fit any more."""
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        flags = self.alignment() | Qt.TextFlag.TextSingleLine
        role, box = self.foregroundRole(), self.contentsRect()
        self.style().drawItemText(painter, box, flags, self.palette(), self.isEnabled(), self._shown(), role)
        painter.end()

    def _shown(self) -> str:
        elide = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.text(), elide, self.contentsRect().width())

    def _explain(self) -> None:
        whole = self._more or (self.text() if self._shown() != self.text() else "")
        self.setToolTip(plain_tip(whole) if whole else "")
