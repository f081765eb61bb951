"""A finding: a line with its severity, which unfolds what it means and what can be done."""

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.engine.findings import Finding, Remedy, Severity
from desktop_app.ui import icons
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.elided_button import ElidedButton
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import RADIUS, colors
from desktop_app.ui.wording import pictures

_ICON, _PAD, _ARROW = 16, 8, 12
_LOOKS: dict[Severity, tuple[str, str]] = {
    "problem": ("error", "Problem"),
    "warning": ("warning", "Warning"),
    "note": ("info", "Note"),
}
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class FindingCard(QWidget):
    """One finding. It opens by a click on its line; the panel lets one be open at a time."""

    shown = Signal(object)  # Finding
    remedy_requested = Signal(object, object)  # Finding, Remedy
    dismissed = Signal(object)  # Finding

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.line = _Line(finding)
        self.line.toggled.connect(self._unfold)
        self.remedies = [self._remedy(remedy) for remedy in finding.remedies]
        self.show_pictures = push_button("Show", lambda: self.shown.emit(finding))
        self.show_pictures.setToolTip(f"Show the {pictures(len(finding.pictures))} that this is about")
        self.show_pictures.setVisible(bool(finding.pictures))
        self.dismiss = push_button("Fine as it is", lambda: self.dismissed.emit(finding), "quiet")
        self.dismiss.setToolTip("Put this aside; it can be brought back")
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(_PAD + 2, 0, _PAD, _PAD)
        column.setSpacing(6)
        column.addWidget(label(safe(finding.detail), "hint", wrap=True))
        for button in self.remedies:
            column.addWidget(button)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.show_pictures)
        row.addStretch(1)
        row.addWidget(self.dismiss)
        column.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.line)
        layout.addWidget(self._inside)
        self._unfold(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A frame around what is open."""
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(c.border))
        painter.setBrush(QColor(c.window) if self.line.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 2, RADIUS - 2)
        painter.end()

    def _remedy(self, remedy: Remedy) -> ElidedButton:
        button = ElidedButton(remedy.text)
        button.clicked.connect(partial(self._request, remedy))
        return button

    def _request(self, remedy: Remedy, _checked: bool = False) -> None:
        self.remedy_requested.emit(self.finding, remedy)

    def _unfold(self, open_: bool) -> None:
        self._inside.setVisible(open_)
        self.update()


class _Line(QAbstractButton):
    """Icon, severity in words, and the title over as many lines as it takes."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._icon, self._word = _LOOKS[finding.severity]
        self._severity = finding.severity
        self.setText(safe(finding.title))
        self.setAccessibleName(f"{self._word}: {self.text()}")
        self.setAccessibleDescription(safe(finding.detail))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def heightForWidth(self, width: int) -> int:
        """As high as the title is long."""
        return self._title(width).bottom() + 1 + _PAD

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Another width wraps the title elsewhere."""
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        ink = {"problem": c.bad, "warning": c.warn, "note": c.muted}[self._severity]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().toRectF().adjusted(1, 1, -1, -1)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.hover))
            painter.drawRoundedRect(frame, RADIUS - 2, RADIUS - 2)
        if self.hasFocus():
            painter.setPen(QPen(QColor(c.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, RADIUS - 2, RADIUS - 2)
        painter.drawPixmap(_PAD, _PAD, icons.pixmap(self._icon, _ICON, ink))
        arrow = "chevron-down" if self.isChecked() else "chevron-right"
        painter.drawPixmap(self.width() - _PAD - _ARROW, _PAD + 2, icons.pixmap(arrow, _ARROW, c.muted))
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        title = self._title(self.width())
        painter.drawText(title.left(), _PAD + painter.fontMetrics().ascent(), self._word)
        painter.setFont(self.font())
        painter.setPen(QColor(c.text))
        painter.drawText(title, _WRAP, self.text())
        painter.end()

    def _title(self, width: int) -> QRect:
        metrics = self.fontMetrics()
        left, top = _PAD + _ICON + _PAD, _PAD + metrics.height() + 1
        room = QRect(left, top, max(40, width - left - _PAD), 4000)
        return metrics.boundingRect(room, _WRAP, self.text())
