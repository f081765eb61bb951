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


class FeatureCache:
    """Feature vectors in one SQLite file, shared safely between threads and programs.

    A vector is keyed by the SHA-256 of its picture and by everything that shapes it in the base. What does
    not pass its checksum is as good as absent.

    Args:
        folder: made if it is not there.

    Raises:
        EngineError: `folder` cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                folder / "features.sqlite", timeout=30, check_same_thread=False, isolation_level=None
            )
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise EngineError(
                f"Features cannot be kept in “{folder}”: {error}.",
                "Choose another cache folder, or use none.",
            ) from error
        self._lock = threading.Lock()

    def get(self, picture: bytes, base: str) -> NDArray[np.float32] | None:
        """The vector stored for a picture's digest under a base's key, shape (width,), or None."""
        with self._lock:
            row = self._database.execute(
                "SELECT vector, checksum FROM features WHERE picture = ? AND base = ?", (picture, base)
            ).fetchone()
        if row is None or zlib.crc32(row[0]) != row[1]:
            return None
        return np.frombuffer(row[0], np.float32)

    def put(self, base: str, vectors: Iterable[tuple[bytes, NDArray[np.float32]]]) -> None:
        """Store vectors by their pictures' digests, all or none."""
        now = time.time()
        rows = [(picture, base, v.tobytes(), zlib.crc32(v.tobytes()), now) for picture, v in vectors]
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?, ?)", rows)
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                self._database.execute("ROLLBACK")
                raise EngineError(
                    f"Features cannot be stored: {error}.",
                    "Make room on the disk, or choose another cache folder.",
                ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
