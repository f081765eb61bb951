"""The strip at the bottom: what is being done, and on which device."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import GAP, colors, set_role


class StatusStrip(QFrame):
    """Busy text on the left, the device on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self._moving = QProgressBar(maximum=0, textVisible=False)
        self._moving.setFixedWidth(72)
        self._moving.setAccessibleName("Busy")
        self.busy = _quiet_label()
        self.busy.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.device = _quiet_label()
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + 10, 6, GAP + 10, 6)
        row.setSpacing(GAP)
        row.addWidget(self._moving)
        row.addWidget(self.busy, 1)
        row.addWidget(self.device)
        self.set_busy(None)
        self._dress()

    def set_busy(self, text: str | None) -> None:
        """Say what is being done; None for nothing."""
        self.busy.setText(safe(text or ""))
        self._moving.setVisible(text is not None)

    def set_device(self, text: str, tooltip: str) -> None:
        """Name the device that trains."""
        self.device.setText(safe(text))
        self.device.setToolTip(plain_tip(tooltip) if tooltip else "")
        self.device.setAccessibleName(safe(f"Device: {text}. {tooltip}"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        c = colors()
        sheet = f"#status {{ background: {c.card}; border: none; border-top: 1px solid {c.border}; }}"
        if sheet != self.styleSheet():  # a new sheet is itself a change of palette
            self.setStyleSheet(sheet)


def _quiet_label() -> QLabel:
    made = QLabel(textFormat=Qt.TextFormat.PlainText)
    set_role(made, "hint")
    return made
