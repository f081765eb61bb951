"""What a dropped folder is taken for, and what is asked."""

import os
from pathlib import Path

import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.proposal import Proposal, propose


def put(root: Path, *names: str, **texts: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    root.mkdir(exist_ok=True)
    for name, text in texts.items():
        (root / f"{name}.csv").write_text(text)
    return root


def kinds(proposal: Proposal) -> list[str]:
    return [choice.source.kind for choice in proposal.choices]


PETS = [f"{pet}_{n:03}.jpg" for pet, count in (("cat", 20), ("dog", 18)) for n in range(count)]


def test_class_folders_are_taken_unasked(tmp_path: Path) -> None:
    found = propose(put(tmp_path / "pets", "cat/1.jpg", "cat/2.jpg", "dog/1.jpg"))
    assert found.sure
    assert kinds(found) == ["folders"]
    assert found.choices[0].counts == {"cat": 2, "dog": 1}
    assert found.sentence == "“pets” holds 2 class folders: cat (2), dog (1)."
    parted = propose(put(tmp_path / "parted", "train/cat/1.jpg", "train/dog/1.jpg", "val/cat/2.jpg"))
    assert parted.sure
    assert parted.choices[0].counts == {"cat": 2, "dog": 1}


def test_names_that_begin_alike_are_proposed(tmp_path: Path) -> None:
    found = propose(put(tmp_path / "pets", *PETS))
    assert found.sentence == (
        "38 files in “pets”. Their names begin with 2 different words: cat (20), dog (18). "
        "Use these as classes?"
    )
    assert not found.sure
    assert kinds(found) == ["pattern", "folders", "unlabelled"]
    assert [dict(choice.counts) for choice in found.choices] == [
        {"cat": 20, "dog": 18},
        {"pets": 38},
        {"": 38},
    ]
    assert found.choices[0].source.pattern == "{class}#"
    inside = propose(put(tmp_path / "outer", *(f"images/{name}" for name in PETS)))
    assert kinds(inside) == ["pattern", "folders", "unlabelled"]
    assert not inside.sure


def test_it_is_said_where_in_the_name_the_class_stands(tmp_path: Path) -> None:
    found = propose(put(tmp_path / "begin", *PETS))
    assert found.choices[0].words == "The first part of the name is the class"
    found = propose(
        put(tmp_path / "end", *("_".join(reversed(name[:-4].split("_"))) + ".jpg" for name in PETS))
    )
    assert (found.choices[0].words, found.choices[0].source.pattern) == (
        "The last part of the name is the class",
        "#{class}",
    )
    assert "Their names end with 2 different words" in found.sentence


def test_a_table_that_fits_goes_before_names(tmp_path: Path) -> None:
    rows = "image,breed\n" + "".join(f"{name},{name[:3].upper()}\n" for name in PETS)
    found = propose(put(tmp_path / "pets", *PETS, labels=rows, prices="day,price\nmonday,7\n"))
    assert kinds(found) == ["table", "folders", "unlabelled"]
    assert found.choices[0].source.label_column == "breed"
    assert found.sentence == (
        "38 files in “pets”. The table “labels.csv” names 38 of them, with 2 classes: CAT (20), DOG (18) "
        "in its column “breed”. Use these?"
    )
    assert found.columns == ("image", "breed")
    assert found.rows[0] == ("cat_000.jpg", "CAT")
    assert found.choices[1].counts == {"pets": 38}
    assert propose(tmp_path / "pets" / "labels.csv") == found


def test_a_table_beside_class_folders_is_offered_but_not_taken(tmp_path: Path) -> None:
    found = propose(put(tmp_path, "cat/1.jpg", "dog/2.jpg", labels="file,label\n1.jpg,x\n2.jpg,y\n"))
    assert found.sure
    assert kinds(found) == ["folders", "table"]


def test_flat_folders_called_like_splits_are_asked_about(tmp_path: Path) -> None:
    root = put(tmp_path / "dogs", "train/a1.jpg", "train/b2.jpg", "test/c3.jpg")
    assert not propose(root).sure
    assert "called like splits" in propose(root).sentence
    put(root, labels="id,breed\na1,pug\nb2,husky\n")
    assert kinds(propose(root)) == ["table", "folders", "unlabelled"]
    assert propose(put(tmp_path / "tests", "test/1.jpg", "control/1.jpg")).sure


def test_one_class_is_asked_about_unless_its_folder_says_so(tmp_path: Path) -> None:
    flat = propose(put(tmp_path / "cat", "IMG_1.jpg", "IMG_2.jpg"))
    assert (flat.sure, kinds(flat)) == (False, ["folders", "unlabelled"])
    assert flat.sentence == "2 files in “cat”. Do all of them show one class, “cat”?"
    assert propose(put(tmp_path / "pets", "cat/IMG_1.jpg", "cat/IMG_2.jpg")).sure


def test_a_dropped_table_that_cannot_be_used_is_said_and_one_in_a_folder_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b.jpg", broken="a," * 1001, other="day,price\nmonday,7\n")
    os.mkfifo(tmp_path / "pipe.csv")
    assert kinds(propose(tmp_path)) == ["folders", "unlabelled"]
    with pytest.raises(EngineError, match="more than 1,000 columns"):
        propose(tmp_path / "broken.csv")
    other = propose(tmp_path / "other.csv")
    assert other.choices[0].source.file_column == ""
    assert "Which column names the files?" in other.sentence


def test_nothing_and_no_folder(tmp_path: Path) -> None:
    assert propose(put(tmp_path / "empty")).sentence == "There are no pictures in “empty”."
    with pytest.raises(EngineError, match="There is no folder"):
        propose(tmp_path / "gone")
    with pytest.raises(EngineError, match="is a file"):
        propose(put(tmp_path / "pets", "1.jpg") / "1.jpg")
