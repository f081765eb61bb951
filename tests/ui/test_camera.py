"""The camera, with a stand-in for QtMultimedia: no test needs one."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_app.ui import camera
from desktop_app.ui.camera import CameraDialog, multimedia, why_no_camera
from desktop_app.ui.try_page import TryPage
from installer.words import Order, parse


class Camera(QObject):
    errorOccurred = Signal(object, str)  # noqa: N815  as Qt names it
    running = False

    def __init__(self, _device: object, parent: QObject) -> None:
        super().__init__(parent)

    def start(self) -> None:
        Camera.running = True

    def stop(self) -> None:
        Camera.running = False


class Sink(QObject):
    videoFrameChanged = Signal(object)  # noqa: N815


class Session(QObject):
    def setCamera(self, _camera: QObject) -> None:  # noqa: N802
        pass

    def setVideoSink(self, _sink: QObject) -> None:  # noqa: N802
        pass


def media(*devices: str) -> Any:
    found = SimpleNamespace(videoInputs=lambda: list(devices), defaultVideoInput=lambda: devices[0])
    return SimpleNamespace(QMediaDevices=found, QCamera=Camera, QVideoSink=Sink, QMediaCaptureSession=Session)


def frame(image: QImage) -> Any:
    return SimpleNamespace(toImage=lambda: image)


def fail(_name: str) -> None:
    raise ImportError("libpulse.so.0: cannot open shared object file")


def test_it_says_why_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No camera" in why_no_camera(media())
    assert why_no_camera(media("one")) == ""
    monkeypatch.setattr(camera, "_MODULE", "PySide6.QtNoSuchThing")
    assert multimedia() is None
    (command,) = re.findall("“python3 installer (.*?)”", why_no_camera(None))
    assert parse(command.split()) == Order("run", extras=frozenset({"webcam"}))  # what it says can be typed
    monkeypatch.setattr(camera, "_MODULE", "PySide6.QtWidgets")
    monkeypatch.setattr(camera, "import_module", fail)
    assert multimedia() is None
    assert "lacks a library, such as libpulse" in why_no_camera(None)
    monkeypatch.undo()
    monkeypatch.setattr(camera, "_MODULE", "json")
    assert multimedia() is not None


def test_pictures_are_taken_until_it_is_closed(qtbot: QtBot) -> None:
    dialog = CameraDialog(media("one"))
    qtbot.addWidget(dialog)
    dialog.open()
    assert Camera.running
    assert not dialog.take.isEnabled()
    dialog._sink.videoFrameChanged.emit(frame(QImage()))
    assert not dialog.take.isEnabled()
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(0xFF102030)
    dialog._sink.videoFrameChanged.emit(frame(image))
    with qtbot.waitSignal(dialog.taken) as said:
        dialog.take.click()
    assert said.args[0].pixelColor(3, 3).name() == "#102030"
    dialog._camera.errorOccurred.emit(1, "The camera is gone.")
    assert dialog.screen_.text() == "The camera is gone."
    dialog.reject()
    assert not Camera.running


def test_the_page_offers_it_only_where_there_is_one(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    for found, offered in ((None, False), (media(), False), (media("one"), True)):
        monkeypatch.setattr(camera, "multimedia", lambda found=found: found)
        page = TryPage()
        qtbot.addWidget(page, before_close_func=lambda page: page.thumbnails.close())
        page.show()
        assert page.camera.isHidden() != offered
        assert ("camera" in page.nothing.text().lower()) != offered
    page.camera.click()
    (dialog,) = page.findChildren(CameraDialog)
    with qtbot.waitSignal(page.image_pasted):
        dialog.taken.emit(QImage(2, 2, QImage.Format.Format_RGB32))
    dialog.reject()
