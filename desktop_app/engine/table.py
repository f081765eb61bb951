"""The table: a CSV that names picture files and says what each one shows."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from desktop_app.engine.catalog import split_named
from desktop_app.engine.errors import EngineError
from desktop_app.engine.picture_file import UnreadableError, open_file

SUFFIXES = {".csv", ".tsv", ".tab"}
_MOST_BYTES = 256 << 20
_MOST_ROWS = 5_000_000
_MOST_COLUMNS = 1000
_MOST_CLASSES = 1000
GUESSED_ROWS = 100_000
_GUESSED_COLUMNS = 50
_HEAD = 1 << 16  # bytes that tell encoding, delimiter and header
_DELIMITERS = ",;\t|"
# The field's words for each column, the likeliest first, without spaces, dashes and underscores.
_FILE_WORDS = (
    "file",
    "filename",
    "filepath",
    "path",
    "image",
    "imagename",
    "imagefile",
    "imagepath",
    "imageid",
    "img",
    "imgname",
    "imgpath",
    "picture",
    "photo",
    "id",
    "name",
)
_LABEL_WORDS = (
    "label",
    "labels",
    "class",
    "classname",
    "classlabel",
    "category",
    "species",
    "target",
    "breed",
    "diagnosis",
    "dx",
    "type",
    "tag",
    "y",
)
_SPLIT_WORDS = ("split", "subset", "set", "partition", "fold", "usage")
_PICTURE_NAME = re.compile(r"\.(jpe?g|png|bmp|gif|webp|tiff?|avif|jp2|heic|heif|dcm|dicom)$", re.IGNORECASE)


@dataclass(frozen=True)
class Guess:
    """What a table seems to hold.

    Attributes:
        columns: the header's words, each unlike the others; “column 1” and so on where there is no header.
        preview: the first rows.
        file_column: the column whose values name files, "" where none does.
        label_columns: those that may be classes, the likeliest first.
        split_column: the column that says train, val or test, "" where none does.
        rows: how many rows were looked at.
        found: how many of them name a file that is there.
        counts: of the first label column, how many files each class has.
    """

    columns: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...] = ()
    file_column: str = ""
    label_columns: tuple[str, ...] = ()
    split_column: str = ""
    rows: int = 0
    found: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


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


class Names:
    """Finds the file that a table means by a name.

    A name may be a path below `folder`, one from another computer that ends like it, or a bare name; with or
    without extension; with slashes of either kind. Capitals and ways to write an accent do not matter unless
    they tell two files apart.
    """

    def __init__(self, folder: Path, files: Iterable[Path]) -> None:
        skip = len(folder.parts)
        self._known: dict[str, list[tuple[tuple[str, ...], Path]]] = {}
        for file in files:
            parts = tuple(map(_plain, file.parts[skip:]))
            self._known.setdefault(parts[-1], []).append((parts, file))
            stem = parts[-1].rpartition(".")[0]
            if stem:
                self._known.setdefault(stem, []).append(((*parts[:-1], stem), file))

    def find(self, name: str) -> list[Path]:
        """The files that `name` may mean: one, where all is well."""
        parts = PurePosixPath(_plain(name.replace("\\", "/"))).parts
        if not parts:
            return []
        fitting = [(own, file) for own, file in self._known.get(parts[-1], ()) if _end_alike(own, parts)]
        exact = [file for own, file in fitting if own == parts]
        found = exact or [file for _, file in fitting]
        if len(found) > 1:
            wanted = unicodedata.normalize("NFC", name.replace("\\", "/"))
            found = [file for file in found if wanted in {file.name, file.stem}] or found
        return found


def guess(table: Table, names: Names) -> Guess:
    """Which columns hold files, classes and splits, judged by the first rows."""
    columns = table.columns[:_GUESSED_COLUMNS]
    rows = [row[:_GUESSED_COLUMNS] for _, row in islice(table.rows(), GUESSED_ROWS)]
    sample = rows[:: max(1, len(rows) // 300)]
    hits = [sum(len(names.find(row[place])) == 1 for row in sample) for place in range(len(columns))]
    best = max(hits, default=0)
    if not best:
        return Guess(columns, tuple(map(tuple, rows[:5])), rows=len(rows))
    file = min((p for p, hit in enumerate(hits) if hit == best), key=lambda p: _rank(columns[p], _FILE_WORDS))
    splits = [
        place
        for place, column in enumerate(columns)
        if place != file and _rank(column, _SPLIT_WORDS) < len(_SPLIT_WORDS) and _are_splits(sample, place)
    ]
    labels = [
        place
        for place, column in enumerate(columns)
        if place not in {file, *splits[:1]} and _are_labels(sample, place, _rank(column, _LABEL_WORDS))
    ]
    labels.sort(key=lambda place: _rank(columns[place], _LABEL_WORDS))
    named = [row for row in rows if len(names.find(row[file])) == 1]
    return Guess(
        columns,
        tuple(map(tuple, rows[:5])),
        columns[file],
        tuple(columns[place] for place in labels),
        columns[splits[0]] if splits else "",
        len(rows),
        len(named),
        Counter(row[labels[0]] for row in named) if labels else {},
    )


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


def _plain(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _end_alike(own: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one path is the end of the other."""
    shared = min(len(own), len(other))
    return own[-shared:] == other[-shared:]


def _rank(column: str, words: Sequence[str]) -> int:
    """The place of a column's name among `words`; their number where it is none of them."""
    plain = re.sub(r"[\s_.-]", "", column.casefold())
    return words.index(plain) if plain in words else len(words)


def _are_labels(rows: Sequence[Sequence[str]], place: int, rank: int) -> bool:
    values = Counter(row[place] for row in rows if row[place])
    few = len(values) <= max(2, sum(values.values()) / 2) or rank < len(_LABEL_WORDS)
    return 2 <= len(values) <= _MOST_CLASSES and few


def _are_splits(rows: Sequence[Sequence[str]], place: int) -> bool:
    return sum(split_named(row[place]) is not None for row in rows) > len(rows) / 2
