"""A file's sum, in both of the kinds that Keras lists."""

import hashlib
from pathlib import Path

import pytest

from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.file_sum import file_digest, has_sum, kind
from desktop_app.engine.progress import Control, Reporter

BODY = b"weights" * 999


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "file"
    file.write_bytes(BODY)
    return file


def test_the_digest_is_sha_256(path: Path) -> None:
    assert file_digest(path) == hashlib.sha256(BODY).hexdigest()
    with pytest.raises(EngineError, match="none” cannot be read: No such file"):
        file_digest(path.with_name("none"))


@pytest.mark.parametrize("name", ["MD5", "SHA256"])
def test_a_sum_of_either_kind_is_known_by_its_length(path: Path, name: str) -> None:
    expected = hashlib.new(name, BODY).hexdigest()
    assert kind(expected) == name
    assert has_sum(path, expected, Reporter())
    path.write_bytes(BODY[:-1] + b"!")
    assert not has_sum(path, expected, Reporter())


def test_no_sum_is_no_demand(path: Path) -> None:
    assert has_sum(path.with_name("none"), "", Reporter())
    with pytest.raises(FileNotFoundError):
        has_sum(path.with_name("none"), "0" * 32, Reporter())


def test_summing_is_cancelled(path: Path) -> None:
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        has_sum(path, "0" * 64, Reporter(control=control))
