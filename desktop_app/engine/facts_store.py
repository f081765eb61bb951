"""The facts store: what is known of files that nobody has touched since."""

from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from desktop_app.engine.cache_database import CacheDatabase, damaged
from desktop_app.engine.facts import Facts
from desktop_app.engine.images import READING

FILE = "facts.sqlite"
_VERSION = 1  # a change of what any fact means takes the next, and what was stored is made anew
_NAMES = tuple(one.name for one in fields(Facts))
_HASH = _NAMES.index("phash")
_TABLE = f"facts_{_VERSION}_{READING}"
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS {_TABLE} (path BLOB PRIMARY KEY, stamp TEXT NOT NULL, {", ".join(_NAMES)})
WITHOUT ROWID
"""
_FIND = f"SELECT {', '.join(_NAMES)} FROM {_TABLE} WHERE path = ? AND stamp = ?"  # noqa: S608
_PUT = f"INSERT OR REPLACE INTO {_TABLE} VALUES ({', '.join('?' * (2 + len(_NAMES)))})"  # noqa: S608
_CLEAR = f"DELETE FROM {_TABLE}"  # noqa: S608
_HALF, _WHOLE = 1 << 63, 1 << 64  # SQLite's integers have a sign


class FactsStore:
    """Facts in one SQLite file, by path and `feature_cache.stamp`; damage and a full disk only slow it down.

    Args:
        folder: made if it is not there.

    Raises:
        EngineError: `folder` cannot be written, for another reason than a full disk.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._database = CacheDatabase(self._file, _SCHEMA)

    @property
    def trouble(self) -> str:
        """Why no more is stored, as on a full disk; empty while all is well."""
        return self._database.trouble

    @property
    def size(self) -> int:
        """Bytes in use."""
        return self._database.size()

    def get(self, file: Path, stamp: str) -> Facts | None:
        """The facts of a file that has that stamp, or None."""
        row: Any = self._database.read(_FIND, _name(file), stamp) if stamp else None
        if row is None:
            return None
        values = list(row)
        values[_HASH] %= _WHOLE
        return Facts(*values)

    def put(self, seen: Iterable[tuple[Path, str, Facts]]) -> None:
        """Store the facts of files, each with the stamp that the file had before it was read."""
        rows = [(_name(file), stamp, *_values(facts)) for file, stamp, facts in seen if stamp]
        if rows:
            self._database.write(lambda connection: connection.executemany(_PUT, rows))

    def clear(self) -> None:
        """Forget everything, and give the room back to the disk."""
        self._database.write(lambda connection: connection.execute(_CLEAR))
        self._database.give_room_back()
        damaged(self._file).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _values(facts: Facts) -> tuple[object, ...]:
    values: list[Any] = list(astuple(facts))
    values[_HASH] -= _WHOLE if values[_HASH] >= _HALF else 0
    return tuple(values)


def _name(file: Path) -> bytes:
    return str(file.absolute()).encode("utf-8", "surrogateescape")
