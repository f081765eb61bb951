"""Questions from the button to the answer, and from a doubt to a step; what answers is made up."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.engine.errors import EngineError
from desktop_app.engine.judgement import Mistake
from desktop_app.engine.kept import CURVE, VERDICT
from desktop_app.engine.learning_curve import fitted
from desktop_app.engine.progress import Reporter
from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.verdict import Answered, Arm, Verdict, decide
from desktop_app.jobs import questions
from desktop_app.ui.labels_panel import LabelsPanel

SIZES = np.array([10, 20, 40])
REPORT = Report("validation pictures", 0, 0.5, (0.0, 1.0), 0.5, (), ())


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, picture_folder: Callable[..., Path]) -> Controller:
    """With pictures, and a run of nothing in particular."""
    made = make_controller(qtbot, tmp_path)
    drop(qtbot, made, picture_folder(count=4))
    (tmp_path / "run").mkdir()
    made.desk.run = Run(tmp_path / "run", ExperimentSpec(), ("blue", "red"), 1, "imagenet", {}, (), REPORT)
    return made


@pytest.fixture
def doubts(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> list[Mistake]:
    """The first three pictures look wrong."""
    pictures = controller.desk.catalog.pictures[:3]
    found = [Mistake(one.path, one.label, "red", 0.9, 2.0) for one in pictures]
    monkeypatch.setattr(questions, "wrong_labels", lambda _run, _cache: lambda _reporter: tuple(found))
    return found


def asked(qtbot: QtBot, controller: Controller) -> LabelsPanel:
    panel = controller.desk.pages.results.labels
    panel.ask.button.click()
    idle(qtbot, controller.desk)
    return panel


def shown(panel: LabelsPanel) -> list[Path]:
    return [one.file for one in panel._shown]


def test_each_decision_is_a_step_that_can_be_undone(
    qtbot: QtBot, controller: Controller, doubts: list[Mistake]
) -> None:
    desk, files = controller.desk, [one.file for one in doubts]
    panel = asked(qtbot, controller)
    assert shown(panel) == files
    panel.buttons[0].click()
    idle(qtbot, desk)
    assert desk.project.confirmed == {files[0]: "blue"}
    assert shown(panel) == files[1:]
    panel.buttons[1].click()
    idle(qtbot, desk)
    assert desk.project.labels == {files[1]: "red"}
    assert shown(panel) == files[2:]
    panel.buttons[2].click()
    idle(qtbot, desk)
    assert desk.project.left_out == {files[2]: "its label looked wrong"}
    assert shown(panel) == []
    assert "nothing is left" in panel._empty.text()
    for left in (files[2:], files[1:], files):
        desk.history.stack.undo()
        idle(qtbot, desk)
        assert shown(panel) == left


def test_what_was_confirmed_does_not_come_again_unless_its_label_changes(
    qtbot: QtBot, controller: Controller, doubts: list[Mistake]
) -> None:
    desk, first = controller.desk, doubts[0]
    desk.history.push(desk.project.confirm({first.file: first.label}))
    idle(qtbot, desk)
    panel = asked(qtbot, controller)
    assert first.file not in shown(panel)
    assert panel.ask.button.text() == "Find out &again"
    doubts[0] = replace(first, label="green")
    assert first.file in shown(asked(qtbot, controller))


def test_pictures_that_are_not_in_the_project_cannot_be_decided_about(
    qtbot: QtBot, controller: Controller, doubts: list[Mistake]
) -> None:
    doubts[:] = [replace(one, file=Path("/elsewhere") / one.file.name) for one in doubts]
    panel = asked(qtbot, controller)
    assert len(shown(panel)) == 3
    assert not any(button.isEnabled() for button in panel.buttons)


def test_it_can_be_stopped_and_another_run_takes_no_answer(
    qtbot: QtBot, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, panel = controller.desk, controller.desk.pages.results.more_pictures

    def wait(reporter: Reporter) -> None:
        while True:
            reporter.report(0.5, "Learning")

    monkeypatch.setattr(questions, "more_pictures", lambda _run, _cache: wait)
    panel.ask.button.click()
    qtbot.waitUntil(lambda: panel.ask.status.text() == "Learning", timeout=PATIENCE)
    controller.questions.ask_labels()
    assert "has to wait" in desk.window.message_bar.text
    panel.ask.button.click()
    assert panel.ask.status.text() == "Stopping…"
    idle(qtbot, desk)
    assert panel.ask.status.text().startswith("Stopped")

    told: list[object] = []
    run, curve = desk.run, fitted(SIZES, np.ones((3, 2, 9), bool), np.arange(9))
    assert run is not None
    monkeypatch.setattr(panel, "show_curve", told.append)
    monkeypatch.setattr(questions, "more_pictures", lambda _run, _cache: lambda _reporter: curve)
    panel.ask.button.click()
    desk.run = None
    idle(qtbot, desk)
    assert told == []
    assert (kept := CURVE.of(run.folder)) is not None  # but it keeps it
    assert kept.words == curve.words


def test_what_was_found_out_is_there_when_the_run_is_opened_again(
    qtbot: QtBot, controller: Controller, doubts: list[Mistake], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, page = controller.desk, controller.desk.pages.results
    curve = fitted(SIZES, np.ones((3, 2, 9), bool), np.arange(9))
    one, other = (Arm(name, name, np.ones(9, bool)) for name in "ab")
    verdict = decide(one, [other], Answered(np.zeros(9, np.int64), np.arange(9)))
    monkeypatch.setattr(Run, "is_of", lambda _run, _catalog: True)
    monkeypatch.setattr(questions, "transfer", lambda *_: lambda _reporter: verdict)
    monkeypatch.setattr(questions, "more_pictures", lambda *_: lambda _reporter: curve)
    for panel in (page.transfer, page.more_pictures, page.labels):
        panel.ask.button.click()
        idle(qtbot, desk)
        panel.forget()
        assert panel.ask.button.text() != "Find out &again"
    assert desk.run is not None
    desk.run = replace(desk.run)
    controller.questions.recall()
    assert page.transfer.bar.note.text() == verdict.sentence
    assert page.more_pictures.bar.note.text().startswith(curve.words)
    assert shown(page.labels) == [one.file for one in doubts]
    for panel in (page.transfer, page.more_pictures, page.labels):
        assert panel.ask.button.text() == "Find out &again"

    (desk.run.folder / VERDICT.file).write_text("{}")
    page.transfer.forget()
    controller.questions.recall()
    assert "is damaged" in page.transfer.ask.status.text()
    assert page.transfer.draw is None


def test_what_is_known_so_far_is_shown_and_not_kept(
    qtbot: QtBot, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, panel = controller.desk, controller.desk.pages.results.transfer
    arms = [Arm(name, name, np.ones(9, bool)) for name in "ab"]
    first = decide(arms[0], arms[1:], Answered(np.zeros(9, np.int64), np.arange(9)))
    whole = decide(arms[0], arms[1:], Answered(np.repeat([0, 1, 2], 3), np.arange(9)))
    go_on = Event()

    def work(reporter: Reporter) -> Verdict:
        reporter.tell(first)
        assert go_on.wait(60)
        return whole

    monkeypatch.setattr(questions, "transfer", lambda *_: work)
    monkeypatch.setattr(Run, "is_of", lambda _run, _catalog: True)
    panel.ask.button.click()
    qtbot.waitUntil(lambda: panel.bar.note.text() != "", timeout=PATIENCE)
    assert panel.bar.note.text() == f"So far, by one seed: {first.sentence}"
    assert desk.run is not None
    assert VERDICT.of(desk.run.folder) is None
    assert panel.ask.running
    go_on.set()
    idle(qtbot, desk)
    assert panel.bar.note.text() == whole.sentence
    assert VERDICT.of(desk.run.folder) == whole


def test_a_run_without_its_pictures_says_so(controller: Controller) -> None:
    panel = controller.desk.pages.results.transfer
    panel.ask.button.click()
    assert "its pictures.csv cannot be read" in panel.ask.status.text()
    panel.scratch_requested.emit()
    assert "its pictures.csv cannot be read" in message(controller)


def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(
    qtbot: QtBot, controller: Controller, doubts: list[Mistake]
) -> None:
    assert controller.desk.run is not None
    controller.desk.run.folder.rmdir()
    panel = asked(qtbot, controller)
    assert shown(panel) == [one.file for one in doubts]
    assert "cannot be kept" in panel.ask.status.text()


def test_what_goes_wrong_is_said_where_it_was_asked(
    qtbot: QtBot, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, panel = controller.desk, controller.desk.pages.results.transfer
    was_free: list[bool] = []

    def fail(_reporter: Reporter) -> None:
        raise EngineError("Nothing was transferred.", "Ask another.")

    def transfer(_run: Run, _cache: Path, _others: object, free: bool) -> Callable[[Reporter], None]:
        was_free.append(free)
        return fail

    monkeypatch.setattr(questions, "transfer", transfer)
    monkeypatch.setattr(Run, "is_of", lambda _run, _catalog: True)
    panel.ask.button.click()
    idle(qtbot, desk)
    assert panel.ask.status.text() == "Nothing was transferred. Ask another."
    desk.history.push(desk.project.set_splits({desk.catalog.pictures[0].path: "val"}))
    idle(qtbot, desk)
    panel.ask.button.click()
    idle(qtbot, desk)
    assert was_free == [True, False]  # a split by hand is one that the user wants
