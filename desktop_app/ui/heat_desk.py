"""The desk where any widget of the window asks where the model looked in a picture."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget


class HeatDesk(QObject):
    """A child of the main window; a controller answers.

    Attributes:
        ready: whether there is a model to ask.
    """

    wanted = Signal(object)  # the picture's Path; its most probable class is asked about
    found = Signal(object)  # HeatMap
    refused = Signal(object, str)  # the Path, and why there is none

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.ready = False

    def ask(self, file: Path) -> None:
        """Ask about a picture; `found` or `refused` comes, unless another one is asked about before."""
        self.wanted.emit(file)


def heat_desk(widget: QWidget) -> HeatDesk | None:
    """That of the window which `widget` is in, or which it is a dialog of; None where there is none."""
    above: QWidget | None = widget
    while above:
        found = above.findChild(HeatDesk, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if isinstance(found, HeatDesk):
            return found
        above = above.parentWidget()
    return None
