"""The Learning Rate dialog: a curve, the rate that it suggests, and a button that takes it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.engine.rate_finder import RateCurve
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import Card, label, progress_bar
from desktop_app.ui.rate_plot import RatePlot
from desktop_app.ui.theme import GAP, MARGIN


class RateDialog(QDialog):
    """Shows how far the finder is, then its curve; closing it stops the finder."""

    chosen = Signal(float)
    stopped = Signal()  # closed before the curve was there

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Learning rate")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rate, self._waiting = 0.0, True
        self.rejected.connect(self._stop)
        self.words = label("Starting…", wrap=True)
        self.bar = progress_bar("Progress of the finder")
        self.plot = RatePlot()
        self.use = push_button("&Use this rate", self._use, "primary")
        self.use.setEnabled(False)
        close = push_button("C&lose", self.reject)
        close.setAutoDefault(False)
        frame = Card()
        frame.body.addWidget(self.plot)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.use)
        about = (
            "The head learns a little while the rate grows. Where the loss falls fastest is a good rate to "
            "train with; where it climbs, the rate is too high."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP + 6)
        layout.setSpacing(GAP)
        layout.addWidget(label(about, "hint", wrap=True))
        layout.addWidget(frame, 1)
        layout.addWidget(self.words)
        layout.addWidget(self.bar)
        layout.addLayout(buttons)

    def show_progress(self, fraction: float, text: str) -> None:
        """How far it is."""
        self.bar.setValue(round(1000 * fraction))
        self.words.setText(text)

    def show_curve(self, curve: RateCurve) -> None:
        """What was found."""
        self._waiting = False
        self.bar.hide()
        self.plot.show_curve(curve)
        if curve.suggestion:
            self._rate = float(f"{curve.suggestion:.1e}")
            self.words.setText(f"Suggested: {self._rate:g}")
            self.use.setEnabled(True)
            self.use.setFocus()
        else:
            self.words.setText("The loss hardly falls at any rate, so there is nothing to suggest.")

    def _stop(self) -> None:
        if self._waiting:
            self.stopped.emit()

    def _use(self) -> None:
        self.chosen.emit(self._rate)
        self.accept()
