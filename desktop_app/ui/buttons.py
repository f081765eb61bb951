"""Push buttons, made in one line."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton

from desktop_app.ui.theme import set_role


def push_button(text: str, act: Callable[[], object], role: str = "", tip: str = "") -> QPushButton:
    """A button that calls `act`, in one of the theme's roles."""
    button = QPushButton(text)
    button.setToolTip(tip)
    # Through a closure, so that the button's own `checked` never reaches a signal or a default argument.
    button.clicked.connect(lambda _checked=False: act())
    if role:
        set_role(button, role)
    return button
