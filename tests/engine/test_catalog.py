"""Every way people lay out their folders, and everything else that lies in them."""

import os
import socket
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.engine.catalog import Catalog, Picture, Problem, Split, files_of, merge, scan, without_class
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.progress import Control, Reporter


def put(root: Path, *names: str) -> Path:
    """Small pictures, all alike, under `root`."""
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 2), "red").save(file, "PNG")
    return root


def found(*folders: Path, split: Split | None = None) -> Catalog:
    return scan(folders, Reporter(), split)


def shape(catalog: Catalog) -> dict[tuple[str, Split | None], int]:
    return dict(catalog.counts)


def names(entries: Iterable[Picture | Problem]) -> list[str]:
    return [entry.path.name for entry in entries]


def test_class_folders_are_classes_in_alphabetical_order(tmp_path: Path) -> None:
    catalog = found(put(tmp_path / "pets", "dog/1.png", "cat/2.png", "cat/1.png"))
    assert catalog.class_names == ("cat", "dog")
    assert shape(catalog) == {("cat", None): 2, ("dog", None): 1}
    assert names(catalog.pictures) == ["1.png", "2.png", "1.png"]
    assert not catalog.problems


@pytest.mark.parametrize(
    ("folder", "split"),
    [
        ("train", "train"),
        ("Training", "train"),
        ("val", "val"),
        ("valid", "val"),
        ("VALIDATION", "val"),
        ("test", "test"),
    ],
)
def test_split_folders_are_understood_inside_a_folder_and_as_the_folder(
    tmp_path: Path, folder: str, split: Split
) -> None:
    root = put(tmp_path / "pets", "train/cat/1.png", "train/dog/1.png", f"{folder}/cat/2.png")
    assert {(p.label, p.split) for p in found(root).pictures if p.path.name == "2.png"} == {("cat", split)}
    assert {p.split for p in found(root / folder).pictures} == {split}


def test_a_split_asked_for_overrules_the_folders(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "train/cat/1.png", "val/cat/2.png")
    assert shape(found(root, split="val")) == {("cat", "val"): 2}
    assert shape(found(root / "train", split="test")) == {("cat", "test"): 1}


def test_a_folder_of_pictures_is_one_class_and_joins_the_others(tmp_path: Path) -> None:
    root = put(tmp_path, "cat/1.png", "dog/1.png", "val/cat/3.png")
    assert shape(found(root / "cat")) == {("cat", None): 1}
    assert shape(found(root / "cat", root / "dog")) == {("cat", None): 1, ("dog", None): 1}
    assert shape(found(root / "val" / "cat")) == {("cat", "val"): 1}  # told by the folder above it


def test_all_below_a_class_folder_is_of_that_class(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "cat/old/2.png", "cat/old/older/3.png", "dog/1.png")
    assert shape(found(root)) == {("cat", None): 3, ("dog", None): 1}


def test_a_class_may_be_called_test(tmp_path: Path) -> None:
    flat = put(tmp_path / "flat", "test/1.png", "control/1.png")
    assert found(flat).class_names == ("control", "test")
    nested = put(tmp_path / "nested", "test/monday/1.png", "control/1.png")
    assert found(nested).class_names == ("control", "test")


def test_beside_the_splits_nothing_counts_but_all_is_listed(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "train/cat/1.png", "val/cat/2.png", "extra/3.png", "4.png", "val/5.png")
    catalog = found(root)
    assert names(catalog.pictures) == ["1.png", "2.png"]
    assert sorted(names(catalog.problems)) == ["3.png", "4.png", "5.png"]
    assert all("beside the class folders" in problem.reason for problem in catalog.problems)


def test_unlabelled_test_pictures_beside_training_folders_are_listed(tmp_path: Path) -> None:
    catalog = found(put(tmp_path / "pets", "train/cat/1.png", "train/dog/1.png", "test/7.png"))
    assert catalog.class_names == ("cat", "dog")
    assert names(catalog.problems) == ["7.png"]


def test_hidden_files_and_the_systems_own_are_not_even_mentioned(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "cat/.hidden.png", "cat/Thumbs.db", "cat/desktop.ini")
    put(root, ".git/objects/1.png", "__MACOSX/cat/._1.png", ".DS_Store")
    assert found(root) == found(root / "cat")
    assert names(found(root).pictures) == ["1.png"]


def test_files_that_are_no_pictures_are_listed_with_the_reason(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "cat/1.png")
    (root / "cat" / "empty.jpg").touch()
    (root / "cat" / "notes.txt").write_text("meow")
    (root / "cat" / "gone.png").symlink_to("nowhere.png")
    (root / "cat" / "loop.png").symlink_to("loop.png")
    catalog = found(root)
    assert names(catalog.pictures) == ["1.png"]
    assert {problem.path.name: problem.reason for problem in catalog.problems} == {
        "empty.jpg": "it is empty",
        "notes.txt": "it is not a picture this program can read",
        "gone.png": "it is no longer there",
        "loop.png": "it may not be read (Too many levels of symbolic links)",
    }


def test_pipes_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = put(tmp_path / "pets", "cat/1.png")
    monkeypatch.chdir(root / "cat")  # a socket's path may not be long
    os.mkfifo("pipe.png")
    with socket.socket(socket.AF_UNIX) as ear:
        ear.bind("socket.png")
        (root / "cat" / "zero.png").symlink_to("/dev/zero")
        catalog = found(root)
        assert names(catalog.pictures) == ["1.png"]
        assert {problem.path.name: problem.reason for problem in catalog.problems} == {
            "pipe.png": "it is a pipe, not a file",
            "socket.png": "it is a socket, not a file",
            "zero.png": "it is a device, not a file",
        }
        assert names(Picture(path, "") for path in files_of(root)) == ["1.png"]


@pytest.mark.parametrize("holder", ["cat", "dog"])
def test_a_link_back_up_ends_and_changes_no_label(tmp_path: Path, holder: str) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "dog/2.png")
    (root / holder / "up").symlink_to(root)
    assert shape(found(root)) == {("cat", None): 1, ("dog", None): 1}
    assert sorted(path.name for path in files_of(root)) == ["1.png", "2.png"]


def test_a_file_counts_once_however_often_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "dog/2.png")
    (root / "cat" / "again.png").symlink_to("1.png")
    (tmp_path / "link").symlink_to(root)
    monkeypatch.chdir(root)
    catalog = found(root, root, Path(), Path("../pets"), root / "cat", tmp_path / "link")
    assert sorted(names(catalog.pictures)) == ["1.png", "2.png"]
    assert not catalog.problems


def test_a_link_beside_the_splits_takes_no_picture_out_of_them(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "train/cat/1.png", "train/dog/2.png")
    (root / "all").symlink_to(root / "train" / "cat")
    (root / "a").symlink_to(root / "train" / "dog")
    assert shape(found(root)) == {("cat", "train"): 1, ("dog", "train"): 1}


def test_the_current_folder_has_a_name_and_files_have_full_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "dog/2.png")
    monkeypatch.chdir(root / "cat")
    assert found(Path()).class_names == ("cat",)
    assert found(Path("../dog/..")).class_names == ("cat", "dog")
    monkeypatch.chdir(root)
    assert [p.path for p in found(Path("cat")).pictures] == [root / "cat" / "1.png"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (b"\xf0\x9f\x90\x88 chats \xc3\xa9t\xc3\xa9", "🐈 chats été"),
        ("👩‍🌾".encode(), "👩‍🌾"),
        (b"two\nlines", "two\N{REPLACEMENT CHARACTER}lines"),
        (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_any_name_gives_a_label_that_is_text_on_one_line(tmp_path: Path, name: bytes, label: str) -> None:
    put(tmp_path / "pets" / os.fsdecode(name), os.fsdecode(name) + ".png")
    put(tmp_path / "pets", "zebra/1.png")
    catalog = found(tmp_path / "pets")
    assert catalog.class_names == tuple(sorted((label, "zebra")))
    assert all(picture.path.exists() for picture in catalog.pictures)
    assert found(tmp_path / "pets" / os.fsdecode(name)).class_names == (label,)
    label.encode()


def test_a_missing_path_and_a_file_are_told_apart(tmp_path: Path) -> None:
    file = put(tmp_path, "1.png") / "1.png"
    with pytest.raises(EngineError, match=r"There is no folder “.*gone”\. .*disk is connected"):
        found(tmp_path / "gone")
    with pytest.raises(EngineError, match=r"1\.png” is a file, not a folder"):
        found(file)
    with pytest.raises(EngineError, match="There is no folder"):
        found(file / "below")
    with pytest.raises(EngineError, match="File name too long"):
        found(tmp_path / ("long" * 100))
    with pytest.raises(EngineError, match="There is no “"):
        files_of(tmp_path / "gone")
    with pytest.raises(EngineError, match="File name too long"):
        files_of(tmp_path / ("long" * 100))


def forbid(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.scandir

    def scandir(asked: Path) -> object:  # root may read anything
        if asked == folder:
            raise PermissionError(13, "Permission denied", str(asked))
        return allowed(asked)

    monkeypatch.setattr(os, "scandir", scandir)


@pytest.mark.parametrize("look", [found, files_of])
def test_a_folder_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[[Path], object]
) -> None:
    root = put(tmp_path / "pets", "cat/1.png")
    forbid(root, monkeypatch)
    with pytest.raises(EngineError, match=r"folder “.*pets” may not be read\. Ask its owner"):
        look(root)


@pytest.mark.parametrize(
    ("where", "rest"), [("cat", ["dog/2.png"]), ("cat/deep", ["cat/1.png", "dog/2.png"])]
)
def test_one_below_it_that_may_not_be_read_is_listed_and_the_rest_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, rest: list[str]
) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "cat/deep/1.png", "dog/2.png")
    forbid(root / where, monkeypatch)
    catalog = scan([root], Reporter())
    assert [str(picture.path.relative_to(root)) for picture in catalog.pictures] == rest
    assert catalog.problems == (Problem(root / where, "this folder may not be read (Permission denied)"),)


def test_a_disk_that_fails_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(folder: Path) -> object:
        raise OSError(5, "Input/output error", str(folder))

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(EngineError, match=r"cannot be read: Input/output error\."):
        found(tmp_path)


def catalog_of(counts: dict[tuple[str, Split | None], int]) -> Catalog:
    return Catalog(
        tuple(
            Picture(Path(f"{label}/{split}/{number}"), label, split)
            for (label, split), count in counts.items()
            for number in range(count)
        )
    )


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({}, "no readable pictures here. Add a folder"),
        ({("cat", None): 9}, "only one class, “cat”. Add at least one more folder"),
        ({("cat", None): 9, ("dog", None): 1}, "“dog” has one picture to learn from. .* at least two"),
        ({("cat", None): 9, ("dog", "test"): 9}, "“dog” has no pictures to learn from. .* at least two"),
        ({("cat", "train"): 9, ("dog", "val"): 9}, "“dog” has no pictures to learn from. .* at least one"),
        ({("cat", "test"): 9, ("dog", "val"): 9}, "only validation or test pictures"),
    ],
)
def test_what_cannot_be_learned_from_is_said(
    counts: dict[tuple[str, Split | None], int], sentence: str
) -> None:
    with pytest.raises(EngineError, match=sentence):
        catalog_of(counts).require_trainable()


@pytest.mark.parametrize(
    "counts",
    [
        {("cat", None): 2, ("dog", None): 2},
        {("cat", "train"): 2, ("dog", None): 2},
        {("cat", "train"): 1, ("dog", "train"): 1, ("dog", "val"): 1},
    ],
)
def test_the_least_that_can_be_learned_from(counts: dict[tuple[str, Split | None], int]) -> None:
    catalog_of(counts).require_trainable()


def test_an_empty_folder_and_empty_class_folders_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "pets" / "cat").mkdir(parents=True)
    assert found(tmp_path / "pets") == Catalog()
    assert found() == Catalog()


@pytest.mark.parametrize("after", range(4))
def test_looking_can_be_cancelled_at_every_folder(tmp_path: Path, after: int) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "dog/1.png")

    class Impatient(Reporter):
        calls = 0

        def checkpoint(self) -> None:
            Impatient.calls += 1
            if Impatient.calls > after:
                raise Cancelled

    with pytest.raises(Cancelled):
        scan([root], Impatient())


def test_progress_counts_files_and_never_goes_back(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", *(f"cat/{n}.png" for n in range(60)), *(f"dog/{n}.png" for n in range(60)))
    lines: list[tuple[float, str]] = []
    scan([root], Reporter(lambda fraction, text: lines.append((fraction, text)), control=Control()))
    assert all(one[0] <= other[0] for one, other in pairwise(lines))
    assert lines[-1][1].startswith("Looking at files: 100 of 120")


def test_merging_keeps_the_last_word_on_a_file(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "train/cat/1.png", "extra/2.png")
    first, second = found(root), found(root / "extra", split="val")
    assert names(first.problems) == ["2.png"]
    merged = merge([first, second])
    assert shape(merged) == {("cat", "train"): 1, ("extra", "val"): 1}
    assert not merged.problems
    assert names(merge([second, first]).problems) == ["2.png"]
    assert merge([]) == Catalog()


def test_a_class_can_be_taken_out(tmp_path: Path) -> None:
    catalog = found(put(tmp_path / "pets", "cat/1.png", "dog/1.png"))
    assert without_class(catalog, "cat").class_names == ("dog",)
    assert catalog.of_class("cat") == catalog.pictures[:1]


def test_unlabelled_pictures_are_counted_apart_and_never_learned_from() -> None:
    known: dict[tuple[str, Split | None], int] = {("cat", None): 2, ("dog", "train"): 2, ("dog", "val"): 1}
    catalog = catalog_of({("", None): 3, **known, ("", "val"): 1})
    assert catalog.class_names == ("cat", "dog")
    assert len(catalog.unlabelled) == 4
    assert shape(catalog.labelled) == known
    assert catalog.labelled.labelled is catalog.labelled
    catalog.require_trainable()
    with pytest.raises(EngineError, match=r"No picture has a class; there are 3 without\. Put them"):
        catalog_of({("", None): 3}).require_trainable()
    with pytest.raises(EngineError, match="two: one to learn from"):  # its validation pictures have no class
        catalog_of({("", "val"): 3, ("cat", None): 2, ("dog", None): 1}).require_trainable()


def test_classes_and_splits_keep_the_catalogs_order() -> None:
    catalog = catalog_of({("cat", "val"): 3, ("dog", None): 2, ("dog", "val"): 1})
    for label in ("cat", "dog", "cow"):
        assert catalog.of_class(label) == tuple(p for p in catalog.pictures if p.label == label)
    for split in (None, "train", "val"):
        assert catalog.in_split(split) == tuple(p for p in catalog.pictures if p.split == split)


def test_roots_with_the_same_class_names_are_the_same_classes(tmp_path: Path) -> None:
    first = put(tmp_path / "first", "cat/1.png", "dog/1.png")
    second = put(tmp_path / "second", "cat/1.png", "train/1.png")
    assert shape(found(first, second)) == {("cat", None): 2, ("dog", None): 1, ("train", None): 1}
    assert shape(merge([found(first), found(second)])) == shape(found(first, second))


def test_a_cancel_is_heard_between_two_files(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", *(f"cat/{n}.png" for n in range(200)))
    control = Control()

    def stop(_fraction: float, text: str) -> None:
        if text.startswith("Looking at files"):
            control.cancel.set()

    with pytest.raises(Cancelled):
        scan([root], Reporter(stop, control=control))


def test_no_file_is_opened_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = put(tmp_path / "pets", "cat/1.png", "dog/2.png", "3.png")
    (root / "dog" / "1.png").symlink_to(root / "cat" / "1.png")
    opened: list[str] = []

    def look(path: Path) -> bool:
        opened.append(path.name)
        return True

    monkeypatch.setattr("desktop_app.engine.catalog.surely_picture", look)
    assert len(found(root, root).pictures) == 2
    assert sorted(opened) == ["1.png", "2.png"]
