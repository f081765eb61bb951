"""The pictures of a run as a CSV file: what was learned from, and what was given to divide."""

import csv
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from desktop_app.engine.catalog import Picture, Split
from desktop_app.engine.plain_file import require_plain

_SPLITS: dict[str, Split] = {split: split for split in get_args(Split)}


@dataclass(frozen=True, slots=True)
class Line:
    """A picture of a run.

    Attributes:
        file: where it was.
        label: its class.
        split: where it has come to; None before the pictures are divided.
        digest: SHA-256 of its content, in hex; "" before it is read.
        given: the split that a folder or the user gave it. A file of an older run says only where each
            picture has come to; then that is taken as given.
    """

    file: Path
    label: str
    split: Split | None
    digest: str
    given: Split | None


def write_pictures(
    path: Path,
    given: Sequence[Picture],
    divided: Sequence[Picture] = (),
    digests: Sequence[str] = (),
) -> None:
    """Write a line for each picture.

    Args:
        path: the file to make.
        given: the pictures with the splits that folders or the user gave.
        divided: the same pictures, each with the split it has come to; none before they are divided.
        digests: SHA-256 of each file's content, in hex; none before they are read.
    """
    after, contents = divided or given, digests or [""] * len(given)
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "label", "split", "sha256", "given"])
        for before, picture, digest in zip(given, after, contents, strict=True):
            writer.writerow([picture.path, picture.label, picture.split or "", digest, before.split or ""])


def read_lines(path: Path) -> Generator[Line, None, None]:
    """The pictures in their order, one by one.

    Raises:
        ValueError: `path` holds no such lines.
        OSError: it cannot be read.
    """
    require_plain(path)
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        try:
            for row in csv.DictReader(file):
                split = row.get("split", "")
                yield Line(
                    Path(row["file"]),
                    row["label"],
                    _SPLITS.get(split),
                    row.get("sha256", ""),
                    _SPLITS.get(row.get("given", split)),
                )
        except (KeyError, TypeError, csv.Error) as error:
            raise ValueError(f"its {path.name} is damaged ({error!r})") from error


def read_pictures(path: Path) -> tuple[Picture, ...]:
    """The pictures as they were given, in their order; raises as `read_lines` does."""
    return tuple(Picture(line.file, line.label, line.given) for line in read_lines(path))
