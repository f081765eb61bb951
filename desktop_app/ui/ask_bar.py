"""What has to be found out first: a button that starts and stops it, and a line that says how far it is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.ui.card import progress_bar, push_button
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.saving import SaveBar
from desktop_app.ui.theme import GAP, set_role

_BAR = 160  # pixels


class AskBar(QWidget):
    """The line, which is there only while there is something to say; `button` stands where there is room."""

    start_requested = Signal()
    stop_requested = Signal()

    def __init__(self, start: str, tip: str, beside: SaveBar) -> None:
        """`start` is on the button before anything is known; it stands on the left of `beside`."""
        super().__init__()
        self._start, self._running = start, False
        self.button = push_button(start, tip)
        self.button.clicked.connect(lambda _checked=False: self._click())
        self.progress = progress_bar("How far it is")
        self.progress.setFixedWidth(_BAR)
        self.status = ElidedLabel(role="hint")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.progress)
        row.addWidget(self.status, 1)
        beside.row.setSpacing(GAP)
        beside.row.insertWidget(0, self.button)
        self.show_idle()

    @property
    def running(self) -> bool:
        """Whether it is being found out."""
        return self._running

    def show_idle(self, words: str = "", role: str = "hint", again: bool = False) -> None:
        """Nothing is going on; `words` say how it ended, in one of the theme's roles."""
        self._running = False
        self.button.setText("Find out &again" if again else self._start)
        self.button.setEnabled(True)
        self.progress.hide()
        self.status.setText(words)
        set_role(self.status, role)
        self.setVisible(bool(words))

    def show_running(self) -> None:
        """It has begun."""
        self._running = True
        self.button.setText("S&top")
        self.progress.setValue(0)
        self.progress.show()
        self.status.setText("")
        set_role(self.status, "hint")
        self.show()

    def show_progress(self, fraction: float, words: str) -> None:
        """How far it is, in [0, 1] and in words."""
        if self._running and self.button.isEnabled():
            self.progress.setValue(round(1000 * fraction))
            self.status.setText(words)

    def show_stopping(self) -> None:
        """It will end in a moment."""
        self.button.setEnabled(False)
        self.status.setText("Stopping…")

    def _click(self) -> None:
        if self._running:
            self.stop_requested.emit()
        else:
            self.start_requested.emit()
