"""A project survives its file, and no file does harm."""

import errno
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import mutations

from desktop_app.engine import project_file
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.errors import EngineError
from desktop_app.engine.project import Project, Trace
from desktop_app.engine.project_file import load_project, save_project
from desktop_app.engine.project_json import from_json, path_of, to_json
from desktop_app.engine.sources import Source
from desktop_app.engine.split import SplitSpec

DIGEST = "0123456789abcdef" * 4


def rich(folder: Path) -> Project:
    """Something of everything: below the project's folder, beside it, and far away."""
    near, odd, far = (
        folder / "pets" / "ants" / "1.jpg",
        folder / os.fsdecode(b"caf\xe9 \n") / "“é”.png",
        Path("/far/1.png"),
    )
    scanned = Catalog((Picture(near, "ants"), Picture(odd, "bees"), Picture(far, "cats")))
    return (
        Project()
        .add(
            Source("folders", folder / "pets"),
            Source("table", Path("/far/list.csv"), file_column="file", label_column="class", split="test"),
            Source("files", folder / os.fsdecode(b"caf\xe9 \n"), "bees", ("“é”.png",)),
            Source("pattern", folder, pattern="{class}_#"),
        )
        .remember(scanned, {near: Trace(12, DIGEST), odd: Trace(0)})
        .rename_class("ants", "Formica, “the ant” 🐜")
        .exclude_class("cats")
        .move([near, far], "bees")
        .leave_out([odd], "it is blurred")
        .set_splits({far: "val"})
        .with_split(SplitSpec(0.25, 0.1, 7, r"patient(\d+)"))
        .put_aside("Two pictures are alike")
        .confirm({near: "Formica, “the ant” 🐜"})
        .assign(Catalog((Picture(near, "bees", "train"),)), {near: DIGEST})
        .with_run(folder / "runs" / "1")
        .with_run(Path("/far/run"))
        .name_run(folder / "runs" / "1", "the “best” 🐜")
        .note_run(folder / "runs" / "2", "two\nlines")
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / "pets.graftwork"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def saved(file: Path, **changes: object) -> Path:
    """A saved project with some of its words changed."""
    save_project(rich(file.parent), file)
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    return file


def test_runs_without_a_name_are_written_as_ever(file: Path) -> None:
    save_project(Project().with_run(Path("/1")).with_run(Path("/2")).name_run(Path("/2"), "b"), file)
    assert json.loads(file.read_text())["runs"] == ["/1", {"path": "/2", "name": "b"}]


def test_all_comes_back(file: Path) -> None:
    project = rich(file.parent)
    save_project(project, file)
    loaded = load_project(file)
    assert loaded.project == project
    assert loaded.read_only == ""
    assert file.read_bytes().isascii()
    save_project(Project(), file)
    assert load_project(file).project == Project()
    assert names(file.parent) == [file.name]


def test_a_file_named_from_the_current_folder_is_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    save_project(rich(file.parent), Path(file.name))
    assert load_project(Path(file.name)).project == rich(file.parent)


def test_a_folder_moved_as_a_whole_keeps_its_pictures(file: Path, tmp_path: Path) -> None:
    (file.parent / "pets").mkdir()
    save_project(rich(file.parent), file)
    assert "/home" not in json.dumps(json.loads(file.read_text()) | {"folder": ""})
    moved = file.parent.rename(tmp_path / "elsewhere")
    assert load_project(moved / file.name).project == rich(moved)


def test_a_file_moved_alone_looks_where_it_was(file: Path, tmp_path: Path) -> None:
    (file.parent / "pets").mkdir()
    save_project(rich(file.parent), file)
    alone = file.rename(tmp_path / "alone.graftwork")
    assert load_project(alone).project == rich(file.parent)
    (tmp_path / "pets").mkdir()  # beside it now: what was sent along goes before what was left behind
    assert load_project(alone).project == rich(tmp_path)


def test_paths_of_another_system_keep_their_parts() -> None:
    folder = Path("/home/me")
    assert path_of("./pets/1.jpg", folder) == folder / "pets" / "1.jpg"
    assert path_of("./../pets", folder) == Path("/home/pets")
    assert path_of(".", folder) == folder
    if os.name == "posix":
        assert path_of("C:\\pets\\1.jpg", folder) == Path("/C:/pets/1.jpg")
        assert path_of("\\\\nas\\share\\pets", folder) == Path("/nas/share/pets")
    for name in ("pets", "", "./\0", "./\ud800", "./" + "x" * 40_000):
        with pytest.raises(ValueError, match=r"is no full path|can be no file's name"):
            path_of(name, folder)


NAMES = st.binary(min_size=1, max_size=12).filter(
    lambda name: not set(name) & set(b"/\0") and name not in {b".", b".."}
)


@given(st.lists(NAMES, min_size=1, max_size=4), st.booleans())
def test_any_file_name_survives(parts: list[bytes], below: bool) -> None:
    folder = Path("/home/me")
    path = Path(folder if below else "/far", *map(os.fsdecode, parts))
    project = Project().leave_out([path])
    text = json.dumps(to_json(project, folder))
    assert from_json(json.loads(text), folder) == project


def test_a_newer_file_can_be_read_but_not_overwritten(file: Path) -> None:
    # Written by hand as a later version would: the header first, then words unknown today.
    save_project(rich(file.parent), file)
    newer = (
        file.read_text()
        .replace('"version": 1', '"version": 2', 1)
        .replace('"classes"', '"moods": 1,\n"classes"')
    )
    file.write_text(newer)
    loaded = load_project(file)
    assert loaded.project == rich(file.parent)
    assert (
        loaded.read_only
        == f"“{file}” was saved by a newer version of Graftwork, which this one must not overwrite."
    )
    with pytest.raises(EngineError, match=r"newer version.* Save it under another name"):
        save_project(loaded.project, file)
    assert file.read_text() == newer
    save_project(loaded.project, file.with_name("copy.graftwork"))


def test_a_newer_file_beyond_this_version_says_so(file: Path) -> None:
    with pytest.raises(EngineError, match="newer version of Graftwork, which this one does not understand"):
        load_project(saved(file, version=3, found="dream"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aside": [1]}, "“aside” holds 1 where a text belongs"),
        ({"confirmed": {"./1.png": 1}}, "“confirmed” holds 1 where a text belongs"),
        ({"confirmed": {"1.png": "ants"}}, "“1.png” is no full path"),
        ({"mood": 1}, "unknown entry “mood”"),
        ({"version": "1"}, "does not tell its version"),
        ({"version": True}, "does not tell its version"),
        ({"version": 0}, "does not tell its version"),
        ({"sources": {}}, "“sources” is no list"),
        ({"sources": [1]}, "“sources” is no table"),
        ({"sources": [{"kind": "folders"}]}, "“sources” holds None where a text belongs"),
        ({"sources": [{"kind": "folders", "path": "pets"}]}, "“pets” is no full path"),
        ({"sources": [{"kind": "dreams", "path": "./pets"}]}, "dreams"),
        ({"sources": [{"kind": "files", "path": "./pets", "files": ["../../etc/x"]}]}, "does not lie below"),
        ({"sources": [{"kind": "files", "path": "./pets", "files": ["/etc/x"]}]}, "does not lie below"),
        ({"sources": [{"kind": "files", "path": "./p", "label": "a\nb"}]}, "no name for a class"),
        ({"classes": {"ants": 3}}, "“classes” holds 3"),
        ({"classes": {"ants": "a\nb"}}, "no name for a class"),
        ({"classes": {"ants": "\udcff"}}, "no name for a class"),
        ({"classes": {"ants": "x" * 2000}}, "too long"),
        ({"excluded": "cats"}, "“excluded” is no list"),
        ({"assigned": {"x": "val"}}, "no SHA-256"),
        ({"assigned": {DIGEST: "often"}}, "the split of “assigned” is “often”"),
        ({"pictures": []}, "“pictures” is no table"),
        ({"pictures": {"./1": {"size": -1}}}, "the size of “./1” is -1"),
        ({"pictures": {"./1": {"size": True}}}, "the size of “./1” is True"),
        ({"pictures": {"./1": {"size": [[]]}}}, "the size of “./1” is a list"),
        ({"pictures": {"./1": {"size": 1, "sha256": "AB"}}}, "no SHA-256"),
        ({"pictures": {"./1": {"sha256": DIGEST}}}, "unknown entry “sha256”"),
        ({"pictures": {"./1": {"mood": 1}}}, "unknown entry “mood”"),
        ({"pictures": {"./1": {"label": {"a": 1}}}}, "holds a table where a text belongs"),
        ({"pictures": {"1": {}}}, "“1” is no full path"),
        ({"split": {"validation": "all"}}, "the share for validation is “all”"),
        ({"split": {"validation": 1}}, "the share for validation is 1"),
        ({"split": {"validation": 0.9, "test": 0.2}}, "cannot be divided"),
        ({"split": {"test": 1e999}}, "Infinity is no number"),
        ({"split": {"seed": -1}}, "the seed is -1"),
        ({"split": {"group_by": "("}}, "is not a regular expression"),
        ({"split": {"group_by": "(a+)+" * 99}}, "too long"),
        ({"split": {"mood": 1}}, "unknown entry “mood”"),
        ({"runs": [None]}, "“runs” holds None"),
        ({"runs": [{"name": "a"}]}, "“runs” holds None"),
        ({"runs": [{"path": "/1", "mood": 1}]}, "“runs” has an unknown entry “mood”"),
        ({"runs": [{"path": "/1", "name": 1}]}, "“runs” holds 1"),
        ({"runs": [{"path": "/1", "name": "a\nb"}]}, "no name"),
        ({"runs": [{"path": "/1", "note": "x" * 10_001}]}, "too long"),
    ],
)
def test_damage_is_said_and_left_as_it_is(file: Path, changes: dict[str, object], why: str) -> None:
    before = saved(file, **changes).read_bytes()
    with pytest.raises(
        EngineError, match=f"The project “.*pets.graftwork” is damaged: .*{why}.*It was left as it is"
    ):
        load_project(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "damaged: it is no JSON"),
        (b"\x89PNG\r\n\x1a\n\xff", "damaged: it is no JSON"),
        (b"[" * 100_000, "damaged: it is no JSON"),
        (b'{"a":' * 100_000, "damaged: it is no JSON"),
        (b'{"format": "graftwork project", "version": ' + b"9" * 10_000 + b"}", "damaged: it is no JSON"),
        (b'{"format": "graftwork project", "version": NaN}', "NaN is no number"),
        (b"[]", "is not a project of Graftwork"),
        (b'{"format": "something else"}', "is not a project of Graftwork"),
        (b"!<arch>pickle", "damaged: it is no JSON"),
    ],
)
def test_what_is_no_project_is_a_sentence(file: Path, text: bytes, why: str) -> None:
    file.write_bytes(text)
    with pytest.raises(EngineError, match=why):
        load_project(file)
    assert file.read_bytes() == text


def test_a_bomb_is_refused_before_it_is_read_in(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_file, "LARGEST", 10_000)
    monkeypatch.setattr(project_file, "MOST_VALUES", 500)
    monkeypatch.setattr(json, "loads", lambda *_args, **_kinds: pytest.fail("it was read in"))
    for text in (b'"' + b"x" * 10_000 + b'"', b"[" + b"[],[]," * 200, b'{"a":{"a":{' * 200, b"1," * 501):
        file.write_bytes(text)
        with pytest.raises(EngineError, match="is too large: it holds more than"):
            load_project(file)
    with pytest.raises(EngineError, match="too large to be saved"):
        save_project(Project().leave_out([Path(f"/{n}") for n in range(600)]), file)


def test_what_is_missing_or_no_file_is_a_sentence(file: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"There is no project “.*pets\.graftwork”"):
        load_project(file)
    with pytest.raises(EngineError, match="is not a file"):
        load_project(tmp_path)
    with pytest.raises(EngineError, match="cannot be read: File name too long"):
        load_project(tmp_path / ("x" * 300))
    with pytest.raises(EngineError, match="cannot be read"):
        load_project(Path("a\0b"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.graftwork")
    (tmp_path / "zero.graftwork").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(EngineError, match="is not a file"):
            load_project(tmp_path / f"{name}.graftwork")


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)


def no_replacing(monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(_self: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("harm", [full_disk, no_replacing])
def test_a_failed_save_harms_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[pytest.MonkeyPatch], None]
) -> None:
    save_project(rich(file.parent), file)
    before = file.read_bytes()
    harm(monkeypatch)
    wrong: type[BaseException] = EngineError if harm is full_disk else KeyboardInterrupt
    with pytest.raises(wrong) as caught:
        save_project(Project(), file)
    assert harm is no_replacing or "cannot be written: No space left on device." in str(caught.value)
    assert file.read_bytes() == before
    assert names(file.parent) == [file.name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_places_that_cannot_be_written_are_sentences(file: Path, tmp_path: Path) -> None:
    file.write_text("kept")
    for place in (
        file / "below.graftwork",
        tmp_path / "gone" / "x.graftwork",
        tmp_path / ("x" * 300),
        tmp_path,
        Path("/proc/x.graftwork"),
    ):
        with pytest.raises(EngineError, match=r"cannot be written: .*\. Choose a folder of your own"):
            save_project(Project(), place)
    assert names(tmp_path) == ["home"]
    assert names(file.parent) == [file.name]


def test_a_link_stays_a_link_and_rights_stay(file: Path, tmp_path: Path) -> None:
    save_project(Project(), file)
    file.chmod(0o640)
    link = tmp_path / "link.graftwork"
    link.symlink_to(file)
    save_project(Project().exclude_class("x"), link)
    assert link.is_symlink()
    assert load_project(file).project.excluded == {"x"}
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o640


def test_two_hundred_mutations_end_in_a_project_or_a_sentence(file: Path) -> None:
    save_project(rich(file.parent), file)
    for mutated in mutations(file.read_bytes()):
        file.write_bytes(mutated)
        try:
            loaded = load_project(file)
        except EngineError as error:
            assert str(file) in error.message
        else:
            save_project(loaded.project, file.with_name("again"))
            if not loaded.read_only:
                assert load_project(file.with_name("again")).project == loaded.project
