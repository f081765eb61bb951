"""A disclosure: a line that unfolds what a newcomer need not see."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui.card import small_button
from desktop_app.ui.theme import GAP


class Disclosure(QWidget):
    """`title` with a triangle; a click or the space key shows and hides `content`."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.button = small_button(title, "")
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.toggled.connect(self._unfold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(content)
        self._unfold(False)

    def unfold(self) -> None:
        """Show the content."""
        self.button.setChecked(True)

    def _unfold(self, shown: bool) -> None:
        self._content.setVisible(shown)
        self.button.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
