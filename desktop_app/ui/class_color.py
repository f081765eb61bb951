"""A colour for each class, beside its name wherever the class is shown."""

from functools import lru_cache

from PySide6.QtGui import QColor

from desktop_app.ui.theme import is_dark

_GOLDEN = 137.508  # degrees: neighbours, and neighbours' neighbours, end up far apart on the wheel


def class_color(position: int) -> QColor:
    """The colour of the class at `position` in alphabetical order, to be seen on the present scheme."""
    return _color(position, is_dark())


@lru_cache(maxsize=2048)
def _color(position: int, dark: bool) -> QColor:
    hue = int(210 + position * _GOLDEN) % 360
    return QColor.fromHsl(hue, 150, 160) if dark else QColor.fromHsl(hue, 190, 95)
