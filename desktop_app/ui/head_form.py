"""The form of the head: how features are pooled, and the dense layers on them."""

from PySide6.QtCore import Signal

from desktop_app.engine.specs import HeadSpec
from desktop_app.ui.form_card import FormCard, choice, number
from desktop_app.ui.form_field import TextField, parse_units, show_units

_POOLINGS = {"avg": "average", "max": "maximum", "flatten": "none: the whole grid"}


class HeadForm(FormCard):
    """Edits a pooling and a `HeadSpec`, whose `l2` stays as it was set."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Head")
        self._spec = HeadSpec()
        self.pooling = choice(_POOLINGS)
        self.units = TextField(parse_units, show_units, self._spec.units)
        self.units.edit.setPlaceholderText("none: a plain logistic head")
        self.dropout = number(0, 0.95, 0.05, 2)
        self.add("Poolin&g", self.pooling, "How the backbone's last activation becomes one vector")
        tip = "Units of each hidden layer, such as 256, 64; empty for a plain logistic head"
        self.add("Hidden &layers", self.units, tip)
        self.add("Dropout", self.dropout, "Share of units silenced at each step, against learning by heart")
        self.pooling.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.dropout.valueChanged.connect(lambda _value: self.changed.emit())
        self.units.changed.connect(self.changed)

    def spec(self) -> HeadSpec:
        """The head as chosen."""
        return HeadSpec(self.units.value(), self.dropout.value(), self._spec.l2)

    def set_spec(self, spec: HeadSpec, pooling: str) -> None:
        """Show another head."""
        self._spec = spec
        self.pooling.setCurrentIndex(self.pooling.findData(pooling))
        self.units.set_value(spec.units)
        self.dropout.setValue(spec.dropout)
