"""Where the keyboard is."""

from PySide6.QtWidgets import QWidget


def holds_focus(widget: QWidget) -> bool:
    """Whether the keyboard is at `widget` or inside it, so that it may be moved on from there."""
    focused = widget.window().focusWidget()
    return widget.isVisible() and focused is not None and (focused is widget or widget.isAncestorOf(focused))
