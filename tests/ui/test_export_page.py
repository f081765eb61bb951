"""The Export page."""

import ast
from pathlib import Path

import pytest
import ui_samples as samples
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.engine import export_table
from desktop_app.ui.export_formats import python_snippet
from desktop_app.ui.export_page import ExportPage


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> ExportPage:
    made = ExportPage()
    qtbot.addWidget(made)
    made.resize(1080, 640)
    made.show()
    made.show_run(samples.run(tmp_path))
    return made


def words(page: ExportPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_says_what_to_do_while_there_is_nothing(page: ExportPage) -> None:
    page.show_empty()
    assert "There is nothing to export yet" in words(page)
    assert not page.export.isVisible()


def test_explains_itself(page: ExportPage) -> None:
    text = words(page)
    for word in ("a folder that TensorFlow runs", "serve_bytes", "Raspberry Pi", "2 classes: ants, bees"):
        assert word in text
    assert "Untrained" not in text


def test_an_untrained_base_is_said_so(page: ExportPage, tmp_path: Path) -> None:
    page.show_run(samples.run(tmp_path, weights="none"))
    assert "Untrained base" in words(page)


def test_export_asks_with_format_and_place(page: ExportPage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(page.export_requested) as heard:
        QTest.mouseClick(page.export, Qt.MouseButton.LeftButton)
    assert heard.args == ["savedmodel", "none", tmp_path / "savedmodel"]
    page.target.setText(" ~/elsewhere ")
    with qtbot.waitSignal(page.export_requested) as heard:
        QTest.keyClick(page.target, Qt.Key.Key_Return)
    assert heard.args == ["savedmodel", "none", Path("~/elsewhere").expanduser()]


def test_no_place_no_export(page: ExportPage, qtbot: QtBot) -> None:
    page.target.setText("  ")
    assert not page.export.isEnabled()
    with qtbot.assertNotEmitted(page.export_requested):
        QTest.keyClick(page.target, Qt.Key.Key_Return)


def test_an_export_from_start_to_end(page: ExportPage, qtbot: QtBot, tmp_path: Path) -> None:
    page.begin_export()
    assert not page.export.isVisible()
    assert not page.target.isEnabled()
    page.show_progress(0.25, "Comparing")
    assert page.bar.value() == 250
    assert "Comparing" in words(page)
    with qtbot.waitSignal(page.cancel_requested):
        QTest.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    page.end_export()
    assert page.export.isVisible()
    assert not page.exported.isVisible()

    page.begin_export()
    assert page.cancel.isEnabled()
    page.show_exported(tmp_path / "there", "And it agrees", {"Size": "97 MB", "Pictures compared": "52"})
    page.end_export()
    assert not page.bar.isVisible()
    for word in ("And it agrees", "97 MB", "Pictures compared", "52", str(tmp_path / "there")):
        assert word in words(page)
    with qtbot.waitSignal(page.open_folder_requested) as heard:
        QTest.mouseClick(page.exported.open, Qt.MouseButton.LeftButton)
    assert heard.args == [tmp_path / "there"]
    page.show_exported(tmp_path / "there", "Again", {"Size": "98 MB"})
    assert "97 MB" not in words(page)


def test_another_run_forgets_the_last_export(page: ExportPage, tmp_path: Path) -> None:
    page.show_exported(tmp_path / "there", "Done", {})
    page.show_run(samples.run(tmp_path / "other"))
    assert not page.exported.isVisible()
    assert page.target.text() == str(tmp_path / "other" / "savedmodel")


def test_choosing_a_place_does_not_block(page: ExportPage, qtbot: QtBot) -> None:
    QTest.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit("/some/where")
    assert page.target.text() == str(Path("/some/where"))
    dialog.close()


def test_the_snippet_is_python_with_the_very_path_and_can_be_copied(page: ExportPage, qtbot: QtBot) -> None:
    page.target.setText("/my/it's here")
    QTest.mouseClick(page.snippet.copy, Qt.MouseButton.LeftButton)
    code = QGuiApplication.clipboard().text()
    assert code == python_snippet("/my/it's here")
    constants = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    assert "/my/it's here" in constants
    assert "serve_bytes" in constants


def test_a_format_brings_its_place_its_numbers_and_its_use(
    page: ExportPage, qtbot: QtBot, tmp_path: Path
) -> None:
    page.formats.buttons["litert"].click()
    assert page.target.text() == str(tmp_path / "litert")
    page.formats.quantize.setCurrentIndex(3)
    assert "calibrated on training pictures" in words(page)
    assert page.snippet.code.toPlainText().endswith("litert-int8/sample.py picture.jpg")
    with qtbot.waitSignal(page.export_requested) as heard:
        QTest.mouseClick(page.export, Qt.MouseButton.LeftButton)
    assert heard.args == ["litert", "int8", tmp_path / "litert-int8"]
    page.target.setText("/my/own")
    page.formats.buttons["keras"].click()
    assert page.target.text() == "/my/own"
    assert page.formats.quantization == "none"
    assert not page.formats.quantize.isVisible()


def test_what_a_format_needs_is_said_before_it_is_tried(
    page: ExportPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_table, "missing", lambda row: ("onnx",) if row.name == "onnx" else ())
    page.formats.buttons["onnx"].click()
    assert "ONNX needs onnx, which is not installed." in words(page)
    assert "python3 installer --formats run" in words(page)
    assert not page.export.isEnabled()
    with qtbot.assertNotEmitted(page.export_requested):
        QTest.keyClick(page.target, Qt.Key.Key_Return)
    page.formats.buttons["litert"].click()
    assert page.export.isEnabled()
    assert "not installed" not in words(page)
