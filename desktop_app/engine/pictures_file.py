"""The pictures of a run as a CSV file: what was learned from, and what was given to divide."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from desktop_app.engine.catalog import Picture, Split


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


def read_pictures(path: Path) -> tuple[Picture, ...]:
    """The pictures as they were given, in their order.

    A file of an older run says only where each picture has come to; then that is taken as given.

    Raises:
        ValueError: `path` holds no such lines.
        OSError: it cannot be read.
    """
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        try:
            return tuple(
                Picture(Path(row["file"]), row["label"], _split(row.get("given", row["split"])))
                for row in csv.DictReader(file)
            )
        except (KeyError, TypeError, csv.Error) as error:
            raise ValueError(f"its {path.name} is damaged ({error!r})") from error


def _split(text: str) -> Split | None:
    for split in get_args(Split):
        if text == split:
            known: Split = split
            return known
    return None
