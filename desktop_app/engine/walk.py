"""Walking: the folders and the regular files below a folder, each once, and nothing else opened."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter

_LITTER = {"thumbs.db", "desktop.ini"}
_STRIDE = 256  # entries between two looks at the wish to stop


@dataclass(frozen=True)
class Listing:
    """What lies directly in a folder, in order of name; hidden entries and the system's own are left out."""

    folders: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


class Walk:
    """Lists folders and remembers them.

    Symbolic links are followed. Pipes, sockets and devices are no files; they are gathered in `others`. A
    folder below another that cannot be read, as every disk has one, counts as empty; `unread` says why.

    Args:
        reporter: hears how many files have been found.
    """

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self._listed: dict[Path, Listing] = {}
        self._links: set[str] = set()  # to files and to folders
        self._real: dict[str, str] = {}
        self._count = 0
        self.others: list[Path] = []
        self.unread: dict[Path, OSError] = {}

    def look(self, folder: Path) -> Listing:
        """The visible folders and regular files in `folder`.

        Raises:
            OSError: it cannot be read, and is none that was found in another.
        """
        if folder not in self._listed:
            try:
                self._listed[folder] = self._read(folder)
            except OSError as error:
                if folder.parent not in self._listed:
                    raise
                self.unread[folder] = error
                self._listed[folder] = Listing()
        return self._listed[folder]

    def below(self, folder: Path) -> list[Path]:
        """All regular files under `folder`, each real folder visited once."""
        found: list[Path] = []
        seen: set[tuple[int, int]] = set()
        waiting = [folder]
        while waiting:
            current = waiting.pop()
            listing = self.look(current)
            if current in self.unread:
                continue
            identity = current.stat()
            if (identity.st_dev, identity.st_ino) in seen:
                continue
            seen.add((identity.st_dev, identity.st_ino))
            found += listing.files
            waiting += reversed(listing.folders)
        return found

    def once(self, folder: Path) -> list[Path]:
        """All regular files under `folder`, each once however it is reached, by its most direct path."""
        found = self.below(folder)
        if not self._links:
            return found
        unique: dict[str, Path] = {}
        for file in found:
            real = self.real(file)
            other = unique.setdefault(real, file)
            if len(file.parts) < len(other.parts):
                unique[real] = file
        return list(unique.values())

    def real(self, file: Path) -> str:
        """Where a listed file really lies: the same for all ways to it."""
        path = str(file)
        if path in self._links:
            return os.path.realpath(path)
        folder, sign, name = path.rpartition(os.sep)
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder + sign)
        return f"{self._real[folder]}{os.sep}{name}"

    def _read(self, folder: Path) -> Listing:
        listing = Listing()
        with os.scandir(folder) as entries:
            for index, entry in enumerate(sorted(entries, key=lambda entry: entry.name)):
                if index % _STRIDE == 0:
                    self.reporter.report(0, f"Looking at folders: {self._count:,} files so far")
                if entry.name.startswith(".") or entry.name.lower() in _LITTER:
                    continue
                path = folder / entry.name
                kind = _kind(entry)
                if entry.is_symlink():
                    self._links.add(str(path))
                if kind == "folder":
                    listing.folders.append(path)
                elif kind == "file":
                    listing.files.append(path)
                    self._count += 1
                else:
                    self.others.append(path)
        return listing


def _kind(entry: os.DirEntry[str]) -> Literal["folder", "file", "other"]:
    """What an entry is, or what it links to; the listing knows it, so that nothing else need be asked."""
    try:
        if entry.is_dir():
            return "folder"
        if entry.is_file() or (entry.is_symlink() and not entry.stat()):
            return "file"
    except OSError:
        return "file"  # a dangling link, say; whoever opens it tells why it cannot
    return "other"


def require_folder(folder: Path) -> None:
    """Raise an `EngineError` unless `folder` is one."""
    if not folder.exists():
        raise EngineError(
            f"There is no folder “{folder}”.", "Check its name, or whether its disk is connected."
        )
    if not folder.is_dir():
        raise EngineError(
            f"“{folder}” is a file, not a folder.", "Choose the folder that holds the pictures."
        )


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Say in a sentence what the system has against reading `folder`, or one below it."""
    try:
        yield
    except PermissionError as error:
        raise EngineError(
            f"The folder “{error.filename or folder}” may not be read.",
            "Ask its owner for permission, or copy it.",
        ) from error
    except OSError as error:
        raise EngineError(
            f"The folder “{error.filename or folder}” cannot be read: {error.strerror or error}.",
            "Check its name, or whether its disk is connected.",
        ) from error
