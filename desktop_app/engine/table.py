"""The table: a CSV that names picture files and says what each one shows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop_app.engine.errors import EngineError
from desktop_app.engine.picture_file import UnreadableError, open_file

SUFFIXES = {".csv", ".tsv", ".tab"}
_MOST_BYTES = 256 << 20
_MOST_ROWS = 5_000_000
_MOST_COLUMNS = 1000
_HEAD = 1 << 16  # bytes that tell encoding, delimiter and header
_DELIMITERS = ",;\t|"
_PICTURE_NAME = re.compile(r"\.(jpe?g|png|bmp|gif|webp|tiff?|avif|jp2|heic|heif|dcm|dicom)$", re.IGNORECASE)


class Table:
    """A CSV as people and Excel write it: any common delimiter and encoding, with a header or without.

    Args:
        path: the file, at most 256 MiB.

    Raises:
        EngineError: it is no table, or too large.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _explained(path), open_file(path) as file:
            head = file.read(_HEAD)
            size = file.seek(0, io.SEEK_END)
        if size > _MOST_BYTES:
            raise EngineError(
                f"“{path.name}” is too large for a table of pictures: {size >> 20:,} MiB.",
                f"Save one of at most {_MOST_BYTES >> 20} MiB with the columns for file and class.",
            )
        self._encoding = self._tell_encoding(head)
        self._delimiter = _tell_delimiter(head.decode(self._encoding, "ignore"))
        first = next((row for _, row in self._raw() if row), [])
        self.has_header = not any(_PICTURE_NAME.search(cell) for cell in first)
        self.columns = _unlike(first if self.has_header else [""] * len(first))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row below the header with its number as a spreadsheet counts, made as long as the header."""
        waiting = self.has_header
        for number, row in self._raw():
            if row and not waiting:
                yield number, (row + [""] * len(self.columns))[: len(self.columns)]
            waiting = waiting and not row

    def column(self, name: str) -> int:
        """The place of a column; an `EngineError` names those there are."""
        try:
            return self.columns.index(name)
        except ValueError:
            known = ", ".join(f"“{column}”" for column in self.columns[:20])
            raise EngineError(f"“{self.path.name}” has no column “{name}”.", f"It has {known}.") from None

    def _raw(self) -> Iterator[tuple[int, list[str]]]:
        with _explained(self.path), open_file(self.path) as file:
            text = io.TextIOWrapper(file, self._encoding, errors="replace", newline="")
            for number, row in enumerate(csv.reader(text, delimiter=self._delimiter), 1):
                if len(row) > _MOST_COLUMNS:
                    raise EngineError(
                        f"“{self.path.name}” has more than {_MOST_COLUMNS:,} columns.",
                        "Save a table with the columns for file and class.",
                    )
                if number > _MOST_ROWS:
                    raise EngineError(f"“{self.path.name}” has more than {_MOST_ROWS:,} rows.", "Divide it.")
                yield number, [cell.strip() for cell in row] if any(row) else []

    def _tell_encoding(self, head: bytes) -> str:
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        if b"\0" in head:
            raise EngineError(f"“{self.path.name}” is no table.", "Choose a file of comma-separated values.")
        try:
            with _explained(self.path), open_file(self.path) as file:
                text = io.TextIOWrapper(file, "utf-8")
                while text.read(_HEAD):
                    pass
        except UnicodeDecodeError:
            return "cp1252"  # Excel's, west of the Oder; names in another are not found, and said so
        return "utf-8-sig"


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except UnreadableError as error:
        raise EngineError(f"The table “{path.name}” cannot be used: {error}.", "Choose another.") from error
    except (OSError, csv.Error) as error:
        raise EngineError(
            f"The table “{path.name}” cannot be read: {error}.", "Save it again as comma-separated values."
        ) from error


def _tell_delimiter(head: str) -> str:
    """The one that parts most rows into the same number of cells, above one."""

    def agreement(delimiter: str) -> tuple[int, int]:
        try:
            rows = [
                row for row in csv.reader(io.StringIO(head[:8192], newline=""), delimiter=delimiter) if row
            ]
        except csv.Error:
            return 0, 0
        rows = rows[: max(1, len(rows) - 1)]  # the last may be cut
        width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        return (count, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=agreement)


def _unlike(header: Sequence[str]) -> tuple[str, ...]:
    """The header's words made different from one another, and none empty."""
    found: list[str] = []
    taken = Counter[str]()
    for place, cell in enumerate(header, 1):
        word = cell or f"column {place}"
        taken[word] += 1
        found.append(word if taken[word] == 1 else f"{word} ({taken[word]})")
    return tuple(found)
