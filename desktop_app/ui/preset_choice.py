"""The choice of a preset: a button for each, pressed while the settings agree with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.engine.presets import PRESETS, preset_of
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.ui.card import label, push_button
from desktop_app.ui.theme import GAP


class PresetChoice(QWidget):
    """One click asks for a whole setting; what the user then changes makes it custom, and a line says so."""

    chosen = Signal(object)  # Preset

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        self.custom = label("Custom: the settings agree with none of these.", "hint")
        row = QHBoxLayout()
        row.setSpacing(GAP // 2)
        for preset in PRESETS:
            button = self.buttons[preset.name] = push_button(preset.name, preset.summary, "segment")
            button.setCheckable(True)
            button.setAccessibleName(f"Preset: {preset.name}")
            self._group.addButton(button)
            button.clicked.connect(lambda _on, preset=preset: self.chosen.emit(preset))
            row.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(row)
        layout.addWidget(self.custom)

    def show_spec(self, spec: ExperimentSpec) -> None:
        """Press the button that `spec` agrees with, or none."""
        preset = preset_of(spec)
        self._group.setExclusive(False)  # an exclusive group would always keep one pressed
        for name, button in self.buttons.items():
            button.setChecked(preset is not None and name == preset.name)
        self._group.setExclusive(preset is not None)
        self.custom.setVisible(preset is None)
