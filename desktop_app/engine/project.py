"""The project: what the user has added and decided about it, never a change on disk.

A project is immutable; every change is a method that returns another one. A change copies only the table that
it touches, and names itself in `step`, in the words of the undo menu.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from desktop_app.engine.catalog import Catalog, Picture, Problem, Split
from desktop_app.engine.errors import EngineError
from desktop_app.engine.sources import Source
from desktop_app.engine.split import SplitSpec

_V = TypeVar("_V")
LEFT_OUT = "you left it out"
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # no text on one line
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # not even in a text of many lines
_LONGEST = 200  # signs in the name of a class or a run
LONGEST_NOTE = 10_000  # signs
_SPLIT_WORDS: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}


@dataclass(frozen=True, slots=True)
class Trace:
    """By what a picture is known again elsewhere: its size in bytes and, where known, its SHA-256 in hex."""

    size: int
    digest: str = ""


@dataclass(frozen=True)
class Project:
    """Everything that the user has added and decided.

    Attributes:
        sources: where pictures come from, in the order they were added.
        classes: the label that a scan finds -> the label in use; without those that kept their name.
        excluded: labels in use whose pictures take no part.
        labels: the label in use of each picture that was moved by hand.
        left_out: why a picture takes no part, as the end of the sentence “left out because …”.
        splits: the split of each picture that was put into one by hand.
        split: how the rest is divided.
        aside: titles of the findings that were put aside; one that grows is told again, by another title.
        confirmed: the label of each picture that looked wrong and was found right; only that one is meant.
        assigned: digest -> the split that the program gave it, so that a later division changes nothing.
        runs: folders of the runs trained from this project, oldest first.
        run_names: what the user calls a run; the others are called as their folders.
        run_notes: what the user has noted about a run.
        found: the labels that the latest scan has found.
        traces: by what each picture that was ever scanned is known again.
        step: what the latest change did, for the undo menu; neither compared nor stored.
    """

    sources: tuple[Source, ...] = ()
    classes: Mapping[str, str] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()
    labels: Mapping[Path, str] = field(default_factory=dict)
    left_out: Mapping[Path, str] = field(default_factory=dict)
    splits: Mapping[Path, Split] = field(default_factory=dict)
    split: SplitSpec = field(default_factory=SplitSpec)
    aside: frozenset[str] = frozenset()
    confirmed: Mapping[Path, str] = field(default_factory=dict)
    assigned: Mapping[str, Split] = field(default_factory=dict)
    runs: tuple[Path, ...] = ()
    run_names: Mapping[Path, str] = field(default_factory=dict)
    run_notes: Mapping[Path, str] = field(default_factory=dict)
    found: frozenset[str] = frozenset()
    traces: Mapping[Path, Trace] = field(default_factory=dict)
    step: str = field(default="", compare=False)

    @property
    def class_names(self) -> tuple[str, ...]:
        """All labels in use, also the excluded ones, in alphabetical order."""
        return tuple(
            sorted({self.classes.get(label, label) for label in self.found} | {*self.labels.values()})
        )

    def label_of(self, picture: Picture) -> str:
        """The label in use of a picture that a scan has found; also where it is excluded."""
        return self.labels.get(picture.path) or self.classes.get(picture.label, picture.label)

    def apply(self, scanned: Catalog) -> Catalog:
        """The catalog as the user wants it: classes and splits as decided, what takes no part as problems."""
        touched = self.labels.keys() | self.left_out.keys() | self.splits.keys()
        renamed = self.classes.keys() | self.excluded
        pictures: list[Picture] = []
        problems: list[Problem] = []
        in_order = True
        for picture in scanned.pictures:
            path = picture.path
            if picture.label not in renamed and not (touched and path in touched):
                pictures.append(picture)
                continue
            label = self.label_of(picture)
            reason = self.left_out.get(path, "")
            if not reason and label in self.excluded:
                reason = f"its class “{label}” is excluded" if label else "it has no class"
            if reason:
                problems.append(Problem(path, reason))
            else:
                in_order = in_order and label == picture.label
                pictures.append(Picture(path, label, self.splits.get(path, picture.split)))
        if not in_order:
            pictures.sort(key=lambda picture: (picture.label, str(picture.path)))
        return Catalog(tuple(pictures), (*scanned.problems, *problems))

    def remember(self, scanned: Catalog, traces: Mapping[Path, Trace]) -> "Project":
        """Know what the scans have found, so that it is known again elsewhere; no step for the undo menu.

        Args:
            scanned: of all sources, before `apply`.
            traces: of those pictures that have been looked at.
        """
        found = frozenset(scanned.class_names)
        if found == self.found and all(self.traces.get(path) == trace for path, trace in traces.items()):
            return self
        return replace(self, found=found, traces={**self.traces, **traces})

    def assign(self, divided: Catalog, digests: Mapping[Path, str]) -> "Project":
        """Remember which split the program gave each picture; no step for the undo menu."""
        own = (p for p in divided.pictures if p.split and digests.get(p.path) and p.path not in self.splits)
        now = {**self.assigned, **{digests[p.path]: p.split for p in own if p.split}}
        return self if now == self.assigned else replace(self, assigned=now)

    def add(self, *sources: Source) -> "Project":
        """Take in sources; one that is there already counts once."""
        new = tuple(source for source in dict.fromkeys(sources) if source not in self.sources)
        what = _quoted(new[0].path.name) if len(new) == 1 else f"{len(new)} sources"
        return self._changed(f"Add {what}", sources=self.sources + new)

    def remove(self, source: Source) -> "Project":
        """Take out a source, with all that was decided about its pictures alone."""
        rest = tuple(other for other in self.sources if other != source)
        theirs = below(root_of(other) for other in rest)
        own = below([root_of(source)])
        changes: dict[str, object] = {"sources": rest}
        for name in ("labels", "left_out", "splits", "confirmed", "traces"):
            table: Mapping[Path, object] = getattr(self, name)
            if any(own(path) for path in table):
                changes[name] = {path: v for path, v in table.items() if not own(path) or theirs(path)}
        return self._changed(f"Remove {_quoted(source.path.name)}", **changes)

    def rename_class(self, old: str, new: str) -> "Project":
        """Give the class `old` the name `new`; where there is one of that name, the two become one.

        Raises:
            EngineError: `new` is no name for a class.
        """
        names = self.class_names
        new = self._name(new)
        if new == old:
            return self
        merges = new in names
        # Where pictures of `old` come from: scans may have found that label itself, or one renamed to it.
        itself = old in self.found or old not in self.classes.values()
        classes = {label: new if used == old else used for label, used in self.classes.items()}
        if itself and old not in classes:
            classes[old] = new
        hidden = old in self.excluded and (not merges or new in self.excluded)
        verb, to = ("Merge", "into") if merges else ("Rename", "to")
        return self._changed(
            f"{verb} {_quoted(old)} {to} {_quoted(new)}",
            classes={label: used for label, used in classes.items() if label != used},
            labels=self.labels
            if old not in self.labels.values()
            else {path: new if label == old else label for path, label in self.labels.items()},
            excluded=(self.excluded - {old}) | ({new} if hidden else set()),
        )

    def exclude_class(self, label: str) -> "Project":
        """Let the pictures of a class take no part."""
        return self._changed(f"Exclude {_quoted(label)}", excluded=self.excluded | {label})

    def include_class(self, label: str) -> "Project":
        """Let the pictures of an excluded class take part again."""
        return self._changed(f"Include {_quoted(label)}", excluded=self.excluded - {label})

    def move(self, paths: Collection[Path], label: str) -> "Project":
        """Give pictures another class, which may be a new one.

        Raises:
            EngineError: `label` is no name for a class.
        """
        label = self._name(label)
        text = f"Move {_count(paths)} to {_quoted(label)}"
        return self._changed(text, labels={**self.labels, **dict.fromkeys(paths, label)})

    def leave_out(self, paths: Collection[Path], reason: str = LEFT_OUT) -> "Project":
        """Let pictures take no part, and say why: the end of the sentence “left out because …”."""
        left_out = {**self.left_out, **dict.fromkeys(paths, reason or LEFT_OUT)}
        return self._changed(f"Leave out {_count(paths)}", left_out=left_out)

    def take_back(self, paths: Collection[Path]) -> "Project":
        """Let pictures that were left out take part again."""
        return self._changed(f"Take back {_count(paths)}", left_out=_without(self.left_out, paths))

    def set_splits(self, splits: Mapping[Path, Split]) -> "Project":
        """Put pictures into splits by hand."""
        kinds = set(splits.values())
        where = f"the {_SPLIT_WORDS[kinds.pop()]} pictures" if len(kinds) == 1 else "other splits"
        return self._changed(f"Put {_count(splits)} among {where}", splits={**self.splits, **splits})

    def free_splits(self, paths: Collection[Path]) -> "Project":
        """Leave the split of pictures to the program again."""
        return self._changed(f"Free the split of {_count(paths)}", splits=_without(self.splits, paths))

    def with_split(self, spec: SplitSpec) -> "Project":
        """Divide pictures in another way; what was assigned by the old one is forgotten."""
        return self if spec == self.split else self._changed("Change the split", split=spec, assigned={})

    def confirm(self, labels: Mapping[Path, str]) -> "Project":
        """Know that pictures show what their labels say, so that nobody is asked about them again."""
        text = f"Keep the label of {_count(labels)}"
        return self._changed(text, confirmed={**self.confirmed, **labels})

    def put_aside(self, title: str) -> "Project":
        """Show a finding no longer."""
        return self._changed("Put a finding aside", aside=self.aside | {title})

    def bring_back(self) -> "Project":
        """Show the findings again that were put aside."""
        return self._changed("Show findings again", aside=frozenset())

    def with_run(self, folder: Path) -> "Project":
        """Remember a run that was trained; no step for the undo menu."""
        return replace(self, runs=(*(run for run in self.runs if run != folder), folder))

    def name_run(self, folder: Path, name: str) -> "Project":
        """Call a run `name`; "" or its folder's name for no other than that.

        Raises:
            EngineError: `name` is more than a line.
        """
        name = name.strip()
        if _UNFIT.search(name) or len(name) > _LONGEST:
            raise EngineError(
                f"“{_short(_UNFIT.sub(' ', name))}” cannot be the name of a run.",
                f"A name is one line of up to {_LONGEST} signs.",
            )
        names = {**self.run_names, folder: name}
        if name in {"", folder.name}:
            del names[folder]
        joined = self.with_run(folder) if folder not in self.runs else self
        return joined._changed(f"Rename {_quoted(self.run_name(folder))}", run_names=names)

    def run_name(self, folder: Path) -> str:
        """What a run is called."""
        return self.run_names.get(folder, folder.name)

    def note_run(self, folder: Path, text: str) -> "Project":
        """Note something about a run; "" for nothing. Only the first 10,000 signs are kept."""
        notes = {**self.run_notes, folder: _ODD.sub("", text)[:LONGEST_NOTE].strip()}
        if not notes[folder]:
            del notes[folder]
        joined = self.with_run(folder) if folder not in self.runs else self
        return joined._changed(f"Note on {_quoted(self.run_name(folder))}", run_notes=notes)

    def without_run(self, folder: Path) -> "Project":
        """Forget a run, with its name and its note."""
        gone = [folder]
        return self._changed(
            f"Delete {_quoted(self.run_name(folder))}",
            runs=tuple(run for run in self.runs if run != folder),
            run_names=_without(self.run_names, gone),
            run_notes=_without(self.run_notes, gone),
        )

    def _changed(self, text: str, **changes: object) -> "Project":
        """The project with these changes, or itself where they change nothing."""
        if all(getattr(self, name) == value for name, value in changes.items()):
            return self
        return replace(self, step=text, **changes)  # type: ignore[arg-type]

    def _name(self, label: str) -> str:
        """The name of a class as typed, without spaces around it; an `EngineError` where it is none."""
        name = label if label in self.class_names else label.strip()
        if not name:
            raise EngineError("A class needs a name.", "Type one, such as “cat”.")
        if _UNFIT.search(name) or len(name) > _LONGEST:
            raise EngineError(
                f"“{_short(_UNFIT.sub(' ', name))}” cannot be the name of a class.",
                f"A name is one line of up to {_LONGEST} signs.",
            )
        return name


def root_of(source: Source) -> Path:
    """The folder that a source's pictures lie in; a table may name others besides."""
    return source.path.parent if source.kind == "table" else source.path


def below(folders: Iterable[Path]) -> Callable[[Path], bool]:
    """A test whether a path lies in one of `folders`; a string's prefix is far faster than pathlib."""
    starts = tuple(str(folder).rstrip(os.sep) + os.sep for folder in folders)
    return lambda path: str(path).startswith(starts)


def _without(table: Mapping[Path, _V], paths: Collection[Path]) -> Mapping[Path, _V]:
    gone = set(paths)
    return {path: value for path, value in table.items() if path not in gone}


def _count(paths: Collection[Path]) -> str:
    return "1 picture" if len(paths) == 1 else f"{len(paths):,} pictures"


def _quoted(name: str) -> str:
    return f"“{_short(_UNFIT.sub(' ', name))}”" if name else "the pictures without a class"


def _short(name: str, signs: int = 32) -> str:
    return name if len(name) <= signs else name[: signs - 1] + "…"
