"""The program's icon and its line icons, tinted to the theme."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_HERE = Path(__file__).resolve()
# In the checkout the pictures lie beside the package; a built package carries them inside.
RESOURCES = next(
    (
        folder
        for folder in (_HERE.parents[1] / "resources", _HERE.parents[2] / "resources")
        if folder.is_dir()
    ),
    _HERE.parents[2] / "resources",
)
ICONS = RESOURCES / "icons"


def program_icon() -> QIcon:
    """The program's icon, sharp at any size."""
    icon = QIcon()
    renderer = QSvgRenderer(str(RESOURCES / "icon.svg"))
    for size in (16, 22, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(_draw(renderer, size, 1.0))
    return icon


def program_pixmap(size: int) -> QPixmap:
    """The program's icon as a picture inside the window."""
    return _draw(QSvgRenderer(str(RESOURCES / "icon.svg")), size, _ratio())


@lru_cache(maxsize=256)
def _tinted(name: str, size: int, color: str, ratio: float) -> QPixmap:
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    return _draw(QSvgRenderer(QByteArray(svg.encode())), size, ratio)


def pixmap(name: str, size: int, color: str) -> QPixmap:
    """The line icon `name` in `color`, `size` logical pixels square."""
    return _tinted(name, size, color, _ratio())


def icon(name: str, color: str, size: int = 20) -> QIcon:
    """The same for a button."""
    return QIcon(pixmap(name, size, color))


def _ratio() -> float:
    """The sharpest screen's, for a window may be moved to it."""
    return max(screen.devicePixelRatio() for screen in QGuiApplication.screens())


def _draw(renderer: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image
