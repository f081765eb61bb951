"""The forms of the training: the two figures everyone wants, and the rest for those who know."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.engine.specs import TrainingSpec
from desktop_app.ui.card import label
from desktop_app.ui.form_card import FormCard, number, whole_number
from desktop_app.ui.form_field import TextField, parse_rate


class TrainingForm(QObject):
    """Edits a `TrainingSpec` on two cards, `basic` and `expert`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = TrainingSpec()
        self.basic, self.expert = FormCard("Training"), FormCard("Learning")
        self.epochs = whole_number(1, 100_000)
        self.share = whole_number(1, 99)
        self.share.setSuffix(" %")
        self.batch = whole_number(1, 65536)
        self.rate = TextField(parse_rate, lambda rate: f"{rate:g}", self._spec.learning_rate)
        self.seed = number(0, 2**32 - 1, 1, 0)
        self._note = label("your own pictures", "hint")
        self.basic.add("E&pochs", self.epochs, "How often the head sees all training pictures")
        tip = "Set aside to check with; the head never learns from them"
        self.basic.add("&Kept for validation", self._share_or_note(), tip)
        self.expert.add("&Batch", self.batch, "Pictures for each step of learning")
        self.expert.add("Learning ra&te", self.rate, "The size of a step; smaller is slower and steadier")
        tip = "The same seed on the same pictures gives the same result"
        self.expert.add("Rando&m seed", self.seed, tip)
        self.set_given_validation(False)
        for spin in (self.epochs, self.share, self.batch, self.seed):
            spin.valueChanged.connect(lambda _value: self.changed.emit())
        self.rate.changed.connect(self.changed)

    def spec(self) -> TrainingSpec:
        """The training as chosen."""
        share = self.share.value() / 100
        if abs(share - self._spec.validation_share) < 0.005:
            share = self._spec.validation_share  # finer than the field shows
        return TrainingSpec(
            self.epochs.value(), self.batch.value(), self.rate.value(), share, int(self.seed.value())
        )

    def set_spec(self, spec: TrainingSpec) -> None:
        """Show another training."""
        self._spec = spec
        self.epochs.setValue(spec.epochs)
        self.batch.setValue(spec.batch)
        self.rate.set_value(spec.learning_rate)
        self.share.setValue(round(spec.validation_share * 100))
        self.seed.setValue(spec.seed)

    def set_given_validation(self, given: bool) -> None:
        """Whether the user brought validation pictures, so that no share of the others is needed."""
        self.share.setEnabled(not given)
        self.share.setHidden(given)
        self._note.setVisible(given)

    def _share_or_note(self) -> QWidget:
        """One of the two in the same place, so that nothing moves."""
        both = QWidget()
        both.setFocusProxy(self.share)
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.share)
        row.addWidget(self._note)
        self.share.ensurePolished()
        both.setMinimumHeight(self.share.sizeHint().height())
        return both
