"""The Stored Features dialog: how much room they take, how much they may, and a way to be rid of them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label, progress_bar
from desktop_app.ui.form_card import FormCard, number
from desktop_app.ui.theme import GAP, MARGIN

_GIGABYTE = 10**9


class StoredFeaturesDialog(QDialog):
    """Shows what it is told and says what is wanted; Escape closes it."""

    limit_chosen = Signal(object)  # bytes: more than Qt's int holds
    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Stored features")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self.usage = label("Looking…")
        self._bar = progress_bar("Room in use")
        self.limit = number(0.1, 9999, 1, 1)
        self.limit.setSuffix(" GB")
        self.limit.setKeyboardTracking(False)  # a number half typed would throw features away
        self.limit.valueChanged.connect(lambda value: self.limit_chosen.emit(round(value * _GIGABYTE)))
        card = FormCard("Room on the disk")
        card.body.insertWidget(1, self.usage)
        card.body.insertWidget(2, self._bar)
        card.add("&At most", self.limit, "Past this, what was not used for longest makes room.")
        self.clear = push_button("&Clear", self._clear, "danger", "The next training computes them again")
        close = push_button("C&lose", self.accept, "primary")
        close.setDefault(True)
        self.clear.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.clear)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP + 6)
        layout.setSpacing(GAP + 4)
        words = "What the base makes of a picture is kept, so that another training on it starts at once."
        layout.addWidget(label(words, "hint", wrap=True))
        layout.addWidget(card)
        layout.addLayout(buttons)
        close.setFocus()

    def show_usage(self, usage: tuple[int, int]) -> None:
        """Show the bytes in use, and those allowed."""
        size, limit = usage
        self.usage.setText(f"{_amount(size)} of {_amount(limit)} in use")
        self._bar.setValue(min(1000, round(1000 * size / limit)))
        self.limit.blockSignals(True)
        self.limit.setValue(limit / _GIGABYTE)
        self.limit.blockSignals(False)
        self.clear.setText("&Clear")
        self.clear.setEnabled(True)

    def _clear(self) -> None:
        """Ask once more, on the button itself: hours of computing may be in there."""
        if self.clear.text() == "&Clear":
            self.clear.setText("&Clear for good")
        else:
            self.clear.setEnabled(False)
            self.clear_requested.emit()


def _amount(size: int) -> str:
    return f"{size / _GIGABYTE:,.1f} GB" if size >= _GIGABYTE / 10 else f"{size / 1e6:,.1f} MB"
