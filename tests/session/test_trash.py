"""Folders go to the trash, and come back as they were."""

import os
from pathlib import Path

import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.session import trash as trash_module
from desktop_app.session.trash import Trash


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "runs" / "one"
    (made / "events").mkdir(parents=True)
    (made / "events" / "1").write_text("first")
    return made


@pytest.fixture
def no_trash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash_module, "_to_trash", lambda _folder: None)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.skipif(os.name != "posix", reason="looks into the trash of freedesktop.org")
def test_there_and_back(folder: Path, own_home: Path) -> None:
    trash = Trash()
    before = len(files(own_home))
    trash.take(folder)
    assert not folder.exists()
    assert folder in trash
    assert trash.is_kept(folder)
    assert len(files(own_home)) == before + 2  # the file, and where it came from
    trash.empty()
    assert folder in trash
    trash.put_back(folder)
    assert (folder / "events" / "1").read_text() == "first"
    assert folder not in trash
    assert len(files(own_home)) == before


@pytest.mark.usefixtures("no_trash")
def test_without_a_trash_it_is_hidden_until_the_end(folder: Path) -> None:
    trash, above = Trash(), folder.parent
    trash.take(folder)
    assert not trash.is_kept(folder)
    (hidden,) = above.iterdir()
    assert hidden.name.startswith(".")
    trash.put_back(folder)
    assert list(above.iterdir()) == [folder]
    assert (folder / "events" / "1").read_text() == "first"
    trash.empty()  # which leaves what was put back
    assert folder.is_dir()
    trash.take(folder)
    trash.empty()
    assert list(above.iterdir()) == []
    assert folder not in trash


@pytest.mark.usefixtures("no_trash")
def test_only_the_link_goes(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    trash = Trash()
    trash.take(link)
    trash.empty()
    assert not link.is_symlink()
    assert (folder / "events" / "1").is_file()


def test_nothing_is_overwritten(folder: Path) -> None:
    trash = Trash()
    trash.take(folder)
    folder.mkdir(parents=True)
    with pytest.raises(EngineError, match="there is another of that name now"):
        trash.put_back(folder)
    assert folder in trash
    folder.rmdir()
    trash.put_back(folder)
    assert files(folder)


def test_what_is_not_there_cannot_be_taken(tmp_path: Path) -> None:
    trash = Trash()
    with pytest.raises(EngineError, match="cannot be deleted"):
        trash.take(tmp_path / "no")
    assert tmp_path / "no" not in trash


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    trash = Trash()
    trash.take(folder)
    assert not trash.is_kept(folder)
    trash.put_back(folder)
    assert folder.is_dir()
