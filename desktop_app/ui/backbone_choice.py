"""The choice of a backbone: one row each, out of the table."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QWidget

from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.ui.card import Card
from desktop_app.ui.theme import GAP, colors

_PAD, _LEADING = 8, 3
_PREPROCESSING = {
    "caffe": "in BGR with ImageNet's mean taken off",
    "tf": "scaled to [−1, 1]",
}


class BackboneChoice(Card):
    """Exactly one backbone is chosen; arrow keys move between them."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Backbone", parent)
        self._rows = {name: _Row(backbone) for name, backbone in BACKBONES.items()}
        for name, row in self._rows.items():
            self.body.addWidget(row)
            row.toggled.connect(lambda on, name=name: self.changed.emit(name) if on else None)

    def value(self) -> str:
        """The chosen name."""
        return next(name for name, row in self._rows.items() if row.isChecked())

    def set_value(self, name: str) -> None:
        """Choose `name`."""
        self._rows[name].setChecked(True)


class _Row(QRadioButton):
    """A radio button with the look of a card: name and figures, and what it is good for."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self._name, self._summary = backbone.name, backbone.summary
        millions, width = f"{backbone.parameters / 1e6:.1f} M", f"{backbone.feature_width('avg'):,}"
        self._facts = f"{millions} · {width} features · {backbone.size} px"
        whole = (
            f"{millions} parameters; {width} features a picture; pictures are resized to "
            f"{backbone.size} × {backbone.size} pixels, {_PREPROCESSING[backbone.preprocessing]}"
        )
        self.setAccessibleName(backbone.name)
        self.setAccessibleDescription(f"{self._summary}. {whole}.")
        self.setToolTip(whole)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        lines = self.fontMetrics()
        width = lines.horizontalAdvance(f"{self._name}  {self._facts}") + 2 * _PAD
        return QSize(width, 2 * lines.height() + _LEADING + 2 * _PAD)

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
        chosen = c.accent_soft if self.isEnabled() else c.hover
        painter.setBrush(QColor(chosen if self.isChecked() else c.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

        box = self.rect().adjusted(_PAD + 2, _PAD, -_PAD - 2, -_PAD)
        bold, plain = self.font(), self.font()
        bold.setBold(True)
        text, muted = (c.text, c.muted) if self.isEnabled() else (c.faded, c.faded)
        _write(painter, box, self._name, bold, text)
        named = QFontMetrics(bold).horizontalAdvance(self._name) + GAP
        _write(painter, box.adjusted(named, 0, 0, 0), self._facts, plain, muted, Qt.AlignmentFlag.AlignRight)
        below = self.fontMetrics().height() + _LEADING
        _write(painter, box.adjusted(0, below, 0, 0), self._summary, plain, text)
        painter.end()


def _write(
    painter: QPainter,
    box: QRect,
    text: str,
    font: QFont,
    color: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line at the top of `box`, cut where it is too long."""
    painter.setFont(font)
    painter.setPen(QColor(color))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, side | Qt.AlignmentFlag.AlignTop, shown)
