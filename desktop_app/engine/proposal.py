"""The proposal: what a dropped folder probably is, told by its names alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.engine.catalog import assigned, named, split_folders, split_named
from desktop_app.engine.errors import EngineError
from desktop_app.engine.name_pattern import guesses
from desktop_app.engine.named_files import Names
from desktop_app.engine.progress import Reporter
from desktop_app.engine.sources import Source
from desktop_app.engine.table import SUFFIXES, Table
from desktop_app.engine.table_guess import GUESSED_ROWS, Guess, guess
from desktop_app.engine.walk import Walk, explained, require_folder

_MOST_TABLES = 5  # looked at in one folder
_SHARE = 0.5  # of the rows must name a file, for a table that is proposed
_SHOWN = 4  # classes in a sentence


@dataclass(frozen=True)
class Choice:
    """One way to understand a folder.

    Attributes:
        source: what to add for it.
        words: what it means, such as “Each folder is a class”.
        counts: how many files each class has; "" counts those without one.
    """

    source: Source
    words: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Proposal:
    """What a folder probably is.

    Attributes:
        sentence: what was found, and the question where there is one.
        choices: the ways to understand it, the likeliest first; at least one.
        sure: whether the first may be taken without asking.
        columns: the header of the table that is among the choices.
        rows: its first rows.
    """

    sentence: str
    choices: tuple[Choice, ...]
    sure: bool
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def propose(path: Path, reporter: Reporter | None = None) -> Proposal:
    """Say what a folder or a table probably is; no picture is opened.

    Class folders are taken without asking, unless all of them are called like splits. For all else there is a
    choice: a table that names files, file names with a word in common, one class, no classes.

    Raises:
        EngineError: `path` is missing, may not be read, or is neither a folder nor a table.
    """
    whole = named(path)
    dropped_table = _is_table(whole) and whole.is_file()
    root = whole.parent if dropped_table else whole
    walk = Walk(reporter or Reporter())
    with explained(root):
        require_folder(root)
        here = walk.look(root)
        parted = bool(split_folders(root, walk))
        holders = [sub for sub in here.folders if walk.below(sub)]
        counts = Counter(p.label for p in assigned(root, None, walk) if p.label and not _is_table(p.path))
        called_splits = bool(holders) and not parted and all(split_named(sub.name) for sub in holders)
        by_classes = not dropped_table and (parted or (len(counts) > 1 and not called_splits))
        tables = [whole] if dropped_table else [file for file in here.files if _is_table(file)]
        everything = [] if by_classes and not tables else walk.once(root)
    read = list(_tables(root, tables[:_MOST_TABLES], everything, strict=dropped_table))
    by_table = tuple(_table_choice(*pair) for pair in read)
    preview = (read[0][1].columns, read[0][1].preview) if read else ((), ())
    by_folder = Choice(Source("folders", root), "Each folder is a class", counts)
    if by_classes:
        sentence = f"“{root.name}” holds {_listed(counts, 'class folders')}."
        return Proposal(sentence, (by_folder, *by_table), True, *preview)
    files = [file for file in everything if not _is_table(file)]
    if not files:
        return Proposal(f"There are no pictures in “{root.name}”.", (by_folder,), True)
    have = f"{_counted(len(files), 'file')} in “{root.name}”."
    by_name = () if by_table else tuple(_name_choices(root, files))
    one = (
        by_folder
        if len(counts) > 1
        else Choice(by_folder.source, f"All of one class, “{_only(counts)}”", counts)
    )
    none = Choice(Source("unlabelled", root), "Without classes, to try a model on", {"": len(files)})
    if by_table:
        sentence = f"{have} {_table_words(*read[0], by_table[0])}"
    elif by_name:
        place = "begin" if by_name[0].source.pattern.startswith("{class}") else "end"
        sentence = (
            f"{have} Their names {place} with {_listed(by_name[0].counts, 'different words')}. "
            "Use these as classes?"
        )
    elif called_splits:
        sentence = f"{have} Its folders are called like splits and hold no class folders. Are they classes?"
    else:
        sentence = f"{have} Do all of them show one class, “{_only(counts)}”?"
    # Nothing but one class folder: it says what its pictures show.
    sure = bool(holders) and not (by_table or by_name or called_splits)
    return Proposal(sentence, (*by_table, *by_name, one, none), sure, *preview)


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _tables(
    root: Path, paths: Sequence[Path], files: Sequence[Path], strict: bool
) -> Iterator[tuple[Table, Guess]]:
    """Those that name files; where `strict`, what speaks against one is raised."""
    names = Names(root, files) if paths else None
    for path in paths:
        try:
            table = Table(path)
            found = guess(table, names) if names else None
        except EngineError:
            if strict:
                raise
            continue
        if found and (strict or (found.label_columns and found.found >= _SHARE * found.rows)):
            yield table, found


def _table_choice(table: Table, found: Guess) -> Choice:
    label = found.label_columns[0] if found.label_columns else ""
    source = Source(
        "table",
        table.path,
        file_column=found.file_column,
        label_column=label,
        split_column=found.split_column,
    )
    return Choice(source, f"Classes from the table “{table.path.name}”", found.counts)


def _table_words(table: Table, found: Guess, choice: Choice) -> str:
    name = table.path.name
    if not found.found:
        return f"None of them is named in the table “{name}”. Which column names the files?"
    more = "" if found.rows < GUESSED_ROWS else "at least "
    named_here = f"The table “{name}” names {more}{found.found:,} of them"
    if not choice.source.label_column:
        return f"{named_here}. Which column holds the classes?"
    return (
        f"{named_here}, with {_listed(choice.counts, 'classes')} in its column "
        f"“{choice.source.label_column}”. Use these?"
    )


def _name_choices(root: Path, files: Sequence[Path]) -> Iterator[Choice]:
    for found in guesses([file.name for file in files]):
        rest = {"": len(files) - found.counts.total()}
        words = "The first part of the name is the class"
        if not found.template.startswith("{class}"):
            words = "The last part of the name is the class"
        counts = {**found.counts, **(rest if rest[""] else {})}
        yield Choice(Source("pattern", root, pattern=found.template), words, counts)


def _only(counts: Mapping[str, int]) -> str:
    return next(iter(counts), "")


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _listed(counts: Mapping[str, int], what: str) -> str:
    """2 different words: cat (20), dog (18); the largest first."""
    known = sorted(
        ((label, count) for label, count in counts.items() if label), key=lambda pair: (-pair[1], pair[0])
    )
    words = ", ".join(f"{label} ({count:,})" for label, count in known[:_SHOWN])
    return f"{len(known):,} {what}: {words}{', …' if len(known) > _SHOWN else ''}"
