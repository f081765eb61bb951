"""The message bar: one message above the page, with what to do about it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import icons
from desktop_app.ui.buttons import push_button
from desktop_app.ui.focus import holds_focus
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, colors, set_role

Kind = Literal["error", "warning", "info", "success"]
Action = tuple[str, Callable[[], object]]
_SHARE = 0.25  # of the window's height, at most


class MessageBar(QFrame):
    """Hidden while there is nothing to say; the newest message replaces the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind: Kind = "info"
        self.setObjectName("message_bar")
        self._icon = QLabel()
        self._message = _label()
        set_role(self._message, "heading")
        self._hint = _label()
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._message)
        column.addWidget(self._hint)
        self._scroll = _FittingScroll(words)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(GAP // 2)
        close = QToolButton()
        close.setToolTip("Close (Esc)")
        close.clicked.connect(self.clear)
        close.setAccessibleName("Close this message")
        set_role(close, "quiet")
        self._close = close
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + 4, GAP - 2, GAP - 2, GAP - 2)
        row.setSpacing(GAP)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self._icon, 0, middle)
        row.addWidget(self._scroll, 1)
        row.addLayout(self._actions)
        row.setAlignment(self._actions, middle)
        row.addWidget(close, 0, middle)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(policy.Policy.Maximum)
        self.setSizePolicy(policy)
        self.hide()

    def show_message(
        self, message: str, hint: str = "", kind: Kind = "error", actions: Sequence[Action] = ()
    ) -> None:
        """Say `message` and what to do about it; each action is a button that also closes the bar."""
        self.kind = kind
        self._message.setText(safe(message))
        self._hint.setText(safe(hint))
        self._hint.setVisible(bool(hint))
        self._set_actions(actions)
        self._dress()
        spoken = f"{kind.title()}: {message} {hint}".strip()
        self.setAccessibleName(safe(spoken))
        self.show()
        self._fit()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self) -> None:
        """Nothing to say any more."""
        if holds_focus(self) and (around := self.parentWidget()):
            around.setFocus()  # else Qt singles out whatever control comes next
        self.hide()
        self._set_actions(())

    @property
    def text(self) -> str:
        """What is being said; empty while hidden."""
        return "" if self.isHidden() else f"{self._message.text()} {self._hint.text()}".strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape when the focus is inside; the window does the same from elsewhere."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._dress()
        super().changeEvent(event)

    def _fit(self) -> None:
        self._scroll.most = int(self.window().height() * _SHARE)
        self._scroll.updateGeometry()

    def _set_actions(self, actions: Sequence[Action]) -> None:
        while item := self._actions.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        last: QWidget = self._close
        for text, act in actions:
            button = push_button(text, partial(self._do, act))
            self._actions.addWidget(button)
            QWidget.setTabOrder(last, button)  # else a new widget comes last of all in the window
            last = button
        QWidget.setTabOrder(last, self._close)

    def _do(self, act: Callable[[], object]) -> None:
        self.clear()  # first, for the action may have a message of its own
        act()

    def _dress(self) -> None:
        c = colors()
        ink, paper = {
            "error": (c.bad, c.bad_soft),
            "warning": (c.warn, c.warn_soft),
            "info": (c.text, c.hover),
            "success": (c.good, c.accent_soft),
        }[self.kind]
        sheet = (
            f"#message_bar {{ background: {paper}; border: none; border-bottom: 1px solid {c.border};"
            f" border-left: 4px solid {ink}; }}"
        )
        if sheet != self.styleSheet():  # a new sheet is itself a change of palette
            self.setStyleSheet(sheet)
        self._icon.setPixmap(icons.pixmap(self.kind, 22, ink))
        self._close.setIcon(icons.icon("close", c.text))


class _FittingScroll(QScrollArea):
    """As high as its text at the present width, up to `most`; then it scrolls."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.most = 180
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(policy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def hasHeightForWidth(self) -> bool:
        """It has."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The text's height, within bounds."""
        return min(self._content.heightForWidth(width), self.most)

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return QSize(240, 24)  # the height that counts is the one for the width


def _label() -> QLabel:
    label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
