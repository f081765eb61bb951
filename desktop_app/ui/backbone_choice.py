"""The choice of a backbone: the usual ones in sight, all others one click away."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QWidget

from desktop_app.engine.backbones import BACKBONES, USUAL, Backbone
from desktop_app.ui.backbone_dialog import BackboneDialog
from desktop_app.ui.card import Card, push_button
from desktop_app.ui.theme import GAP, colors

_PAD, _LEADING = 8, 3
_PREPROCESSING = {
    "caffe": "in BGR with ImageNet's mean taken off",
    "tf": "scaled to [−1, 1]",
    "torch": "scaled to [0, 1], with ImageNet's mean taken off, by its standard deviation",
    "none": "as they are: the network does the rest",
}


class BackboneChoice(Card):
    """Exactly one backbone is chosen: a usual one, or any out of the table of all.

    One that is not usual keeps a row below the others from then on, until another takes it.
    """

    changed = Signal(str)
    speeds_requested = Signal(object)  # tuple of names to measure here: answer with `set_speed`, then …
    speeds_cancelled = Signal()  # … the measuring that was asked for may stop
    ranking_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Backbone", parent)
        self._speeds: dict[str, float] = {}
        self._measuring: tuple[str, ...] = ()
        self._dialog: BackboneDialog | None = None
        self._rows: dict[str, _Row] = {}
        self._other = ""  # the row that is there for one that is not usual
        for name in USUAL:
            self._add(name)
        self.all = push_button(
            f"All {len(BACKBONES)}…", "Compare all backbones, by accuracy, size and speed", "quiet"
        )
        self.all.clicked.connect(self._open)
        self.which = push_button("Which one?", "Compare some of them on your own pictures", "quiet")
        self.which.clicked.connect(lambda _checked=False: self.ranking_requested.emit())
        self.head.addWidget(self.which)
        self.head.addWidget(self.all)
        sides = self.body.contentsMargins()
        sides.setTop(sides.top() - 6)  # the button is higher than a heading, and brings room of its own
        self.body.setContentsMargins(sides)

    def value(self) -> str:
        """The chosen name."""
        return next((name for name, row in self._rows.items() if row.isChecked()), "")

    def set_value(self, name: str) -> None:
        """Choose `name`, any of the table."""
        if name not in self._rows:
            self._add(name)
            before, self._other = self._other, name
            self._rows[name].setChecked(True)
            if before:
                row = self._rows.pop(before)
                row.hide()
                row.deleteLater()
        self._rows[name].setChecked(True)

    def set_speed(self, name: str, pictures: float) -> None:
        """How many pictures a second `name` computes on this device."""
        self._speeds[name] = pictures
        if self._dialog:
            self._dialog.set_speed(name, pictures)

    def set_measuring(self, names: tuple[str, ...]) -> None:
        """Whose speed is still being measured; none when it is over, also where it failed."""
        self._measuring = names
        if self._dialog:
            self._dialog.set_measuring(names)

    def _add(self, name: str) -> None:
        row = self._rows[name] = _Row(BACKBONES[name])
        self.body.addWidget(row)
        row.toggled.connect(lambda on: self.changed.emit(name) if on else None)

    def _open(self) -> None:
        dialog = self._dialog = BackboneDialog(self.value(), self)
        for name, pictures in self._speeds.items():
            dialog.set_speed(name, pictures)
        dialog.set_measuring(self._measuring)
        dialog.chosen.connect(self.set_value)
        dialog.speeds_requested.connect(self.speeds_requested)
        dialog.speeds_cancelled.connect(self.speeds_cancelled)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self._dialog = None


class _Row(QRadioButton):
    """A radio button with the look of a card: name and figures, and what it is good for."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self._name, self._summary = backbone.name, backbone.summary
        millions, width = f"{backbone.parameters / 1e6:.1f} M", f"{backbone.feature_width('avg'):,}"
        short = f"{millions} · {backbone.size} px"
        self._facts = (f"{millions} · {width} features · {backbone.size} px", short)  # the first that fits
        whole = (
            f"{millions} parameters; {backbone.top1} % top-1 on ImageNet; {width} features a picture; "
            f"pictures are resized to {backbone.size} × {backbone.size} pixels, "
            f"{_PREPROCESSING[backbone.preprocessing]}"
        )
        self.setAccessibleName(backbone.name)
        self.setAccessibleDescription(f"{self._summary}. {whole}.")
        self.setToolTip(whole)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        lines = self.fontMetrics()
        width = lines.horizontalAdvance(f"{self._name}  {self._facts[-1]}") + 2 * _PAD
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
        room = box.adjusted(named, 0, 0, 0)
        widths = {facts: self.fontMetrics().horizontalAdvance(facts) for facts in self._facts}
        facts = next((facts for facts in self._facts if widths[facts] <= room.width()), self._facts[-1])
        _write(painter, room, facts, plain, muted, Qt.AlignmentFlag.AlignRight)
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
