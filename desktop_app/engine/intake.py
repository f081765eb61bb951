"""Intake: every kind of source becomes a catalog."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop_app.engine.catalog import (
    Catalog,
    Picture,
    Problem,
    closed,
    examined,
    label_text,
    named,
    scan,
    split_named,
)
from desktop_app.engine.images import header_problem
from desktop_app.engine.name_pattern import NamePattern
from desktop_app.engine.named_files import Names
from desktop_app.engine.progress import Reporter
from desktop_app.engine.sources import Source
from desktop_app.engine.table import Table
from desktop_app.engine.walk import Walk, explained, require_folder


def scan_source(source: Source, reporter: Reporter) -> Catalog:
    """Find the pictures of one source; those that nothing gives a class have the label "".

    Raises:
        EngineError: a folder or table is missing or may not be read, a table has not the columns, or the
            pattern cannot be understood.
    """
    if source.kind == "folders":
        return scan([source.path], reporter, source.split)
    walk = Walk(reporter)
    root = named(source.path)
    problems: tuple[Problem, ...] = ()
    with explained(root):
        if source.kind == "table":
            candidates, problems = _rows(source, root, walk)
        elif source.kind == "files":
            candidates, problems = _single(source, root)
        else:
            require_folder(root)
            pattern = NamePattern(source.pattern) if source.kind == "pattern" else None
            candidates = [
                Picture(path, pattern.label(path.name) if pattern else "", source.split)
                for path in walk.once(root)
            ]
    catalog = examined(candidates, reporter)
    return replace(catalog, problems=(*catalog.problems, *problems, *closed(walk)))


def _single(source: Source, root: Path) -> tuple[list[Picture], tuple[Problem, ...]]:
    """The files dropped, and what among them is none."""
    paths = [root / name for name in dict.fromkeys(source.files)]
    label = label_text(source.label)
    pictures = [Picture(path, label, source.split) for path in paths if path.is_file()]
    others = [path for path in paths if not path.is_file()]
    return pictures, tuple(Problem(path, header_problem(path) or "it is no longer there") for path in others)


def _rows(source: Source, path: Path, walk: Walk) -> tuple[list[Picture], tuple[Problem, ...]]:
    """The rows of a table as pictures, each file once, and what is wrong with the others."""
    table = Table(path)
    files = walk.once(path.parent)
    names = Names(path.parent, files)
    of_file = table.column(source.file_column)
    of_label = table.column(source.label_column) if source.label_column else None
    of_split = table.column(source.split_column) if source.split_column else None
    told: dict[Path, tuple[int, Picture]] = {}
    torn: dict[Path, Problem] = {}
    problems: list[Problem] = []
    for number, row in table.rows():
        if number % 500 == 0:
            walk.reporter.report(0, f"Reading “{path.name}”: row {number:,}")
        name = row[of_file]
        found = names.find(name)
        if not name:
            problems.append(Problem(path, f"its row {number:,} names no file"))
        elif len(found) != 1:
            why = "more than one file is called that" if found else "it is not there"
            problems.append(
                Problem(path.parent / name, f"row {number:,} of “{path.name}” names it, but {why}")
            )
        else:
            label = label_text(row[of_label]) if of_label is not None else ""
            split = source.split or (split_named(row[of_split]) if of_split is not None else None)
            first, known = told.setdefault(found[0], (number, Picture(found[0], label, split)))
            if known.label != label:
                why = f"“{known.label}” in row {first:,} and “{label}” in row {number:,}"
                torn[found[0]] = Problem(found[0], f"“{path.name}” gives it two classes: {why}")
    problems += torn.values()
    problems += (Problem(file, f"“{path.name}” does not name it") for file in _rest(files, told, path))
    return [picture for file, (_, picture) in told.items() if file not in torn], tuple(problems)


def _rest(files: list[Path], told: dict[Path, tuple[int, Picture]], table: Path) -> Iterator[Path]:
    return (file for file in files if file not in told and file != table)
