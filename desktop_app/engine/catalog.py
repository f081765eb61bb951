"""The catalog: which pictures there are, and what each one shows."""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from desktop_app.engine.errors import EngineError
from desktop_app.engine.images import header_problem
from desktop_app.engine.progress import Pace, Reporter

Split = Literal["train", "val", "test"]
_SPLIT_NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
}
_LITTER = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Picture:
    """One picture file; `split` is None where the folders leave it to the program."""

    path: Path
    label: str
    split: Split | None = None


@dataclass(frozen=True)
class Problem:
    """A file that is left out, and why, as the end of the sentence “left out because …”."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Catalog:
    """All pictures in a fixed order, and the files left out."""

    pictures: tuple[Picture, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """The classes in alphabetical order: the order of labels, probabilities and matrix rows."""
        return tuple(sorted({picture.label for picture in self.pictures}))

    @cached_property
    def counts(self) -> Counter[tuple[str, Split | None]]:
        """How many pictures each class has in each split."""
        return Counter((picture.label, picture.split) for picture in self.pictures)

    def of_class(self, label: str) -> tuple[Picture, ...]:
        """The pictures of one class."""
        return tuple(picture for picture in self.pictures if picture.label == label)

    def in_split(self, split: Split | None) -> tuple[Picture, ...]:
        """The pictures of one split; None asks for those that no folder has assigned."""
        return tuple(picture for picture in self.pictures if picture.split == split)

    def require_trainable(self) -> None:
        """Raise an `EngineError` unless there are two classes with two pictures each to learn from."""
        if not self.pictures:
            raise EngineError(
                "There are no readable pictures here.", "Add a folder with one folder per class."
            )
        if len(self.class_names) < 2:
            raise EngineError(
                f"There is only one class, “{self.class_names[0]}”.",
                "Add at least one more folder: a classifier needs two classes to tell apart.",
            )
        learnable = Counter(picture.label for picture in self.pictures if picture.split in {None, "train"})
        given = {picture.split for picture in self.pictures}
        for label in self.class_names:
            # A class without validation pictures of its own must share its training pictures.
            needed = 1 if "val" in given else 2
            if learnable[label] < needed:
                have = "one picture" if learnable[label] == 1 else "no pictures"
                raise EngineError(
                    f"The class “{label}” has {have} to learn from.",
                    "Add pictures to it or take the class out; each class needs at least "
                    f"{'one' if needed == 1 else 'two: one to learn from and one to check with'}.",
                )


def scan(folders: Sequence[Path], reporter: Reporter, split: Split | None = None) -> Catalog:
    """Find the pictures under `folders`.

    A folder may hold class folders; or `train`, `val` (`valid`, `validation`) and `test` with class folders
    inside; or pictures, which makes it a single class. A folder that is itself called like a split is one.
    Only regular files are opened, and symbolic links are followed once.

    Args:
        folders: what the user dropped.
        reporter: hears how many files have been seen.
        split: assigns all pictures to this split, whatever the folders are called.

    Raises:
        EngineError: a folder is missing, is a file, or may not be read.
    """
    found: list[Picture] = []
    problems: list[Problem] = []
    for folder in folders:
        _require_folder(folder)
        try:
            found += _assign(folder, split)
        except PermissionError as error:
            raise EngineError(
                f"The folder “{error.filename}” may not be read.", "Ask its owner for permission, or copy it."
            ) from error
    unique = list({picture.path: picture for picture in found}.values())
    pace = Pace(len(unique), "files")
    pictures = []
    for index, picture in enumerate(unique):
        reason = "it lies beside the class folders, not inside one" if not picture.label else None
        reason = reason or header_problem(picture.path)
        if reason:
            problems.append(Problem(picture.path, reason))
        else:
            pictures.append(picture)
        if index % 50 == 0:
            reporter.report(index / len(unique), f"Looking at files: {pace.text(index)}")
    pictures.sort(key=lambda picture: (picture.label, str(picture.path)))
    return Catalog(tuple(pictures), tuple(problems))


def files_of(path: Path) -> list[Path]:
    """The files that a path stands for: itself, or all below it where it is a folder."""
    if not path.exists():
        raise EngineError(f"There is no “{path}”.", "Check its name, or whether its disk is connected.")
    return _files_below(path) if path.is_dir() else [path]


def merge(catalogs: Iterable[Catalog]) -> Catalog:
    """One catalog of all; the last word on a file counts."""
    pictures: dict[Path, Picture] = {}
    problems: dict[Path, Problem] = {}
    for catalog in catalogs:
        pictures |= {picture.path: picture for picture in catalog.pictures}
        problems |= {problem.path: problem for problem in catalog.problems}
    ordered = sorted(pictures.values(), key=lambda picture: (picture.label, str(picture.path)))
    return Catalog(tuple(ordered), tuple(problems.values()))


def without_class(catalog: Catalog, label: str) -> Catalog:
    """The catalog less one class."""
    return replace(catalog, pictures=tuple(p for p in catalog.pictures if p.label != label))


def _require_folder(folder: Path) -> None:
    if not folder.exists():
        raise EngineError(
            f"There is no folder “{folder}”.", "Check its name, or whether its disk is connected."
        )
    if not folder.is_dir():
        raise EngineError(
            f"“{folder}” is a file, not a folder.", "Choose the folder that holds the pictures."
        )


def _assign(folder: Path, split: Split | None) -> Iterator[Picture]:
    """Say what each file under `folder` shows, by where it lies."""
    named = _SPLIT_NAMES.get(folder.name.lower())
    subfolders, files = _list(folder)
    # A class may be called “test”: only a folder that holds class folders is a part.
    parts = [sub for sub in subfolders if sub.name.lower() in _SPLIT_NAMES and _list(sub)[0]]
    if parts:
        for part in parts:
            yield from _classes(part, split or _SPLIT_NAMES[part.name.lower()])
        for other in (sub for sub in subfolders if sub not in parts):
            yield from (Picture(path, "") for path in _files_below(other))
        yield from (Picture(path, "") for path in files)
    elif any(_files_below(sub) for sub in subfolders):
        yield from _classes(folder, split or named)
    else:
        parent = _SPLIT_NAMES.get(folder.parent.name.lower())
        yield from (Picture(path, folder.name, split or parent) for path in files)


def _classes(folder: Path, split: Split | None) -> Iterator[Picture]:
    subfolders, files = _list(folder)
    for sub in subfolders:
        yield from (Picture(path, sub.name, split) for path in _files_below(sub))
    yield from (Picture(path, "") for path in files)


def _files_below(folder: Path) -> list[Path]:
    """All regular files under `folder`, each real folder visited once."""
    found, seen, waiting = [], set(), [folder]
    while waiting:
        current = waiting.pop()
        identity = current.stat()
        if (identity.st_dev, identity.st_ino) in seen:
            continue
        seen.add((identity.st_dev, identity.st_ino))
        subfolders, files = _list(current)
        found += files
        waiting += reversed(subfolders)
    return found


def _list(folder: Path) -> tuple[list[Path], list[Path]]:
    """The visible folders and regular files in `folder`, in order of name."""
    folders, files = [], []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith(".") or entry.name.lower() in _LITTER:
                continue
            try:
                mode = entry.stat().st_mode
            except OSError:
                continue  # a dangling link
            if stat.S_ISDIR(mode):
                folders.append(Path(entry.path))
            elif stat.S_ISREG(mode):
                files.append(Path(entry.path))
    return folders, files
