"""Unfinished runs: a folder that outlives whatever stops a training, so that it can go on."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_app.engine.catalog import Catalog, Problem
from desktop_app.engine.errors import Cancelled, EngineError, Paused
from desktop_app.engine.folders import making, require_free
from desktop_app.engine.history import EpochRow, append_csv, read_csv
from desktop_app.engine.pictures_file import read_pictures, write_pictures
from desktop_app.engine.plain_file import read_json, write_json
from desktop_app.engine.specs import ExperimentSpec

SUFFIX = ".unfinished"
_STATE, _RECORD, _PICTURES, _LOCK, _HISTORY = "state", "record.json", "pictures.csv", "lock", "history.csv"


@dataclass(frozen=True)
class Unfinished:
    """A run that was stopped, as its folder tells it.

    Attributes:
        folder: where it is, beside the run that it is to become.
        spec: every choice made.
        begun: when, in UTC.
        rows: the history so far; the last of them may have to be worked through again.
    """

    folder: Path
    spec: ExperimentSpec
    begun: datetime
    rows: tuple[EpochRow, ...]

    @property
    def out(self) -> Path:
        """The run folder that it is to become."""
        return self.folder.with_name(self.folder.name.removesuffix(SUFFIX))

    def catalog(self) -> Catalog:
        """The pictures it was begun with; an `EngineError` where the record of them is damaged."""
        state = self.folder / _STATE
        try:
            skipped = read_json(state / _RECORD)["skipped"]
            problems = tuple(Problem(Path(one["file"]), one["reason"]) for one in skipped)
            return Catalog(read_pictures(state / _PICTURES), problems)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(self.folder, error) from error


class Draft:
    """The folder of a run under way.

    Attributes:
        folder: takes the run's name at the end.
        state: what is kept in here goes at the end.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / _STATE
        self._noted = False

    @property
    def learned(self) -> bool:
        """Whether there is something to go on from."""
        return any(self.state.glob("*.npz"))

    def begin(self, spec: ExperimentSpec, catalog: Catalog) -> None:
        """Note what is to be done, unless the same is half done already.

        Raises:
            EngineError: something else is half done here.
        """
        if self.learned:
            found = open_unfinished(self.folder)
            if found.spec != spec:
                raise EngineError(
                    f"“{self.folder}” was begun with other settings.",
                    f"Give the same ones to go on with it, choose another name than “{found.out.name}”, or "
                    "remove that folder to begin anew.",
                )
            for half in self.folder.iterdir():  # what a run holds was being written
                if half.name not in {_STATE, _HISTORY}:
                    _remove(half)
            return
        write_pictures(self.state / _PICTURES, catalog.pictures)
        skipped = [{"file": str(p.path), "reason": p.reason} for p in catalog.problems]
        begun = datetime.now(UTC).isoformat(timespec="seconds")
        self._write({"begun": begun, "spec": spec.to_json(), "skipped": skipped})

    def settle(self, data: str, base: str, wanted: str = "") -> None:
        """Note what is learned from: the fingerprint of the pictures, and the key of the base.

        Raises:
            EngineError: something has been learned already, from others; or others are `wanted`.
        """
        if wanted and data != wanted:
            raise EngineError(
                "The pictures have changed since that run was made, so it cannot be repeated.",
                "Put them back as they were, or train on what they are now.",
            )
        record = _record(self.folder)
        was = (record.get("data", data), record.get("base", base))
        if self.learned and was != (data, base):
            changed = (
                "The pictures have" if was[0] != data else "What computes, or the weights of the base, has"
            )
            raise EngineError(
                f"{changed} changed since “{self.folder}” was begun, so it cannot go on.",
                "Put them back as they were, or discard it and begin anew.",
            )
        self._write({**record, "data": data, "base": base})

    def note(self, row: EpochRow) -> EpochRow:
        """Add an epoch to the history on the disk; what an earlier session left there is replaced."""
        append_csv(self.folder / _HISTORY, row, anew=not self._noted)
        self._noted = True
        return row

    def _write(self, record: dict[str, Any]) -> None:
        write_json(self.state / _RECORD, record)


@contextmanager
def under_way(out: Path, spec: ExperimentSpec, catalog: Catalog) -> Iterator[Draft]:
    """Yield the folder of a run, `out` with a suffix, which takes the name `out` at the end.

    If there is one of the same choices already, it is that one. Cancelling removes it, and so does an error
    before anything was learned, together with the folders above it that were made for it; whatever else stops
    the run leaves it.

    Raises:
        EngineError: `out` exists, cannot be written, is being worked on, or was begun otherwise.
    """
    draft = Draft(out.with_name(out.name + SUFFIX))
    ours = False
    with making(out):
        try:
            if not draft.state.is_dir():
                require_free(draft.folder)
                draft.state.mkdir(parents=True)
            with _held(draft.folder):
                ours = True
                draft.begin(spec, catalog)
                yield draft
            draft.folder.rename(out)
            shutil.rmtree(out / _STATE, ignore_errors=True)
        except BaseException as error:
            kept = draft.learned or isinstance(error, Paused)
            if ours and (isinstance(error, Cancelled) or not kept):
                shutil.rmtree(draft.folder, ignore_errors=True)
            raise


def open_unfinished(folder: Path) -> Unfinished:
    """Read the folder of a run that was stopped; an `EngineError` says what is missing or damaged."""
    record = _record(folder)
    try:
        spec, begun = ExperimentSpec.from_json(record["spec"]), datetime.fromisoformat(record["begun"])
    except (EngineError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, error) from error
    try:
        rows = read_csv(folder / _HISTORY)
    except (OSError, ValueError, KeyError, TypeError):
        rows = ()  # only for show: the checkpoints know them
    return Unfinished(folder, spec, begun, rows)


def find_unfinished(folder: Path) -> tuple[Unfinished, ...]:
    """The runs in `folder` that were stopped and that nobody is working on, the latest first."""
    found = []
    for place in folder.glob(f"*{SUFFIX}"):
        with suppress(EngineError, OSError), _held(place):
            found.append(open_unfinished(place))
    return tuple(sorted(found, key=lambda one: one.begun, reverse=True))


def discard(folder: Path) -> None:
    """Remove the folder of a run that was stopped; an `EngineError` where somebody is working on it."""
    require_idle(folder)
    shutil.rmtree(folder, ignore_errors=True)


def require_idle(folder: Path) -> None:
    """Raise an `EngineError` unless `folder` is that of a run that was stopped and nobody is working on."""
    _record(folder)  # a folder without one is somebody else's
    with _held(folder):
        pass


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()


def _record(folder: Path) -> dict[str, Any]:
    try:
        record = read_json(folder / _STATE / _RECORD)
        if not isinstance(record, dict):
            raise TypeError(f"it holds {record!r}")
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(folder, error) from error
    return record


def _damaged(folder: Path, why: Exception) -> EngineError:
    return EngineError(
        f"The unfinished run in “{folder}” is damaged: {str(why).rstrip('.')}.",
        "Remove that folder, and train anew.",
    )


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep others from working on `folder`; the system lets go of it however this program ends.

    Raises:
        EngineError: another program, or another part of this one, is working on it.
        OSError: there is no such folder.
    """
    with (folder / _STATE / _LOCK).open("wb") as file:
        try:
            _lock(file.fileno())
        except (BlockingIOError, PermissionError) as error:
            raise EngineError(
                f"“{folder}” is being worked on by another Graftwork.", "Wait for it, or choose another name."
            ) from error
        except OSError:
            pass  # a file system without locks: most people have one Graftwork open
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
