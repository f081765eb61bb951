"""A member of an archive is read in place."""

import random
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from desktop_app.engine.stored_member import open_member

DATA = bytes(random.Random(0).randrange(256) for _ in range(5000))


def archive_of(path: Path, way: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", way) as archive:
        archive.writestr("first", b"before")
        about = zipfile.ZipInfo("data")
        about.extra = b"\x99\x99\x04\x00more"  # what some writers put in
        about.compress_type = way
        archive.writestr(about, DATA)
        archive.writestr("last", b"after")
    return path


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_it_reads_as_zipfile_does(tmp_path: Path, way: int) -> None:
    path = archive_of(tmp_path / "a.zip", way)
    dice = random.Random(1)
    with zipfile.ZipFile(path) as archive, open_member(path, archive, "data") as ours:
        with archive.open("data") as theirs:
            for _ in range(200):
                place, length = dice.randrange(6000), dice.randrange(3000)
                whence = dice.choice((0, 2))
                offset = place if whence == 0 else -min(place, 5000)
                ours.seek(offset, whence)
                theirs.seek(offset, whence)
                assert ours.read(length) == theirs.read(length)
        assert ours.seekable()
        ours.seek(0)
        assert ours.read() == DATA


def test_no_step_back_reads_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a.h5"
    with h5py.File(source, "w") as file:
        for place in range(40):
            file[f"layer{place}/kernel"] = np.zeros(2000)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(source, "weights")
    read = 0
    real = zipfile.crc32  # type: ignore[attr-defined]

    def counted(data: bytes, *start: int) -> int:
        nonlocal read
        read += len(data)
        return int(real(data, *start))

    monkeypatch.setattr(zipfile, "crc32", counted)
    with (
        zipfile.ZipFile(path) as archive,
        open_member(path, archive, "weights") as member,
        h5py.File(member, "r") as file,
    ):
        assert sorted(file) == sorted(f"layer{place}" for place in range(40))
        assert all(file[name]["kernel"].size == 2000 for name in file)
    assert read == 0


def test_an_archive_that_lies_is_refused(tmp_path: Path) -> None:
    path = archive_of(tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        with pytest.raises(KeyError):
            open_member(path, archive, "nothing")
        archive.getinfo("data").header_offset += 1
        with pytest.raises(zipfile.BadZipFile):
            open_member(path, archive, "data")
