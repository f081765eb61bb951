"""The forms of the training: the two figures everyone wants, and the rest for those who know."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop_app.engine.specs import TrainingSpec
from desktop_app.ui.form_card import FormCard, number, whole_number
from desktop_app.ui.form_field import TextField, parse_rate


class TrainingForm(QObject):
    """Edits a `TrainingSpec` on two cards, `basic` and `expert`; not how pictures are divided."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = TrainingSpec()
        self.basic, self.expert = FormCard("Training"), FormCard("Learning")
        self.epochs = whole_number(1, 100_000)
        self.batch = whole_number(1, 65536)
        self.rate = TextField(parse_rate, lambda rate: f"{rate:g}", self._spec.learning_rate)
        self.seed = number(0, 2**32 - 1, 1, 0)
        self.basic.add("E&pochs", self.epochs, "How often the head sees all training pictures")
        self.expert.add("&Batch", self.batch, "Pictures for each step of learning")
        self.expert.add("Learning ra&te", self.rate, "The size of a step; smaller is slower and steadier")
        tip = "The same seed on the same pictures gives the same result"
        self.expert.add("Rando&m seed", self.seed, tip)
        for spin in (self.epochs, self.batch, self.seed):
            spin.valueChanged.connect(lambda _value: self.changed.emit())
        self.rate.changed.connect(self.changed)

    def spec(self) -> TrainingSpec:
        """The training as chosen."""
        return replace(
            self._spec,
            epochs=self.epochs.value(),
            batch=self.batch.value(),
            learning_rate=self.rate.value(),
            seed=int(self.seed.value()),
        )

    def set_spec(self, spec: TrainingSpec) -> None:
        """Show another training."""
        self._spec = spec
        self.epochs.setValue(spec.epochs)
        self.batch.setValue(spec.batch)
        self.rate.set_value(spec.learning_rate)
        self.seed.setValue(spec.seed)
