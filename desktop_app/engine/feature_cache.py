"""The feature cache: each picture's features, kept on disk by content."""

import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.errors import EngineError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    picture BLOB NOT NULL, base TEXT NOT NULL, vector BLOB NOT NULL, checksum INTEGER NOT NULL,
    used REAL NOT NULL, PRIMARY KEY (picture, base)
) WITHOUT ROWID
"""
_PATIENCE = 30  # seconds for another program to finish its writing


class FeatureCache:
    """Feature vectors in one SQLite file, shared safely between threads and programs.

    A vector is keyed by the SHA-256 of its picture and by everything that shapes it in the base. What does
    not pass its checksum, or cannot be read, is as good as absent. A damaged file is set aside as
    features.damaged and a new one begun.

    Args:
        folder: made if it is not there.

    Raises:
        EngineError: `folder` cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "features.sqlite"
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._database = _connect(self._file)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._database = _begin_anew(self._file)
        except (OSError, sqlite3.Error) as error:
            raise EngineError(
                f"Features cannot be kept in “{folder}”: {error}.",
                "Choose another cache folder, or use none.",
            ) from error

    def get(self, picture: bytes, base: str) -> NDArray[np.float32] | None:
        """The vector stored for a picture's digest under a base's key, shape (width,), or None."""
        with self._lock:
            try:
                row = self._database.execute(
                    "SELECT vector, checksum FROM features WHERE picture = ? AND base = ?", (picture, base)
                ).fetchone()
            except sqlite3.Error:
                return None
        if row is None or zlib.crc32(row[0]) != row[1]:
            return None
        return np.frombuffer(row[0], np.float32)

    def put(self, base: str, vectors: Iterable[tuple[bytes, NDArray[np.float32]]]) -> None:
        """Store vectors by their pictures' digests, all or none."""
        now = time.time()
        rows = [(picture, base, v.tobytes(), zlib.crc32(v.tobytes()), now) for picture, v in vectors]
        with self._lock:
            try:
                try:
                    _insert(self._database, rows)
                except sqlite3.DatabaseError as error:
                    if not _is_damage(error):
                        raise
                    self._database.close()
                    self._database = _begin_anew(self._file)
                    _insert(self._database, rows)
            except (OSError, sqlite3.Error) as error:
                raise EngineError(
                    f"Features cannot be stored: {error}.",
                    "Make room on the disk, or choose another cache folder.",
                ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _connect(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            database.execute(_SCHEMA)
        except sqlite3.Error as error:
            # SQLite does not wait by itself while another program turns a new file to WAL.
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                database.close()
                raise
            time.sleep(0.01)
        else:
            return database


def _insert(database: sqlite3.Connection, rows: list[tuple[bytes, str, bytes, int, float]]) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        database.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?, ?)", rows)
        database.execute("COMMIT")
    finally:
        if database.in_transaction:  # a full disk has rolled back already
            database.execute("ROLLBACK")


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF  # the upper bits tell details


def _begin_anew(file: Path) -> sqlite3.Connection:
    file.replace(file.with_name("features.damaged"))
    return _connect(file)  # SQLite clears away a log that belongs to no file
