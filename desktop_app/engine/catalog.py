"""The catalog: which pictures there are, and what each one shows."""

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, and bytes that are no text


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
        if not learnable:
            raise EngineError(
                "There are only validation or test pictures, none to learn from.",
                "Add training pictures, or rename the folder: “val” and “test” have that meaning.",
            )
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
    Only regular files are opened; symbolic links are followed, and a file counts once however it is reached.

    Args:
        folders: what the user dropped.
        reporter: hears how many files have been seen.
        split: assigns all pictures to this split, whatever the folders are called.

    Raises:
        EngineError: a folder is missing, is a file, or may not be read.
    """
    unique: dict[str, Picture] = {}
    for folder in folders:
        with _explained(folder):
            _require_folder(folder)
            for picture in _assign(_named(folder), split, reporter):
                real = os.path.realpath(picture.path)
                unique[real] = min(unique.get(real, picture), picture, key=_directness)
    pictures: list[Picture] = []
    problems: list[Problem] = []
    pace = Pace(len(unique), "files")
    for index, picture in enumerate(unique.values()):
        reason = "it lies beside the class folders, not inside one" if not picture.label else None
        reason = reason or header_problem(picture.path)
        if reason:
            problems.append(Problem(picture.path, reason))
        else:
            pictures.append(picture)
        if index % 50 == 0:
            reporter.report(index / len(unique), f"Looking at files: {pace.text(index)}")
    return Catalog(_ordered(pictures), tuple(problems))


def files_of(path: Path) -> list[Path]:
    """The files that a path stands for: itself, or all below it where it is a folder."""
    with _explained(path):
        if not path.exists():
            raise EngineError(f"There is no “{path}”.", "Check its name, or whether its disk is connected.")
        return _files_below(path, Reporter()) if path.is_dir() else [path]


def merge(catalogs: Iterable[Catalog]) -> Catalog:
    """One catalog of all; the last word on a file counts."""
    known: dict[Path, Picture | Problem] = {}
    for catalog in catalogs:
        known |= {picture.path: picture for picture in catalog.pictures}
        known |= {problem.path: problem for problem in catalog.problems}
    return Catalog(
        _ordered(entry for entry in known.values() if isinstance(entry, Picture)),
        tuple(entry for entry in known.values() if isinstance(entry, Problem)),
    )


def without_class(catalog: Catalog, label: str) -> Catalog:
    """The catalog less one class."""
    return replace(catalog, pictures=tuple(p for p in catalog.pictures if p.label != label))


def _directness(picture: Picture) -> tuple[bool, int]:
    """Least for the way to a file that says most: inside a class folder, not around by a link."""
    return not picture.label, len(picture.path.parts)


def _ordered(pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    return tuple(sorted(pictures, key=lambda picture: (picture.label, str(picture.path))))


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
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


def _require_folder(folder: Path) -> None:
    if not folder.exists():
        raise EngineError(
            f"There is no folder “{folder}”.", "Check its name, or whether its disk is connected."
        )
    if not folder.is_dir():
        raise EngineError(
            f"“{folder}” is a file, not a folder.", "Choose the folder that holds the pictures."
        )


def _named(folder: Path) -> Path:
    """The same folder by its full path, so that “.” has a name too and files are found from anywhere."""
    return folder.resolve() if ".." in folder.parts else folder.absolute()


def _label(folder: Path) -> str:
    """A class' name: text, whatever bytes the folder's name is made of."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", folder.name)


def _assign(folder: Path, split: Split | None, reporter: Reporter) -> Iterator[Picture]:
    """Say what each file under `folder` shows, by where it lies."""
    named = _SPLIT_NAMES.get(folder.name.lower())
    subfolders, files = _list(folder, reporter)
    parts = _parts(subfolders, reporter)
    if parts:
        for part in parts:
            yield from _classes(part, split or _SPLIT_NAMES[part.name.lower()], reporter)
        for other in (sub for sub in subfolders if sub not in parts):
            yield from (Picture(path, "") for path in _files_below(other, reporter))
        yield from (Picture(path, "") for path in files)
    elif any(_files_below(sub, reporter) for sub in subfolders):
        yield from _classes(folder, split or named, reporter)
    else:
        parent = _SPLIT_NAMES.get(folder.parent.name.lower())
        yield from (Picture(path, _label(folder), split or parent) for path in files)


def _parts(subfolders: list[Path], reporter: Reporter) -> list[Path]:
    """The subfolders that are splits.

    A class may be called “test”: only what holds class folders is a split, and beside other folders only
    where one of them is the training split.
    """
    parts = [sub for sub in subfolders if sub.name.lower() in _SPLIT_NAMES and _list(sub, reporter)[0]]
    training = any(_SPLIT_NAMES[part.name.lower()] == "train" for part in parts)
    return parts if training or len(parts) == len(subfolders) else []


def _classes(folder: Path, split: Split | None, reporter: Reporter) -> Iterator[Picture]:
    subfolders, files = _list(folder, reporter)
    for sub in subfolders:
        yield from (Picture(path, _label(sub), split) for path in _files_below(sub, reporter))
    yield from (Picture(path, "") for path in files)


def _files_below(folder: Path, reporter: Reporter) -> list[Path]:
    """All regular files under `folder`, each real folder visited once."""
    found, seen, waiting = [], set(), [folder]
    while waiting:
        current = waiting.pop()
        identity = current.stat()
        if (identity.st_dev, identity.st_ino) in seen:
            continue
        seen.add((identity.st_dev, identity.st_ino))
        subfolders, files = _list(current, reporter)
        found += files
        waiting += reversed(subfolders)
    return found


def _list(folder: Path, reporter: Reporter) -> tuple[list[Path], list[Path]]:
    """The visible folders and regular files in `folder`, in order of name."""
    reporter.checkpoint()
    folders, files = [], []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith(".") or entry.name.lower() in _LITTER:
                continue
            try:
                mode = entry.stat().st_mode
            except OSError:
                mode = stat.S_IFREG  # a dangling link, say; whoever opens it will tell why it cannot
            if stat.S_ISDIR(mode):
                folders.append(Path(entry.path))
            elif stat.S_ISREG(mode):
                files.append(Path(entry.path))
    return folders, files
