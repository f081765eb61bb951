"""The forms of fine-tuning: off, or so many of the backbone's last blocks."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QSlider

from desktop_app.engine.block_table import block_table
from desktop_app.engine.specs import TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.ui.card import label
from desktop_app.ui.form_card import FormCard, number, whole_number
from desktop_app.ui.form_field import TextField, parse_rate


class TuningForm(QObject):
    """Edits a `TuningSpec` or none on two cards, `basic` and `expert`; off, it shows a single line."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = TuningSpec()
        self._backbone = ""
        self.basic, self.expert = FormCard(""), FormCard("Fine-tuning")
        self.basic.setAccessibleName("Fine-tuning")
        self.on = QCheckBox("Also tune the last bloc&ks")
        self.on.setToolTip("After the head has trained, the top of the backbone learns with it, slowly")
        self.blocks = QSlider(Qt.Orientation.Horizontal)
        self.blocks.setPageStep(1)
        self._words = label(role="hint", wrap=True)
        self.epochs = whole_number(1, 100_000)
        self.rate = TextField(_parse_rate, lambda rate: f"{rate:g}", self._spec.learning_rate)
        self.decay = number(1, 100, 0.1, 1)
        self.basic.body.insertWidget(0, self.on)
        self.basic.add("Blocks", self.blocks, "How many of the backbone's last blocks learn")
        self.basic.form.addRow(self._words)
        self.basic.add("Epochs of tuning", self.epochs, "How often they see all training pictures")
        tip = "The head's, at the first step: a tenth of what the head was trained with, or less"
        self.expert.add("Learning rate", self.rate, tip)
        tip = "Each block learns so many times slower than the one above it"
        self.expert.add("Slower by", self.decay, tip)

        self.on.toggled.connect(self._unfold)
        self.blocks.valueChanged.connect(self._describe)
        self.on.toggled.connect(self.changed)
        for field in (self.blocks, self.epochs, self.decay):
            field.valueChanged.connect(lambda _value: self.changed.emit())
        self.rate.changed.connect(self.changed)
        self._unfold(False)

    @property
    def problem(self) -> str:
        """What is wrong with the learning rate, unless nobody asks for it."""
        return self.rate.problem if self.on.isChecked() else ""

    def spec(self, training: TrainingSpec) -> TuningSpec | None:
        """The tuning as chosen, with the batch and the seed of the training before it."""
        if not self.on.isChecked():
            return None
        return replace(
            self._spec,
            blocks=self.blocks.value(),
            epochs=self.epochs.value(),
            batch=training.batch,
            learning_rate=self.rate.value(),
            decay_per_block=self.decay.value(),
            seed=training.seed,
        )

    def set_backbone(self, name: str) -> None:
        """Offer the blocks of another backbone."""
        self._backbone = name
        self.blocks.setRange(1, len(block_table(name)))
        self._describe()

    def set_spec(self, backbone: str, spec: TuningSpec | None) -> None:
        """Show another tuning; none keeps the figures for when it is asked for again."""
        self.set_backbone(backbone)
        if spec:
            self._spec = spec
        self.blocks.setValue(self._spec.blocks)
        self.epochs.setValue(self._spec.epochs)
        self.rate.set_value(self._spec.learning_rate)
        self.decay.setValue(self._spec.decay_per_block)
        self.on.setChecked(spec is not None)

    def _describe(self) -> None:
        """Say what the slider's place means."""
        rows, count = block_table(self._backbone), self.blocks.value()
        first = rows[-count]
        span = first.name if count == 1 else f"{count} blocks, {first.name} to {rows[-1].name}"
        millions = sum(row.parameters for row in rows) / 1e6
        share = f"{100 * first.share:.0f} %" if first.share >= 0.01 else "under 1 %"
        words = f"{span}: {share} of the base's {millions:.1f} M parameters"
        self._words.setText(words)
        self.blocks.setAccessibleDescription(words)

    def _unfold(self, on: bool) -> None:
        for row in range(self.basic.form.rowCount()):
            self.basic.form.setRowVisible(row, on)
        self.expert.setVisible(on)


def _parse_rate(text: str) -> float:
    try:
        rate = parse_rate(text)
    except ValueError:
        rate = 2.0
    if rate > 1:
        raise ValueError("A number above 0, at most 1, such as 0.0001")
    return rate
