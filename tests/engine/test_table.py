"""Tables as people and their programs write them."""

import os
from pathlib import Path

import pytest
from mutations import mutations

from desktop_app.engine import table as tables
from desktop_app.engine.errors import EngineError
from desktop_app.engine.named_files import Names
from desktop_app.engine.table import Table
from desktop_app.engine.table_guess import Guess, guess

PLAIN = "file,label\n1.jpg,cat\n2.jpg,dog\n"


def written(folder: Path, data: str | bytes, name: str = "labels.csv") -> Table:
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return Table(folder / name)


def guessed(folder: Path, data: str | bytes, *files: str) -> Guess:
    return guess(written(folder, data), Names(folder, [folder / file for file in files]))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", " | ").replace(" | ", "|"),
        PLAIN.rstrip(),
        "\n\n" + PLAIN,
        PLAIN.replace("1.jpg", '"1.jpg"').replace("dog", ' "dog"').replace(' "dog"', "dog "),
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
    ],
)
def test_every_common_way_to_write_the_same_table(tmp_path: Path, data: str | bytes) -> None:
    table = written(tmp_path, data)
    assert table.columns == ("file", "label")
    assert [row for _, row in table.rows()] == [["1.jpg", "cat"], ["2.jpg", "dog"]]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    table = written(tmp_path, '\nfile,label\n\n1.jpg,"two\nlines"\n2.jpg\n3.jpg,a,b,c\n')
    assert list(table.rows()) == [(4, ["1.jpg", "two\nlines"]), (5, ["2.jpg", ""]), (6, ["3.jpg", "a"])]


def test_excels_old_encoding_is_told(tmp_path: Path) -> None:
    table = written(tmp_path, "file;Größe\nBär.jpg;€groß\n".encode("cp1252"))
    assert table.columns == ("file", "Größe")
    assert next(table.rows()) == (2, ["Bär.jpg", "€groß"])
    late = "file,label\n" + "1.jpg,cat\n" * 20_000 + "2.jpg,café\n"
    assert list(written(tmp_path, late.encode("cp1252")).rows())[-1][1] == ["2.jpg", "café"]


def test_a_table_without_header_has_numbered_columns(tmp_path: Path) -> None:
    table = written(tmp_path, "cat,1.jpg\ndog,2.JPG\n")
    assert table.columns == ("column 1", "column 2")
    assert len(list(table.rows())) == 2


def test_headers_with_gaps_and_twins_are_told_apart(tmp_path: Path) -> None:
    assert written(tmp_path, "a,,a,a\n").columns == ("a", "column 2", "a (2)", "a (3)")
    with pytest.raises(EngineError, match=r"has no column “b”\. It has “a”, “column 2”"):
        written(tmp_path, "a,,a,a\n").column("b")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is no table"),
        ("a," * 1001 + "\n", "more than 1,000 columns"),
        ("a," * 1_000_000 + "\n", "more than 1,000 columns"),
        ('file,label\n"' + "x" * 200_000, r"cannot be read: field larger than"),
        (b"", "cannot be used: it is empty"),
    ],
)
def test_what_is_no_sensible_table_is_a_sentence(tmp_path: Path, data: str | bytes, sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence):
        list(written(tmp_path, data).rows())


def test_a_giant_table_and_one_that_is_no_file_are_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "giant.csv").open("wb") as file:
        file.truncate(10 << 30)
        file.seek(0)
        file.write(PLAIN.encode())
    with pytest.raises(EngineError, match="too large for a table of pictures: 10,240 MiB"):
        Table(tmp_path / "giant.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(EngineError, match="it is a pipe, not a file"):
        Table(tmp_path / "pipe.csv")
    with pytest.raises(EngineError, match="it is no longer there"):
        Table(tmp_path / "gone.csv")
    monkeypatch.setattr(tables, "_MOST_ROWS", 2)
    with pytest.raises(EngineError, match="more than 2 rows"):
        list(written(tmp_path, PLAIN).rows())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("1.jpg", ["1.jpg"]),
        ("1", ["1.jpg"]),
        ("./1.jpg", ["1.jpg"]),
        ("a/2.jpg", ["a/2.jpg"]),
        ("a\\2.jpg", ["a/2.jpg"]),
        ("C:\\Users\\ann\\pets\\a\\2.jpg", ["a/2.jpg"]),
        ("/home/ann/b/2", ["b/2.jpg"]),
        ("2.jpg", ["a/2.jpg", "b/2.jpg"]),
        ("c/2.jpg", []),
        ("3.jpg", ["a/3.jpg"]),
        ("z/3.jpg", []),
        ("4.PNG", ["4.png"]),
        ("5", ["5.jpg", "5.png"]),
        ("5.png", ["5.png"]),
        ("X.jpg", ["X.jpg"]),
        ("x.jpg", ["x.jpg"]),
        ("re\u0301.png", ["r\u00e9.png"]),
        ("cat.12", ["cat.12.jpg"]),
        ("", []),
        ("/", []),
        ("..", []),
        ("../1.jpg", ["1.jpg"]),
        ("nul\0.jpg", []),
    ],
)
def test_names_are_found_as_they_are_meant_and_never_guessed(
    tmp_path: Path, name: str, found: list[str]
) -> None:
    there = ["1.jpg", "a/2.jpg", "b/2.jpg", "a/3.jpg", "4.png", "5.jpg", "5.png", "X.jpg", "x.jpg"]
    there += ["r\u00e9.png", "cat.12.jpg"]
    names = Names(tmp_path, [tmp_path / file for file in there])
    assert names.find(name) == [tmp_path / file for file in found]


def test_columns_are_told_by_name_and_by_what_is_in_them(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},{n}.jpg,{'cat' if n % 2 else 'dog'},{'train' if n % 3 else 'test'},x{n}\n" for n in range(9)
    )
    files = [f"{n}.jpg" for n in range(8)]
    found = guessed(tmp_path, "id,image,species,split,note\n" + rows, *files)
    assert (found.file_column, found.label_columns, found.split_column) == ("image", ("species",), "split")
    assert (found.rows, found.found, found.counts) == (9, 8, {"cat": 4, "dog": 4})
    assert found.preview[0] == ("0", "0.jpg", "dog", "test", "x0")
    other = guessed(tmp_path, "a,b,c,d,e\n" + rows, *files)
    assert (other.file_column, other.label_columns, other.split_column) == ("a", ("c", "d"), "")


def test_a_table_about_something_else_names_no_files(tmp_path: Path) -> None:
    assert guessed(tmp_path, "date,price\nmonday,7\n", "1.jpg").file_column == ""
    assert guessed(tmp_path, "date,price\n", "1.jpg").file_column == ""


def test_two_hundred_mutations_end_in_a_table_or_a_sentence(tmp_path: Path) -> None:
    whole = "".join(f'"été, {n}.jpg";cat;train;0.5\n' for n in range(30))
    for data in mutations(("file;label;split;score\n" + whole).encode()):
        try:
            table = written(tmp_path, data)
            guess(table, Names(tmp_path, [tmp_path / "été, 1.jpg"]))
            assert sum(1 for _ in table.rows()) <= 200
        except EngineError as error:
            assert "labels.csv" in error.message
            assert "\n" not in str(error)
