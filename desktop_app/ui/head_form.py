"""The form of the head: how features are pooled, the dense layers on them, and a drawing of both."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from desktop_app.engine.backbones import backbone
from desktop_app.engine.specs import BaseSpec, HeadSpec
from desktop_app.ui.form_card import FormCard, choice, number
from desktop_app.ui.form_field import TextField, parse_units, parse_weight, show_units
from desktop_app.ui.head_diagram import HeadDiagram

_POOLINGS = {"avg": "average", "max": "maximum", "flatten": "none: the whole grid"}
_ACTIVATIONS = {"relu": "ReLU", "gelu": "GELU", "silu": "SiLU (Swish)", "elu": "ELU", "tanh": "tanh"}
_NONE = "A plain logistic head has no hidden layers"


class HeadForm(FormCard):
    """Edits a pooling and a `HeadSpec`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Head")
        spec = HeadSpec()
        self._name, self._classes = BaseSpec().backbone, 0
        self.diagram = HeadDiagram()
        self.body.insertWidget(1, self.diagram)
        self.pooling = choice(_POOLINGS)
        self.units = TextField(parse_units, show_units, spec.units)
        self.units.edit.setPlaceholderText("none: a plain logistic head")
        self.automatic = QCheckBox("Only where they win")
        self.activation = choice(_ACTIVATIONS)
        self.normalization = QCheckBox("Normalize each batch")
        self.dropout = number(0, 0.95, 0.05, 2)
        self.l2 = TextField(parse_weight, lambda weight: f"{weight:g}", spec.l2)
        self.add("Poolin&g", self.pooling, "How the backbone's last activation becomes one vector")
        tip = "Units of each hidden layer, such as 256, 64; empty for a plain logistic head"
        self.add("Hidden &layers", self.units, tip)
        tip = (
            "A plain logistic head is taken instead, unless cross-validation on the training pictures "
            "speaks for the hidden layers by more than one standard error"
        )
        self.add("", self.automatic, tip)
        self.add("Activation", self.activation, "What bends the sums of each hidden layer")
        tip = "BatchNormalization between each hidden layer and its activation"
        self.add("", self.normalization, tip)
        self.add("Dropout", self.dropout, "Share of units silenced at each step, against learning by heart")
        tip = "Weight of the sum of squared kernels; with 0, a plain logistic head chooses its own"
        self.add("L2 weight", self.l2, tip)
        self._hidden = (self.automatic, self.activation, self.normalization, self.dropout)
        self._tips = [field.toolTip() for field in self._hidden]
        for box in (self.automatic, self.normalization):
            box.toggled.connect(self._follow)
        for combo in (self.pooling, self.activation):
            combo.currentIndexChanged.connect(self._follow)
        self.dropout.valueChanged.connect(self._follow)
        for text in (self.units, self.l2):
            text.changed.connect(self._follow)

    def spec(self) -> HeadSpec:
        """The head as chosen."""
        return HeadSpec(
            self.units.value(),
            self.dropout.value(),
            self.l2.value(),
            self.activation.currentData(),
            self.normalization.isChecked(),
            self.automatic.isChecked(),
        )

    def set_spec(self, spec: HeadSpec, pooling: str) -> None:
        """Show another head."""
        self.pooling.setCurrentIndex(self.pooling.findData(pooling))
        self.units.set_value(spec.units)
        self.dropout.setValue(spec.dropout)
        self.l2.set_value(spec.l2)
        self.activation.setCurrentIndex(self.activation.findData(spec.activation))
        self.normalization.setChecked(spec.normalization)
        self.automatic.setChecked(spec.automatic)
        self._draw()

    def set_backbone(self, name: str) -> None:
        """Draw the head on another backbone."""
        self._name = name
        self._draw()

    def set_classes(self, count: int) -> None:
        """Draw the head for so many classes; 0 while nobody knows."""
        self._classes = count
        self._draw()

    def _follow(self) -> None:
        self._draw()
        self.changed.emit()

    def _draw(self) -> None:
        plain = not self.units.value()
        for field, tip in zip(self._hidden, self._tips, strict=True):
            field.setEnabled(not plain)
            field.setToolTip(_NONE if plain else tip)
        width = backbone(self._name).feature_width(self.pooling.currentData())
        self.diagram.show_head(self.spec(), width, self._classes)
