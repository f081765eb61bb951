"""The guess at a table: which of its columns name files, classes and splits."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from desktop_app.engine.catalog import split_named
from desktop_app.engine.named_files import Names
from desktop_app.engine.table import Table

GUESSED_ROWS = 100_000
_GUESSED_COLUMNS = 50
_MOST_CLASSES = 1000
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
