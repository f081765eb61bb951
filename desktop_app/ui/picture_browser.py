"""The grid of pictures with all that belongs around it: what is shown, how large, and where nothing is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.filter_strip import FilterStrip
from desktop_app.ui.focus import holds_focus
from desktop_app.ui.picture_grid import SIDES, PictureGrid
from desktop_app.ui.theme import GAP
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.wording import pictures


class PictureBrowser(QWidget):
    """A strip, a grid and a line below; give pictures to `grid`, and classes and findings to `strip` too."""

    filter_changed = Signal(object)  # a PictureFilter

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = FilterStrip()
        self.grid = PictureGrid(thumbnails)
        self.strip.changed.connect(self.grid.set_filter)
        self.strip.changed.connect(self.filter_changed)
        self.strip.text.returnPressed.connect(self.grid.setFocus)
        self.grid.shown_changed.connect(self._count)
        self.grid.selection_changed.connect(self._count)
        self.grid.side_changed.connect(self._show_side)
        self._words = ElidedLabel("", "hint")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, len(SIDES) - 1)
        self._slider.setPageStep(1)
        self._slider.setFixedWidth(110)
        self._slider.setAccessibleName("Size of the thumbnails")
        self._slider.setToolTip("Size of the thumbnails (Ctrl with the mouse wheel, or with + and −)")
        self._slider.valueChanged.connect(lambda place: self.grid.set_side(SIDES[place]))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self._make_nothing())
        below = QHBoxLayout()
        below.setSpacing(GAP)
        below.addWidget(self._words, 1)
        below.addWidget(self._slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2 + 2)
        layout.addWidget(self.strip)
        layout.addWidget(self._stack, 1)
        layout.addLayout(below)
        self._show_side(self.grid.side)
        self._count()

    def _make_nothing(self) -> QWidget:
        """What is shown where no picture matches."""
        made = QWidget()
        title = label("Nothing matches", "heading")
        hint = label("No picture is as the strip above asks for.", "hint")
        self.show_all = push_button("Show all &pictures", self.strip.clear)
        column = QVBoxLayout(made)
        column.setSpacing(GAP)
        column.addStretch(2)
        for widget in (title, hint, self.show_all):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return made

    def _count(self, *_numbers: int) -> None:
        """Say how many are shown and selected; with nothing to show, say that instead."""
        shown, total = len(self.grid.shown), self.grid.total
        nothing = total > 0 and shown == 0
        if nothing != (self._stack.currentIndex() == 1):
            steered = holds_focus(self._stack)
            self._stack.setCurrentIndex(int(nothing))
            if steered:
                (self.show_all if nothing else self.grid).setFocus()
        words = pictures(total) if shown == total else f"{shown:,} of {pictures(total)}"
        chosen = self.grid.count_selected
        self._words.setText(f"{words} · {chosen:,} selected" if chosen else words)

    def _show_side(self, side: int) -> None:
        self._slider.setValue(min(range(len(SIDES)), key=lambda place: abs(SIDES[place] - side)))
