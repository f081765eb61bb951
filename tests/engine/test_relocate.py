"""Moved folders and files are found by what they hold, and nothing else is taken for them."""

import hashlib
import os
from pathlib import Path

import pytest

from desktop_app.engine.catalog import Catalog
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.progress import Reporter
from desktop_app.engine.project import Project, Trace
from desktop_app.engine.rebase import rebased
from desktop_app.engine.relocate import Relocation, missing_sources, relocate
from desktop_app.engine.sources import Source


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """So deep that nobody looks around among the folders of other tests."""
    deep = tmp_path / "very" / "deep" / "down"
    deep.mkdir(parents=True)
    return deep


def put(folder: Path, seed: str = "", count: int = 30) -> Path:
    """A folder of two classes of small files, each of its own content."""
    for number in range(count):
        file = folder / ("ants", "bees")[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"{seed}{number}".encode() * (number + 1))
    return folder


def traces(folder: Path) -> dict[Path, Trace]:
    return {
        path: Trace(path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*.png"))
    }


def project_of(*folders: Path) -> Project:
    project = Project().add(*(Source("folders", folder) for folder in folders))
    for folder in folders:
        project = project.remember(Catalog(), traces(folder))
    return project


def look(project: Project, *near: Path) -> Relocation:
    return relocate(project, near, Reporter())


def move(old: Path, new: Path) -> Path:
    new.parent.mkdir(parents=True, exist_ok=True)
    return old.rename(new)


def test_what_is_in_its_place_stays(tmp_path: Path) -> None:
    project = project_of(put(tmp_path / "pets"))
    found = look(project, tmp_path)
    assert found == Relocation(project, {}, {}, (), ())
    assert missing_sources(project) == ()


@pytest.mark.parametrize(
    "place",
    [
        "new/pets",
        "new/deep/er/pets",
        "animals",
        "new/animals of 2024",
        os.fsdecode(b"n\xe9w/p\nets"),
        "work/pets",
    ],
)
def test_a_moved_or_renamed_folder_is_found_with_all_that_was_decided(tmp_path: Path, place: str) -> None:
    old = put(tmp_path / "data" / "pets")
    (tmp_path / "work").mkdir()
    ant, bee = old / "ants" / "0.png", old / "bees" / "1.png"
    project = project_of(old).move([ant], "bees").leave_out([bee], "blurred").set_splits({bee: "val"})
    project = (
        project.confirm({ant: "bees"}).name_run(old / "runs" / "1", "a").note_run(old / "runs" / "1", "b")
    )
    new = move(old, tmp_path / place)
    found = look(project, tmp_path / "work")
    assert found.folders == {old: new}
    assert (found.missing, found.lost, found.files) == ((), (), {})
    moved = found.project
    assert [source.path for source in moved.sources] == [new]
    assert moved.labels == {new / "ants" / "0.png": "bees"}
    assert moved.left_out == {new / "bees" / "1.png": "blurred"}
    assert moved.splits == {new / "bees" / "1.png": "val"}
    assert moved.confirmed == {new / "ants" / "0.png": "bees"}
    run = new / "runs" / "1"
    assert (moved.runs, moved.run_names, moved.run_notes) == ((run,), {run: "a"}, {run: "b"})
    assert moved.traces == traces(new)


def test_a_folder_of_the_same_name_and_sizes_but_other_contents_is_not_taken(tmp_path: Path) -> None:
    old = put(tmp_path / "data" / "pets", "a")
    project = project_of(old)
    gone = move(old, tmp_path.parent / f"{tmp_path.name}-far" / "hidden")
    put(tmp_path / "pets", "b")
    assert [path.stat().st_size for path in traces(tmp_path / "pets")] == [
        t.size for t in traces(gone).values()
    ]
    found = look(project)
    assert found.project == project
    assert (found.folders, found.missing) == ({}, project.sources)
    assert set(found.lost) == set(project.traces)
    assert look(project, gone.parent).folders == {old: gone}  # the user names the place


def test_one_changed_picture_in_ten_is_no_hindrance_but_more_are(tmp_path: Path) -> None:
    old = put(tmp_path / "data" / "pets", count=40)
    project = project_of(old)
    new = move(old, tmp_path / "new")
    files = sorted(new.rglob("*.png"))
    for file in files[:4]:
        file.unlink()
    found = look(project)
    assert found.folders == {old: new}
    assert set(found.lost) == set(files[:4])
    for file in files[4:8]:
        file.unlink()
    assert look(project).folders == {}


def test_what_is_known_of_nothing_is_found_nowhere(tmp_path: Path) -> None:
    old = put(tmp_path / "data" / "pets")
    project = Project().add(Source("folders", old))
    move(old, tmp_path / "pets")
    assert look(project, tmp_path).missing == project.sources


def test_without_digests_the_sizes_must_do(tmp_path: Path) -> None:
    old = put(tmp_path / "data" / "pets")
    sizes = {path: Trace(trace.size) for path, trace in traces(old).items()}
    project = Project().add(Source("folders", old)).remember(Catalog(), sizes)
    new = move(old, tmp_path / "new" / "pets")
    assert look(project).folders == {old: new}


def test_several_folders_that_moved_together_are_told_apart(tmp_path: Path) -> None:
    olds = [put(tmp_path / "data" / name, name, 8) for name in ("a", "b", "c")]
    project = project_of(*olds)
    move(tmp_path / "data", tmp_path / "disk 2" / "pictures")
    found = look(project)
    assert found.folders == {old: tmp_path / "disk 2" / "pictures" / old.name for old in olds}
    assert found.lost == ()


def test_one_copy_serves_one_source(tmp_path: Path) -> None:
    olds = [put(tmp_path / "data" / name, "same", 8) for name in ("a", "b")]
    project = project_of(*olds)
    for old in olds:
        move(old, tmp_path / "new" / old.name)
    found = look(project)
    assert set(found.folders.values()) == {tmp_path / "new" / "a", tmp_path / "new" / "b"}


def test_pictures_moved_or_renamed_inside_are_found(tmp_path: Path) -> None:
    old = put(tmp_path / "pets")
    ant, bee, cat = old / "ants" / "0.png", old / "bees" / "1.png", old / "ants" / "2.png"
    project = project_of(old).leave_out([ant]).move([bee], "wasps").set_splits({cat: "val"})
    new_ant = move(ant, old / "ants" / "renamed.png")
    new_bee = move(bee, old / "new class" / "1.png")
    cat.unlink()
    found = look(project)
    assert found.files == {ant: new_ant, bee: new_bee}
    assert found.project.left_out == {new_ant: "you left it out"}
    assert found.project.labels == {new_bee: "wasps"}
    assert found.lost == (cat,)


def test_pictures_moved_inside_a_folder_that_moved_itself(tmp_path: Path) -> None:
    old = put(tmp_path / "data" / "pets")
    project = project_of(old).leave_out([old / "ants" / "0.png"])
    new = move(old, tmp_path / "new")
    move(new / "ants" / "0.png", new / "first.png")
    found = look(project)
    assert found.project.left_out == {new / "first.png": "you left it out"}
    assert found.lost == ()


def test_sources_that_name_their_files_follow_them(tmp_path: Path) -> None:
    old = put(tmp_path / "shots")
    names = tuple(f"ants/{number}.png" for number in range(0, 30, 2))
    known = {path: trace for path, trace in traces(old).items() if path.parent.name == "ants"}
    project = Project().add(Source("files", old, "ants", names)).remember(Catalog(), known)
    new = move(old, tmp_path / "new")
    move(new / "ants" / "0.png", new / "best.png")
    (found,) = look(project).project.sources
    assert found == Source("files", new, "ants", ("best.png", *names[1:]))


def test_a_table_moves_with_its_folder(tmp_path: Path) -> None:
    old = put(tmp_path / "data")
    (old / "list.csv").write_text("file,label\n")
    source = Source("table", old / "list.csv", file_column="file", label_column="label")
    project = Project().add(source).remember(Catalog(), traces(old))
    new = move(old, tmp_path / "new")
    found = look(project)
    assert [source.path for source in found.project.sources] == [new / "list.csv"]
    (new / "list.csv").unlink()
    assert look(project).missing == look(project).project.sources


def test_folders_inside_each_other_move_each_to_its_place(tmp_path: Path) -> None:
    outer, inner = tmp_path / "a", tmp_path / "a" / "b"
    project = Project().leave_out([outer / "1.png", inner / "2.png"])
    moved = rebased(project, {outer: tmp_path / "x", inner: tmp_path / "y"})
    assert set(moved.left_out) == {tmp_path / "x" / "1.png", tmp_path / "y" / "2.png"}


def test_looking_is_bounded_and_follows_no_links(tmp_path: Path) -> None:
    old = put(tmp_path / "data" / "pets", count=4)
    project = project_of(old)
    for number in range(30):
        (tmp_path / f"a{number}").mkdir()
    move(old, tmp_path / "a29" / "deep" / "pictures")
    for loop in ("a0/up", "a1/up"):
        (tmp_path / loop).symlink_to(tmp_path)
    assert relocate(project, [], Reporter(), folders=20).folders == {}
    assert relocate(project, [], Reporter(), seconds=0).folders == {}
    lines: list[str] = []
    found = relocate(project, [], Reporter(lambda _fraction, text: lines.append(text)))
    assert found.folders == {old: tmp_path / "a29" / "deep" / "pictures"}
    assert len(lines) < 50


def test_looking_tells_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    old = put(tmp_path / "data" / "pets", count=4)
    project = project_of(old)
    move(old, tmp_path / "far" / "deep" / "pictures")
    lines: list[str] = []
    relocate(project, [], Reporter(lambda _fraction, text: lines.append(text)))
    assert lines[0] == "Looking for moved pictures: 1 folders"

    class Impatient(Reporter):
        def checkpoint(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        relocate(project, [], Impatient())


def test_pipes_and_unreadable_folders_do_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = put(tmp_path / "data" / "pets", count=4)
    project = project_of(old)
    new = move(old, tmp_path / "z")
    put(tmp_path / "a" / "pets", count=4)
    for file in (tmp_path / "a" / "pets").rglob("*.png"):
        file.unlink()
        os.mkfifo(file)
    allowed = os.scandir

    def scandir(folder: Path) -> object:  # root may read anything
        if folder == tmp_path / "a":
            raise PermissionError(13, "Permission denied", str(folder))
        return allowed(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert look(project, tmp_path / "a" / "pets").folders == {old: new}
