"""One picture of the grid: the thumbnail, its name and class, and what there is to say about it."""

from functools import lru_cache

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
_DRAGGED = 96
_ELIDED = 4096  # captions remembered


class PictureCell:
    """Draws cells of one size; what they have in common is drawn once."""

    def __init__(self, model: PictureModel, thumbnails: Thumbnails, view: QWidget) -> None:
        self._model, self._thumbnails, self._view = model, thumbnails, view
        self._captions: dict[tuple[str, int], QStaticText] = {}
        self.side = 0  # of the thumbnail, pixels
        self.set_side(128)

    def set_side(self, side: int) -> None:
        """Draw thumbnails of this size from now on; also after the font has changed."""
        self.side = side
        self._line = QFontMetrics(self._view.font()).height()
        self._captions.clear()

    @property
    def size(self) -> QSize:
        """Of a cell, at least."""
        return QSize(self.side + 2 * _PAD, self.side + 2 * _PAD + _GAP + 2 * self._line)

    @property
    def device_side(self) -> int:
        """Of the thumbnail, in the screen's own pixels."""
        return round(self.side * self._view.devicePixelRatioF())

    def square(self, box: QRect) -> QRect:
        """Where in the cell the thumbnail is."""
        return QRect(box.x() + (box.width() - self.side) // 2, box.y() + _PAD, self.side, self.side)

    def solid(self, box: QRect) -> QRect:
        """What of the cell belongs to the picture; the rest is free room."""
        return self.square(box).adjusted(-2, -2, 2, _GAP + 2 * self._line)

    def dragged(self, picture: Picture, count: int) -> QPixmap:
        """What hangs on the mouse while `count` pictures are dragged, `picture` on top."""
        ratio = self._view.devicePixelRatioF()
        made, painter = _blank(_DRAGGED + 8, _DRAGGED + 8, ratio)
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
            painter.drawPixmap(4, 4, _pill(f"{count:,}", self._view.font().toString(), c.name, ratio))
        painter.end()
        return made

    def paint(self, painter: QPainter, box: QRect, picture: Picture, selected: bool, current: bool) -> None:
        """Draw `picture` in `box`; the background is there."""
        c = colors()
        if selected or current:
            painter.setPen(QPen(QColor(c.accent), 2.5 if current else 1))
            painter.setBrush(QColor(c.accent_soft) if selected else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), 6, 6)
        square = self.square(box)
        if out := picture.path in self._model.left_out:
            painter.setOpacity(0.35)
        self._paint_picture(painter, square, picture)
        self._paint_caption(painter, box, square, picture)
        if out:
            painter.setOpacity(1)
        self._paint_badges(painter, square, picture, out)

    def _paint_picture(self, painter: QPainter, square: QRect, picture: Picture) -> None:
        thumbnail = self._thumbnails.peek(picture.path, self.device_side)
        if thumbnail is not None and not thumbnail.isNull():
            painter.drawPixmap(square, thumbnail)
            return
        painter.fillRect(square, QColor(colors().hover))
        if thumbnail is not None:
            sign = icons.pixmap("broken", 32, colors().muted)
            painter.drawPixmap(square.center() - QRect(0, 0, 32, 32).center(), sign)

    def _paint_caption(self, painter: QPainter, box: QRect, square: QRect, picture: Picture) -> None:
        c = colors()
        room = box.width() - 2 * _PAD
        left, top = box.x() + _PAD, square.bottom() + 1 + _GAP
        painter.setPen(QColor(c.text))
        name = self._caption(picture.path.name, room)
        painter.drawStaticText(QPointF(left + (room - name.size().width()) / 2, top), name)
        label = self._caption(picture.label or "no class", room - _DOT - _GAP)
        start = left + (room - label.size().width() - _DOT - _GAP) / 2
        position = self._model.classes.get(picture.label)
        if position is not None:
            dot = _dot(position, colors().name, self._view.devicePixelRatioF())
            painter.drawPixmap(QPointF(start, top + self._line + (self._line - _DOT) / 2), dot)
        painter.setPen(QColor(c.muted))
        painter.drawStaticText(QPointF(start + _DOT + _GAP, top + self._line), label)

    def _paint_badges(self, painter: QPainter, square: QRect, picture: Picture, out: bool) -> None:
        ratio = self._view.devicePixelRatioF()
        word = "left out" if out else picture.split
        if word:
            pill = _pill(word, self._view.font().toString(), colors().name, ratio)
            painter.drawPixmap(square.topLeft() + QRect(4, 4, 0, 0).topLeft(), pill)
        if picture.path in self._model.badges:
            sign = _sign(colors().name, ratio)
            painter.drawPixmap(square.right() - _SIGN - 3, square.y() + 4, sign)

    def _caption(self, text: str, room: int) -> QStaticText:
        made = self._captions.get((text, room))
        if made is None:
            if len(self._captions) >= _ELIDED:
                self._captions.clear()
            elided = QFontMetrics(self._view.font()).elidedText(
                safe(text), Qt.TextElideMode.ElideMiddle, room
            )
            made = self._captions[text, room] = QStaticText(elided)
            made.setTextFormat(Qt.TextFormat.PlainText)
            made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        return made


@lru_cache(maxsize=2048)
def _dot(position: int, _scheme: str, ratio: float) -> QPixmap:
    dot, painter = _blank(_DOT, _DOT, ratio)
    draw_class_marker(painter, QRectF(0, 0, _DOT, _DOT), position)
    painter.end()
    return dot


@lru_cache(maxsize=32)
def _pill(word: str, font: str, _scheme: str, ratio: float) -> QPixmap:
    face = QFont()
    face.fromString(font)
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


@lru_cache(maxsize=8)
def _sign(_scheme: str, ratio: float) -> QPixmap:
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
