"""Sorting files into class folders: copies, or moves, which never overwrite anything."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop_app.engine.errors import Cancelled
from desktop_app.engine.progress import Pace, Reporter

UNKNOWN = "unknown"
_CHUNK = 1 << 20  # bytes between two looks at whether it is to stop
_FORBIDDEN = frozenset('/\\:*?"<>|')  # in the name of a folder, on one system or another
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class Sorted:
    """What has been done.

    Attributes:
        folder: that they went into.
        placed: each file as it was and as it is now, in order.
        total: how many there were to sort.
        moved: whether they were moved.
        why: why it ended before all were sorted, as the end of “… because …”; "" where all were.
    """

    folder: Path
    placed: tuple[tuple[Path, Path], ...]
    total: int
    moved: bool
    why: str = ""

    @property
    def words(self) -> str:
        """All of it in a sentence."""
        done, verb = len(self.placed), "moved" if self.moved else "copied"
        count = f"{done:,} of {self.total:,} pictures" if self.why else f"{done:,} pictures"
        end = f", no more, because {self.why}" if self.why else ""
        return f"{count} {verb} into “{self.folder}”{end}."


def sort_into(
    folder: Path, files: Sequence[tuple[Path, str]], reporter: Reporter, move: bool = False
) -> Sorted:
    """Sort `files` into folders below `folder`, each named after a class.

    A file whose name is taken gets a number behind its name. A file that is half written when it is stopped
    or fails is taken away again; those before it stay, and are told of: it does not raise.

    Args:
        folder: need not exist.
        files: each with its class; "" is for the folder “unknown”.
        reporter: hears how far it is, and may stop it within a file, too.
        move: take them away from where they are.
    """
    placed: list[tuple[Path, Path]] = []
    names = folder_names([label for _, label in files])
    numbers: dict[Path, int] = {}
    pace = Pace(len(files), "pictures")
    why = ""
    for place, (file, label) in enumerate(files):
        try:
            reporter.report(place / len(files), f"{'Moving' if move else 'Copying'}: {pace.text(place)}")
            target = folder / names[label] / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            placed.append((file, _place(file, target, numbers, reporter, move)))
        except Cancelled:
            why = "it was stopped"
        except OSError as error:
            why = f"“{file.name}” cannot be (“{error.strerror or error}”)"
        if why:
            break
    return Sorted(folder, tuple(placed), len(files), move, why)


def folder_names(labels: Sequence[str]) -> dict[str, str]:
    """For each class a folder's name that any system takes, and no other class has; "" is “unknown”."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label in sorted(dict.fromkeys(labels), key=lambda label: (not label, label)):  # "" last
        signs = ("_" if sign in _FORBIDDEN or ord(sign) < 32 else sign for sign in label or UNKNOWN)
        plain = "".join(signs).rstrip(". ") or "_"
        if plain.partition(".")[0].lower() in _RESERVED:
            plain = f"_{plain}"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain} ({number})"
        taken.add(name.casefold())
        names[label] = name
    return names


def _place(file: Path, wanted: Path, numbers: dict[Path, int], reporter: Reporter, move: bool) -> Path:
    """Bring `file` to `wanted`, or to the next free name; where it is."""
    if file.parent.resolve() == wanted.parent.resolve():
        return file  # there already
    while True:
        number = numbers.get(wanted, 0) + 1
        target = wanted if number == 1 else wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
        try:
            (_move if move else _copy)(file, target, reporter)
        except FileExistsError:
            numbers[wanted] = number
        else:
            numbers[wanted] = number
            return target


def _move(file: Path, target: Path, reporter: Reporter) -> None:
    """By a second name on the same disk, which cannot overwrite; else by a copy."""
    try:
        if file.is_symlink():
            raise OSError("a link would point elsewhere from there")
        os.link(file, target)
    except FileExistsError:
        raise
    except OSError:
        _copy(file, target, reporter)
    try:
        file.unlink()
    except OSError:
        target.unlink()
        raise


def _copy(file: Path, target: Path, reporter: Reporter) -> None:
    with file.open("rb") as source:
        copy = target.open("xb")
        try:
            with copy:  # whose end may fail, too, on a full disk
                while data := source.read(_CHUNK):
                    reporter.checkpoint()
                    copy.write(data)
        except BaseException:
            target.unlink()
            raise
    with suppress(OSError):  # its times are not worth an error
        shutil.copystat(file, target)
