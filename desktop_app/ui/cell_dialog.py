"""The pictures behind a cell of the confusion matrix."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.engine.judgement import Mistake
from desktop_app.ui.answers_grid import AnswersGrid
from desktop_app.ui.card import label
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.wording import pictures

_SIZE = QSize(820, 560)


class CellDialog(QDialog):
    """Escape closes; a double click opens a picture large."""

    def __init__(self, judged: Sequence[Mistake], thumbnails: Thumbnails, parent: QWidget) -> None:
        """`judged` are all of one class and got one answer; there is at least one."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        truth, said = safe(judged[0].label), safe(judged[0].said)
        verb = "recognised" if judged[0].right else f"taken for “{said}”"
        title = f"{pictures(len(judged))} of “{truth}” {verb}"
        self.setWindowTitle(title)
        self.grid = AnswersGrid(thumbnails)
        self.grid.show_judged(judged)
        layout = QVBoxLayout(self)
        layout.setSpacing(GAP)
        layout.addWidget(label(title, "heading", wrap=True))
        layout.addWidget(label("The surest answers come first.", "hint"))
        layout.addWidget(self.grid, 1)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * 0.9))
        self.grid.setFocus()
