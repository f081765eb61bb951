"""Sources go to JSON and back, and nothing else comes in."""

import json
import os
from pathlib import Path

import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.sources import Source, of_files


@pytest.mark.parametrize(
    "source",
    [
        Source("folders", Path("/pets")),
        Source("folders", Path("/pets"), split="val"),
        Source("table", Path("/pets/labels.csv"), file_column="file", label_column="species"),
        Source("pattern", Path("/pets"), pattern="{class}_#"),
        Source("files", Path(os.fsdecode(b"/caf\xe9")), "two\nlines", (os.fsdecode(b"\xff.png"), "b/🐈.png")),
        Source("unlabelled", Path("pets")),
    ],
)
def test_every_source_comes_back_from_json(source: Source) -> None:
    assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"kind": "folders"},
        {"kind": "folders", "path": 7},
        {"kind": "folders", "path": "a\0b"},
        {"kind": "magic", "path": "a"},
        {"kind": [], "path": "a"},
        {"kind": "folders", "path": "a", "split": "holdout"},
        {"kind": "files", "path": "a", "files": "abc"},
        {"kind": "files", "path": "a", "files": [1]},
        {"kind": "folders", "path": "a", "colour": "red"},
    ],
)
def test_damaged_sources_are_refused_with_a_sentence(data: object) -> None:
    with pytest.raises(EngineError, match="source of pictures in the project is damaged"):
        Source.from_json(data)


def test_dropped_files_are_one_source_for_each_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert of_files([Path("a/1.png"), tmp_path / "b.png", Path("a/2.png")], "cat") == (
        Source("files", tmp_path / "a", "cat", ("1.png", "2.png")),
        Source("files", tmp_path, "cat", ("b.png",)),
    )
