"""Moved pictures: folders and files of a project that have gone from their places, found again by content."""

import hashlib
import os
import stat
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.engine.progress import Reporter
from desktop_app.engine.project import Project, Trace, root_of
from desktop_app.engine.rebase import rebased, renamed
from desktop_app.engine.sources import Source

# os.path asks like pathlib, but never raises: a folder that may not be looked into is not there for us.
# ruff: noqa: PTH110, PTH112
FOLDERS = 20_000  # looked into at most
SECONDS = 30.0  # spent looking at most
_SAMPLE = 40  # pictures of a folder that are looked for in a candidate
_HASHED = 12  # of those that are read
_FIT = 0.9  # the share of the sample that must be there, of the same size; some files may have gone since
_LARGEST = 500_000_000  # bytes of a file that is read to compare it
_TAIL = 4  # of the folder's place, how much may be the same elsewhere: pets, 2024/pets, …


@dataclass(frozen=True)
class Relocation:
    """What was found again.

    Attributes:
        project: with the new paths.
        folders: old folder -> new folder.
        files: old picture -> new picture, inside folders that are there.
        missing: sources whose folder, or table, was not found.
        lost: pictures that are in no folder that is there.
    """

    project: Project
    folders: Mapping[Path, Path]
    files: Mapping[Path, Path]
    missing: tuple[Source, ...]
    lost: tuple[Path, ...]


def missing_sources(project: Project) -> tuple[Source, ...]:
    """The sources whose folder or table is not where it was."""
    return tuple(source for source in project.sources if not os.path.exists(source.path))


def relocate(
    project: Project,
    near: Sequence[Path],
    reporter: Reporter,
    *,
    folders: int = FOLDERS,
    seconds: float = SECONDS,
) -> Relocation:
    """Look for what is not in its place, and accept only what has the same contents.

    Args:
        project: knows its pictures by size and digest (`Project.remember`).
        near: where to look first: the project file's folder, folders that the user names.
        reporter: hears how many folders have been looked into; may cancel.
        folders: how many to look into at most.
        seconds: how long to look at most.
    """
    search = _Search(project, reporter, folders, seconds)
    moved = search.folders(near)
    there = rebased(project, moved)
    gone = search.gone(there)
    files = search.files(there, gone)
    found = renamed(there, files)
    return Relocation(found, moved, files, missing_sources(found), tuple(p for p in gone if p not in files))


def sample(root: Path, traces: Mapping[Path, Trace]) -> dict[str, Trace]:
    """Some of the pictures known below `root`, spread over all, by their paths from there."""
    start = f"{root}{os.sep}"
    names = sorted(text for text in map(str, traces) if text.startswith(start))
    return {text.removeprefix(start): traces[Path(text)] for text in names[:: -(-len(names) // _SAMPLE) or 1]}


def fits(folder: Path, known: Mapping[str, Trace], reporter: Reporter) -> bool:
    """Whether the pictures known by their paths from one folder lie at the same places below another.

    Nine in ten must be there and of the same size, and what is read of these must be the same, bit for bit.
    A folder of which nothing is known fits nowhere.
    """
    reporter.checkpoint()
    same: list[str] = []
    bearable = len(known) - _FIT * len(known)
    for seen, (name, trace) in enumerate(known.items(), 1):
        if _size(folder / name) == trace.size:
            same.append(name)
        elif seen - len(same) > bearable:
            return False
    read = [name for name in same if known[name].digest and known[name].size <= _LARGEST]
    for name in read[:: -(-len(read) // _HASHED) or 1]:
        reporter.checkpoint()
        if _digest(folder / name) != known[name].digest:
            return False
    return bool(same)


class _Search:
    """One look around, within its bounds."""

    def __init__(self, project: Project, reporter: Reporter, folders: int, seconds: float) -> None:
        self._project = project
        self._reporter = reporter
        self._budget = folders
        self._deadline = time.monotonic() + seconds

    def folders(self, near: Sequence[Path]) -> dict[Path, Path]:
        """Old folder -> new folder, for the sources' folders that have gone and were found."""
        roots = dict.fromkeys(root_of(source) for source in self._project.sources)
        wanted = {root: sample(root, self._project.traces) for root in roots if not os.path.isdir(root)}
        taken = {root for root in roots if root not in wanted}
        found: dict[Path, Path] = {}
        candidates = self._candidates(list(wanted), [folder.absolute() for folder in near], found)
        while len(found) < len(wanted) and (candidate := next(candidates, None)):
            for root, known in wanted.items():
                if root in found or candidate in taken:
                    continue
                if os.path.isdir(candidate) and fits(candidate, known, self._reporter):
                    found[root] = candidate
                    taken.add(candidate)
        return found

    def gone(self, project: Project) -> dict[Path, Trace]:
        """The pictures that are not in their places."""
        found = {}
        for place, (path, trace) in enumerate(project.traces.items()):
            if place % 1000 == 0:
                self._reporter.checkpoint()
            if _size(path) < 0:
                found[path] = trace
        return found

    def files(self, project: Project, gone: Mapping[Path, Trace]) -> dict[Path, Path]:
        """Old picture -> new picture, for those of `gone` that lie elsewhere in folders that are there."""
        wanted: dict[int, dict[str, Path]] = defaultdict(dict)
        for path, trace in gone.items():
            if trace.digest and trace.size <= _LARGEST:
                wanted[trace.size][trace.digest] = path
        found: dict[Path, Path] = {}
        roots = {root_of(source) for source in project.sources}
        for folder in self._walk(root for root in sorted(roots) if wanted and os.path.isdir(root)):
            for path in _files_in(folder):
                sought = wanted.get(_size(path)) if path not in project.traces else None
                old = sought.pop(_digest(path), None) if sought else None
                if old:
                    found[old] = path
        return found

    def _candidates(self, wanted: list[Path], near: list[Path], found: dict[Path, Path]) -> Iterator[Path]:
        """Likely places, the likeliest first; then all folders around, from near to far."""
        above = [_nearest(root) for root in wanted]
        starts = list(dict.fromkeys([*near, *above, *(folder.parent for folder in (*above, *near))]))
        for root in wanted:
            for base in starts:
                yield from (base.joinpath(*root.parts[-count:]) for count in range(1, _TAIL + 1))
                yield base
            for old, new in list(found.items()):  # what lay beside one that moved has often moved along
                yield _alike(old, new, root)
        # From the root of a disk, everything would be near.
        for folder in self._walk(start for start in starts if start != start.parent):
            for old, new in list(found.items()):
                yield from (_alike(old, new, root) for root in wanted if root not in found)
            yield folder

    def _walk(self, starts: Iterable[Path]) -> Iterator[Path]:
        """Folders below `starts`, level by level, each once, without hidden ones and links, within bounds."""
        waiting = deque(starts)
        seen: set[Path] = set()
        while waiting and len(seen) < self._budget and time.monotonic() < self._deadline:
            folder = waiting.popleft()
            if folder in seen:
                continue
            seen.add(folder)
            text = f"Looking for moved pictures: {len(seen):,} folders"
            self._reporter.report(len(seen) / self._budget, text)
            yield folder
            waiting.extend(_folders_in(folder))


def _nearest(path: Path) -> Path:
    """The nearest folder above `path` that is there."""
    return next((folder for folder in path.parents if os.path.isdir(folder)), Path(path.anchor))


def _alike(old: Path, new: Path, other: Path) -> Path:
    """Where `other` is, had it made the same move as `old` -> `new`."""
    before, after = list(old.parts), list(new.parts)
    while before and after and before[-1] == after[-1]:
        before.pop()
        after.pop()
    moved = before and after and other.parts[: len(before)] == tuple(before)
    return Path(*after, *other.parts[len(before) :]) if moved else other


def _folders_in(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in _entries(folder) if entry.is_dir(follow_symlinks=False)]


def _files_in(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in _entries(folder) if entry.is_file(follow_symlinks=False)]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, as far as it may be read, hidden things left out."""
    try:
        with os.scandir(folder) as entries:
            return sorted((e for e in entries if not e.name.startswith(".")), key=lambda entry: entry.name)
    except OSError:
        return []


def _size(path: Path) -> int:
    """Bytes in a regular file; -1 where there is none."""
    try:
        about = path.stat()
    except (OSError, ValueError):
        return -1
    return about.st_size if stat.S_ISREG(about.st_mode) else -1


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
