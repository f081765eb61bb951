"""The choice of the base's weights: ImageNet's, a file of the user's, or none."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from desktop_app.engine.specs import IMAGENET, UNTRAINED
from desktop_app.ui.card import Card, label, push_button
from desktop_app.ui.dialogs import Mode, ask_open
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.theme import GAP

FILE_FILTER = "Keras weights (*.h5 *.hdf5 *.keras);;All files (*)"
_INDENT = 26  # pixels: under the text of a radio button


class WeightsChoice(Card):
    """Remembers one file for each backbone; a file chosen by the user counts once `set_file` accepts it."""

    changed = Signal()
    file_requested = Signal(str)
    file_chosen = Signal(str, Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Weights", parent)
        self._backbone = ""
        self._files: dict[str, Path] = {}
        self._states: dict[str, str] = {}
        self._imagenet = QRadioButton("&ImageNet: learnt from 1.3 million photos")
        self._file = QRadioButton()
        self._none = QRadioButton("N&one: an untrained base")
        self._choose = push_button("&Use a file…", "Choose a weights file for this backbone", "quiet")
        self._state = ElidedLabel(role="hint")
        self._warning = label(
            "Untrained base: its weights are random. Good for trying things out, not for results.",
            "warning",
            True,
        )
        group = QButtonGroup(self)
        for button in (self._imagenet, self._file, self._none):
            group.addButton(button)
        group.buttonClicked.connect(self._clicked)
        self._choose.clicked.connect(lambda: self.choose_file(self._backbone))

        layout = QVBoxLayout()
        layout.setSpacing(GAP // 3)
        self._state.setContentsMargins(_INDENT, 0, 0, 0)
        layout.addWidget(self._imagenet)
        layout.addWidget(self._state)
        layout.addWidget(self._file)
        layout.addWidget(self._none)
        layout.addWidget(self._warning)
        self.head.addWidget(self._choose)
        sides = self.body.contentsMargins()
        sides.setTop(sides.top() - 6)  # the button is higher than a heading, and brings room of its own
        self.body.setContentsMargins(sides)
        self.body.addLayout(layout)
        self._value = IMAGENET
        self._draw()

    def value(self) -> str:
        """As `BaseSpec.weights` wants it."""
        return self._value

    def set_value(self, backbone: str, weights: str) -> None:
        """Show the choice for `backbone`; a path becomes its file."""
        self._backbone = backbone
        if weights not in {IMAGENET, UNTRAINED}:
            self._files[backbone] = Path(weights)
        self._value = weights
        self._draw()

    def set_backbone(self, backbone: str) -> None:
        """Follow the backbone: a file fits one backbone only, so another gets its own file or ImageNet's."""
        self._backbone = backbone
        if self._value not in {IMAGENET, UNTRAINED}:
            self._value = str(self._files.get(backbone, IMAGENET))
        self._draw()

    def set_file(self, backbone: str, path: Path) -> None:
        """Accept `path` as the weights of `backbone`, and choose it if that backbone is in front."""
        self._files[backbone] = path
        if backbone == self._backbone:
            self._pick(str(path))

    def set_state(self, backbone: str, text: str) -> None:
        """What is known of ImageNet's weights for `backbone`, in words."""
        self._states[backbone] = text
        self._draw()

    def choose_file(self, backbone: str) -> None:
        """Open a file dialog without waiting for it."""
        self.file_requested.emit(backbone)
        title = f"Choose a weights file for {backbone}"
        ask_open(
            self,
            title,
            Mode.ExistingFile,
            FILE_FILTER,
            lambda chosen: self.file_chosen.emit(backbone, chosen[0]),
        )

    def _clicked(self) -> None:
        if self._none.isChecked():
            self._pick(UNTRAINED)
        elif self._imagenet.isChecked():
            self._pick(IMAGENET)
        else:
            self._pick(str(self._files[self._backbone]))

    def _pick(self, value: str) -> None:
        changed = value != self._value
        self._value = value
        self._draw()
        if changed:
            self.changed.emit()

    def _draw(self) -> None:
        chosen = {IMAGENET: self._imagenet, UNTRAINED: self._none}.get(self._value, self._file)
        chosen.setChecked(True)
        file = self._files.get(self._backbone)
        self._file.setVisible(file is not None)
        self._file.setText(f"My file: {file.name.replace('&', '&&')}" if file else "")
        self._file.setToolTip(str(file) if file else "")
        self._state.setText(self._states.get(self._backbone, ""))
        self._warning.setVisible(chosen is self._none)
