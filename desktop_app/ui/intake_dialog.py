"""The Intake dialog: what was dropped, and how its pictures get their classes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.sources import Source
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.intake_editors import editor, fill, plain_table
from desktop_app.ui.intake_offer import IntakeOffer
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, MARGIN, set_role

_WAIT = 300  # ms after the last change
_MOST = 200  # classes in the preview


class IntakeDialog(QDialog):
    """Offers the ways, and says which was chosen; Escape adds nothing."""

    accepted_source = Signal(object)  # Source
    preview_requested = Signal(object)  # Source: answer with `show_preview`

    def __init__(self, offer: IntakeOffer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add pictures")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(600, 640 if offer.columns else 560)
        self._problem = ""
        path = offer.options[0].source.path
        name = ElidedLabel(safe(path.name or str(path)), "heading")
        name.setText(name.text(), safe(path))
        self.choices = [QRadioButton(safe(option.text).replace("&", "&&")) for option in offer.options]
        self._editors = [editor(option.source, offer) for option in offer.options]
        self._group = QButtonGroup(self)
        edit = QVBoxLayout()  # no stack: that would always be as high as the highest
        for place, (button, made) in enumerate(zip(self.choices, self._editors, strict=True)):
            self._group.addButton(button, place)
            edit.addWidget(made)
            made.changed.connect(self._change)
        self.choices[0].setChecked(True)
        self._group.idToggled.connect(lambda _place, _on: self._change())
        self.found = label(wrap=True)
        self.counts = plain_table(("Class", "Pictures"), ())
        self.counts.setAccessibleName("Pictures of each class")
        header = self.counts.horizontalHeader()
        header.setMaximumSectionSize(4000)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.counts.setMinimumHeight(100)
        if head := self.counts.horizontalHeaderItem(1):
            head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = push_button("&Cancel", self.reject)
        self.add = push_button("&Add", self._accept, "primary")
        self.add.setDefault(True)
        self._lay_out(name, label(safe(offer.sentence), "hint", wrap=True), edit)
        self._timer = QTimer(self, singleShot=True, interval=_WAIT)
        self._timer.timeout.connect(lambda: self.preview_requested.emit(self.source()))
        self._change()
        self._timer.start(0)  # the first preview at once, but not before anyone can listen
        self.choices[0].setFocus()

    def source(self) -> Source:
        """The way that is chosen, as edited."""
        return self._editors[self._group.checkedId()].source()

    def show_preview(
        self, source: Source, text: str, counts: Sequence[tuple[str, int]] = (), problem: bool = False
    ) -> None:
        """What would come of `source`; an answer to a question that is no longer asked is passed over.

        Args:
            source: what was asked for by `preview_requested`.
            text: such as “398 pictures in 2 classes; 2 files of the table are not there.”.
            counts: each class with its pictures; "" for those without.
            problem: whether nothing comes of it, so that it cannot be added.
        """
        if source != self.source() or self._lack():
            return
        self._problem = text if problem else ""
        self._say(text, "error" if problem else "")
        rows = [(name or "Without a class", f"{count:,}") for name, count in counts[:_MOST]]
        if len(counts) > _MOST:
            rows.append((f"and {len(counts) - _MOST:,} classes more", ""))
        fill(self.counts, rows)
        self.counts.setEnabled(bool(rows))
        self.add.setEnabled(not problem)

    def _lay_out(self, name: QWidget, sentence: QWidget, edit: QVBoxLayout) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        ways = QVBoxLayout()
        ways.setSpacing(2)
        for button in self.choices:
            ways.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN - 4, MARGIN, GAP + 6)
        layout.setSpacing(GAP)
        layout.addWidget(name)
        layout.addWidget(sentence)
        layout.addLayout(ways)
        layout.addLayout(edit)
        layout.addWidget(self.found)
        layout.addWidget(self.counts, 1)
        layout.addLayout(buttons)

    def _lack(self) -> str:
        return self._editors[self._group.checkedId()].lack

    def _change(self) -> None:
        """Another way, or another value in it."""
        place = self._group.checkedId()
        for other, made in enumerate(self._editors):
            made.setVisible(other == place)
        self._problem = ""
        lack = self._lack()
        self.add.setEnabled(not lack)
        if lack:
            self._timer.stop()
            self._say(lack, "warning")
            fill(self.counts, ())
        else:
            self._say("Looking…", "hint")
            self._timer.start(_WAIT)

    def _say(self, text: str, role: str) -> None:
        self.found.setText(safe(text))
        set_role(self.found, role)

    def _accept(self) -> None:
        if not self._lack() and not self._problem:
            source = self.source()
            self.accept()
            self.accepted_source.emit(source)
