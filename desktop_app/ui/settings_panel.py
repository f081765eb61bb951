"""The settings of an experiment: few in sight, the rest one click away."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.engine.backbones import backbone
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.ui.backbone_choice import BackboneChoice
from desktop_app.ui.disclosure import Disclosure
from desktop_app.ui.head_form import HeadForm
from desktop_app.ui.pictures_form import PicturesForm
from desktop_app.ui.preset_choice import PresetChoice
from desktop_app.ui.theme import GAP
from desktop_app.ui.training_form import TrainingForm
from desktop_app.ui.tuning_form import TuningForm
from desktop_app.ui.views_form import ViewsForm
from desktop_app.ui.weights_choice import WeightsChoice


class SettingsPanel(QWidget):
    """Edits an `ExperimentSpec`; what it does not show stays as it was set."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = ExperimentSpec()
        self._setting = False
        self.backbone = BackboneChoice()
        self.weights = WeightsChoice()
        self.preset = PresetChoice()
        self.training = TrainingForm(self)
        self.views = ViewsForm()
        self.tuning = TuningForm(self)
        self.pictures = PicturesForm()
        self.head = HeadForm()
        self.training.basic.body.insertWidget(0, self.preset)
        expert = QWidget()
        inside = QVBoxLayout(expert)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GAP)
        inside.addWidget(self.pictures)
        inside.addWidget(self.head)
        inside.addWidget(self.training.expert)
        inside.addWidget(self.tuning.expert)
        self.advanced = Disclosure("&Advanced", expert)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        basic = (self.training.basic, self.views, self.tuning.basic)
        for part in (self.backbone, self.weights, *basic, self.advanced):
            layout.addWidget(part)
        layout.addStretch(1)
        self.setTabOrder(list(self.preset.buttons.values())[-1], self.training.epochs)

        self.set_spec(self._spec)
        self.tuning.on.toggled.connect(self.views.set_tuned)
        self.backbone.changed.connect(self._on_backbone)
        self.preset.chosen.connect(lambda preset: self.set_spec(preset.applied(self.spec())))
        for form in (self.weights, self.pictures, self.head, self.training, self.views, self.tuning):
            form.changed.connect(self._announce)

    @property
    def problem(self) -> str:
        """What must be mended before training, or nothing."""
        problems = {
            "hidden layers": self.head.units.problem,
            "L2 weight": self.head.l2.problem,
            "learning rate": self.training.problem,
            "learning rate of fine-tuning": self.tuning.problem,
        }
        wrong = [name for name, problem in problems.items() if problem]
        return f"Mend the {' and the '.join(wrong)} under Advanced first." if wrong else self.views.problem

    def spec(self) -> ExperimentSpec:
        """All choices; a field with nonsense in it counts by its last good value."""
        base = replace(
            self._spec.base,
            backbone=self.backbone.value(),
            weights=self.weights.value(),
            pooling=self.head.pooling.currentData(),
            resize=self.pictures.value(),
        )
        training = self.training.spec()
        tuning = self.tuning.spec(training)
        return ExperimentSpec(base, self.head.spec(), training, tuning, None if tuning else self.views.spec())

    def set_spec(self, spec: ExperimentSpec) -> None:
        """Show `spec`."""
        name = backbone(spec.base.backbone).name
        self._spec = replace(spec, base=replace(spec.base, backbone=name))
        self._setting = True
        self.backbone.set_value(name)
        self.weights.set_value(name, spec.base.weights)
        self.pictures.set_value(spec.base.resize)
        self.head.set_backbone(name)
        self.head.set_spec(spec.head, spec.base.pooling)
        self.training.set_spec(spec.training)
        self.tuning.set_spec(name, spec.tuning)
        self.views.set_spec(spec.views)
        self._setting = False
        self._announce()

    def _on_backbone(self, name: str) -> None:
        self.weights.set_backbone(name)
        self.head.set_backbone(name)
        self.tuning.set_backbone(name)
        self._announce()

    def _announce(self) -> None:
        if not self._setting:
            spec = self.spec()
            self.preset.show_spec(spec)
            self.training.set_plain(not spec.head.units)
            self.changed.emit()
