"""The project's history: each change is a step that can be undone, redone and named in the Edit menu."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import compress, repeat
from operator import is_, ne
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoCommand, QUndoStack

from desktop_app.engine.project import Project

LIMIT = 1000  # steps; the oldest make room
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a table changed: a value for each key on either side, `_ABSENT` where there is none."""

    keys: tuple[Any, ...]
    before: tuple[Any, ...]
    after: tuple[Any, ...]

    @classmethod
    def between(cls, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> "Difference":
        """What turns `before` into `after`."""
        if len(before) <= len(after) and all(map(is_, before, after)):
            # The same keys, and perhaps more: side by side there is no need to look any up, which is slow.
            keys = list(after)
            old = [*before.values(), *repeat(_ABSENT, len(after) - len(before))]
            new = list(after.values())
        else:
            keys = list(dict.fromkeys((*before, *after)))
            old = [before.get(key, _ABSENT) for key in keys]
            new = [after.get(key, _ABSENT) for key in keys]
        changed = list(map(ne, old, new))
        return cls(*(tuple(compress(side, changed)) for side in (keys, old, new)))

    def turn(self, table: Mapping[Any, Any], forward: bool) -> Mapping[Any, Any]:
        """`table` with the values of one side."""
        turned = dict(table)
        for key, value in zip(self.keys, self.after if forward else self.before, strict=True):
            if value is _ABSENT:
                turned.pop(key, None)
            else:
                turned[key] = value
        return turned


class ProjectHistory(QObject):
    """The present project, and the way back.

    A step keeps what it changed, not the whole project: a thousand steps take as much memory as the pictures
    they touched, and what was learned about the pictures meanwhile (`amend`) survives an undo.

    Signals:
        changed: the present project, whenever it is another one.
    """

    changed = Signal(object)  # Project

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = self._told = Project()
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(LIMIT)
        self.stack.indexChanged.connect(self._tell)

    def begin(self, project: Project, saved: bool = True) -> None:
        """Start from a project, with no way back; `saved` where its file holds just this."""
        self.project = project
        self.stack.clear()
        if not saved:
            self.stack.resetClean()
        self._tell()

    def push(self, project: Project, text: str = "") -> None:
        """Make `project` the present one, as a step called `text`; unsaid, as the project itself says."""
        if project == self.project:
            return
        # Qt hands out the text in menus, where “&” marks a letter.
        self.stack.push(_Step(self, project, (text or project.step).replace("&", "&&")))

    def amend(self, project: Project) -> None:
        """Make `project` the present one without a step: what was learned, not what the user decided."""
        self.project = project
        self._tell()

    def mark_saved(self) -> None:
        """The file holds the present project now."""
        self.stack.setClean()

    @property
    def unsaved(self) -> bool:
        """Whether the user has decided something that no file holds."""
        return not self.stack.isClean()

    def actions(self, parent: QObject) -> tuple[QAction, QAction]:
        """Undo and redo for the Edit menu, which name the step and are off where there is none."""
        undo = self.stack.createUndoAction(parent, "Undo")
        redo = self.stack.createRedoAction(parent, "Redo")
        undo.setShortcuts(QKeySequence.StandardKey.Undo)
        redo.setShortcuts(QKeySequence.StandardKey.Redo)
        return undo, redo

    def _tell(self) -> None:
        if self.project is not self._told:
            self._told = self.project
            self.changed.emit(self.project)


class _Step(QUndoCommand):
    """One change, either way."""

    def __init__(self, history: ProjectHistory, project: Project, text: str) -> None:
        super().__init__(text)
        self._history = weakref.ref(history)  # no cycle: collected after the application, it would crash Qt
        self._changes: dict[str, tuple[Any, Any] | Difference] = {}
        for field in fields(Project):
            before, after = getattr(history.project, field.name), getattr(project, field.name)
            if before is not after and field.compare and before != after:
                tables = isinstance(before, Mapping) and isinstance(after, Mapping)
                self._changes[field.name] = Difference.between(before, after) if tables else (before, after)

    def redo(self) -> None:
        self._turn(forward=True)

    def undo(self) -> None:
        self._turn(forward=False)

    def _turn(self, forward: bool) -> None:
        if (history := self._history()) is None:
            return
        present = history.project
        turned: dict[str, Any] = {
            name: change.turn(getattr(present, name), forward)
            if isinstance(change, Difference)
            else change[forward]
            for name, change in self._changes.items()
        }
        history.project = replace(present, **turned)
