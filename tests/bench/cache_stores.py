"""Where features could be kept: embedded stores side by side, on what the cache does.

    pip install --target /tmp/stores lmdb h5py pyarrow
    PYTHONPATH=.:/tmp/stores python tests/bench/cache_stores.py [--pictures 10000] [--width 2048] [--batch 32]

put: batches, each safe from `kill -9` when the call returns. again: a run opens the store and reads all, by
32-byte key in an order of its own. one: a single vector, the store being open. disk: bytes against those of
the bare numbers. two: two processes put at once, ms per batch. killed: of 10 writers killed at a random
moment, how often the store opened again with all that it had confirmed. A store that is not installed is left
out.
"""

import argparse
import importlib.util
import os
import platform
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.feature_cache import FeatureCache

Pairs = list[tuple[bytes, NDArray[Any]]]


class Store(Protocol):
    """What a cache needs."""

    def put(self, pairs: Pairs) -> None: ...
    def get(self, keys: Sequence[bytes]) -> list[NDArray[Any] | None]: ...
    def close(self) -> None: ...


class Ours:
    """The cache as it is: SQLite with checksums, a limit and times of use."""

    def __init__(self, folder: Path) -> None:
        self._cache = FeatureCache(folder)

    def put(self, pairs: Pairs) -> None:
        self._cache.put("base", pairs)
        assert not self._cache.trouble, self._cache.trouble

    def get(self, keys: Sequence[bytes]) -> list[NDArray[Any] | None]:
        return [self._cache.get(key, "base") for key in keys]

    def close(self) -> None:
        self._cache.close()


class BareSQLite:
    """One table, write-ahead log."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "store.sqlite", timeout=30, isolation_level=None)
        for words in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=NORMAL",
            "CREATE TABLE IF NOT EXISTS t (k BLOB PRIMARY KEY, v BLOB)",
        ):
            self._database.execute(words)

    def put(self, pairs: Pairs) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(
            "INSERT OR REPLACE INTO t VALUES (?, ?)", [(k, v.tobytes()) for k, v in pairs]
        )
        self._database.execute("COMMIT")

    def get(self, keys: Sequence[bytes]) -> list[NDArray[Any] | None]:
        rows = [self._database.execute("SELECT v FROM t WHERE k = ?", (key,)).fetchone() for key in keys]
        return [None if row is None else np.frombuffer(row[0], np.float16) for row in rows]

    def close(self) -> None:
        self._database.close()


class LMDB:
    """A memory-mapped B-tree; its greatest size must be said beforehand, and it never shrinks."""

    def __init__(self, folder: Path) -> None:
        lmdb = __import__("lmdb")
        self._database = lmdb.open(str(folder), map_size=8 << 30, sync=False, writemap=False)

    def put(self, pairs: Pairs) -> None:
        with self._database.begin(write=True) as change:
            for key, vector in pairs:
                change.put(key, vector.tobytes())

    def get(self, keys: Sequence[bytes]) -> list[NDArray[Any] | None]:
        with self._database.begin() as view:
            found = [view.get(key) for key in keys]
        return [None if row is None else np.frombuffer(row, np.float16) for row in found]

    def close(self) -> None:
        self._database.close()


class HDF5:
    """One resizable matrix and one of keys; the index is in memory. One writer, by its own lock."""

    def __init__(self, folder: Path) -> None:
        self._h5py = __import__("h5py")
        self._path = folder / "store.h5"
        self._file: Any = None
        deadline = time.monotonic() + 30
        while self._file is None:
            try:
                self._file = self._h5py.File(self._path, "a")
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.002)
        self._rows = {}
        if "keys" in self._file:
            self._rows = {bytes(key): row for row, key in enumerate(self._file["keys"][:])}

    def put(self, pairs: Pairs) -> None:
        width = len(pairs[0][1])
        if "keys" not in self._file:
            self._file.create_dataset("keys", (0, 32), "u1", maxshape=(None, 32), chunks=(1024, 32))
            self._file.create_dataset("m", (0, width), "f2", maxshape=(None, width), chunks=(32, width))
        keys, matrix = self._file["keys"], self._file["m"]
        start = len(keys)
        keys.resize(start + len(pairs), 0)
        matrix.resize(start + len(pairs), 0)
        matrix[start:] = np.stack([vector for _, vector in pairs])
        keys[start:] = np.frombuffer(b"".join(key for key, _ in pairs), np.uint8).reshape(-1, 32)
        self._rows.update({key: start + place for place, (key, _) in enumerate(pairs)})
        self._file.flush()

    def get(self, keys: Sequence[bytes]) -> list[NDArray[Any] | None]:
        rows = [self._rows.get(key, -1) for key in keys]
        if len(keys) > 100:
            matrix = self._file["m"][:]
            return [None if row < 0 else matrix[row] for row in rows]
        return [None if row < 0 else self._file["m"][row] for row in rows]

    def close(self) -> None:
        self._file.close()


class FilePerBatch:
    """Each batch a .npy file under a name of its own, renamed when it is whole; the index is in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[bytes, tuple[Path, int]] = {}
        for file in folder.glob("*.npz"):
            self._learn(file, self._read(file)[0])

    def _write(self, file: Path, keys: NDArray[np.uint8], matrix: NDArray[Any]) -> None:
        with file.open("wb") as out:
            np.savez(out, keys=keys, matrix=matrix)

    def _read(self, file: Path) -> tuple[NDArray[np.uint8], NDArray[Any]]:
        with np.load(file) as arrays:
            return arrays["keys"], arrays["matrix"]

    def _learn(self, file: Path, keys: NDArray[np.uint8]) -> None:
        self._places.update({bytes(key): (file, row) for row, key in enumerate(keys)})

    def put(self, pairs: Pairs) -> None:
        keys = np.frombuffer(b"".join(key for key, _ in pairs), np.uint8).reshape(-1, 32)
        draft = self._folder / f"{uuid.uuid4().hex}.draft"
        self._write(draft, keys, np.stack([vector for _, vector in pairs]))
        file = draft.rename(draft.with_suffix(".npz"))
        self._learn(file, keys)

    def get(self, keys: Sequence[bytes]) -> list[NDArray[Any] | None]:
        opened: dict[Path, NDArray[Any]] = {}
        found: list[NDArray[Any] | None] = []
        for key in keys:
            if key not in self._places:
                found.append(None)
                continue
            file, row = self._places[key]
            if file not in opened:
                opened[file] = self._read(file)[1]
            found.append(opened[file][row])
        return found

    def close(self) -> None:
        pass


class ArrowPerBatch(FilePerBatch):
    """The same with Arrow's own file format."""

    def _write(self, file: Path, keys: NDArray[np.uint8], matrix: NDArray[Any]) -> None:
        arrow, ipc = __import__("pyarrow"), __import__("pyarrow.ipc").ipc
        columns = [
            arrow.FixedSizeBinaryArray.from_buffers(
                arrow.binary(row.nbytes // len(row)), len(row), [None, arrow.py_buffer(row.tobytes())]
            )
            for row in (keys, matrix)
        ]
        table = arrow.table(columns, names=["keys", "matrix"])
        with ipc.new_file(str(file), table.schema) as out:
            out.write_table(table)

    def _read(self, file: Path) -> tuple[NDArray[np.uint8], NDArray[Any]]:
        ipc = __import__("pyarrow.ipc").ipc
        with __import__("pyarrow").memory_map(str(file)) as source:
            table = ipc.open_file(source).read_all()
            keys, matrix = (
                np.frombuffer(b"".join(table[name].to_pylist()), np.uint8).reshape(len(table), -1)
                for name in ("keys", "matrix")
            )
        return keys, matrix.view(np.float16)


# Name → the store, and the package it needs.
STORES: dict[str, tuple[Any, str]] = {
    "the cache (SQLite)": (Ours, ""),
    "SQLite, bare": (BareSQLite, ""),
    "LMDB": (LMDB, "lmdb"),
    "HDF5": (HDF5, "h5py"),
    "Arrow file a batch": (ArrowPerBatch, "pyarrow"),
    ".npz file a batch": (FilePerBatch, ""),
}


def batches(count: int, width: int, batch: int, first: int = 0) -> Iterator[Pairs]:
    """Float16 vectors of sparse positive numbers, as a base makes them, under random keys."""
    for start in range(first, first + count, batch):
        dice = np.random.default_rng(start)
        matrix = np.maximum(dice.normal(size=(batch, width)), 0).astype(np.float16)
        yield [(dice.bytes(32), row) for row in matrix]


def writer(name: str, folder: Path, arguments: argparse.Namespace, first: int) -> subprocess.Popen[bytes]:
    words = [
        __file__,
        "--pictures",
        arguments.pictures,
        "--width",
        arguments.width,
        "--batch",
        arguments.batch,
    ]
    words += ["--write", name, "--folder", folder, "--first", first]
    process = subprocess.Popen(
        [sys.executable, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def write(arguments: argparse.Namespace) -> None:
    """A process that puts batches and says how many are safe."""
    pairs = list(batches(arguments.pictures, arguments.width, arguments.batch, arguments.first))
    os.write(1, b"ready\n")
    sys.stdin.readline()
    store = STORES[arguments.write][0](arguments.folder)
    for number, batch in enumerate(pairs, 1):
        store.put(batch)
        os.write(1, f"{number}\n".encode())
    store.close()


def go(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.write(b"go\n")
    process.stdin.flush()


def together(name: str, folder: Path, arguments: argparse.Namespace) -> str:
    """Milliseconds a batch while two processes put; what is lost, if anything is."""
    processes = [writer(name, folder, arguments, place * 10_000_000) for place in (0, 1)]
    began = time.perf_counter()
    for process in processes:
        go(process)
    codes = [process.communicate()[0] and process.returncode for process in processes]
    seconds = time.perf_counter() - began
    if any(codes):
        return "refused"
    keys = [key for place in (0, 1) for key, _ in whole(arguments, place * 10_000_000)]
    store = STORES[name][0](folder)
    lost = sum(vector is None for vector in store.get(keys))
    store.close()
    return f"{lost} lost" if lost else f"{seconds * 1000 * arguments.batch / len(keys):.1f}"


def killed(name: str, room: Path, arguments: argparse.Namespace, seconds: float) -> str:
    """How often of ten times nothing confirmed was lost."""
    dice = random.Random(0)
    expected = whole(arguments, 0)
    good = 0
    for number in range(10):
        folder = room / f"killed {number}"
        folder.mkdir()
        process = writer(name, folder, arguments, 0)
        go(process)
        time.sleep(dice.uniform(0.1, 0.9) * seconds)
        process.kill()
        said = process.communicate()[0].split()
        safe = expected[: int(said[-1]) * arguments.batch if said else 0]
        try:
            store = STORES[name][0](folder)
            found = store.get([key for key, _ in safe])
            good += all(v is not None and np.array_equal(v, e) for v, (_, e) in zip(found, safe, strict=True))
            store.close()
        except Exception as error:
            print(f"    {name}: {type(error).__name__}: {str(error)[:80]}")
    return f"{good}/10"


def whole(arguments: argparse.Namespace, first: int) -> Pairs:
    return [
        p for batch in batches(arguments.pictures, arguments.width, arguments.batch, first) for p in batch
    ]


def measure(name: str, arguments: argparse.Namespace) -> None:
    make = STORES[name][0]
    with tempfile.TemporaryDirectory() as place:
        room = Path(place)
        folder = room / "alone"
        folder.mkdir()
        pairs = list(batches(arguments.pictures, arguments.width, arguments.batch))
        store: Store = make(folder)
        began = time.perf_counter()
        for batch in pairs:
            store.put(batch)
        putting = time.perf_counter() - began
        store.close()
        size = sum(file.stat().st_blocks * 512 for file in folder.iterdir())
        keys = [key for batch in pairs for key, _ in batch]
        random.Random(1).shuffle(keys)
        began = time.perf_counter()
        store = make(folder)
        assert all(vector is not None for vector in store.get(keys))
        again = time.perf_counter() - began
        ones = []
        for key in keys[:200]:
            began = time.perf_counter()
            store.get([key])
            ones.append(time.perf_counter() - began)
        store.close()
        pair = room / "pair"
        pair.mkdir()
        two = together(name, pair, arguments)
        survived = killed(name, room, arguments, putting)
    plain = len(keys) * arguments.width * 2
    print(
        f"{name:20} {putting / len(pairs) * 1e3:8.2f} {again:8.2f} {statistics.median(ones) * 1e6:8.0f} "
        f"{size / plain:7.2f}× {two:>10} {survived:>8}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--batch", type=int, default=32)
    for hidden, kind in (("--write", str), ("--folder", Path), ("--first", int)):
        parser.add_argument(hidden, type=kind, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        write(arguments)
        return
    print(f"{os.cpu_count()} cores, {platform.platform()}, load {os.getloadavg()[0]:.1f}")
    print(f"{arguments.pictures:,} × {arguments.width} float16, batches of {arguments.batch}")
    print(f"{'':20}   put ms  again s   one µs     disk     two ms   killed")
    for name, (_, package) in STORES.items():
        if not package or importlib.util.find_spec(package):
            measure(name, arguments)


if __name__ == "__main__":
    main()
