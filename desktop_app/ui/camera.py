"""A camera, where QtMultimedia is installed: it is no part of the program, but of its extra “webcam”."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.buttons import push_button
from desktop_app.ui.theme import GAP, MARGIN

_MODULE = "PySide6.QtMultimedia"
_SEEN = (640, 480)  # pixels of the preview
MISSING = (
    "To take pictures by a camera here, close Graftwork and start it once by\n"
    "“python3 installer --webcam run”, which adds 170 MB."
)
BROKEN = "To take pictures by a camera here, this system lacks a library, such as libpulse."
NONE = "No camera was found."


def multimedia() -> Any:
    """QtMultimedia, which takes a moment to import; None where it is not installed, or cannot be loaded."""
    try:
        return import_module(_MODULE) if find_spec(_MODULE) else None
    except ImportError:
        return None


def why_no_camera(media: Any) -> str:
    """Why there is none, by what `multimedia` gave; "" where there is one."""
    if media is None:
        return BROKEN if find_spec(_MODULE) else MISSING
    return "" if media.QMediaDevices.videoInputs() else NONE


class CameraDialog(QDialog):
    """Shows what the camera sees, and takes pictures of it until it is closed."""

    taken = Signal(object)  # QImage

    def __init__(self, media: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Camera")
        self._frame = QImage()
        self.screen_ = QLabel("Waiting for the camera…")
        self.screen_.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.screen_.setFixedSize(*_SEEN)
        self.take = push_button("&Take picture", self._take, "primary")
        self.take.setEnabled(False)
        close = push_button("&Close", self.reject)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(close)
        below.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addWidget(self.screen_)
        layout.addLayout(below)
        self._camera = media.QCamera(media.QMediaDevices.defaultVideoInput(), self)
        self._sink = media.QVideoSink(self)
        self._session = media.QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._show)
        self._camera.errorOccurred.connect(lambda _error, words: self.screen_.setText(words))
        self.finished.connect(lambda _result: self._camera.stop())
        self._camera.start()

    def _show(self, frame: Any) -> None:
        image = frame.toImage()
        if image.isNull():
            return
        self._frame = image
        self.take.setEnabled(True)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        self.screen_.setPixmap(QPixmap.fromImage(image.scaled(self.screen_.size(), keep)))

    def _take(self) -> None:
        self.taken.emit(self._frame.copy())
