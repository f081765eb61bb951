"""A heat map over a picture: where nothing was looked at, the picture stays as it is."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

_STOPS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
_RGB = np.array([[13, 8, 135], [126, 3, 168], [204, 71, 120], [248, 149, 64], [240, 249, 33]])  # “plasma”
_OPAQUE = 0.75  # of the hottest place
_FADE = 0.35  # heat at which that opacity is reached


def overlaid(picture: QImage, heat: NDArray[np.float32]) -> QImage:
    """`picture` with `heat`, (rows, columns) from 0 to 1, stretched over all of it."""
    height, width = heat.shape
    colour = np.stack([np.interp(heat, _STOPS, channel) for channel in _RGB.T[::-1]], axis=-1)
    opaque = 255 * _OPAQUE * np.minimum(heat / _FADE, 1)
    pixels = np.ascontiguousarray(np.dstack([colour, opaque]).round().astype(np.uint8))  # BGRA
    layer = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32)
    made = picture.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(made.rect(), layer)
    painter.end()
    return made
