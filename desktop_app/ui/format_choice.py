"""The choice of a format to export to: a row each, with what it is for, and how small its numbers may be."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.errors import EngineError
from desktop_app.engine.export_table import FORMATS, QUANTIZATIONS, ExportFormat, require_packages
from desktop_app.ui.card import label
from desktop_app.ui.theme import GAP

_CHECKED = (
    "Before it is kept, another program reads it and is asked about your own pictures. Class names, a model "
    "card and a sample lie beside it."
)


class FormatChoice(QWidget):
    """Says what is chosen, and whether it can be written here."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.quantize = QComboBox()
        self.quantize.setAccessibleName("Size of the numbers")
        self.cost = label(role="hint", wrap=True)
        self.reads = label(wrap=True)
        self.problem = label(role="warning", wrap=True)
        rows = QGridLayout()
        rows.setHorizontalSpacing(GAP)
        rows.setVerticalSpacing(GAP // 2)
        rows.setColumnStretch(1, 1)
        for place, row in enumerate(FORMATS.values()):
            button = self.buttons[row.name] = QRadioButton(row.title)
            button.setAccessibleDescription(row.purpose)
            self._group.addButton(button, place)
            rows.addWidget(button, place, 0, Qt.AlignmentFlag.AlignTop)
            rows.addWidget(label(row.purpose, "hint", wrap=True), place, 1)
        self._numbers = QWidget()
        numbers = QHBoxLayout(self._numbers)
        numbers.setContentsMargins(0, 0, 0, 0)
        name = label("&Numbers")
        name.setBuddy(self.quantize)
        numbers.addWidget(name)
        numbers.addWidget(self.quantize)
        numbers.addWidget(self.cost, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(rows)
        checked = label(_CHECKED, "hint", wrap=True)
        for widget in (self._numbers, self.reads, self.problem, checked):
            layout.addWidget(widget)
        self.buttons["savedmodel"].setChecked(True)
        self._show()
        self._group.idToggled.connect(self._choose)
        self.quantize.currentIndexChanged.connect(self._quantized)

    @property
    def row(self) -> ExportFormat:
        """The format."""
        return list(FORMATS.values())[self._group.checkedId()]

    @property
    def quantization(self) -> str:
        """How its numbers are stored: a name of `QUANTIZATIONS`."""
        return self.row.quantizations[max(self.quantize.currentIndex(), 0)]

    @property
    def able(self) -> bool:
        """Whether all that it needs is installed."""
        return not self.problem.text()

    def _choose(self, _place: int, on: bool) -> None:
        if on:
            self._show()
            self.changed.emit()

    def _quantized(self) -> None:
        self.cost.setText(QUANTIZATIONS[self.quantization].purpose)
        self.changed.emit()

    def _show(self) -> None:
        """What is known of the format chosen."""
        row = self.row
        self.quantize.blockSignals(True)
        self.quantize.clear()
        self.quantize.addItems([QUANTIZATIONS[name].title for name in row.quantizations])
        self.quantize.blockSignals(False)
        self._numbers.setVisible(len(row.quantizations) > 1)
        self.cost.setText(QUANTIZATIONS[self.quantization].purpose)
        self.reads.setText(row.reads)
        try:
            require_packages(row)
            self.problem.clear()
        except EngineError as error:
            self.problem.setText(str(error))
        self.problem.setVisible(not self.able)
