"""A line of a form: a label, a widget, and below it what is wrong with the input."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui.card import label

T = TypeVar("T")


class TextField(QWidget, Generic[T]):
    """Text that stands for a value.

    Args:
        parse: makes the value of the text, or raises `ValueError` with a sentence for the user.
        show: the inverse.
    """

    changed = Signal()

    def __init__(self, parse: Callable[[str], T], show: Callable[[T], str], value: T) -> None:
        super().__init__()
        self._parse, self._show, self._value = parse, show, value
        self.edit = QLineEdit(show(value))
        self.problem = ""
        self._problem = label(role="error", wrap=True)
        self._problem.hide()
        self.edit.textChanged.connect(self._read)
        self.setFocusProxy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.edit)
        layout.addWidget(self._problem)

    def value(self) -> T:
        """The last value that made sense."""
        return self._value

    def set_value(self, value: T) -> None:
        """Show `value`."""
        self.edit.setText(self._show(value))

    def _read(self, text: str) -> None:
        try:
            self._value = self._parse(text)
            self.problem = ""
        except ValueError as error:
            self.problem = str(error)
        self._problem.setText(self.problem)
        self._problem.setVisible(bool(self.problem))
        self.edit.setAccessibleDescription(self.problem)
        self.changed.emit()


def parse_units(text: str) -> tuple[int, ...]:
    """The sizes of the dense layers out of “256, 64”; none out of an empty line."""
    words = text.replace(";", " ").replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= 65536 for word in words):
        raise ValueError("Whole numbers from 1 to 65536, such as 256, 64")
    if len(words) > 8:
        raise ValueError("At most 8 layers")
    return tuple(int(word) for word in words)


def show_units(units: tuple[int, ...]) -> str:
    """The inverse of `parse_units`."""
    return ", ".join(map(str, units))


def parse_rate(text: str) -> float:
    """A learning rate; a decimal comma will do."""
    try:
        rate = float(text.strip().replace(",", "."))
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 10:
        raise ValueError("A number above 0, at most 10, such as 0.001")
    return rate


def parse_weight(text: str) -> float:
    """A weight of squared kernels; a decimal comma will do."""
    try:
        weight = float(text.strip().replace(",", "."))
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= 1000:
        raise ValueError("0, or a number above it such as 0.0001")
    return weight
