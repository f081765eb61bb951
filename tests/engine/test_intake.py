"""Every kind of source becomes a catalog, and every file in it is either read or listed."""

import os
import socket
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.engine.catalog import Catalog, Split
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.intake import scan_source
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.sources import Source, of_files


def put(root: Path, *names: str) -> Path:
    """Small pictures, all alike, under `root`."""
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 2), "red").save(file, "PNG")
    return root


def found(source: Source) -> Catalog:
    return scan_source(source, Reporter())


def told(catalog: Catalog) -> dict[str, tuple[str, Split | None]]:
    return {picture.path.name: (picture.label, picture.split) for picture in catalog.pictures}


def reasons(catalog: Catalog) -> dict[str, str]:
    return {problem.path.name: problem.reason for problem in catalog.problems}


def table(root: Path, text: str, **options: str) -> Source:
    (root / "labels.csv").write_text(text)
    columns = {"file_column": "file", "label_column": "label"} | options
    return Source("table", root / "labels.csv", **columns)  # type: ignore[arg-type]


def test_class_folders_with_a_split_for_all(tmp_path: Path) -> None:
    root = put(tmp_path, "cat/1.png", "dog/2.png")
    assert told(found(Source("folders", root, split="test"))) == {
        "1.png": ("cat", "test"),
        "2.png": ("dog", "test"),
    }


def test_a_table_says_class_and_split(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "1.png", "deep/2.png", "deep/3.png", "4.png")
    source = table(
        root,
        "file,label,use\n1.png,cat,train\n2,dog,VAL\ndeep/3.png,,\n4.png,cat\nlabel,x",
        split_column="use",
    )
    catalog = found(source)
    assert told(catalog) == {
        "1.png": ("cat", "train"),
        "2.png": ("dog", "val"),
        "3.png": ("", None),
        "4.png": ("cat", None),
    }
    assert reasons(catalog) == {"label": "row 6 of “labels.csv” names it, but it is not there"}
    without = found(Source("table", source.path, file_column="file", split="test"))
    assert set(told(without).values()) == {("", "test")}


def test_what_is_wrong_in_a_table_is_said_with_its_row(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "1.png", "2.png", "a/3.png", "b/3.png", "4.png")
    (root / "5.png").write_bytes(b"no picture")
    rows = (
        "file,label\n1.png,cat\n2.png,cat\n2.png,cat\n1.png,dog\n3.png,cat\n,cat\ngone.png,dog\n5.png,dog\n"
    )
    catalog = found(table(root, rows))
    assert told(catalog) == {"2.png": ("cat", None)}
    assert {str(problem.path.relative_to(root)): problem.reason for problem in catalog.problems} == {
        "1.png": "“labels.csv” gives it two classes: “cat” in row 2 and “dog” in row 5",
        "3.png": "row 6 of “labels.csv” names it, but more than one file is called that",
        "labels.csv": "its row 7 names no file",
        "gone.png": "row 8 of “labels.csv” names it, but it is not there",
        "5.png": "it is not a picture this program can read",
        "4.png": "“labels.csv” does not name it",
        "a/3.png": "“labels.csv” does not name it",
        "b/3.png": "“labels.csv” does not name it",
    }


def test_a_table_without_its_columns_or_itself_is_a_sentence(tmp_path: Path) -> None:
    source = table(tmp_path, "file,label\n", label_column="species")
    with pytest.raises(EngineError, match=r"no column “species”\. It has “file”, “label”"):
        found(source)
    source.path.unlink()
    with pytest.raises(EngineError, match=r"“labels\.csv” cannot be used: it is no longer there"):
        found(source)


def test_a_pattern_reads_names_and_leaves_the_rest_unlabelled(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "cat_1.png", "deep/dog_2.png", "cover.png")
    (root / "again.png").symlink_to("cat_1.png")
    catalog = found(Source("pattern", root, pattern="{class}_#"))
    assert told(catalog) == {
        "cat_1.png": ("cat", None),
        "dog_2.png": ("dog", None),
        "cover.png": ("", None),
    } or told(catalog) == {"again.png": ("", None), "dog_2.png": ("dog", None), "cover.png": ("", None)}
    with pytest.raises(EngineError, match="must have"):
        found(Source("pattern", root, pattern="("))


def test_single_files_are_of_the_class_they_were_dropped_on(tmp_path: Path) -> None:
    root = put(tmp_path / "pets", "1.png", "2.png")
    (root / "notes.txt").write_text("meow")
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe.png")
    names = ("1.png", "2.png", "1.png", "notes.txt", "gone.png", "pipe.png", "folder")
    (source,) = of_files([root / name for name in names], "cat")
    catalog = found(source)
    assert told(catalog) == {"1.png": ("cat", None), "2.png": ("cat", None)}
    assert reasons(catalog) == {
        "notes.txt": "it is not a picture this program can read",
        "gone.png": "it is no longer there",
        "pipe.png": "it is a pipe, not a file",
        "folder": "it is a folder, not a file",
    }
    assert len(catalog.problems) == 4


def test_an_unlabelled_folder_has_no_classes(tmp_path: Path) -> None:
    catalog = found(Source("unlabelled", put(tmp_path, "cat/1.png", "2.png"), split="test"))
    assert told(catalog) == {"1.png": ("", "test"), "2.png": ("", "test")}
    assert not catalog.class_names
    with pytest.raises(EngineError, match="There is no folder"):
        found(Source("unlabelled", tmp_path / "gone"))


@pytest.mark.parametrize("kind", ["folders", "table", "pattern", "unlabelled"])
def test_a_folder_of_everything_that_is_no_file_hangs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    odd = [
        "two\nlines.png",
        "🐈.png",
        "\u202egnp.exe.png",
        os.fsdecode(b"caf\xe9.png"),
        "-rf.png",
        "a" * 250 + ".png",
    ]
    root = put(tmp_path / "odd", *(f"cat/{name}" for name in odd), "dog/1.png")
    monkeypatch.chdir(root / "cat")  # a socket's path may not be long
    os.mkfifo("pipe.png")
    (root / "cat" / "up").symlink_to(root)
    (root / "cat" / "self").symlink_to("self")
    (root / "cat" / "there").symlink_to("back")
    (root / "cat" / "back").symlink_to("there")
    (root / "cat" / "null.png").symlink_to("/dev/null")
    (root / "cat" / "empty.png").touch()
    with socket.socket(socket.AF_UNIX) as ear:
        ear.bind("socket.png")
        if kind == "table":
            text = "file,label\n" + "".join(f'"{name}",cat\n' for name in odd) + "1.png,dog\npipe.png,cat\n"
            (root / "labels.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
            source = Source("table", root / "labels.csv", file_column="file", label_column="label")
        else:
            source = Source(kind, root, pattern="{class}.*" if kind == "pattern" else "")  # type: ignore[arg-type]
        catalog = found(source)
    expected = {*odd, "1.png"}
    if kind == "table":  # its bytes are no UTF-8, and all its names were read as Windows' then
        expected = {name for name in expected if name.isascii()}
    assert {picture.path.name for picture in catalog.pictures} == expected
    listed = {problem.path.name for problem in catalog.problems}
    assert {"pipe.png", "socket.png", "null.png", "empty.png", "self", "there", "back"} <= listed
    for picture in catalog.pictures:
        picture.label.encode()


def test_a_long_table_can_be_cancelled(tmp_path: Path) -> None:
    source = table(put(tmp_path, "1.png"), "file,label\n" + "1.png,cat\n" * 2000)
    control = Control()

    def stop(_fraction: float, text: str) -> None:
        if text.startswith("Reading"):
            control.cancel.set()

    with pytest.raises(Cancelled):
        scan_source(source, Reporter(stop, control=control))
