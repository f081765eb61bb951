"""The project at other paths: the same decisions about pictures that lie elsewhere now."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from desktop_app.engine.project import Project
from desktop_app.engine.sources import Source

_V = TypeVar("_V")


def rebased(project: Project, folders: Mapping[Path, Path]) -> Project:
    """The project with everything below the old folders below the new ones."""
    if not folders:
        return project
    starts = sorted(((f"{old}{os.sep}", f"{new}{os.sep}") for old, new in folders.items()), reverse=True)

    def place(path: Path) -> Path:
        text = f"{path}{os.sep}"
        for old, new in starts:  # the deepest of nested folders comes first
            if text.startswith(old):
                return Path(new + text.removeprefix(old))
        return path

    return _with_paths(project, place, lambda source: replace(source, path=place(source.path)))


def renamed(project: Project, files: Mapping[Path, Path]) -> Project:
    """The project with single pictures at their new paths, also in sources that name their files."""
    if not files:
        return project

    def follow(source: Source) -> Source:
        names = []
        for name in source.files:
            new = files.get(source.path / name)
            below = new is not None and new.is_relative_to(source.path)
            names.append(new.relative_to(source.path).as_posix() if new and below else name)
        return replace(source, files=tuple(names))

    return _with_paths(project, lambda path: files.get(path, path), follow)


def _with_paths(
    project: Project, place: Callable[[Path], Path], source: Callable[[Source], Source]
) -> Project:
    def table(old: Mapping[Path, _V]) -> dict[Path, _V]:
        return {place(path): value for path, value in old.items()}

    return replace(
        project,
        sources=tuple(map(source, project.sources)),
        labels=table(project.labels),
        left_out=table(project.left_out),
        splits=table(project.splits),
        confirmed=table(project.confirmed),
        traces=table(project.traces),
        runs=tuple(map(place, project.runs)),
        run_names=table(project.run_names),
        run_notes=table(project.run_notes),
    )
