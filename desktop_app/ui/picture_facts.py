"""What there is to know about one picture, as a list of names and values beside it."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop_app.engine.catalog import Picture
from desktop_app.engine.facts import Facts
from desktop_app.ui.card import label
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP
from desktop_app.ui.wording import file_size

Pairs = Iterable[tuple[str, str]]
_SPLITS = {"train": "Training", "val": "Validation", "test": "Test"}


class PictureFacts(QWidget):
    """Two columns; what is long is broken into lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_pairs(self, pairs: Pairs) -> None:
        """These, from top to bottom."""
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(pairs):
            told = _breakable(safe(value))
            told.setAccessibleName(f"{name}: {safe(value)}")
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label(name, "hint"), row, 0, top)
            self._grid.addWidget(told, row, 1, top)


def of_picture(picture: Picture) -> list[tuple[str, str]]:
    """What the catalog says."""
    split = _SPLITS.get(picture.split or "", "Not assigned")
    return [("Class", picture.label or "None"), ("Split", split), ("Folder", str(picture.path.parent))]


def of_facts(facts: Facts) -> list[tuple[str, str]]:
    """What the file says."""
    frames = f"The first of {facts.frames:,} is used" if facts.frames > 1 else ""
    mode = f"{facts.format}, {facts.mode}" if facts.format else facts.mode
    known = [
        ("Pixels", f"{facts.width:,} × {facts.height:,}" if facts.width else ""),
        ("Format", mode),
        ("File size", file_size(facts.size) if facts.size else ""),
        ("Camera", facts.camera),
        ("Frames", frames),
    ]
    return [(name, value) for name, value in known if value]


def _breakable(text: str) -> QLabel:
    """A label that wraps also where there is no space, as in paths."""
    made = label(text.replace("/", "/\u200b").replace("_", "_\u200b"), wrap=True)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made
