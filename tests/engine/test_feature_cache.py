"""The cache gives back what was stored or nothing, and no damage to it stops a training."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.engine import feature_cache
from desktop_app.engine.errors import EngineError
from desktop_app.engine.feature_cache import FILE, LIMIT, FeatureCache, stamp

Vector = NDArray[np.float32]


def vector(number: int, width: int = 8) -> Vector:
    return np.random.default_rng(number).normal(size=width).astype(np.float32)


def pairs(numbers: range, width: int = 8) -> list[tuple[bytes, Vector]]:
    return [(number.to_bytes(32), vector(number, width)) for number in numbers]


def stored(cache: FeatureCache, numbers: range, base: str = "base") -> list[int]:
    """Which of the numbers the cache knows; what it knows must be right."""
    known = []
    for picture, expected in pairs(numbers):
        found = cache.get(picture, base)
        if found is not None:
            assert np.array_equal(found, expected)
            known.append(int.from_bytes(picture))
    return known


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[FeatureCache]:
    cache = FeatureCache(tmp_path / "new" / "cache")
    yield cache
    cache.close()


def test_what_is_stored_comes_back_bit_for_bit(cache: FeatureCache) -> None:
    odd = np.array([np.nan, np.inf, -0.0, 1e-45, 3.4e38], np.float32)
    cache.put("base", [(b"odd", odd), *pairs(range(3))])
    found = cache.get(b"odd", "base")
    assert found is not None
    assert found.dtype == np.float32
    assert found.tobytes() == odd.tobytes()
    assert stored(cache, range(5)) == [0, 1, 2]
    half = vector(9).astype(np.float16)
    cache.put("base", [(b"odd", half)])
    found = cache.get(b"odd", "base")
    assert found is not None
    assert (found.dtype.name, found.tobytes()) == ("float16", half.tobytes())


def test_bases_are_kept_apart(cache: FeatureCache) -> None:
    cache.put("one", pairs(range(2)))
    assert stored(cache, range(2), "another") == []


def test_it_lasts(cache: FeatureCache, tmp_path: Path) -> None:
    cache.put("base", pairs(range(3)))
    cache.close()
    again = FeatureCache(tmp_path / "new" / "cache")
    assert stored(again, range(3)) == [0, 1, 2]
    again.close()


def test_what_fails_its_checksum_is_absent(cache: FeatureCache, tmp_path: Path) -> None:
    cache.put("base", pairs(range(2)))
    with sqlite3.connect(tmp_path / "new" / "cache" / FILE) as other:
        other.execute(
            "UPDATE vectors SET numbers = zeroblob(32) WHERE id IN "
            "(SELECT vector FROM entries WHERE picture = ?)", (bytes(32),)
        )  # fmt: skip
    other.close()
    assert stored(cache, range(2)) == [1]


def test_a_vector_under_anothers_name_is_absent(cache: FeatureCache, tmp_path: Path) -> None:
    cache.put("base", pairs(range(2)))
    with sqlite3.connect(tmp_path / "new" / "cache" / FILE) as other:
        other.execute("UPDATE entries SET vector = 3 - vector")
    assert stored(cache, range(2)) == []
    with other:
        other.execute("UPDATE entries SET vector = 3 - vector")
        other.execute("UPDATE entries SET picture = ? WHERE picture = ?", ((7).to_bytes(32), bytes(32)))
    other.close()
    assert stored(cache, range(9)) == [1]


def test_threads_share_it(cache: FeatureCache) -> None:
    def work(number: int) -> None:
        cache.put("base", pairs(range(number * 10, number * 10 + 10)))
        assert len(stored(cache, range(number * 10, number * 10 + 10))) == 10

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(30)))
    assert len(stored(cache, range(300))) == 300


PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from desktop_app.engine.feature_cache import FeatureCache
print("ready", flush=True)
sys.stdin.readline()
first = int(sys.argv[2])
cache = FeatureCache(Path(sys.argv[1]))
for number in range(first, first + 60):
    vector = np.random.default_rng(number).normal(size=8).astype(np.float32)
    cache.put("base", [(number.to_bytes(32), vector)])
    assert cache.get(number.to_bytes(32), "base") is not None
cache.close()
"""


def test_programs_share_it_from_its_first_moment(tmp_path: Path) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "cache"), str(first)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for first in (0, 60, 120)
    ]  # fmt: skip
    for program in programs:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin
        program.stdin.write("go\n")
        program.stdin.flush()
    assert [program.communicate(timeout=60)[1] for program in programs] == [""] * 3
    cache = FeatureCache(tmp_path / "cache")
    assert len(stored(cache, range(180))) == 180
    cache.close()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EngineError, match=r"Nothing can be kept in “[^”]*file”: [^\[]*\. Choose another"):
        FeatureCache(tmp_path / "file")
    (tmp_path / "cache" / FILE).mkdir(parents=True)
    with pytest.raises(EngineError, match=r"Nothing can be kept in “.*cache”"):
        FeatureCache(tmp_path / "cache")


def fill(folder: Path) -> bytes:
    """A whole cache on disk; its bytes."""
    cache = FeatureCache(folder)
    cache.put("base", pairs(range(300)))
    cache.close()
    return (folder / FILE).read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"no database at all " * 99,
        lambda whole: b"x" + whole[1:],
        lambda whole: whole[:100] + bytes(4096),
    ],
    ids=["another file", "a damaged name", "a damaged first page"],
)
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    bad = damage(fill(tmp_path))
    (tmp_path / FILE).write_bytes(bad)
    (tmp_path / (FILE + "-wal")).write_bytes(b"stale")
    cache = FeatureCache(tmp_path)
    assert stored(cache, range(300)) == []
    cache.put("base", pairs(range(3)))
    assert stored(cache, range(3)) == [0, 1, 2]
    cache.close()
    assert (tmp_path / "features.damaged").read_bytes() == bad
    assert sorted(file.name for file in tmp_path.iterdir()) == ["features.damaged", FILE]


def test_damage_found_while_training_loses_features_not_the_training(tmp_path: Path) -> None:
    whole = fill(tmp_path)
    (tmp_path / FILE).write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))  # the first page is whole
    cache = FeatureCache(tmp_path)
    assert stored(cache, range(300)) == []
    cache.put("base", pairs(range(400, 410)))
    assert stored(cache, range(390, 420)) == list(range(400, 410))
    cache.close()


def test_a_file_cut_short_is_no_trap(tmp_path: Path) -> None:
    whole = fill(tmp_path)
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    cache = FeatureCache(tmp_path)
    stored(cache, range(300))  # whatever it knows is right
    cache.put("base", pairs(range(1000, 1010)))
    assert stored(cache, range(1000, 1010)) == list(range(1000, 1010))
    cache.close()


def test_a_cache_deleted_under_our_feet_stops_nothing(tmp_path: Path) -> None:
    fill(tmp_path / "cache")
    cache = FeatureCache(tmp_path / "cache")
    shutil.rmtree(tmp_path / "cache")
    stored(cache, range(3))
    cache.close()
    assert cache.get(bytes(32), "base") is None  # closed, too


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where the tests may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("may not mount")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_fills_up_costs_only_what_did_not_fit(small_disk: Path) -> None:
    cache = FeatureCache(small_disk)
    cache.put("base", pairs(range(3)))
    assert cache.trouble == ""
    cache.put("base", [*pairs(range(10, 13)), (b"large", np.zeros(500_000, np.float32))])
    assert "full" in cache.trouble
    assert stored(cache, range(20)) == [0, 1, 2]
    cache.put("base", pairs(range(10, 13)))  # given up: a disk that is nearly full is not tried at every turn
    assert stored(cache, range(20)) == [0, 1, 2]
    cache.close()
    again = FeatureCache(small_disk)
    again.put("base", pairs(range(10, 13)))
    assert (stored(again, range(20)), again.trouble) == ([0, 1, 2, 10, 11, 12], "")
    again.close()


@pytest.mark.parametrize("existing", [True, False])
def test_a_disk_that_was_full_before_stops_nothing(small_disk: Path, existing: bool) -> None:
    if existing:
        fill(small_disk)
    with pytest.raises(OSError, match="No space"), (small_disk / "film").open("wb", 0) as film:
        while True:
            film.write(bytes(4096))
    cache = FeatureCache(small_disk)
    assert cache.trouble
    cache.put("base", pairs(range(3)))
    cache.note([(small_disk / "film", "stamp", b"digest")])
    assert stored(cache, range(3)) == []
    assert (cache.size, cache.limit) == (0, LIMIT)
    cache.clear()
    cache.close()


def test_a_cache_that_stays_locked_stops_nothing(cache: FeatureCache, tmp_path: Path) -> None:
    cache._database._connection.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(tmp_path / "new" / "cache" / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    cache.put("base", pairs(range(3)))
    assert "locked" in cache.trouble
    other.execute("ROLLBACK")
    other.close()


def aged(folder: Path, base: str, days: float) -> None:
    """Let a base's vectors have been used last so many days ago."""
    with sqlite3.connect(folder / FILE) as other:
        other.execute("UPDATE entries SET used = used - ? WHERE base = ?", (days * 86400, base))
    other.close()


def test_past_the_limit_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    for base in ("used", "new", "old"):
        cache.put(base, pairs(range(100), 500))
        aged(tmp_path, base, 9)
    everything = cache.size
    for number in range(100):
        cache.get(number.to_bytes(32), "used")
    cache.close()
    aged(tmp_path, "new", -5)

    cache = FeatureCache(tmp_path)
    assert cache.limit == LIMIT
    cache.limit = int(everything * 0.8)
    known = {base: sum(cache.get(n.to_bytes(32), base) is not None for n in range(100))
             for base in ("used", "new", "old")}  # fmt: skip
    assert 0 < known["old"] < 50
    assert (known["used"], known["new"]) == (100, 100)
    assert 0.6 * everything < cache.size < 0.8 * everything
    cache.put("newer", pairs(range(100), 500))
    assert cache.size < 0.8 * everything
    assert len(stored_wide(cache, "newer")) == 100
    cache.close()
    assert (tmp_path / FILE).stat().st_size < 0.85 * everything
    again = FeatureCache(tmp_path)
    assert again.limit == int(everything * 0.8)
    again.close()


def stored_wide(cache: FeatureCache, base: str) -> list[int]:
    return [n for n in range(100) if cache.get(n.to_bytes(32), base) is not None]


def test_clearing_gives_the_room_back_also_while_another_program_looks_on(tmp_path: Path) -> None:
    cache, other = FeatureCache(tmp_path), FeatureCache(tmp_path)
    cache.limit = 123_000_000
    cache.put("base", pairs(range(100), 5000))
    (tmp_path / "features.damaged").write_bytes(b"damaged")
    assert cache.size > 2_000_000
    other.clear()
    assert cache.size < 100_000
    assert cache.limit == 123_000_000
    assert not (tmp_path / "features.damaged").exists()
    assert stored(cache, range(100)) == []
    cache.put("base", pairs(range(3)))
    assert stored(other, range(5)) == [0, 1, 2]
    cache.close()
    other.close()
    assert (tmp_path / FILE).stat().st_size < 100_000


def test_a_file_is_known_until_it_is_touched(
    cache: FeatureCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"one")
    assert stamp(file) == "", "it may change again within the clock's tick"
    monkeypatch.setattr(feature_cache, "SETTLED", -1)
    before = stamp(file)
    assert before == stamp(file) != ""
    cache.note([(file, before, b"digest"), (tmp_path / "b.jpg", "", b"never")])
    assert cache.digest(file, before) == b"digest"
    assert cache.digest(tmp_path / "b.jpg", "") == b""

    times = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # as some programs do that fake a date
    assert stamp(file) != before
    assert cache.digest(file, stamp(file)) == b""
    file.unlink()
    assert stamp(file) == ""
