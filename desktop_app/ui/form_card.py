"""A card with a form: names in one column, fields in another."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from desktop_app.ui.card import Card, label
from desktop_app.ui.theme import GAP

_LABEL_WIDTH = 132  # pixels: one column through all cards
_INSET = (6, 0, 0, 0)  # the style sheet's padding does not reach into a spin box


class FormCard(Card):
    """Rows of a name with its mnemonic and a field."""

    def __init__(self, heading: str) -> None:
        super().__init__(heading)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(GAP)
        self.form.setVerticalSpacing(GAP - 4)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.body.addLayout(self.form)

    def add(self, text: str, field: QWidget, tip: str) -> None:
        """Add a row; `tip` explains it in a sentence."""
        entry = field.focusProxy() or field
        entry.setAccessibleName(text.replace("&", ""))
        entry.setToolTip(tip)
        entry.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        entry.installEventFilter(self)
        entry.ensurePolished()
        name = label(text)
        name.setBuddy(entry)
        name.setToolTip(tip)
        name.setFixedSize(_LABEL_WIDTH, entry.sizeHint().height())  # beside the entry, not its message
        self.form.addRow(name, field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the page, not change a field that merely passes under the mouse."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def whole_number(low: int, high: int) -> QSpinBox:
    """A field for a whole number."""
    made = QSpinBox()
    made.setRange(low, high)
    made.lineEdit().setTextMargins(*_INSET)
    return made


def number(low: float, high: float, step: float, decimals: int) -> QDoubleSpinBox:
    """A field for any number; with no decimals it reaches further than `whole_number`."""
    made = QDoubleSpinBox()
    made.setRange(low, high)
    made.setDecimals(decimals)
    made.setSingleStep(step)
    made.lineEdit().setTextMargins(*_INSET)
    return made


def choice(texts: dict[str, str]) -> QComboBox:
    """A field for one of the keys of `texts`, as wide as the form lets it be."""
    made = QComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(8)
    for value, text in texts.items():
        made.addItem(text, value)
    return made
