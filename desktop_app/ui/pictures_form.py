"""The form of the pictures: how they are made square for the backbone."""

from typing import cast

from PySide6.QtCore import Signal

from desktop_app.engine.resizing import Resize
from desktop_app.ui.form_card import FormCard, choice

_RESIZES: dict[str, str] = {
    "stretch": "stretching",
    "crop": "cropping the middle",
    "pad": "padding with black",
}


class PicturesForm(FormCard):
    """Edits the choice of resizing."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Pictures")
        self.resize_choice = choice(_RESIZES)
        tip = "Stretching distorts, cropping loses the edges, padding makes what is shown smaller"
        self.add("Made s&quare by", self.resize_choice, tip)
        self.resize_choice.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def value(self) -> Resize:
        """The choice."""
        return cast("Resize", self.resize_choice.currentData())

    def set_value(self, resize: Resize) -> None:
        """Show another choice."""
        self.resize_choice.setCurrentIndex(self.resize_choice.findData(resize))
