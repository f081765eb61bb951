"""The catalog: which pictures there are, and what each one shows."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from threading import Event
from typing import Literal, TypeVar

from desktop_app.engine.errors import EngineError
from desktop_app.engine.images import header_problem
from desktop_app.engine.progress import Pace, Reporter
from desktop_app.engine.sniff import surely_picture
from desktop_app.engine.walk import Walk, explained, require_folder

Split = Literal["train", "val", "test"]
_K = TypeVar("_K")
_SPLIT_NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
}
_BESIDE = "it lies beside the class folders, not inside one"
_READERS = 4  # threads that open files: they wait for the disk together
_BATCH = 50  # files
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, and bytes that are no text


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture file; `label` is "" where nobody says what it shows, `split` None where nobody says it."""

    path: Path
    label: str
    split: Split | None = None


@dataclass(frozen=True, slots=True)
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
        return tuple(sorted(self._by_class.keys() - {""}))

    @cached_property
    def counts(self) -> Counter[tuple[str, Split | None]]:
        """How many pictures each class has in each split; the unlabelled ones are under ""."""
        return Counter((picture.label, picture.split) for picture in self.pictures)

    @cached_property
    def labelled(self) -> "Catalog":
        """The catalog less the unlabelled pictures: what can be learned from and judged on."""
        if not self.unlabelled:
            return self
        return replace(self, pictures=tuple(picture for picture in self.pictures if picture.label))

    @property
    def unlabelled(self) -> tuple[Picture, ...]:
        """The pictures without a class."""
        return self.of_class("")

    def of_class(self, label: str) -> tuple[Picture, ...]:
        """The pictures of one class."""
        return self._by_class.get(label, ())

    def in_split(self, split: Split | None) -> tuple[Picture, ...]:
        """The pictures of one split; None asks for those that no folder has assigned."""
        return self._by_split.get(split, ())

    @cached_property
    def _by_class(self) -> dict[str, tuple[Picture, ...]]:
        return _grouped(self.pictures, attrgetter("label"))

    @cached_property
    def _by_split(self) -> dict[Split | None, tuple[Picture, ...]]:
        return _grouped(self.pictures, attrgetter("split"))

    def require_trainable(self) -> None:
        """Raise an `EngineError` unless there are two classes with two pictures each to learn from.

        Unlabelled pictures do not count; learn from `labelled`.
        """
        if not self.pictures:
            raise EngineError(
                "There are no readable pictures here.", "Add a folder with one folder per class."
            )
        if not self.class_names:
            raise EngineError(
                f"No picture has a class; there are {len(self.pictures):,} without.",
                "Put them into classes, or add a folder with one folder per class.",
            )
        if len(self.class_names) < 2:
            raise EngineError(
                f"There is only one class, “{self.class_names[0]}”.",
                "Add at least one more folder: a classifier needs two classes to tell apart.",
            )
        counts = self.labelled.counts
        given = {split for _, split in counts}
        if not given & {None, "train"}:
            raise EngineError(
                "There are only validation or test pictures, none to learn from.",
                "Add training pictures, or rename the folder: “val” and “test” have that meaning.",
            )
        for label in self.class_names:
            # A class without validation pictures of its own must share its training pictures.
            needed = 1 if "val" in given else 2
            learnable = counts[label, None] + counts[label, "train"]
            if learnable < needed:
                have = "one picture" if learnable == 1 else "no pictures"
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
    walk = Walk(reporter)
    unique: dict[str, Picture] = {}
    for folder in folders:
        with explained(folder):
            require_folder(folder)
            for picture in assigned(named(folder), split, walk):
                real = walk.real(picture.path)
                other = unique.get(real)
                unique[real] = min(other, picture, key=_directness) if other else picture
    beside = [Problem(picture.path, _BESIDE) for picture in unique.values() if not picture.label]
    catalog = examined([picture for picture in unique.values() if picture.label], reporter)
    return replace(catalog, problems=(*catalog.problems, *beside, *closed(walk)))


def examined(candidates: Sequence[Picture], reporter: Reporter) -> Catalog:
    """Look at the first bytes of each file; those that are pictures come in order, the rest with a reason.

    Files are opened by several threads, so that a slow disk has something to choose from; what does not look
    like a common picture goes to Pillow in this one.
    """
    over = Event()

    def look(batch: Sequence[Picture]) -> list[bool]:
        return [not over.is_set() and surely_picture(picture.path) for picture in batch]

    pictures: list[Picture] = []
    problems: list[Problem] = []
    pace = Pace(len(candidates), "files")
    batches = [candidates[start : start + _BATCH] for start in range(0, len(candidates), _BATCH)]
    readers = ThreadPoolExecutor(_READERS, "scan")
    try:
        for index, sure in enumerate(readers.map(look, batches)):
            done = index * _BATCH
            reporter.report(done / len(candidates), f"Looking at files: {pace.text(done)}")
            for picture, fine in zip(batches[index], sure, strict=True):
                if fine:
                    pictures.append(picture)
                    continue
                reporter.checkpoint()
                if reason := header_problem(picture.path):
                    problems.append(Problem(picture.path, reason))
                else:
                    pictures.append(picture)
    finally:
        over.set()
        readers.shutdown(cancel_futures=True)
    return Catalog(_ordered(pictures), tuple(problems))


def files_of(path: Path, reporter: Reporter | None = None) -> list[Path]:
    """The files that a path stands for: itself, or all below it where it is a folder.

    `reporter` hears how many have been found.
    """
    with explained(path):
        if not path.exists():
            raise EngineError(f"There is no “{path}”.", "Check its name, or whether its disk is connected.")
        return Walk(reporter or Reporter()).below(path) if path.is_dir() else [path]


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


def named(path: Path) -> Path:
    """The same path in full, so that “.” has a name too and files are found from anywhere."""
    return path.resolve() if ".." in path.parts else path.absolute()


def label_text(name: str) -> str:
    """A class' name: text on one line, whatever the name is made of."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", name)


def split_named(name: str) -> Split | None:
    """The split that a folder or a table calls so, if it is one."""
    return _SPLIT_NAMES.get(name.lower())


def closed(walk: Walk) -> tuple[Problem, ...]:
    """What a walk has come by and not looked into: pipes, sockets, devices, folders without permission."""
    others = (Problem(path, header_problem(path) or "it is not a file") for path in walk.others)
    folders = (
        Problem(path, f"this folder may not be read ({error.strerror or error})")
        for path, error in walk.unread.items()
    )
    return (*others, *folders)


def _grouped(pictures: Iterable[Picture], key: Callable[[Picture], _K]) -> dict[_K, tuple[Picture, ...]]:
    groups: dict[_K, list[Picture]] = {}
    for picture in pictures:
        groups.setdefault(key(picture), []).append(picture)
    return {name: tuple(group) for name, group in groups.items()}


def _directness(picture: Picture) -> tuple[bool, int]:
    """Least for the way to a file that says most: inside a class folder, not around by a link."""
    return not picture.label, len(picture.path.parts)


def _ordered(pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    return tuple(sorted(pictures, key=lambda picture: (picture.label, str(picture.path))))


def assigned(folder: Path, split: Split | None, walk: Walk) -> Iterator[Picture]:
    """Say what each file under `folder` shows, by where it lies."""
    here = walk.look(folder)
    parts = split_folders(folder, walk)
    if parts:
        for part in parts:
            yield from _classes(part, split or split_named(part.name), walk)
        for other in here.folders:
            if other not in parts:
                yield from (Picture(path, "") for path in walk.below(other))
        yield from (Picture(path, "") for path in here.files)
    elif any(walk.below(sub) for sub in here.folders):
        yield from _classes(folder, split or split_named(folder.name), walk)
    else:
        whole = split or split_named(folder.parent.name)
        label = label_text(folder.name)
        yield from (Picture(path, label, whole) for path in here.files)


def split_folders(folder: Path, walk: Walk) -> list[Path]:
    """The subfolders that are splits.

    A class may be called “test”: only what holds class folders is a split, and beside other folders only
    where one of them is the training split.
    """
    folders = walk.look(folder).folders
    parts = [sub for sub in folders if split_named(sub.name) and walk.look(sub).folders]
    training = any(split_named(part.name) == "train" for part in parts)
    return parts if training or len(parts) == len(folders) else []


def _classes(folder: Path, split: Split | None, walk: Walk) -> Iterator[Picture]:
    here = walk.look(folder)
    for sub in here.folders:
        label = label_text(sub.name)
        yield from (Picture(path, label, split) for path in walk.below(sub))
    yield from (Picture(path, "") for path in here.files)
