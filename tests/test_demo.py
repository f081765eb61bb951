"""The sample pictures."""

import hashlib
import os
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from desktop_app.demo import PER_CLASS, make_samples
from desktop_app.engine.catalog import scan
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.progress import Control, Reporter


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_samples(tmp_path_factory.mktemp("demo") / "deep" / "samples", Reporter())


def digest(folder: Path) -> str:
    files = sorted(folder.rglob("*.jpg"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def test_three_classes_of_small_pictures(samples: Path) -> None:
    found = scan([samples], Reporter())
    found.require_trainable()
    assert found.class_names == ("birch", "oak", "willow")
    assert set(found.counts.values()) == {PER_CLASS}
    assert not found.problems
    with Image.open(found.pictures[0].path) as image:
        assert image.size == (160, 160)
    assert len({file.read_bytes() for file in samples.rglob("*.jpg")}) == 3 * PER_CLASS
    assert os.listdir(samples.parent) == ["samples"]  # noqa: PTH208  nothing half made is left


def test_they_are_the_same_every_time(samples: Path, tmp_path: Path) -> None:
    assert digest(make_samples(tmp_path / "again", Reporter())) == digest(samples)


def test_they_are_made_once(samples: Path) -> None:
    def heard(fraction: float, words: str) -> None:
        pytest.fail("made again")

    assert make_samples(samples, Reporter(heard)) == samples


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    control = Control(cancel=Event())

    def heard(fraction: float, words: str) -> None:
        if fraction > 0.1:
            control.cancel.set()

    with pytest.raises(Cancelled):
        make_samples(tmp_path / "samples", Reporter(heard, control=control))
    assert not list(tmp_path.iterdir())


def test_something_else_is_there(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "mine.txt").write_text("mine")
    with pytest.raises(EngineError, match="could not be written") as caught:
        make_samples(tmp_path / "samples", Reporter())
    assert caught.value.hint
    assert (tmp_path / "samples" / "mine.txt").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1
