"""One picture of the grid: the thumbnail, its name and class, and what there is to say about it."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QStaticText
from PySide6.QtWidgets import QWidget

from desktop_app.engine.catalog import Picture
from desktop_app.ui import icons
from desktop_app.ui.class_colors import draw_class_marker
from desktop_app.ui.picture_model import PictureModel
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import colors
from desktop_app.ui.thumbnails import Thumbnails

_PAD, _GAP, _DOT, _SIGN = 8, 4, 8, 20
_DRAGGED, _BROKEN = 96, 32
_REMEMBERED = 4096  # captions


class PictureCell:
    """Draws cells of one size; what they have in common is made once, by `refresh`."""

    def __init__(self, model: PictureModel, thumbnails: Thumbnails, view: QWidget) -> None:
        self._model, self._thumbnails, self._view = model, thumbnails, view
        self.side = 128  # of the thumbnail, pixels
        self.refresh()

    def refresh(self) -> None:
        """The size, the font, the scheme or the screen is another."""
        c = colors()
        self._metrics = QFontMetrics(self._view.font())
        self._line = self._metrics.height()
        self._ratio = self._view.devicePixelRatioF()
        self.device_side = round(self.side * self._ratio)  # of the thumbnail, in the screen's own pixels
        self._text, self._muted, self._hover, self._soft = map(
            QColor, (c.text, c.muted, c.hover, c.accent_soft)
        )
        self._frame, self._thick_frame = QPen(QColor(c.accent), 1), QPen(QColor(c.accent), 2.5)
        self._captions: dict[tuple[str, int], tuple[QStaticText, float]] = {}
        self._dots: dict[str, QPixmap] = {}
        self._pills: dict[str, QPixmap] = {}
        self._warning = _warning(self._ratio)

    @property
    def size(self) -> QSize:
        """Of a cell, at least."""
        return QSize(self.side + 2 * _PAD, self.side + 2 * _PAD + _GAP + 2 * self._line)

    def square(self, box: QRect) -> QRect:
        """Where in the cell the thumbnail is."""
        return QRect(box.x() + (box.width() - self.side) // 2, box.y() + _PAD, self.side, self.side)

    def solid(self, box: QRect) -> QRect:
        """What of the cell belongs to the picture; the rest is free room."""
        return self.square(box).adjusted(-2, -2, 2, _GAP + 2 * self._line)

    def dragged(self, picture: Picture, count: int) -> QPixmap:
        """What hangs on the mouse while `count` pictures are dragged, `picture` on top."""
        made, painter = _blank(_DRAGGED + 8, _DRAGGED + 8, self._ratio)
        painter.setOpacity(0.9)
        c = colors()
        painter.setPen(QColor(c.outline))
        painter.setBrush(QColor(c.card))
        for shift in range(min(count, 3) - 1, -1, -1):
            painter.drawRect(4 * shift, 4 * shift, _DRAGGED - 1, _DRAGGED - 1)
        thumbnail = self._thumbnails.peek(picture.path, self.device_side)
        if thumbnail is not None and not thumbnail.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(QRect(0, 0, _DRAGGED, _DRAGGED), thumbnail)
        if count > 1:
            painter.drawPixmap(4, 4, self._pill(f"{count:,}"))
        painter.end()
        return made

    def paint(self, painter: QPainter, box: QRect, picture: Picture, selected: bool, current: bool) -> None:
        """Draw `picture` in `box`; the background is there."""
        if selected or current:
            painter.setPen(self._thick_frame if current else self._frame)
            painter.setBrush(self._soft if selected else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
        square = self.square(box)
        out = picture.path in self._model.left_out
        if out:
            painter.setOpacity(0.35)
        self._paint_picture(painter, square, picture)
        self._paint_caption(painter, box, square, picture)
        if out:
            painter.setOpacity(1)
        if word := "left out" if out else picture.split:
            painter.drawPixmap(square.x() + 4, square.y() + 4, self._pill(word))
        if picture.path in self._model.badges:
            painter.drawPixmap(square.right() - _SIGN - 3, square.y() + 4, self._warning)

    def _paint_picture(self, painter: QPainter, square: QRect, picture: Picture) -> None:
        path = picture.path
        thumbnail = self._thumbnails.peek(path, self.device_side) or self._thumbnails.rough(path)
        if thumbnail is not None and not thumbnail.isNull():
            painter.drawPixmap(square, thumbnail)
            return
        painter.fillRect(square, self._hover)
        if thumbnail is not None:
            sign = icons.pixmap("broken", _BROKEN, self._muted.name())
            painter.drawPixmap(square.center().x() - _BROKEN // 2, square.center().y() - _BROKEN // 2, sign)

    def _paint_caption(self, painter: QPainter, box: QRect, square: QRect, picture: Picture) -> None:
        room = box.width() - 2 * _PAD
        left, top = box.x() + _PAD, square.bottom() + 1 + _GAP
        name, width = self._caption(picture.path.name, room)
        painter.setPen(self._text)
        painter.drawStaticText(QPointF(left + (room - width) / 2, top), name)
        label, width = self._caption(picture.label or "no class", room - _DOT - _GAP)
        start = left + (room - width - _DOT - _GAP) / 2
        painter.drawPixmap(
            QPointF(start, top + self._line + (self._line - _DOT) / 2), self._dot(picture.label)
        )
        painter.setPen(self._muted)
        painter.drawStaticText(QPointF(start + _DOT + _GAP, top + self._line), label)

    def _caption(self, text: str, room: int) -> tuple[QStaticText, float]:
        made = self._captions.get((text, room))
        if made is None:
            if len(self._captions) >= _REMEMBERED:
                self._captions.clear()
            elided = self._metrics.elidedText(safe(text), Qt.TextElideMode.ElideMiddle, room)
            static = QStaticText(elided)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(font=self._view.font())
            made = self._captions[text, room] = static, static.size().width()
        return made

    def _dot(self, label: str) -> QPixmap:
        made = self._dots.get(label)
        if made is None:
            made, painter = _blank(_DOT, _DOT, self._ratio)
            if label in self._model.classes:
                draw_class_marker(painter, QRectF(0, 0, _DOT, _DOT), self._model.classes[label])
            painter.end()
            self._dots[label] = made
        return made

    def _pill(self, word: str) -> QPixmap:
        made = self._pills.get(word)
        if made is None:
            made = self._pills[word] = _pill(word, self._view.font(), self._ratio)
        return made


def _pill(word: str, font: QFont, ratio: float) -> QPixmap:
    face = QFont(font)
    face.setPointSizeF(face.pointSizeF() * 0.85)
    metrics = QFontMetrics(face)
    width, height = metrics.horizontalAdvance(word) + 10, metrics.height() + 2
    pill, painter = _blank(width, height, ratio)
    c = colors()
    painter.setPen(QColor(c.outline))
    painter.setBrush(QColor(c.card))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 4, 4)
    painter.setPen(QColor(c.text))
    painter.setFont(face)
    painter.drawText(QRect(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, word)
    painter.end()
    return pill


def _warning(ratio: float) -> QPixmap:
    sign, painter = _blank(_SIGN, _SIGN, ratio)
    c = colors()
    painter.setPen(QColor(c.warn))
    painter.setBrush(QColor(c.warn_soft))
    painter.drawRoundedRect(QRectF(0.5, 0.5, _SIGN - 1, _SIGN - 1), 4, 4)
    painter.drawPixmap(3, 3, icons.pixmap("warning", _SIGN - 6, c.warn))
    painter.end()
    return sign


def _blank(width: int, height: int, ratio: float) -> tuple[QPixmap, QPainter]:
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return pixmap, painter
