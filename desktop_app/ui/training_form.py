"""The forms of the training: the two figures everyone wants, and the rest for those who know."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop_app.engine.specs import TrainingSpec
from desktop_app.ui.card import label, small_button
from desktop_app.ui.form_card import FormCard, choice, number, whole_number
from desktop_app.ui.form_field import TextField, parse_rate

_OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW: with weight decay", "sgd": "SGD with momentum"}
_SCHEDULES = {"constant": "stays", "cosine": "falls along a cosine", "plateau": "falls on a plateau"}
_IMBALANCE = {"none": "as they are", "weights": "class weights", "logits": "logit adjustment"}
_SOLVED = "A plain logistic head is solved exactly, without epochs"


class TrainingForm(QObject):
    """Edits a `TrainingSpec` on two cards, `basic` and `expert`; not how pictures are divided."""

    changed = Signal()
    find_requested = Signal()  # a suggestion for the learning rate

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = TrainingSpec()
        self.basic, self.expert = FormCard(""), FormCard("Learning")
        self.basic.setAccessibleName("Training")
        self.epochs = whole_number(1, 100_000)
        self.batch = whole_number(1, 65536)
        self.rate = TextField(parse_rate, lambda rate: f"{rate:g}", self._spec.learning_rate)
        self.optimizer, self.schedule = choice(_OPTIMIZERS), choice(_SCHEDULES)
        self.patience = whole_number(0, 100_000)
        self.patience.setSpecialValueText("never")
        self.imbalance = choice(_IMBALANCE)
        self.smoothing = number(0, 0.99, 0.05, 2)
        self.mixup = number(0, 100, 0.1, 2)
        self.mixup.setSpecialValueText("none")
        self.seed = number(0, 2**32 - 1, 1, 0)
        self.basic.add("E&pochs", self.epochs, "How often the head sees all training pictures")
        self.expert.add("&Batch", self.batch, "Pictures for each step of learning")
        self.expert.add("Learning ra&te", self.rate, "The size of a step; smaller is slower and steadier")
        self.find = small_button("Suggest a rate…", "Try many rates for a moment, and see how the loss goes")
        self.find.clicked.connect(lambda _checked=False: self.find_requested.emit())
        self.expert.form.addRow("", self.find)
        tip = "How steps follow from slopes; SGD wants a learning rate ten times larger or more"
        self.expert.add("Optimizer", self.optimizer, tip)
        tip = "Along half a cosine to 0; or to a fifth when validation has not become better for 3 epochs"
        self.expert.add("Rate", self.schedule, tip)
        tip = "After so many epochs without a better one; the best epoch is kept in any case"
        self.expert.add("Stop early", self.patience, tip)
        tip = (
            "Against classes of unequal size: each class weighs alike, or learning allows for how frequent "
            "each is (Menon et al. 2021). One of them is enough"
        )
        self.expert.add("Unequal classes", self.imbalance, tip)
        tip = "The share of each label spread over all classes, against too much confidence"
        self.expert.add("Label smoothing", self.smoothing, tip)
        tip = "Learn from mixed pairs of features; larger mixes more, 0.2 is usual (Zhang et al. 2018)"
        self.expert.add("Mixup", self.mixup, tip)
        tip = "The same seed on the same pictures gives the same result"
        self.expert.add("Rando&m seed", self.seed, tip)
        self._solved = label(f"{_SOLVED}: what is faded plays no part.", "hint", True)
        self.expert.form.addRow(self._solved)
        steps = (
            self.epochs, self.rate.edit, self.find, self.optimizer, self.schedule, self.patience, self.mixup,
        )  # fmt: skip
        self._steps = {field: field.toolTip() for field in steps}
        for spin in (self.epochs, self.batch, self.patience, self.smoothing, self.mixup, self.seed):
            spin.valueChanged.connect(lambda _value: self.changed.emit())
        for combo in (self.optimizer, self.schedule, self.imbalance):
            combo.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.rate.changed.connect(self.changed)
        self.set_plain(False)

    @property
    def problem(self) -> str:
        """What is wrong with the learning rate, unless it plays no part."""
        return self.rate.problem if self.rate.edit.isEnabled() else ""

    def spec(self) -> TrainingSpec:
        """The training as chosen."""
        return replace(
            self._spec,
            epochs=self.epochs.value(),
            batch=self.batch.value(),
            learning_rate=self.rate.value(),
            seed=int(self.seed.value()),
            optimizer=self.optimizer.currentData(),
            schedule=self.schedule.currentData(),
            patience=self.patience.value(),
            imbalance=self.imbalance.currentData(),
            label_smoothing=self.smoothing.value(),
            mixup=self.mixup.value(),
        )

    def set_spec(self, spec: TrainingSpec) -> None:
        """Show another training."""
        self._spec = spec
        self.epochs.setValue(spec.epochs)
        self.batch.setValue(spec.batch)
        self.rate.set_value(spec.learning_rate)
        self.seed.setValue(spec.seed)
        for combo, value in (
            (self.optimizer, spec.optimizer),
            (self.schedule, spec.schedule),
            (self.imbalance, spec.imbalance),
        ):
            combo.setCurrentIndex(combo.findData(value))
        self.patience.setValue(spec.patience)
        self.smoothing.setValue(spec.label_smoothing)
        self.mixup.setValue(spec.mixup)

    def set_plain(self, plain: bool) -> None:
        """Whether the head is a plain logistic one, which is solved and takes no steps."""
        for field, tip in self._steps.items():
            field.setEnabled(not plain)
            field.setToolTip(f"{_SOLVED}." if plain else tip)
        self.expert.form.setRowVisible(self._solved, plain)
