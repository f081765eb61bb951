"""The choice of a backbone: one row each, out of the table."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.ui.theme import GAP, colors

_PAD = 10


class BackboneChoice(QWidget):
    """Exactly one backbone is chosen; arrow keys move between them."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = {name: _Row(backbone) for name, backbone in BACKBONES.items()}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        for name, row in self._rows.items():
            layout.addWidget(row)
            row.toggled.connect(lambda on, name=name: self.changed.emit(name) if on else None)

    def value(self) -> str:
        """The chosen name."""
        return next(name for name, row in self._rows.items() if row.isChecked())

    def set_value(self, name: str) -> None:
        """Choose `name`."""
        self._rows[name].setChecked(True)


class _Row(QRadioButton):
    """A radio button with the look of a card: name, what it is good for, and its figures."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self._name, self._summary = backbone.name, backbone.summary
        self._size = f"{backbone.size} px"
        width = backbone.feature_width("avg")
        self._facts = f"{backbone.parameters / 1e6:.1f} M parameters, {width:,} features a picture"
        self.setAccessibleName(backbone.name)
        self.setAccessibleDescription(f"{self._summary}. {self._size}, {self._facts}")
        self.setToolTip(f"Looks at pictures of {backbone.size} × {backbone.size} pixels; others are resized")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        lines = self.fontMetrics()
        return QSize(lines.horizontalAdvance(self._facts) + 2 * _PAD, 3 * lines.height() + 2 * _PAD)

    def hitButton(self, pos: QPoint) -> bool:
        """The whole row can be pressed."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isChecked() or self.underMouse() or self.hasFocus()
        pen = QPen(QColor(c.accent if marked and self.isEnabled() else c.border), 2 if self.hasFocus() else 1)
        painter.setPen(pen)
        painter.setBrush(QColor(c.accent_soft if self.isChecked() else c.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

        box = self.rect().adjusted(_PAD + 2, _PAD, -_PAD - 2, -_PAD)
        bold, small = self.font(), self.font()
        bold.setBold(True)
        height = self.fontMetrics().height()
        lines = ((self._name, bold, c.text), (self._summary, small, c.text), (self._facts, small, c.muted))
        for index, (text, font, color) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(QColor(color if self.isEnabled() else c.muted))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box.x(), box.y() + index * height, box.width(), height, 0, shown)
        painter.setPen(QColor(c.muted))
        painter.setFont(small)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self._size)
        painter.end()
