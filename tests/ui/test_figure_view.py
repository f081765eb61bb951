"""A figure is drawn outside the window's thread, in its colours and size."""

import threading

import pytest
from matplotlib.figure import Figure
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.engine.figures import PAPER, Ink
from desktop_app.ui import figure_view, theme
from desktop_app.ui.figure_view import FigureView, ink


class Drawing:
    """Fills the paper, and remembers how."""

    def __init__(self) -> None:
        self.inks: list[Ink] = []
        self.threads: list[str] = []

    def __call__(self, figure: Figure, ink: Ink) -> None:
        figure.set_facecolor(ink.paper)
        self.inks.append(ink)
        self.threads.append(threading.current_thread().name)


@pytest.fixture
def view(qtbot: QtBot) -> FigureView:
    made = FigureView()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


def test_it_is_drawn_in_another_thread_as_large_as_it_is_shown(qtbot: QtBot, view: FigureView) -> None:
    draw = Drawing()
    assert view.grab().toImage().pixelColor(150, 20).name() != "#010203"
    with qtbot.waitSignal(view.drawn):
        view.show_figure(draw)
    assert draw.threads[0].startswith("figure")
    assert (view._image.width(), view._image.height()) == (300, 200)
    assert view.grab().toImage().pixelColor(150, 100).name() == theme.colors().card
    with qtbot.waitSignal(view.drawn):
        view.resize(400, 220)
    assert (view._image.width(), view._image.height()) == (400, 220)


def test_it_follows_the_scheme(qtbot: QtBot, view: FigureView, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Drawing()
    with qtbot.waitSignal(view.drawn):
        view.show_figure(draw)
    monkeypatch.setattr(figure_view, "colors", lambda: theme.DARK)
    with qtbot.waitSignal(view.drawn):
        QApplication.sendEvent(view, QEvent(QEvent.Type.PaletteChange))
    assert [each.paper for each in draw.inks] == [theme.LIGHT.card, theme.DARK.card]
    assert view.grab().toImage().pixelColor(150, 100).name() == theme.DARK.card


def test_only_the_last_one_wanted_is_shown(qtbot: QtBot, view: FigureView) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_figure: Figure, _ink: Ink) -> None:
        begun.set()
        assert go_on.wait(5)

    drawings = [Drawing() for _ in range(3)]
    view.show_figure(slow)
    assert begun.wait(5)
    for draw in drawings:
        view.show_figure(draw)
    with qtbot.waitSignal(view.drawn):
        go_on.set()
    assert [len(draw.inks) for draw in drawings] == [0, 0, 1]


def test_a_fault_is_said(qtbot: QtBot, view: FigureView) -> None:
    def broken(_figure: Figure, _ink: Ink) -> None:
        raise ValueError("no ink")

    with qtbot.waitSignal(view.drawn):
        view.show_figure(broken)
    assert view._fault == "This figure cannot be drawn: no ink"
    view.grab()


def test_paper_has_the_windows_light_colours() -> None:
    assert ink(theme.LIGHT) == PAPER
    assert ink(theme.DARK) != PAPER
