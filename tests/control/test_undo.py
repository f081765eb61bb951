"""Every change can be undone and redone, is named in the menu, and costs what it touched."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.control.undo import LIMIT, Difference, ProjectHistory
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.project import Project, Trace
from desktop_app.engine.split import SplitSpec

ANT, BEE = Path("/pets/ants/1.jpg"), Path("/pets/bees/1.jpg")
SCANNED = Catalog((Picture(ANT, "ants"), Picture(BEE, "bees")))
START = Project().remember(SCANNED, {})


@pytest.fixture
def history(qapp: object) -> ProjectHistory:
    made = ProjectHistory()
    made.begin(START)
    return made


def test_the_menu_names_the_step(history: ProjectHistory) -> None:
    parent = QObject()
    undo, redo = history.actions(parent)
    assert (undo.isEnabled(), redo.isEnabled(), undo.text()) == (False, False, "Undo")
    history.push(START.rename_class("ants", "Cats & dogs"))
    assert undo.text() == "Undo Rename “ants” to “Cats && dogs”"
    undo.trigger()
    assert history.project == START
    assert redo.text() == "Redo Rename “ants” to “Cats && dogs”"
    redo.trigger()
    assert history.project.class_names == ("Cats & dogs", "bees")
    history.push(history.project.leave_out([ANT]), "Leave out duplicates")
    assert undo.text() == "Undo Leave out duplicates"
    assert not undo.shortcut().isEmpty()


def test_each_change_is_told_once_and_what_changes_nothing_is_no_step(history: ProjectHistory) -> None:
    told: list[tuple[Project, bool]] = []
    history.changed.connect(lambda project: told.append((project, history.unsaved)))
    moved = START.move([ANT], "bees")
    history.push(moved)
    history.push(moved)
    history.push(moved.move([ANT], "bees"))
    history.stack.undo()
    history.stack.redo()
    assert told == [(moved, True), (START, False), (moved, True)]
    assert history.stack.count() == 1


def test_unsaved_is_what_no_file_holds(history: ProjectHistory) -> None:
    seen = [history.unsaved]
    history.push(START.exclude_class("ants"))
    seen.append(history.unsaved)
    history.mark_saved()
    seen.append(history.unsaved)
    history.stack.undo()
    seen.append(history.unsaved)
    history.stack.redo()
    seen.append(history.unsaved)
    history.amend(history.project.remember(SCANNED, {ANT: Trace(9)}))
    seen.append(history.unsaved)
    history.begin(START, saved=False)
    seen.append(history.unsaved)
    assert seen == [False, True, False, True, False, False, True]
    assert not history.stack.canUndo()


def test_what_was_learned_survives_an_undo(history: ProjectHistory) -> None:
    history.push(START.move([ANT], "bees"))
    history.push(history.project.with_split(SplitSpec(test=0.1)))
    history.amend(history.project.remember(SCANNED, {ANT: Trace(9, "a" * 64)}))
    history.stack.undo()
    history.stack.undo()
    assert history.project == START.remember(SCANNED, {ANT: Trace(9, "a" * 64)})


def test_a_beginning_leaves_no_way_back_and_is_told_once(history: ProjectHistory) -> None:
    history.push(START.exclude_class("ants"))
    told: list[Project] = []
    history.changed.connect(told.append)
    other = Project().exclude_class("other")
    history.begin(other)
    assert told == [other]
    assert not history.stack.canUndo()
    assert not history.unsaved


def test_a_thousand_steps_are_kept_and_each_keeps_only_what_it_touched(history: ProjectHistory) -> None:
    paths = [Path(f"/pets/{number}.jpg") for number in range(LIMIT + 200)]
    history.push(START.move(paths, "bees"))
    for path in paths:
        history.push(history.project.move([path], "ants"))
    assert history.stack.count() == LIMIT
    while history.stack.canUndo():
        history.stack.undo()
    assert [path for path in paths if history.project.labels[path] == "ants"] == paths[:200]
    (change,) = history.stack.command(0)._changes.values()  # type: ignore[attr-defined]
    assert isinstance(change, Difference)
    assert (change.keys, change.before, change.after) == ((paths[200],), ("bees",), ("ants",))


def test_a_history_goes_at_once_when_nobody_holds_it(qapp: object) -> None:
    history = ProjectHistory()
    history.push(START)
    history.push(START.exclude_class("ants"))
    history.stack.undo()
    gone = weakref.ref(history)
    gc.disable()
    try:
        del history
        assert gone() is None
    finally:
        gc.enable()


def test_a_step_that_takes_something_away_gives_it_back(history: ProjectHistory) -> None:
    history.push(START.leave_out([ANT]))
    history.push(history.project.take_back([ANT]))
    history.stack.undo()
    assert history.project.left_out == {ANT: "you left it out"}


CHANGES: dict[str, Callable[[Project, Path, str], Project]] = {
    "rename": lambda project, _path, label: project.rename_class("ants", label),
    "back": lambda project, _path, label: project.rename_class(label, "ants"),
    "exclude": lambda project, _path, label: project.exclude_class(label),
    "include": lambda project, _path, label: project.include_class(label),
    "move": lambda project, path, label: project.move([path], label),
    "leave out": lambda project, path, label: project.leave_out([path], label),
    "take back": lambda project, path, _label: project.take_back([path]),
    "splits": lambda project, path, _label: project.set_splits({path: "val"}),
    "free": lambda project, path, _label: project.free_splits([path]),
    "split": lambda project, _path, label: project.with_split(SplitSpec(seed=len(label))),
    "aside": lambda project, _path, label: project.put_aside(label),
    "confirm": lambda project, path, label: project.confirm({path: label}),
    "bring back": lambda project, _path, _label: project.bring_back(),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(CHANGES)),
            st.sampled_from([ANT, BEE]),
            st.sampled_from(["ants", "bees", "c"]),
        ),
        max_size=12,
    )
)
def test_every_state_comes_back_on_either_way(qtbot: QtBot, steps: list[tuple[str, Path, str]]) -> None:
    history = ProjectHistory()
    history.begin(START)
    states = [START]
    for change, path, label in steps:
        history.push(CHANGES[change](history.project, path, label))
        if history.stack.count() == len(states):
            states.append(history.project)
    for state in reversed(states):
        assert history.project == state
        history.stack.undo()
    for state in states:
        assert history.project == state
        history.stack.redo()
