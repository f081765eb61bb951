"""The theme."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ui import icons, theme
from desktop_app.ui.style_sheet import style_sheet
from desktop_app.ui.theme import DARK, LIGHT, Colors


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The theme on, and off again for the other tests."""
    style, palette = qapp.style().objectName(), qapp.palette()
    theme.apply(qapp)
    yield qapp
    qapp.styleHints().colorSchemeChanged.disconnect()
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setPalette(palette)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""

    def luminance(name: str) -> float:
        color = QColor(name)
        channels = color.redF(), color.greenF(), color.blueF()
        linear = [c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4) for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_can_be_read(c: Colors) -> None:
    for paper in (c.window, c.card, c.field, c.hover, c.accent_soft):
        assert contrast(c.text, paper) >= 7
    for ink in (c.muted, c.accent, c.good, c.warn, c.bad):
        assert contrast(ink, c.card) >= 4.5
        assert contrast(ink, c.window) >= 4.5
    assert contrast(c.on_accent, c.accent) >= 4.5
    assert contrast(c.on_accent, c.accent_hover) >= 4.5
    assert contrast(c.text, c.bad_soft) >= 7
    assert contrast(c.text, c.warn_soft) >= 7
    assert contrast(c.bad, c.bad_soft) >= 4.5
    assert contrast(c.warn, c.warn_soft) >= 4.5


def test_it_follows_the_system(dressed: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dressed.palette().window().color().name() == LIGHT.window
    monkeypatch.setattr(theme, "is_dark", lambda: True)
    dressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert dressed.palette().window().color().name() == DARK.window
    assert DARK.accent in dressed.styleSheet()
    assert theme.colors() is DARK


def test_a_role_can_change_while_seen(dressed: QApplication, qtbot: QtBot) -> None:
    label = QLabel("words")
    qtbot.addWidget(label)
    label.show()
    theme.set_role(label, "error")
    assert label.palette().windowText().color().name() == LIGHT.bad
    theme.set_role(label, "hint")
    assert label.palette().windowText().color().name() == LIGHT.muted


def test_the_style_sheet_is_understood(dressed: QApplication, qtbot: QtBot) -> None:
    """Qt complains of a rule it cannot parse, and a complaint is an error here."""
    button = QPushButton("Go")
    qtbot.addWidget(button)
    theme.set_role(button, "primary")
    button.show()
    image = button.grab().toImage()
    assert image.pixelColor(image.width() // 2, 4).name() == LIGHT.accent


def test_every_picture_that_the_sheet_names_is_there() -> None:
    for c in (LIGHT, DARK):
        for part in style_sheet(c, 10).split('url("')[1:]:
            path = part.split('"')[0]
            assert icons.ICONS.joinpath(path).is_file(), path


def test_icons_are_tinted_and_sharp(qapp: QApplication) -> None:
    picture = icons.pixmap("close", 24, "#ff0000").toImage()
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    assert picture.width() == 24 * ratio
    middle = picture.pixelColor(picture.rect().center())
    assert (middle.red(), middle.green(), middle.blue()) == (255, 0, 0)
    assert {size.width() for size in icons.program_icon().availableSizes()} >= {16, 32, 256}
