"""What the classifier says of one picture: the picture, the label, and the five best probabilities."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.engine.evaluation import Prediction
from desktop_app.ui.card import label
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import GAP, colors
from desktop_app.ui.wording import percent

_BEST = 5
_SIDE = 150  # of the thumbnail, pixels


class PredictionView(QWidget):
    """Shows one prediction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.answer = label(role="heading", wrap=True)
        self.bars = ProbabilityBars()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.picture)
        layout.addWidget(self.answer)
        layout.addWidget(self.bars)
        layout.addStretch(1)

    def show_prediction(self, prediction: Prediction, class_names: Sequence[str]) -> None:
        """Draw `prediction`, whose probabilities follow `class_names`."""
        image = thumbnail(prediction.file, round(_SIDE * self.devicePixelRatioF()))
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.picture.setPixmap(pixmap)
        self.picture.setVisible(not image.isNull())
        self.picture.setAccessibleName(safe(prediction.file.name))
        self.picture.setToolTip(plain_tip(prediction.file))
        self.answer.setText(f"{safe(prediction.label)}: {percent(prediction.probability)}")
        ranked = sorted(
            zip(map(safe, class_names), prediction.probabilities, strict=True), key=lambda pair: -pair[1]
        )
        self.bars.show_values(ranked[:_BEST])


class ProbabilityBars(QWidget):
    """A bar for each class, the best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[tuple[str, float]] = []

    def show_values(self, values: list[tuple[str, float]]) -> None:
        """Draw names and probabilities in [0, 1]."""
        self._values = values
        self.setAccessibleName("Probabilities")
        self.setAccessibleDescription(", ".join(f"{name} {percent(value)}" for name, value in values))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(200, max(1, len(self._values)) * self._step)

    @property
    def _step(self) -> int:
        return self.fontMetrics().height() + GAP + 4

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, width = self.fontMetrics(), self.width()
        for index, (name, value) in enumerate(self._values):
            top = index * self._step
            figure = percent(value)
            room = width - metrics.horizontalAdvance(figure) - GAP
            painter.setPen(QColor(c.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(0, top + metrics.ascent(), shown)
            painter.drawText(width - metrics.horizontalAdvance(figure), top + metrics.ascent(), figure)
            painter.setPen(Qt.PenStyle.NoPen)
            bar = QRectF(0, top + metrics.height() + 2, width, 6)
            painter.setBrush(QColor(c.border))
            painter.drawRoundedRect(bar, 3, 3)
            bar.setWidth(max(6.0, width * value))
            painter.setBrush(QColor(c.accent if index == 0 else c.muted))
            painter.drawRoundedRect(bar, 3, 3)
        painter.end()


def thumbnail(path: Path, side: int) -> QImage:
    """The picture, upright and at most `side` pixels wide and high; a null image where Qt cannot read it."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid():  # a JPEG is then decoded small, which is quick also for a large photo
        reader.setScaledSize(
            size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        )
    return reader.read()
