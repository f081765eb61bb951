"""The main window."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot
from test_drop_zone import drop, enter, text, urls

from desktop_app.ui.about import AboutDialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.sidebar import ALL


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow(*(QLabel(name) for name in ALL))
    qtbot.addWidget(made)
    made.show()
    return made


def action(window: MainWindow, name: str) -> QAction:
    return next(a for a in window.findChildren(QAction) if a.text().replace("&", "") == name)


def test_pages_by_button_and_by_key(window: MainWindow, qtbot: QtBot) -> None:
    assert window.page == "data"
    with qtbot.waitSignal(window.page_changed) as said:
        window.sidebar.buttons["results"].click()
    assert said.args == ["results"]
    assert window.page == "results"
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert window.page == "export"
    assert window.sidebar.buttons["export"].isChecked()
    assert not window.sidebar.buttons["results"].isChecked()
    with qtbot.assertNotEmitted(window.page_changed):
        window.show_page("export")


def test_a_step_is_ticked_off(window: MainWindow) -> None:
    data = window.sidebar.buttons["data"]
    assert data.accessibleName() == "Data, step 1 of 5"
    window.set_step_done("data", True)
    assert data.accessibleName() == "Data, done"
    window.grab()


def test_folders_and_files_are_dropped_anywhere(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder, file = tmp_path / "ants", tmp_path / "a.jpg"
    folder.mkdir()
    file.touch()
    assert enter(window, urls([folder, file])).isAccepted()
    heard: list[object] = []
    window.folders_dropped.connect(heard.append)
    window.files_dropped.connect(heard.append)
    drop(window, urls([folder, file]))
    assert heard == [[folder], [file]]
    heard.clear()
    enter(window, urls([file]))
    drop(window, urls([file]))
    assert heard == [[file]]


def test_a_missing_folder_is_not_swallowed(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    enter(window, text(str(tmp_path / "none")))
    with qtbot.waitSignal(window.folders_dropped) as said:
        drop(window, text(str(tmp_path / "none")))
    assert said.args == [[tmp_path / "none"]]


def test_paste(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    QGuiApplication.clipboard().setMimeData(data)
    with qtbot.waitSignal(window.folders_dropped) as said:
        QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert said.args == [[tmp_path]]
    QGuiApplication.clipboard().setText("just words")
    with qtbot.assertNotEmitted(window.folders_dropped):
        action(window, "Paste").trigger()
    assert "no folder on the clipboard" in window.message_bar.text
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.message_bar.text == ""


def test_the_try_page_pastes_for_itself(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("try")
    with qtbot.waitSignal(window.paste_requested), qtbot.assertNotEmitted(window.folders_dropped):
        action(window, "Paste").trigger()
    assert window.message_bar.text == ""


def test_recent_folders(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.menus.recent.isEnabled()
    odd = Path("/data/a&b\udcff")
    window.set_recent([odd, Path("/c")])
    first = window.menus.recent.actions()[0]
    assert first.text() == "/data/a&&b\\udcff"
    with qtbot.waitSignal(window.folders_dropped) as said:
        first.trigger()
    assert said.args == [[odd]]
    window.set_recent([])
    assert not window.menus.recent.isEnabled()


@pytest.mark.parametrize(
    ("name", "signal"), [("Add Folder…", "folders_dropped"), ("Open Run…", "open_run_requested")]
)
def test_opening_asks_without_blocking(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, signal: str
) -> None:
    action(window, name).trigger()
    (dialog,) = window.findChildren(QFileDialog)
    with qtbot.waitSignal(getattr(window, signal)) as said:
        dialog.fileSelected.emit(str(tmp_path))
    assert said.args in ([[tmp_path]], [tmp_path])
    dialog.close()


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Add Sample Pictures", "demo_requested"),
        ("Clear Pictures", "clear_requested"),
        ("Open Log Folder", "log_folder_requested"),
        ("Stored Features…", "stored_features_requested"),
    ],
)
def test_menus_say_what_is_wanted(window: MainWindow, qtbot: QtBot, name: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(window, signal)):
        action(window, name).trigger()


def test_about(window: MainWindow) -> None:
    action(window, "About Graftwork").trigger()
    (dialog,) = window.findChildren(AboutDialog)
    dialog.grab()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_it_closes_at_once_when_idle(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(window.close_requested):
        window.close()
    assert not window.isVisible()


def test_it_asks_before_what_is_unsaved_is_lost(window: MainWindow, qtbot: QtBot) -> None:
    window.set_project("ants", unsaved=True)
    assert window.isWindowModified()
    with qtbot.waitSignal(window.leave_requested):
        window.close()
    assert window.isVisible()
    window.leave()
    assert not window.isVisible()


def test_a_project_is_dropped(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "ants.GRAFTWORK"
    file.touch()
    with qtbot.waitSignal(window.project_dropped) as said, qtbot.assertNotEmitted(window.files_dropped):
        window.take([file])
    assert said.args == [file]


def test_it_waits_for_a_run_to_stop(window: MainWindow, qtbot: QtBot) -> None:
    window.set_busy("Training")
    with qtbot.waitSignal(window.close_requested):
        event = QCloseEvent()
        QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    assert window.isVisible()
    window.set_busy("Training, epoch 3")
    assert "Stopping…" in [label.text() for label in window.findChildren(QLabel)]
    window.close_now()
    assert not window.isVisible()


def test_busy_and_device_are_shown(window: MainWindow) -> None:
    window.set_busy("Computing features")
    window.set_device("CPU", "No <GPU> was found.")
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert {"Computing features", "CPU"} <= set(shown)
    window.set_busy(None)
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert "Computing features" not in shown


def test_every_button_has_a_name_and_can_be_reached_by_key(window: MainWindow) -> None:
    window.message_bar.show_message("Words.")
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.objectName() != "qt_menubar_ext_button":
            assert button.text() or button.accessibleName()
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_nothing_heavy_is_imported() -> None:
    import subprocess

    code = (
        "import sys, desktop_app.app, desktop_app.ui.data_page, desktop_app.ui.crash;"
        "heavy = 'tensorflow', 'keras', 'matplotlib', 'requests', 'scipy';"
        "print([module for module in heavy if module in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_a_drop_will_do_is_said_beforehand(window: MainWindow, tmp_path: Path) -> None:
    folder, file, other = tmp_path / "ants", tmp_path / "a.jpg", tmp_path / "b.jpg"
    folder.mkdir()
    file.touch()
    other.touch()

    def said(*paths: Path) -> str:
        enter(window, urls(list(paths)))
        return window._zone._text

    assert said(folder, file) == "Drop to add these pictures"
    assert "not single pictures" in said(file)
    window.set_step_done("results", True)
    assert said(file) == "Drop to try this picture"
    assert said(file, other) == "Drop to try these pictures"


def test_a_folder_dropped_on_the_results_is_a_test(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder, other = tmp_path / "field", tmp_path / "lake"
    folder.mkdir()
    other.mkdir()

    def drag_in(*paths: Path) -> None:
        data = urls(list(paths))
        enter(window, data)
        drop(window, data)

    window.show_page("results")
    with qtbot.waitSignal(window.folders_dropped), qtbot.assertNotEmitted(window.test_requested):
        drag_in(folder)  # there is no classifier yet
    window.set_step_done("results", done=True)
    enter(window, urls([folder]))
    assert window._zone._text == "Drop to test the classifier on these pictures"
    with qtbot.waitSignal(window.test_requested) as said, qtbot.assertNotEmitted(window.folders_dropped):
        drag_in(folder)
    assert said.args == [folder]
    with qtbot.waitSignal(window.folders_dropped):
        drag_in(folder, other)
    window.show_page("data")
    with qtbot.waitSignal(window.folders_dropped):
        drag_in(folder)
