"""The feature cache: each picture's features, kept on disk by content.

SQLite was chosen by measurement (tests/bench/cache_stores.py). It takes 2 ms over a batch of 32, on which the
base spends over 100, and reads 10,000 vectors in 0.2 s, so that a faster store would gain nothing. All stores
lived through `kill -9`; but LMDB takes twice the room and must be told its greatest size beforehand, HDF5
lets one program in at a time, and a file a batch, Arrow's or another, must be opened to know what is in it
and cannot drop a single vector.
"""

import sqlite3
import time
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.cache_database import CacheDatabase, damaged

Vector = NDArray[Any]  # float16 or float32

FILE = "features.sqlite"
BASE_VERSION = 3  # part of every base's key: raised whenever the same choices give other features
LIMIT = 10_000_000_000  # bytes, until the user sets another
_KEPT = 0.9  # of the limit once it is passed: room is made seldom, and much at once
_DAY = 86_400  # seconds: how exactly it is remembered when a vector was last used
SETTLED = 2_000_000_000  # nanoseconds: a file touched later than that may change again in the same tick

# What is small, searched and marked as used lies apart from the vectors, which are large.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    base TEXT, picture BLOB, vector INTEGER NOT NULL, dtype TEXT NOT NULL, checksum INTEGER NOT NULL,
    used INTEGER NOT NULL, PRIMARY KEY (base, picture)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, numbers BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS files (path BLOB PRIMARY KEY, stamp TEXT NOT NULL, picture BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL)
"""
_FIND = """
SELECT numbers, dtype, checksum, used FROM entries JOIN vectors ON id = vector WHERE base = ? AND picture = ?
"""
_CLEAR = ("DELETE FROM entries", "DELETE FROM vectors", "DELETE FROM files")
_FORGET = "DELETE FROM vectors WHERE id IN (SELECT vector FROM entries WHERE base = ? AND picture = ?)"


class FeatureCache:
    """Feature vectors in one SQLite file, shared safely between threads and programs.

    A vector is keyed by the SHA-256 of its picture and by everything that shapes it in the base. What does
    not pass its checksum, or cannot be read, is as good as absent. Past `limit` bytes, the vectors that have
    not been used for longest make room.

    It also notes which file had which digest, so that a file that nobody has touched since need not be read
    again to know what it holds. As rsync and git do, it goes by device, inode, size and the times of change.

    Args:
        folder: made if it is not there.

    Raises:
        EngineError: `folder` cannot be written, for another reason than a full disk.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._database = CacheDatabase(self._file, _SCHEMA)
        self._used: set[tuple[str, bytes]] = set()

    @property
    def trouble(self) -> str:
        """Why no more is stored, as on a full disk; empty while all is well."""
        return self._database.trouble

    def get(self, picture: bytes, base: str) -> Vector | None:
        """The vector stored for a picture's digest under a base's key, or None.

        Of shape (width,), float16 or float32 as it was put, and not writable.
        """
        row: Any = self._database.read(_FIND, base, picture)
        if row is None:
            return None
        numbers, dtype, checksum, used = row
        if _checksum(picture, numbers) != checksum:
            return None
        if used < time.time() - _DAY:
            self._used.add((base, picture))
        return np.frombuffer(numbers, dtype)

    def put(self, base: str, vectors: Iterable[tuple[bytes, Vector]]) -> None:
        """Store vectors by their pictures' digests, all or none; `trouble` says if they were not."""
        now = int(time.time())
        entries = [(picture, vector.dtype.str, vector.tobytes()) for picture, vector in vectors]

        def insert(connection: sqlite3.Connection) -> None:
            for picture, dtype, numbers in entries:
                connection.execute(_FORGET, (base, picture))
                place = connection.execute("INSERT INTO vectors (numbers) VALUES (?)", (numbers,)).lastrowid
                connection.execute(
                    "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?)",
                    (base, picture, place, dtype, _checksum(picture, numbers), now),
                )

        self._database.write(insert)
        self._make_room()

    def digest(self, file: Path, stamp: str) -> bytes:
        """The digest noted for a file with that stamp; empty if there is none."""
        row: Any = self._database.read(
            "SELECT picture FROM files WHERE path = ? AND stamp = ?", _name(file), stamp
        )
        return row[0] if row else b""

    def note(self, files: Iterable[tuple[Path, str, bytes]]) -> None:
        """Note files' digests, each with the stamp that the file had before it was read."""
        rows = [(_name(file), stamp, digest) for file, stamp, digest in files if stamp]
        if rows:
            self._database.write(
                lambda c: c.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", rows)
            )

    @property
    def size(self) -> int:
        """Bytes in use."""
        return self._database.size()

    @property
    def limit(self) -> int:
        """Bytes that it may use, kept in the file itself: the window and the command line have one limit."""
        row: Any = self._database.read("SELECT value FROM facts WHERE name = 'limit'")
        return row[0] if row else LIMIT

    @limit.setter
    def limit(self, limit: int) -> None:
        self._database.write(
            lambda c: c.execute("INSERT OR REPLACE INTO facts VALUES ('limit', ?)", (limit,))
        )
        self._make_room()

    def clear(self) -> None:
        """Forget everything but the limit, and give the room back to the disk."""
        self._database.write(lambda c: [c.execute(statement) for statement in _CLEAR])
        self._database.give_room_back()
        damaged(self._file).unlink(missing_ok=True)

    def close(self) -> None:
        """Remember what was used, and let go of the file."""
        now = int(time.time())
        used = [(now, base, picture) for base, picture in self._used]
        if used:
            self._database.write(
                lambda c: c.executemany("UPDATE entries SET used = ? WHERE base = ? AND picture = ?", used)
            )
        self._database.close()

    def _make_room(self) -> None:
        limit, size = self.limit, self.size
        if size <= limit:
            return

        def drop(connection: sqlite3.Connection) -> None:
            (count,) = connection.execute("SELECT count(*) FROM entries").fetchone()
            oldest = connection.execute(
                "SELECT base, picture FROM entries ORDER BY used, vector LIMIT ?",
                (int(count * (1 - _KEPT * limit / size)) + 1,),
            ).fetchall()
            connection.executemany(_FORGET, oldest)
            connection.executemany("DELETE FROM entries WHERE base = ? AND picture = ?", oldest)
            connection.execute("DELETE FROM files WHERE picture NOT IN (SELECT picture FROM entries)")

        self._database.write(drop)
        self._database.give_room_back()


def stamp(file: Path) -> str:
    """What changes whenever a file's content does; empty if it cannot be told, or was touched just now."""
    try:
        found = file.stat()
    except OSError:
        return ""
    if max(found.st_mtime_ns, found.st_ctime_ns) > time.time_ns() - SETTLED:
        return ""
    return f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _checksum(picture: bytes, numbers: bytes) -> int:
    return zlib.crc32(numbers, zlib.crc32(picture))  # a vector under another's name fails, too


def _name(file: Path) -> bytes:
    return str(file.absolute()).encode("utf-8", "surrogateescape")
