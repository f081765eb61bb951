"""A figure, drawn in the background: matplotlib takes a quarter of a second for one."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui import class_colors
from desktop_app.ui.theme import DARK, Colors, colors

if TYPE_CHECKING:
    from desktop_app.engine.figures import Draw, Ink

_PAUSE = 60  # milliseconds between a change of the size and a new drawing
_SMALLEST = 80  # pixels of a side


class FigureView(QWidget):
    """Draws what it is given in the window's colours and its own size, anew when these change."""

    drawn = Signal()  # what is shown is what was asked for last

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure: Draw | None = None
        self._image = QImage()
        self._fault = ""
        self._work = _Work()
        self._work.told.made.connect(self._show)
        self.destroyed.connect(partial(_Work.close, self._work))
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._ask)

    def show_figure(self, draw: "Draw") -> None:
        """Draw another figure."""
        self._figure, self._image = draw, QImage()
        self._ask()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw it anew soon; until then what there is is stretched."""
        super().resizeEvent(event)
        self._pause.start()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the system from light to dark and back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._pause.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """What has been drawn, or that it is on its way."""
        painter = QPainter(self)
        if self._image.isNull():
            painter.setPen(QColor(colors().muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._fault or "Drawing…")
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self._image)
        painter.end()

    @Slot()
    def _ask(self) -> None:
        if self._figure:
            ratio = self.devicePixelRatioF()
            size = max(self.width(), _SMALLEST), max(self.height(), _SMALLEST)
            self._work.ask(self._figure, colors(), size, ratio)

    @Slot(QImage, str)
    def _show(self, image: QImage, fault: str) -> None:
        self._image, self._fault = image, fault
        self.update()
        self.drawn.emit()


class _Told(QObject):
    """Brings the image into the window's thread; it outlives the view."""

    made = Signal(QImage, str)


class _Work:
    """One drawing at a time; who asks again meanwhile gets only the last."""

    def __init__(self) -> None:
        self.told = _Told()
        self._lock = Lock()
        self._asked = 0
        self._executor: ThreadPoolExecutor | None = None

    def ask(self, draw: "Draw", scheme: Colors, size: tuple[int, int], ratio: float) -> None:
        if self._asked < 0:
            return
        self._asked += 1
        self._executor = self._executor or ThreadPoolExecutor(1, thread_name_prefix="figure")
        self._executor.submit(self._run, self._asked, draw, scheme, size, ratio)

    def close(self) -> None:
        """Stop without waiting: what is being drawn is dropped."""
        with self._lock:
            self._asked = -1
        if self._executor:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, number: int, draw: "Draw", scheme: Colors, size: tuple[int, int], ratio: float) -> None:
        if number != self._asked:
            return
        image, fault = QImage(), ""
        try:
            from desktop_app.engine.figures import pixels

            drawn = pixels(draw, ink(scheme), size, ratio)
            height, width, _ = drawn.shape
            image = QImage(drawn.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
        except Exception as error:  # the window must hear of it in any case
            fault = f"This figure cannot be drawn: {error}"
        with self._lock:  # so that nobody is told who is being deleted
            if number == self._asked:
                self.told.made.emit(image, fault)


def ink(c: Colors) -> "Ink":
    """A scheme's colours for a figure."""
    from desktop_app.engine.figures import Ink

    classes = class_colors.DARK if c is DARK else class_colors.LIGHT
    return Ink(c.card, c.text, c.muted, c.border, c.accent, c.bad, classes)
