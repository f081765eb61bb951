"""Every picture goes once through the base, whatever happens on the way. The base here is a toy."""

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray
from PIL import Image

from desktop_app.engine import feature_cache
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import Features, extract
from desktop_app.engine.images import read_file
from desktop_app.engine.progress import Control, Reporter


@dataclass
class ToyBase:
    """Its features are the mean colour; it counts what it is asked."""

    width: int = 3
    batch: int = 4
    key: str = "toy"
    row: Backbone = field(default_factory=lambda: BACKBONES["VGG16"])
    batches: list[int] = field(default_factory=list)

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert pictures.shape[1:] == (224, 224, 3)
        self.batches.append(len(pictures))
        return np.asarray(pictures.mean(axis=(1, 2)), np.float32)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[FeatureCache]:
    cache = FeatureCache(tmp_path / "cache")
    yield cache
    cache.close()


def pictures(folder: Path, count: int) -> list[Path]:
    """Plain pictures, each of its own shade."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{number}.png" for number in range(count)]
    for number, file in enumerate(files):
        Image.new("RGB", (9, 7), (number, 255 - number, 7)).save(file)
    return files


def work(
    files: list[Path],
    base: Any,
    cache: FeatureCache | None = None,
    reporter: Reporter | None = None,
    dtype: DTypeLike = np.float32,
) -> Features:
    return extract(files, base, cache, reporter or Reporter(), dtype)


def shades(found: Features) -> list[int]:
    return [round(float(shade)) for shade in found.matrix[:, 0]]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 50])
def test_rows_follow_the_files_and_batches_are_never_too_large(tmp_path: Path, count: int) -> None:
    base = ToyBase()
    found = work(pictures(tmp_path, count), base)
    assert found.matrix.shape == (count, 3)
    assert found.matrix.dtype == np.float32
    assert shades(found) == list(range(count))
    assert sum(base.batches) == count
    assert all(batch == base.batch for batch in base.batches[:-1])
    assert (found.unreadable, found.cached) == ({}, 0)


def test_digests_are_those_of_the_files(tmp_path: Path) -> None:
    files = pictures(tmp_path, 3)
    found = work(files, ToyBase())
    assert list(found.digests) == [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def test_unreadable_files_are_told_by_their_place_and_cost_no_other(
    tmp_path: Path, cache: FeatureCache
) -> None:
    files = pictures(tmp_path / "pets", 12)
    files[0].unlink()
    files[5].write_bytes(b"")
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8)
    Image.fromarray(noise).save(files[6])
    files[6].write_bytes(files[6].read_bytes()[:5000])
    files[11].write_text("text")
    for cached in (0, 8):
        found = work(files, ToyBase(), cache)
        assert shades(found) == [0, 1, 2, 3, 4, 0, 0, 7, 8, 9, 10, 0]
        assert found.unreadable.pop(6).startswith("it is damaged (")
        assert found.unreadable == {
            0: "it is no longer there",
            5: "it is empty",
            11: "it is not a picture this program can read",
        }
        assert [index for index, digest in enumerate(found.digests) if not digest] == [0, 5, 6, 11]
        assert found.cached == cached
    assert work([files[0]], ToyBase()).matrix.tolist() == [[0, 0, 0]]


def test_a_second_run_computes_nothing_whatever_the_files_are_called_now(
    tmp_path: Path, cache: FeatureCache
) -> None:
    files = pictures(tmp_path / "pets", 10)
    first = work(files, ToyBase(), cache)
    renamed = [file.rename(file.with_name(f"renamed {file.name}")) for file in files]
    base = ToyBase()
    second = work(renamed[::-1], base, cache)
    assert base.batches == []
    assert second.cached == 10
    assert np.array_equal(second.matrix, first.matrix[::-1])
    assert second.digests == first.digests[::-1]


def test_only_what_is_new_is_computed(tmp_path: Path, cache: FeatureCache) -> None:
    files = pictures(tmp_path / "pets", 10)
    work(files[::2], ToyBase(), cache)
    base = ToyBase()
    found = work(files, base, cache)
    assert (found.cached, sum(base.batches)) == (5, 5)
    assert shades(found) == list(range(10))


@pytest.mark.parametrize("change", [{"key": "another"}, {"width": 3, "key": "toy2"}])
def test_another_base_computes_its_own(tmp_path: Path, cache: FeatureCache, change: dict[str, Any]) -> None:
    files = pictures(tmp_path / "pets", 3)
    work(files, ToyBase(), cache)
    assert work(files, ToyBase(**change), cache).cached == 0


def test_a_stored_vector_of_another_width_is_computed_again(tmp_path: Path, cache: FeatureCache) -> None:
    files = pictures(tmp_path / "pets", 2)
    digests = [hashlib.sha256(file.read_bytes()).digest() for file in files]
    cache.put("toy:float32", [(digest, np.zeros(5, np.float32)) for digest in digests])
    assert shades(work(files, ToyBase(), cache)) == [0, 1]
    assert work(files, ToyBase(), cache).cached == 2


def test_files_that_nobody_touched_are_not_even_read(
    tmp_path: Path, cache: FeatureCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_cache, "SETTLED", -1)
    files = pictures(tmp_path / "pets", 10)
    files[3].write_text("text")
    work(files, ToyBase(), cache)
    Image.new("RGB", (9, 7), (200, 0, 7)).save(files[5])
    read: list[Path] = []

    def counting(file: Path) -> bytes:
        read.append(file)
        return file.read_bytes()

    monkeypatch.setattr("desktop_app.engine.features.read_file", counting)
    found = work(files, ToyBase(), cache)
    assert sorted(read) == [files[3], files[5]]  # by several threads, in no order
    assert shades(found) == [0, 1, 2, 0, 4, 200, 6, 7, 8, 9]
    assert [bool(digest) for digest in found.digests] == [index != 3 for index in range(10)]
    assert found.digests[5] == hashlib.sha256(files[5].read_bytes()).hexdigest()
    assert (found.cached, list(found.unreadable)) == (8, [3])


def test_half_the_room_where_that_costs_no_precision(tmp_path: Path, cache: FeatureCache) -> None:
    files = pictures(tmp_path / "pets", 10)
    exact = work(files, ToyBase())
    for cached in (0, 10):
        half = work(files, ToyBase(), cache, dtype=np.float16)
        assert half.matrix.dtype == np.float16
        assert np.array_equal(half.matrix, exact.matrix.astype(np.float16))
        assert half.cached == cached
    assert work(files, ToyBase(), cache).cached == 0, "float32 is another matter"


@pytest.mark.parametrize("far", [1e5, 1e-7, np.inf, np.nan])
def test_what_float16_cannot_hold_stays_float32_whoever_computes_it(
    tmp_path: Path, cache: FeatureCache, far: float
) -> None:
    class Far(ToyBase):
        def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            found = super().run(pictures)
            found[found[:, 0] == 6] = [far, 0, far / 3]
            return found

    files = pictures(tmp_path / "pets", 10)
    runs = [work(files, Far(), cache, dtype=np.float16) for _ in range(2)]
    exact = work(files, Far())
    for found, cached in zip(runs, (0, 10), strict=True):
        assert (found.matrix.dtype.name, found.cached) == ("float32", cached)
        assert found.matrix[6].tobytes() == exact.matrix[6].tobytes()
        others = [row for row in range(10) if row != 6]
        assert np.array_equal(found.matrix[others], exact.matrix[others].astype(np.float16))


class ResourceExhaustedError(Exception):
    """As TensorFlow's."""


@pytest.mark.parametrize("error", [MemoryError, ResourceExhaustedError])
def test_a_batch_that_the_memory_cannot_take_is_halved(
    tmp_path: Path, cache: FeatureCache, error: type[Exception]
) -> None:
    class Small(ToyBase):
        def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            if self.batch > 2:
                raise error
            return super().run(pictures)

    base = Small(batch=16)
    found = work(pictures(tmp_path / "pets", 40), base, cache)
    assert shades(found) == list(range(40))
    assert (max(base.batches), sum(base.batches)) == (2, 40)


def test_a_full_disk_does_not_stop_it(tmp_path: Path, cache: FeatureCache) -> None:
    files = pictures(tmp_path / "pets", 30)
    base = ToyBase(key="toy" * 2000)
    work(files[:10], base, cache)
    cache._database._connection.execute("PRAGMA max_page_count=1")
    found = work(files, base, cache)
    assert (shades(found), found.cached) == (list(range(30)), 10)
    assert "full" in cache.trouble


def impatient(stop: Callable[[str], bool]) -> Reporter:
    control = Control()

    def listen(_: float, text: str) -> None:
        if stop(text):
            control.cancel.set()

    return Reporter(listen, control=control)


def test_cancelling_is_quick_keeps_what_is_computed_and_leaves_no_thread(
    tmp_path: Path, cache: FeatureCache
) -> None:
    files = pictures(tmp_path / "pets", 60)
    base, before = ToyBase(), set(threading.enumerate())
    with pytest.raises(Cancelled):
        work(files, base, cache, impatient(lambda text: " 20 of 60" in text))
    assert set(threading.enumerate()) == before
    assert sum(base.batches) == 20
    assert work(files, ToyBase(), cache).cached == 20


def test_cancelling_works_where_everything_is_stored_already(
    tmp_path: Path, cache: FeatureCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = pictures(tmp_path / "pets", 30)
    work(files, ToyBase(), cache)
    with pytest.raises(Cancelled):
        work(files, ToyBase(), cache, impatient(lambda text: " 10 of 30" in text))
    monkeypatch.setattr(feature_cache, "SETTLED", -1)
    monkeypatch.setattr("desktop_app.engine.features._AT_ONCE", 10)
    work(files, ToyBase(), cache)
    with pytest.raises(Cancelled):
        work(files, ToyBase(), cache, impatient(lambda text: "Fetching features: 20 of 30" in text))


def test_a_base_that_fails_takes_no_thread_with_it(tmp_path: Path) -> None:
    class Broken(ToyBase):
        def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            raise MemoryError

    before = set(threading.enumerate())
    with pytest.raises(MemoryError):
        work(pictures(tmp_path, 40), Broken())
    assert set(threading.enumerate()) == before


def test_decoding_never_runs_far_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    furthest = 0

    def counting(file: Path) -> bytes:
        read.append(file)
        return read_file(file)

    class Slow(ToyBase):
        def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            nonlocal furthest
            time.sleep(0.02)
            result = super().run(pictures)
            furthest = max(furthest, len(read) - sum(self.batches))
            return result

    files = pictures(tmp_path, 80)
    monkeypatch.setattr("desktop_app.engine.features.read_file", counting)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert shades(work(files, Slow())) == list(range(80))
    assert 4 <= furthest <= 2 * 4 + 2


@pytest.mark.parametrize("known", [0, 10])
def test_progress_goes_from_nothing_to_all(tmp_path: Path, cache: FeatureCache, known: int) -> None:
    files = pictures(tmp_path / "pets", 10)
    work(files[:known], ToyBase(), cache)
    lines: list[tuple[float, str]] = []
    base = ToyBase()

    def listen(fraction: float, text: str) -> None:
        lines.append((fraction, text))
        assert round(fraction * 10) <= known + sum(base.batches), "it says more than is done"

    work(files, base, cache, Reporter(listen))
    fractions = [fraction for fraction, _ in lines]
    assert fractions == sorted(fractions)
    assert lines[0] == (0.0, "Computing features: 0 of 10")
    assert fractions[-1] == 1
    assert lines[-1][1].startswith("Computed features: 10 of 10")
    assert any(0.3 < fraction < 0.9 for fraction in fractions)


def test_killed_at_any_moment_the_next_run_goes_on_from_there(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    (tmp_path / "pets").mkdir()
    for number in range(80):
        pixels = dice.integers(0, 256, (300, 400, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "pets" / f"{number}.jpg")
    script = Path(__file__).parents[1] / "bench" / "kill_nine.py"
    words = [sys.executable, str(script), str(tmp_path / "pets"), "--kills", "3"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "3 of 3 as they must be; 0 finished pictures lost" in done.stdout
