"""A card a class: its name, its share of the pictures, and a row of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from desktop_app.ui import icons
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import GAP, RADIUS, colors, set_role
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.wording import pictures

MOST_THUMBNAILS = 12
_SIDE, _SPACE, _HEIGHT, _PAD, _WORDS = 68, 7, 96, 16, 196
_REMOVE = 32


class ClassCard(QWidget):
    """Draws itself, and asks for thumbnails only then, so that what is not seen costs nothing."""

    removed = Signal(object)  # the label; as an object, for a QString would spoil a name that is not UTF-8

    def __init__(self, label: str, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self._thumbnails = thumbnails
        self._count, self._largest = 0, 1
        self._splits = ""
        self._samples: Sequence[Path] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the list makes one of its cards the tab stop
        self._name = safe(label)
        self._remove = QToolButton(self)
        self._remove.clicked.connect(lambda: self.removed.emit(self.label))
        self._remove.setFixedSize(_REMOVE, _REMOVE)
        self._remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by key it is Delete on the card
        self._remove.setAccessibleName(f"Remove the class {self._name}")
        self._remove.setToolTip(plain_tip(f"Leave “{label}” out (Delete). The files stay where they are."))
        set_role(self._remove, "quiet")
        self._tint()

    def show_class(
        self, count: int, largest: int, splits: Mapping[str, int], samples: Sequence[Path]
    ) -> None:
        """Draw these numbers.

        Args:
            count: how many pictures the class has.
            largest: how many the largest class has, which is the full length of the bar.
            splits: how many are in each split, by its name; empty where no folder says.
            samples: the pictures to show, the best spread first.
        """
        self._count, self._largest, self._samples = count, max(largest, 1), tuple(samples)
        self._splits = " · ".join(f"{name} {number:,}" for name, number in splits.items())
        words = ", ".join(filter(None, (self._name, pictures(count), self._splits)))
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.update()

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return QSize(480, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The size it needs."""
        return QSize(_PAD + _WORDS + _REMOVE + 2 * GAP, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the class out."""
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit(self.label)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the button at the end."""
        self._remove.move(self.width() - _REMOVE - GAP, (self.height() - _REMOVE) // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_words(painter)
        self._paint_thumbnails(painter)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        c = colors()
        width = 2 if self.hasFocus() else 1
        painter.setPen(QPen(QColor(c.accent if self.hasFocus() else c.border), width))
        painter.setBrush(QColor(c.card))
        inset = width / 2
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)

    def _paint_words(self, painter: QPainter) -> None:
        c = colors()
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        line = painter.fontMetrics().height() + 2
        bar = 6
        rest = max(0, self.height() - 2 * line - bar - 10)
        box = QRect(_PAD, rest // 2, _WORDS, line)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(c.text))
        elide = Qt.TextElideMode.ElideMiddle
        painter.drawText(box, left, painter.fontMetrics().elidedText(self._name, elide, _WORDS))
        painter.setFont(self.font())
        painter.setPen(QColor(c.muted))
        box.translate(0, line)
        words = f"{self._count:,}: {self._splits}" if self._splits else pictures(self._count)
        painter.drawText(box, left, painter.fontMetrics().elidedText(words, elide, _WORDS))
        track = QRectF(_PAD, box.bottom() + 9, _WORDS, bar)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.border))
        painter.drawRoundedRect(track, bar / 2, bar / 2)
        track.setWidth(max(bar, _WORDS * self._count / self._largest))
        painter.setBrush(QColor(c.accent))
        painter.drawRoundedRect(track, bar / 2, bar / 2)

    def _paint_thumbnails(self, painter: QPainter) -> None:
        c = colors()
        start = _PAD + _WORDS + 2 * GAP
        room = self.width() - start - _REMOVE - 2 * GAP
        fit = max(0, (room + _SPACE) // (_SIDE + _SPACE))
        ratio = self.devicePixelRatioF()
        top = (self.height() - _SIDE) // 2
        for index, path in enumerate(self._samples[:fit]):
            box = QRect(start + index * (_SIDE + _SPACE), top, _SIDE, _SIDE)
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(box), 6, 6)
            painter.save()
            painter.setClipPath(shape)
            picture = self._thumbnails.get(path, round(_SIDE * ratio))
            if picture is None or picture.isNull():
                painter.fillRect(box, QColor(c.hover))
            else:
                painter.drawPixmap(box, picture)
            painter.restore()

    def _tint(self) -> None:
        self._remove.setIcon(icons.icon("close", colors().muted, 18))
