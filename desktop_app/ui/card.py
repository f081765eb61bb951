"""The parts that pages are made of: cards, labels and buttons."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.theme import GAP, set_role

_Button = TypeVar("_Button", bound=QAbstractButton)


class Card(QFrame):
    """A quiet frame. Add to `body`, and to `head` what belongs beside the heading.

    The heading is also the card's name for a screen reader.
    """

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(GAP + 4, GAP, GAP + 4, GAP + 2)
        self.body.setSpacing(GAP // 2 + 2)
        if heading:
            self.setAccessibleName(heading)
            self.head = QHBoxLayout()
            self.head.addWidget(label(heading, "heading"), 1)
            self.body.addLayout(self.head)


def label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A plain-text label in one of the theme's roles."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        set_role(made, role)
    return made


def push_button(text: str, tip: str = "", role: str = "") -> QPushButton:
    """A button that does something."""
    return _dress(QPushButton(text), tip, role)


def small_button(text: str, tip: str) -> QToolButton:
    """A quiet button for the things beside the main one; the keyboard reaches it too."""
    made = _dress(QToolButton(), tip, "quiet")
    made.setText(text)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def progress_bar(name: str) -> QProgressBar:
    """From 0 to 1000, without a text of its own."""
    made = QProgressBar()
    made.setRange(0, 1000)
    made.setTextVisible(False)
    made.setAccessibleName(name)
    return made


def scroll_area(content: QWidget) -> QScrollArea:
    """Scrolls `content` where the window is too small; the keyboard passes through."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(content)
    return made


def _dress(button: _Button, tip: str, role: str) -> _Button:
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    if role:
        set_role(button, role)
    return button
