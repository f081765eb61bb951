"""The drop zone, and what paths a drop or the clipboard holds."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.drop_zone import DropZone
from desktop_app.ui.dropped import folders_and_files, paths_in

COPY_OR_MOVE = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


def urls(paths: Sequence[Path | str]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


def enter(widget: QWidget, data: QMimeData) -> QDragEnterEvent:
    button, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(10, 10), COPY_OR_MOVE, data, button, no_key)
    QApplication.sendEvent(widget, event)
    return event


def drop(widget: QWidget, data: QMimeData) -> QDropEvent:
    button, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(10, 10), COPY_OR_MOVE, data, button, no_key)
    QApplication.sendEvent(widget, event)
    return event


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_it_shows_while_folders_are_over_it_and_takes_them(
    host: QWidget, qtbot: QtBot, tmp_path: Path
) -> None:
    zone = DropZone(host, lambda _paths: "Drop here")
    data = urls([tmp_path])
    entered = enter(host, data)
    assert entered.isAccepted()
    assert entered.dropAction() == Qt.DropAction.CopyAction  # never a move
    assert zone.isVisible()
    zone.grab()
    with qtbot.waitSignal(zone.dropped) as said:
        dropped = drop(host, data)
    assert said.args == [[tmp_path]]
    assert dropped.isAccepted()
    assert not zone.isVisible()


def test_it_hides_when_the_drag_leaves(host: QWidget, tmp_path: Path) -> None:
    zone = DropZone(host, lambda _paths: "Drop here")
    enter(host, urls([tmp_path]))
    QApplication.sendEvent(host, QDragLeaveEvent())
    assert not zone.isVisible()


@pytest.mark.parametrize("data", [text("hello"), QMimeData()], ids=["words", "nothing"])
def test_it_refuses_what_is_no_path(host: QWidget, data: QMimeData) -> None:
    zone = DropZone(host, lambda _paths: "Drop here")
    assert not enter(host, data).isAccepted()
    assert not zone.isVisible()


def test_it_covers_its_host_and_lets_the_mouse_through(host: QWidget, tmp_path: Path) -> None:
    zone = DropZone(host, lambda _paths: "Drop here")
    host.resize(500, 320)
    enter(host, urls([tmp_path]))
    assert zone.geometry() == host.rect()
    assert host.childAt(50, 50) is None


def test_paths_of_urls() -> None:
    data = QMimeData()
    data.setUrls([QUrl("file:///a/b%20c"), QUrl("https://example.org/x"), QUrl("file:///a/b%20c")])
    assert paths_in(data) == [Path("/a/b c")]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux alone")
def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)  # noqa: PTH102  a name of bytes
    data = QMimeData()
    data.setData("text/uri-list", QByteArray(f"file://{tmp_path}/caf%E9\r\n".encode()))
    (path,) = paths_in(data)
    assert path.is_dir()
    assert os.fsencode(path) == folder


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("/a/b\n/c d\n", ["/a/b", "/c d"]),
        ("file:///a%20b", ["/a b"]),
        ("'/a/b'", ["/a/b"]),
        ("relative/path", []),
        ("\n\n", []),
        ("~/pictures", [str(Path("~/pictures"))]),
    ],
)
def test_paths_of_text(words: str, expected: list[str]) -> None:
    assert paths_in(text(words)) == [Path(path).expanduser() for path in expected]


def test_another_computers_file_is_not_ours() -> None:
    assert paths_in(text("file://elsewhere/a")) == []


def test_what_is_missing_goes_with_the_folders(tmp_path: Path) -> None:
    file, missing = tmp_path / "a.jpg", tmp_path / "none"
    file.touch()
    assert folders_and_files([tmp_path, file, missing]) == ([tmp_path, missing], [file])
