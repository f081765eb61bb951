"""The project file: a project on disk, written whole or not at all, and read without trust."""

import json
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from desktop_app import __version__
from desktop_app.engine.errors import EngineError
from desktop_app.engine.plain_file import LARGEST, MOST_VALUES, values_in
from desktop_app.engine.project import Project
from desktop_app.engine.project_json import from_json, relative_names, to_json, unknown_words

SUFFIX = ".graftwork"
VERSION = 1
_KIND = "graftwork project"
_HEADER = {"format", "version", "program", "folder"}
_VERSION_LINE = re.compile(rb'\A\{\s*"format": "graftwork project",\s*"version": (\d{1,9}),')
_RESTORE = "It was left as it is. Restore it from a copy, or begin a new project."


@dataclass(frozen=True)
class Loaded:
    """A project as its file tells it; `read_only` is "" or a sentence why it cannot be saved there."""

    project: Project
    read_only: str = ""


def load_project(file: Path) -> Loaded:
    """Read a project; its pictures need not be there (see `relocate`).

    Raises:
        EngineError: no such file, not a project, damaged, too large, or of a newer version and beyond this
            one. The file is never changed.
    """
    try:
        data = json.loads(_read(file), parse_constant=_refuse)
    except (ValueError, RecursionError, MemoryError) as error:
        raise _damaged(file, f"it is no JSON ({str(error)[:200]})") from error
    if not isinstance(data, dict) or data.get("format") != _KIND:
        raise EngineError(
            f"“{file}” is not a project of Graftwork.",
            "Choose a file that Graftwork has saved, or drop pictures.",
        )
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _damaged(file, "it does not tell its version")
    newer = version > VERSION
    try:
        unknown = [word for word in unknown_words(data) if word not in _HEADER]
        if unknown and not newer:
            raise ValueError(f"it has an unknown entry “{unknown[0][:60]}”")
        project = from_json(data, _base(data, file.absolute().parent))
    except (ValueError, RecursionError, EngineError) as error:
        why = error.message if isinstance(error, EngineError) else str(error)
        raise _too_new(file) if newer else _damaged(file, why) from error
    return Loaded(project, _newer(file) if newer else "")


def save_project(project: Project, file: Path) -> None:
    """Write a project; the old file stays until the new one is whole on the disk.

    Raises:
        EngineError: the place cannot be written, is full, or holds a project of a newer version. What was
            there is unharmed.
    """
    folder = file.absolute().parent
    header = {"format": _KIND, "version": VERSION, "program": __version__, "folder": str(folder)}
    lines = (f"{json.dumps(word)}: {json.dumps(value)}" for word, value in _all(header, project, folder))
    # A line for each word, so that a difference can be read; in ASCII, so that names of any bytes survive.
    data = ("{\n" + ",\n".join(lines) + "\n}\n").encode("ascii")
    if len(data) > LARGEST or values_in(data) > MOST_VALUES:
        raise EngineError(
            f"The project is too large to be saved: {len(data) / 1e6:,.0f} MB.",
            "Divide it into two projects.",
        )
    target = Path(os.path.realpath(file))  # what a link points to, not the link
    if _version_in(target) > VERSION:
        raise EngineError(_newer(file), "Save it under another name.")
    try:
        _replace(target, data)
    except OSError as error:
        raise EngineError(
            f"“{file}” cannot be written: {error.strerror or error}.",
            "Choose a folder of your own, on a disk with room. The project as it was last saved is unharmed.",
        ) from error


def _all(header: dict[str, Any], project: Project, folder: Path) -> list[tuple[str, object]]:
    return [*header.items(), *to_json(project, folder).items()]


def _read(file: Path) -> bytes:
    """All bytes of a regular file of bearable size; pipes and devices are never opened."""
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):
            raise EngineError(f"“{file}” is not a file.", f"Choose a project: its name ends in {SUFFIX}.")
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise EngineError(
            f"There is no project “{file}”.", "Check its name, or whether its disk is connected."
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise EngineError(
            f"The project “{file}” cannot be read: {why}.", "Ask its owner for permission, or copy it."
        ) from error
    if len(data) > LARGEST or values_in(data) > MOST_VALUES:
        raise EngineError(
            f"The project “{file}” is too large: it holds more than {LARGEST / 1e6:.0f} MB or "
            f"{MOST_VALUES / 1e6:.0f} million values.",
            "Graftwork does not write such files; ask whoever gave it to you.",
        )
    return data


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _base(data: dict[str, Any], here: Path) -> Path:
    """Where relative paths begin: beside the file; where it was saved when only the file has moved since.

    A folder on another computer is not asked for, since Windows would introduce its user there.
    """
    there = data.get("folder")
    names = list(islice(relative_names(data), 100))
    if not names or not isinstance(there, str) or there.startswith(("\\\\", "//")) or "\0" in there:
        return here
    if any(os.path.exists(here / name) for name in names):  # noqa: PTH110  it never raises
        return here
    before = Path(there)
    found = before.is_absolute() and any(os.path.exists(before / name) for name in names)  # noqa: PTH110
    return before if found else here


def _version_in(file: Path) -> int:
    """The version of the project in `file`; 0 where there is none."""
    try:
        if not file.is_file():
            return 0
        with file.open("rb") as opened:
            found = _VERSION_LINE.match(opened.read(200))
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _replace(target: Path, data: bytes) -> None:
    """Put `data` in the place of `target` in one step, safe on the disk before it counts."""
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "it is write-protected")
    draft = target.with_name(f".graftwork-{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):  # the rights of a file that others share
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    if os.name == "posix":
        with suppress(OSError):  # some network disks cannot; the file itself is safe
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _damaged(file: Path, why: str) -> EngineError:
    return EngineError(f"The project “{file}” is damaged: {why.rstrip('.')}.", _RESTORE)


def _newer(file: Path) -> str:
    return f"“{file}” was saved by a newer version of Graftwork, which this one must not overwrite."


def _too_new(file: Path) -> EngineError:
    return EngineError(
        f"“{file}” was saved by a newer version of Graftwork, which this one does not understand.",
        "Open it with that version.",
    )
