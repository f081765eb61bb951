"""The cache's database: one SQLite file that never stops a training, whatever befalls it."""

import errno
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from desktop_app.engine.errors import EngineError

_PATIENCE = 30  # seconds for another program to finish its writing
_OUT_OF_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}  # without room, not even its own lock can be made


class CacheDatabase:
    """A file of tables, shared safely between threads and programs.

    What cannot be read is as good as absent. A damaged file is set aside as *.damaged and a new one begun.
    What cannot be written is given up once and for all, and `trouble` says why.

    Attributes:
        trouble: why nothing more is written, as on a full disk; empty while all is well.

    Args:
        file: made if it is not there, with its folder.
        schema: SQL that makes the tables that are missing.

    Raises:
        EngineError: the file cannot be made or opened, for another reason than a full disk.
    """

    def __init__(self, file: Path, schema: str) -> None:
        self._file, self._schema = file, schema
        self._lock = threading.Lock()
        self.trouble = ""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _connect(file, schema)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._begin_anew()
        except (OSError, sqlite3.Error) as error:
            if _code(error) not in _OUT_OF_ROOM and getattr(error, "errno", 0) != errno.ENOSPC:
                raise EngineError(
                    f"Nothing can be kept in “{file.parent}”: {getattr(error, 'strerror', None) or error}.",
                    "Choose another cache folder, or use none.",
                ) from error
            self._connection = sqlite3.connect(":memory:", check_same_thread=False)
            self._connection.close()  # nothing is found in it, and nothing written
            self.trouble = str(error)

    def read(self, query: str, *values: object) -> tuple[object, ...] | None:
        """The first row that answers `query`, or None."""
        with self._lock:
            try:
                row: tuple[object, ...] | None = self._connection.execute(query, values).fetchone()
            except sqlite3.Error:
                return None
        return row

    def write(self, change: Callable[[sqlite3.Connection], object]) -> None:
        """Make a change as one transaction."""
        with self._lock:
            if self.trouble:
                return
            try:
                try:
                    _transact(self._connection, change)
                except sqlite3.DatabaseError as error:
                    if not _is_damage(error):
                        raise
                    self._connection.close()
                    self._begin_anew()
                    _transact(self._connection, change)
            except (OSError, sqlite3.Error) as error:
                self.trouble = str(error)

    def size(self) -> int:
        """Bytes that are in use."""
        row = self.read(
            "SELECT (page_count - freelist_count) * page_size "
            "FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
        )
        return int(str(row[0])) if row else 0

    def give_room_back(self) -> None:
        """Cut from the file what is not in use."""
        with self._lock:
            try:
                # It takes a step a page, of which `execute` would make one.
                self._connection.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error:
                return  # another program is at it; the room is used again all the same

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _begin_anew(self) -> None:
        self._file.replace(damaged(self._file))
        self._connection = _connect(self._file, self._schema)  # SQLite clears a log away that has no file


def damaged(file: Path) -> Path:
    """Where a damaged file is set aside."""
    return file.with_suffix(".damaged")


def _connect(file: Path, schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            for statement in schema.split(";"):
                connection.execute(statement)
        except sqlite3.Error as error:
            # SQLite does not wait by itself while another program turns a new file to WAL.
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                connection.close()
                raise
            time.sleep(0.01)
        else:
            return connection


def _transact(connection: sqlite3.Connection, change: Callable[[sqlite3.Connection], object]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        change(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:  # a full disk has rolled back already
            connection.execute("ROLLBACK")


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(error: Exception) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF  # the upper bits tell details
