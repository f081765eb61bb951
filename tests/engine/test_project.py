"""What the user decides about classes and pictures, without a change on disk."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine.catalog import Catalog, Picture, Problem
from desktop_app.engine.errors import EngineError
from desktop_app.engine.project import LEFT_OUT, Project, Trace, root_of
from desktop_app.engine.sources import Source
from desktop_app.engine.split import SplitSpec


def catalog(**counts: int) -> Catalog:
    return Catalog(
        tuple(
            Picture(Path(f"/pets/{label}/{n}.jpg"), label)
            for label in sorted(counts)
            for n in range(counts[label])
        )
    )


def path(name: str) -> Path:
    return Path("/pets") / f"{name}.jpg"


SCANNED = catalog(ants=3, bees=2, cats=2)
START = Project().remember(SCANNED, {})


def shape(project: Project, scanned: Catalog = SCANNED) -> dict[str, int]:
    applied = project.apply(scanned)
    return {label: len(applied.of_class(label)) for label in applied.class_names}


def reasons(project: Project) -> dict[str, str]:
    return {str(p.path.relative_to("/pets")): p.reason for p in project.apply(SCANNED).problems}


def test_without_decisions_all_is_as_scanned() -> None:
    scanned = replace(SCANNED, problems=(Problem(Path("/pets/x"), "it is empty"),))
    assert Project().apply(scanned) == scanned
    assert START.class_names == ("ants", "bees", "cats")


def test_a_class_is_renamed_and_merged() -> None:
    renamed = START.rename_class("ants", "Formica")
    assert shape(renamed) == {"Formica": 3, "bees": 2, "cats": 2}
    assert renamed.step == "Rename “ants” to “Formica”"
    merged = renamed.rename_class("Formica", " bees ")
    assert shape(merged) == {"bees": 5, "cats": 2}
    assert merged.step == "Merge “Formica” into “bees”"
    assert shape(merged.rename_class("bees", "insects")) == {"insects": 5, "cats": 2}
    last = START.rename_class("ants", "zebras").apply(SCANNED).pictures
    assert [p.label for p in last] == ["bees"] * 2 + ["cats"] * 2 + ["zebras"] * 3
    assert [p.path for p in merged.apply(SCANNED).pictures] == sorted(p.path for p in SCANNED.pictures)


def test_a_name_given_back_takes_no_later_class_along() -> None:
    back = START.rename_class("ants", "dogs").rename_class("dogs", "ants")
    assert (back.classes, back) == ({}, START)
    later = catalog(ants=3, dogs=1)
    assert shape(back.remember(later, {}), later) == {"ants": 3, "dogs": 1}


def test_two_names_can_be_swapped() -> None:
    swapped = START.rename_class("ants", "x").rename_class("bees", "ants").rename_class("x", "bees")
    assert shape(swapped) == {"ants": 2, "bees": 3, "cats": 2}


def test_pictures_found_later_follow_the_new_name() -> None:
    assert shape(START.rename_class("ants", "Formica"), catalog(ants=9, bees=1)) == {"Formica": 9, "bees": 1}


def test_pictures_moved_by_hand_follow_their_class() -> None:
    moved = START.move([path("cats/0")], "bees")
    assert (shape(moved), moved.step) == ({"ants": 3, "bees": 3, "cats": 1}, "Move 1 picture to “bees”")
    assert shape(moved.rename_class("bees", "Apis")) == {"Apis": 3, "ants": 3, "cats": 1}
    new = moved.move([path("ants/0"), path("ants/1")], "wasps")
    assert (shape(new), new.step) == (
        {"ants": 1, "bees": 3, "cats": 1, "wasps": 2},
        "Move 2 pictures to “wasps”",
    )
    assert new.rename_class("wasps", "bees").step == "Merge “wasps” into “bees”"
    # Its own class takes another name; the picture stays with those it was moved to.
    assert shape(moved.rename_class("cats", "Felis")) == {"Felis": 1, "ants": 3, "bees": 3}


def test_an_excluded_class_is_listed_and_comes_back() -> None:
    excluded = START.rename_class("ants", "Formica").exclude_class("Formica")
    assert (shape(excluded), excluded.step) == ({"bees": 2, "cats": 2}, "Exclude “Formica”")
    assert reasons(excluded) == {f"ants/{n}.jpg": "its class “Formica” is excluded" for n in range(3)}
    assert "Formica" in excluded.class_names
    assert shape(excluded.rename_class("Formica", "x")) == {"bees": 2, "cats": 2}
    assert shape(excluded.rename_class("Formica", "bees")) == {"bees": 5, "cats": 2}  # seen among the others
    assert shape(excluded.rename_class("bees", "Formica")) == {"cats": 2}
    back = excluded.include_class("Formica")
    assert (shape(back), back.step) == ({"Formica": 3, "bees": 2, "cats": 2}, "Include “Formica”")


def test_pictures_are_left_out_with_a_reason_and_taken_back() -> None:
    left = START.leave_out([path("ants/0")]).leave_out([path("ants/1")], "it is blurred")
    assert reasons(left) == {"ants/0.jpg": LEFT_OUT, "ants/1.jpg": "it is blurred"}
    assert left.step == "Leave out 1 picture"
    assert reasons(left.exclude_class("ants"))["ants/1.jpg"] == "it is blurred"
    assert left.take_back([path("ants/0"), path("ants/1"), path("ants/2")]) == START


def test_splits_by_hand_go_before_those_of_folders() -> None:
    scanned = Catalog((Picture(path("a/1"), "a", "train"), Picture(path("a/2"), "a")))
    project = START.set_splits({path("a/1"): "test", path("a/2"): "test"})
    assert project.step == "Put 2 pictures among the test pictures"
    assert [p.split for p in project.apply(scanned).pictures] == ["test", "test"]
    assert project.set_splits({path("a/1"): "val", path("b/1"): "train"}).step.endswith("other splits")
    freed = project.free_splits([path("a/1")])
    assert [p.split for p in freed.apply(scanned).pictures] == ["train", "test"]


def test_what_the_program_assigned_is_remembered_but_not_what_the_hand_did() -> None:
    divided = Catalog(
        (Picture(path("a/1"), "a", "val"), Picture(path("a/2"), "a", "train"), Picture(path("a/3"), "a"))
    )
    digests = {path(f"a/{n}"): str(n) * 64 for n in (1, 2, 3)}
    project = START.set_splits({path("a/2"): "train"}).assign(divided, digests)
    assert project.assigned == {"1" * 64: "val"}
    assert project.assign(divided, digests) is project
    assert project.with_split(SplitSpec(validation=0.3)).assigned == {}
    assert project.with_split(project.split) is project


def test_what_changes_nothing_returns_the_same() -> None:
    project = START.move([path("ants/0")], "bees").leave_out([path("ants/1")]).exclude_class("cats")
    for same in (
        project.move([path("ants/0")], "bees"),
        project.leave_out([path("ants/1")]),
        project.exclude_class("cats"),
        project.include_class("ants"),
        project.take_back([path("ants/2")]),
        project.free_splits([path("ants/2")]),
        project.rename_class("ants", "ants"),
        project.bring_back(),
        project.set_splits({}),
        project.add(),
        project.remember(SCANNED, {}),
    ):
        assert same is project


def test_tables_that_a_change_does_not_touch_are_shared() -> None:
    project = START.remember(SCANNED, {path("ants/0"): Trace(1)}).leave_out([path("ants/1")])
    moved = project.move([path("ants/0")], "bees")
    assert moved.traces is project.traces
    assert moved.left_out is project.left_out
    assert project.labels == {}


def test_sources_come_once_and_go_with_what_was_decided_about_their_pictures() -> None:
    pets, cats = Source("folders", Path("/pets")), Source("folders", Path("/pets/cats"))
    table = Source("table", Path("/list/pets.csv"), file_column="file", label_column="label")
    project = START.add(pets, cats, pets)
    assert (project.sources, project.step) == ((pets, cats), "Add 2 sources")
    assert project.add(pets) is project
    assert project.add(table).step == "Add “pets.csv”"
    assert root_of(table) == Path("/list")
    decided = project.leave_out([path("ants/0"), path("cats/0"), Path("/petshop/1.jpg")])
    less = decided.remove(pets)
    assert (less.sources, less.step) == ((cats,), "Remove “pets”")
    assert set(less.left_out) == {path("cats/0"), Path("/petshop/1.jpg")}
    assert less.remove(cats).left_out.keys() == {Path("/petshop/1.jpg")}


def test_runs_are_kept_once_newest_last() -> None:
    runs = START.with_run(Path("/1")).with_run(Path("/2")).with_run(Path("/1")).runs
    assert runs == (Path("/2"), Path("/1"))


def test_runs_are_named_noted_and_forgotten() -> None:
    one, two = Path("/runs/1"), Path("/runs/2")
    project = START.with_run(one).name_run(one, "  the best ").note_run(two, "a\nb\x00 \n")
    assert project.runs == (one, two)  # a run that is spoken of belongs to the project
    assert [project.run_name(run) for run in project.runs] == ["the best", "2"]
    assert project.run_notes == {two: "a\nb"}
    assert project.step == "Note on “2”"
    assert project.name_run(one, "the worst").step == "Rename “the best”"
    assert project.name_run(one, "the best") is project
    assert project.name_run(one, "1").run_names == project.name_run(one, " ").run_names == {}
    assert project.note_run(two, " ").run_notes == {}
    assert len(project.note_run(two, "x" * 20_000).run_notes[two]) == 10_000
    less = project.without_run(one)
    assert (less.runs, less.run_names, less.step) == ((two,), {}, "Delete “the best”")
    assert less.without_run(one) is less
    assert less.without_run(two).run_notes == {}


@pytest.mark.parametrize("name", ["two\nlines", "caf\udce9", "x" * 201])
def test_what_is_no_name_of_a_run_is_refused(name: str) -> None:
    with pytest.raises(EngineError, match="cannot be the name of a run"):
        START.name_run(Path("/1"), name)


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "caf\udce9", "x" * 201, "\u2028"])
def test_what_is_no_name_is_refused_in_a_sentence(name: str) -> None:
    for change in (partial(START.rename_class, "ants", name), partial(START.move, [path("ants/0")], name)):
        with pytest.raises(EngineError, match=r"A class needs a name|cannot be the name of a class"):
            change()


def test_unlabelled_pictures_can_be_given_a_class_or_excluded() -> None:
    scanned = Catalog((Picture(path("1"), ""),))
    start = Project().remember(scanned, {})
    named = start.rename_class("", "new")
    assert (shape(named, scanned), named.step) == ({"new": 1}, "Rename the pictures without a class to “new”")
    assert start.exclude_class("").apply(scanned).problems == (Problem(path("1"), "it has no class"),)


def test_a_long_name_is_short_in_the_menu() -> None:
    assert len(START.rename_class("ants", "x" * 200).step) < 80


NAMES = st.sampled_from(["ants", "bees", "cats", "x", "y"])


@given(st.lists(st.tuples(NAMES, NAMES), max_size=8))
def test_any_renaming_keeps_every_picture_and_joins_just_what_was_named(steps: list[tuple[str, str]]) -> None:
    """Against the plainest model: every picture has a label; a renaming changes that of all that have it."""
    project, model = START, {picture.path: picture.label for picture in SCANNED.pictures}
    for old, new in steps:
        if old in model.values():  # the window offers only classes that are there
            project = project.rename_class(old, new)
            model = {where: new if label == old else label for where, label in model.items()}
    assert {p.path: p.label for p in project.apply(SCANNED).pictures} == model
    assert set(project.class_names) == set(model.values())
