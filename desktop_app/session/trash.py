"""Folders that were deleted: in the system's trash where there is one, and the way back."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFile, QStandardPaths

from desktop_app.engine.errors import EngineError


class Trash:
    """Takes folders, and gives them back until the session ends.

    Where the system has no trash for a folder's disk, it is hidden beside its place until `empty`.
    """

    def __init__(self) -> None:
        self._where: dict[Path, Path] = {}
        self._beside: set[Path] = set()

    def __contains__(self, folder: Path) -> bool:
        return folder in self._where

    def is_kept(self, folder: Path) -> bool:
        """Whether `folder`, which was taken, also outlives the session, in the system's trash."""
        return folder not in self._beside

    def take(self, folder: Path) -> None:
        """Move `folder` out of the way; an `EngineError` where it cannot be moved."""
        place = _to_trash(folder)
        if place is None:
            place = folder.with_name(f".graftwork-deleted-{secrets.token_hex(4)}")
            try:
                folder.rename(place)
            except OSError as error:
                raise EngineError(
                    f"“{folder}” cannot be deleted: {error.strerror or error}.",
                    "Close whatever uses it, and see that you may change its folder.",
                ) from error
            self._beside.add(folder)
        self._where[folder] = place

    def put_back(self, folder: Path) -> None:
        """Move `folder` to where it was; an `EngineError` where that does not work."""
        place = self._where[folder]
        try:
            if os.path.lexists(folder):
                raise FileExistsError(17, "there is another of that name now")
            folder.parent.mkdir(parents=True, exist_ok=True)
            place.rename(folder)
        except OSError as error:
            raise EngineError(
                f"“{folder}” cannot be put back: {error.strerror or error}.",
                "Look for it in your system's trash.",
            ) from error
        del self._where[folder]
        self._beside.discard(folder)
        for note in _notes(place):
            with suppress(OSError):
                note.unlink()

    def empty(self) -> None:
        """Remove what lies hidden; what is in the system's trash stays there."""
        for folder in self._beside:
            place = self._where.pop(folder)
            if place.is_symlink():
                place.unlink(missing_ok=True)
            else:
                shutil.rmtree(place, ignore_errors=True)
        self._beside.clear()


def _to_trash(folder: Path) -> Path | None:
    """Where `folder` lies in the system's trash now; None where it does not lie there."""
    try:
        str(folder).encode()  # Qt cannot name a folder otherwise
    except UnicodeEncodeError:
        return None
    with suppress(OSError):  # without it, Qt finds no trash on a fresh Linux
        above = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
        Path(above).mkdir(parents=True, exist_ok=True)
    file = QFile(str(folder))
    return Path(file.fileName()) if file.moveToTrash() else None


def _notes(place: Path) -> tuple[Path, ...]:
    """The files in which the system remembers where `place`, in its trash, came from."""
    return (
        place.parent.parent / "info" / f"{place.name}.trashinfo",  # freedesktop.org
        *((place.with_name("$I" + place.name[2:]),) if place.name.startswith("$R") else ()),  # Windows
    )
