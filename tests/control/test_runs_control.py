"""The Runs page with real folders: listed, compared, renamed, deleted and brought back."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from run_samples import write_run

from desktop_app.control.controller import Controller
from desktop_app.control.intake import IntakeControl
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.errors import Paused
from desktop_app.engine.kept import VERDICT
from desktop_app.engine.progress import Reporter
from desktop_app.engine.project_file import load_project
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec
from desktop_app.engine.unfinished import Draft
from desktop_app.engine.verdict import Answered, Arm, decide
from desktop_app.session import trash
from desktop_app.ui.runs_page import RunsPage

SPEC = ExperimentSpec(BaseSpec("VGG16", "none"))


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Controller:
    monkeypatch.setattr(IntakeControl, "_warm_up", lambda _self: None)  # nothing is trained here
    return make_controller(qtbot, tmp_path)


@pytest.fixture
def page(controller: Controller) -> RunsPage:
    return controller.desk.pages.runs


def settle(qtbot: QtBot, controller: Controller) -> None:
    runs = controller.runs
    runners = (runs._listing, runs._looking, controller.projects.runner, controller.results.measuring)
    qtbot.waitUntil(lambda: not any(runner.current for runner in runners), timeout=PATIENCE)


def look(qtbot: QtBot, controller: Controller) -> None:
    """Go to the Runs page, and wait."""
    controller.desk.window.show_page("data")
    controller.desk.window.show_page("runs")
    settle(qtbot, controller)


def names(page: RunsPage) -> list[str]:
    return sorted(row.name for row in page.model.rows)


def choose(qtbot: QtBot, controller: Controller, *names: str) -> None:
    page = controller.desk.pages.runs
    page.table.clearSelection()
    for name in names:
        folder = next(row.summary.folder for row in page.model.rows if row.name == name)
        page.select(folder, add=True)
    settle(qtbot, controller)


def stopped(folder: Path, picture: Path = Path("/p/1.png")) -> Path:
    (folder / "state").mkdir(parents=True)
    Draft(folder).begin(SPEC, Catalog((Picture(picture, "red"),)))
    return folder


def undo(controller: Controller) -> None:
    """By the button in the message bar."""
    bar = controller.desk.window.message_bar
    button = bar._actions.itemAt(0)
    assert button is not None
    widget = button.widget()
    assert widget is not None
    widget.click()  # type: ignore[attr-defined]


def test_without_pictures_all_runs_are_listed(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    look(qtbot, controller)
    assert page.model.rows == ()
    for name in ("1", "2"):
        write_run(controller.desk.home.runs / name)
    look(qtbot, controller)
    assert names(page) == ["1", "2"]
    assert not page.scope.isEnabled()


def test_with_pictures_those_that_saw_them(
    qtbot: QtBot, controller: Controller, page: RunsPage, picture_folder: Callable[..., Path]
) -> None:
    runs = controller.desk.home.runs
    pictures = picture_folder()
    write_run(runs / "theirs", pictures=pictures.parent / "others")
    drop(qtbot, controller, pictures)
    look(qtbot, controller)
    assert page.model.rows == ()
    (button,) = [each for each in page.findChildren(QPushButton) if each.text() == "Show all runs (1)"]
    button.click()
    assert names(page) == ["theirs"]
    page.scope.setCurrentIndex(0)
    write_run(runs / "ours", pictures=pictures)
    stopped(runs / "half.unfinished", pictures / "red" / "0.png")
    look(qtbot, controller)
    assert names(page) == ["half", "ours"]
    page.scope.setCurrentIndex(1)
    assert names(page) == ["half", "ours", "theirs"]


def test_one_opened_from_elsewhere_joins_and_stays_when_it_is_gone(
    qtbot: QtBot, controller: Controller, page: RunsPage, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    desk = controller.desk
    drop(qtbot, controller, picture_folder())
    elsewhere = write_run(tmp_path / "elsewhere" / "best")
    file = tmp_path / "a.graftwork"
    controller.projects._write(file, None)
    settle(qtbot, controller)
    desk.window.take([elsewhere])
    assert desk.window.page == "results"
    look(qtbot, controller)
    assert names(page) == ["best"]
    assert page.model.rows[0].open
    assert load_project(file).project.runs == (elsewhere,)  # it was saved by itself
    assert not desk.history.unsaved
    shutil.rmtree(elsewhere)
    look(qtbot, controller)
    assert page.model.rows[0].summary.short == "gone"
    choose(qtbot, controller, "best")
    page.delete.click()
    assert names(page) == []
    assert "taken off the list" in message(controller)
    undo(controller)
    settle(qtbot, controller)
    assert names(page) == ["best"]


def test_two_are_compared(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    runs = controller.desk.home.runs
    write_run(runs / "a", [True] * 80)
    write_run(runs / "b", [False] * 40 + [True] * 30 + [False] * 10)
    write_run(runs / "c", contents=[f"other {n}" for n in range(10)])
    look(qtbot, controller)
    choose(qtbot, controller, "a", "b")
    said = page.panel.sentence.text()
    assert said.startswith("“a” is better by +25.0 points [")
    assert "100.0 %" in page.panel.detail.text()
    assert page.curves.draw is not None
    choose(qtbot, controller, "a", "c")
    assert "they are of other pictures" in page.panel.sentence.text()
    choose(qtbot, controller, "a", "b", "c")
    assert page.panel.title.text() == "3 runs"
    choose(qtbot, controller, "a", "b")
    controller.runs.refresh()
    settle(qtbot, controller)
    assert page.panel.sentence.text() == said  # what was found stays


def test_whether_transfer_has_helped_is_said_of_one(
    qtbot: QtBot, controller: Controller, page: RunsPage
) -> None:
    runs = controller.desk.home.runs
    write_run(runs / "a")
    write_run(runs / "b")
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    assert page.panel.transfer.isHidden()
    model, other = (Arm(name, name, np.arange(90) < right) for name, right in (("us", 80), ("them", 20)))
    VERDICT.keep(runs / "a", decide(model, [other], Answered(np.zeros(90, np.int64), np.arange(90))))
    look(qtbot, controller)
    assert page.panel.transfer.text().startswith("Transfer helps by +66.7 [")
    assert page.panel.transfer.isVisible()
    choose(qtbot, controller, "a", "b")
    assert page.panel.transfer.isHidden()
    (runs / "a" / VERDICT.file).write_text("{}")  # as damaged, it is told on the Results page
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    assert page.panel.transfer.isHidden()


def test_names_and_notes_are_steps_of_the_project(
    qtbot: QtBot, controller: Controller, page: RunsPage
) -> None:
    desk = controller.desk
    folder = write_run(desk.home.runs / "a")
    look(qtbot, controller)
    page.renamed.emit(folder, "the best")
    page.noted.emit(folder, "with the new lamp")
    settle(qtbot, controller)
    (row,) = page.model.rows
    assert (row.name, row.note) == ("the best", "with the new lamp")
    assert desk.history.stack.undoText() == "Note on “the best”"
    assert controller.projects._would_lose
    page.renamed.emit(folder, "two\nlines")
    assert "cannot be the name of a run" in message(controller)
    desk.history.stack.undo()
    desk.history.stack.undo()
    settle(qtbot, controller)
    assert (page.model.rows[0].name, page.model.rows[0].note) == ("a", "")


def test_a_note_half_written_is_saved_and_never_lost(
    qtbot: QtBot, controller: Controller, page: RunsPage, tmp_path: Path, picture_folder: Callable[..., Path]
) -> None:
    desk, file = controller.desk, tmp_path / "a.graftwork"
    drop(qtbot, controller, picture_folder())
    folder = write_run(desk.home.runs / "a", pictures=tmp_path / "pictures")
    controller.projects._write(file, None)
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    page.panel.note.setFocus()
    QTest.keyClicks(page.panel.note, "half")
    controller.projects.save()
    settle(qtbot, controller)
    assert load_project(file).project.run_notes == {folder: "half"}
    desk.window.activateWindow()
    page.panel.note.setFocus()
    qtbot.waitUntil(page.panel.note.hasFocus)
    QTest.keyClicks(page.panel.note, " more")
    assert not desk.window.close()  # it asks first
    assert "more" in desk.project.run_notes[folder]


def test_deleted_and_brought_back(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    desk = controller.desk
    folders = [write_run(desk.home.runs / name) for name in "abc"]
    before = sorted(file.name for file in folders[0].iterdir())
    look(qtbot, controller)
    page.renamed.emit(folders[0], "the best")
    choose(qtbot, controller, "the best", "b")
    page.delete.click()
    settle(qtbot, controller)
    assert names(page) == ["c"]
    assert [folder.exists() for folder in folders] == [False, False, True]
    assert message(controller) == "2 runs were moved to the trash."
    undo(controller)
    settle(qtbot, controller)
    assert names(page) == ["b", "c", "the best"]
    assert sorted(file.name for file in folders[0].iterdir()) == before
    desk.history.stack.redo()
    settle(qtbot, controller)
    assert [folder.exists() for folder in folders] == [False, False, True]
    desk.history.stack.undo()
    settle(qtbot, controller)
    assert all(folder.exists() for folder in folders)
    assert names(page) == ["b", "c", "the best"]


def test_on_a_disk_without_a_trash_it_is_gone_at_the_end(
    qtbot: QtBot, controller: Controller, page: RunsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "_to_trash", lambda _folder: None)
    runs = controller.desk.home.runs
    for name in "ab":
        write_run(runs / name)
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    page.delete.click()
    settle(qtbot, controller)
    assert names(page) == ["b"]  # and not what it is called now
    assert "until Graftwork closes" in message(controller)
    undo(controller)
    settle(qtbot, controller)
    assert names(page) == ["a", "b"]
    choose(qtbot, controller, "a")
    page.delete.click()
    controller.shut_down()
    assert [folder.name for folder in runs.iterdir()] == ["b"]


def test_brought_back_some_steps_later(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    desk = controller.desk
    folder, other = (write_run(desk.home.runs / name) for name in "ab")
    look(qtbot, controller)
    page.renamed.emit(folder, "the best")
    choose(qtbot, controller, "the best")
    page.delete.click()
    page.noted.emit(other, "a note")
    undo(controller)
    settle(qtbot, controller)
    assert names(page) == ["b", "the best"]
    assert folder.is_dir()
    assert desk.project.run_notes == {other: "a note"}


def test_another_project_takes_nothing_away(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    """What was deleted and brought back stays when the project that says so is closed."""
    folder = write_run(controller.desk.home.runs / "a")
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    page.delete.click()
    undo(controller)
    controller.projects.new()
    settle(qtbot, controller)
    controller.desk.history.push(replace(controller.desk.project, aside=frozenset("x")), "Something")
    assert folder.is_dir()


def test_the_open_one_is_closed_before_it_goes(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    desk = controller.desk
    folder = write_run(desk.home.runs / "a")
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    page.open.click()
    assert desk.run is not None
    assert desk.project.runs == ()  # it was found, not brought from elsewhere
    look(qtbot, controller)
    assert page.model.rows[0].open
    job = desk.working.start("Testing", lambda reporter: reporter.checkpoint())
    page.delete.click()
    assert folder.is_dir()
    assert "has to wait" in message(controller)
    with qtbot.waitSignal(job.finished, timeout=PATIENCE):
        pass
    page.delete.click()
    assert page.model.rows == ()
    assert not folder.exists()
    assert "Its results were closed" in message(controller)
    assert not desk.window.sidebar.buttons["results"].done


def test_what_is_no_run_is_never_moved(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    desk = controller.desk
    folder = write_run(desk.home.runs / "a")
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    (folder / "experiment.json").unlink()
    page.delete.click()
    assert folder.is_dir()
    assert "is not a run folder" in message(controller)
    look(qtbot, controller)
    page.delete_requested.emit(list(page.model.rows))
    assert folder.is_dir()


def test_one_that_was_stopped_is_deleted_and_brought_back(
    qtbot: QtBot, controller: Controller, page: RunsPage
) -> None:
    desk = controller.desk
    folder = stopped(desk.home.runs / "half.unfinished")
    controller.resuming.look()
    train = desk.pages.train
    assert train.run.resume.isVisibleTo(train)
    look(qtbot, controller)
    choose(qtbot, controller, "half")
    page.delete.click()
    assert not folder.exists()
    assert not train.run.resume.isVisibleTo(train)
    undo(controller)
    settle(qtbot, controller)
    assert names(page) == ["half"]
    assert train.run.resume.isVisibleTo(train)
    desk.history.stack.redo()
    assert not folder.exists()


def test_one_under_way_is_not_listed(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    desk, go_on = controller.desk, Event()
    folder = stopped(desk.home.runs / "half.unfinished")

    def task(_reporter: Reporter) -> Run:
        go_on.wait(PATIENCE / 1000)
        raise Paused

    controller.training.run(SPEC, folder.with_name("half"), task)
    look(qtbot, controller)
    assert names(page) == []
    go_on.set()
    qtbot.waitUntil(lambda: names(page) == ["half"], timeout=PATIENCE)
    idle(qtbot, desk)


def test_make_like_this(qtbot: QtBot, controller: Controller, page: RunsPage) -> None:
    desk = controller.desk
    spec = replace(SPEC, head=replace(SPEC.head, units=(7,)))
    write_run(desk.home.runs / "a", spec=spec)
    look(qtbot, controller)
    choose(qtbot, controller, "a")
    page.repeat.click()
    assert desk.window.page == "train"
    assert desk.pages.train.spec() == spec
