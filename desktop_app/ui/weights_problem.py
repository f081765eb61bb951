"""What to do when the weights cannot be had: three ways on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.ui.card import Card, label, push_button


class WeightsProblem(Card):
    """Says what went wrong and offers to try again, to choose a file, or to go on with random weights.

    It stays until one of them has led somewhere: a new run, or other settings.
    """

    retry_requested = Signal()
    file_requested = Signal()
    untrained_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._message = label(role="error", wrap=True)
        self._hint = label(role="hint", wrap=True)
        self.retry = push_button("Tr&y again")
        self.file = push_button("Choose &weights…")
        self.untrained = push_button(
            "Use an untraine&d base", "Random weights: good for trying the program, not for results"
        )
        row = QHBoxLayout()
        for button, signal in (
            (self.retry, self.retry_requested),
            (self.file, self.file_requested),
            (self.untrained, self.untrained_requested),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            row.addWidget(button)
        row.addStretch(1)
        self.body.addWidget(self._message)
        self.body.addWidget(self._hint)
        self.body.addLayout(row)
        self.hide()

    def show_problem(self, message: str, hint: str) -> None:
        """Appear."""
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(message)
        self.show()
