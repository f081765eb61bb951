"""The form of augmentation: off, or several views of each picture, with a preview of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from desktop_app.engine.views_spec import MOST, ViewsSpec
from desktop_app.ui.card import label, push_button
from desktop_app.ui.form_card import FormCard, whole_number
from desktop_app.ui.theme import set_role
from desktop_app.ui.views_preview import ViewsPreview

_TICKS = {
    "flip": ("Mirror", "Half of the views are mirrored, left to right"),
    "turn": ("Quarter turn", "For pictures that have no up, as through a microscope"),
    "crop": ("Crop", "To half of the picture or more"),
    "rotate": ("Rotate", "By up to 15 degrees"),
    "colour": ("Colour", "Brightness, contrast and saturation differ by up to a fifth"),
}
_IN_A_ROW = 3


class ViewsForm(FormCard):
    """Edits a `ViewsSpec` or none; off, it shows a single line."""

    changed = Signal()
    others_requested = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName("Augmentation")
        self._spec = ViewsSpec()
        self._tuned = False
        self.on = QCheckBox("Also learn from varied views")
        self.on.setToolTip("Augmentation: the backbone sees several views of each picture, once each")
        self.count = whole_number(2, MOST)
        self.ticks = {name: QCheckBox(text) for name, (text, _) in _TICKS.items()}
        self.average = QCheckBox("Judge by the mean of all views, too")
        self.average.setToolTip("Results and predictions take so many times longer; an export does not do it")
        self.preview = ViewsPreview()
        self.others = push_button("Other pictures", "Show the views of other pictures", "quiet")
        self._words = label(role="hint", wrap=True)
        self._once = label("An exported model sees each picture once.", "hint", True)
        self.body.insertWidget(0, self.on)
        self.body.insertWidget(1, self._words)
        tip = "How many views of each training picture; the first is the picture as it is"
        self.add("Views of each", self.count, tip)
        for widget in (self._tick_rows(), self.average, self._once, self._caption(), self.preview):
            self.form.addRow(widget)
        self.set_spec(None)

        self.on.toggled.connect(self._follow)
        self.count.valueChanged.connect(lambda _value: self._follow())
        for tick in (*self.ticks.values(), self.average):
            tick.toggled.connect(self._follow)
        self.others.clicked.connect(lambda _checked=False: self.others_requested.emit())

    @property
    def problem(self) -> str:
        """What is missing, unless nobody asks for views."""
        return "Tick what the views differ in." if self._active and not self._ticked else ""

    def spec(self) -> ViewsSpec | None:
        """The views as chosen, or as they last made sense."""
        if not self._active:
            return None
        ticks = {name: tick.isChecked() for name, tick in self.ticks.items()} if self._ticked else {}
        return replace(self._spec, count=self.count.value(), average=self.average.isChecked(), **ticks)

    def set_spec(self, spec: ViewsSpec | None) -> None:
        """Show another choice; none keeps the ticks for when it is asked for again."""
        if spec:
            self._spec = spec
        self.count.setValue(self._spec.count)
        for name, tick in self.ticks.items():
            tick.setChecked(getattr(self._spec, name))
        self.average.setChecked(self._spec.average)
        self.on.setChecked(spec is not None and spec.count > 1)
        self._unfold()

    def set_tuned(self, tuned: bool) -> None:
        """Whether the base is tuned, too: that goes with pictures as they are only."""
        self._tuned = tuned
        self.on.setEnabled(not tuned)
        self._unfold()

    def show_views(self, rows: Sequence[Sequence[NDArray[np.uint8]]]) -> None:
        """Show views of some pictures."""
        self.preview.show_views(rows)

    @property
    def _active(self) -> bool:
        return self.on.isChecked() and not self._tuned

    @property
    def _ticked(self) -> bool:
        return any(tick.isChecked() for tick in self.ticks.values())

    def _tick_rows(self) -> QWidget:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        for place, (name, tick) in enumerate(self.ticks.items()):
            tick.setToolTip(_TICKS[name][1])
            grid.addWidget(tick, place // _IN_A_ROW, place % _IN_A_ROW)
        return rows

    def _caption(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("As it is, then its views", "hint"), 1)
        row.addWidget(self.others)
        return line

    def _follow(self) -> None:
        self._unfold()
        self.changed.emit()

    def _unfold(self) -> None:
        for row in range(self.form.rowCount()):
            self.form.setRowVisible(row, self._active)
        words = "Not together with fine-tuning." if self._tuned and self.on.isChecked() else self.problem
        self.form.setRowVisible(self._once, self._active and self.average.isChecked())
        set_role(self._words, "error" if self.problem else "hint")
        self._words.setText(words)
        self._words.setVisible(bool(words))
