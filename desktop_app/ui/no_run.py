"""What a page shows that needs a run while none is open: why, and the two ways to one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui.card import label, push_button
from desktop_app.ui.theme import GAP


class NoRun(QWidget):
    """A sentence in the middle, and buttons below it."""

    page_wanted = Signal(str)  # one of `sidebar.ALL`

    def __init__(self, words: str) -> None:
        super().__init__()
        why = label(words, "hint")
        why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        for text, tip, page in (
            ("Train one", "Go to the Train page", "train"),
            ("Open an earlier run", "Go to the Runs page, and choose one there", "runs"),
        ):
            button = push_button(text, tip, "primary" if page == "train" else "")
            button.clicked.connect(lambda _checked=False, page=page: self.page_wanted.emit(page))
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(GAP + GAP // 2)
        layout.addStretch(1)
        layout.addWidget(why)
        layout.addLayout(row)
        layout.addStretch(1)
