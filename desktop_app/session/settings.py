"""What the window remembers from one day to the next."""

import json
import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from desktop_app.engine.errors import EngineError
from desktop_app.engine.presets import STANDARD
from desktop_app.engine.specs import ExperimentSpec

_RECENT = 8


class Settings:
    """Recent folders, the last experiment's choices and the window's place, in one INI file."""

    def __init__(self, file: Path) -> None:
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def recent(self) -> list[Path]:
        """Folders and projects that were opened, newest first, as far as they still exist."""
        stored = self._store.value("recent", [])
        names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return [Path(name) for name in names if os.path.exists(name)]  # noqa: PTH110  it never raises

    def remember(self, paths: list[Path]) -> None:
        """Put `paths` before the other recent ones."""
        names = dict.fromkeys(str(path.absolute()) for path in [*paths, *self.recent()])
        self._store.setValue("recent", list(names)[:_RECENT])

    @property
    def spec(self) -> ExperimentSpec:
        """The choices last used; the standard ones where there are none, or none that can be read."""
        try:
            return ExperimentSpec.from_json(json.loads(str(self._store.value("spec", ""))))
        except (ValueError, RecursionError, EngineError):
            return STANDARD.applied(ExperimentSpec())

    @spec.setter
    def spec(self, spec: ExperimentSpec) -> None:
        self._store.setValue("spec", json.dumps(spec.to_json()))

    @property
    def geometry(self) -> QByteArray:
        """The window's place, as Qt saves it; empty at first."""
        stored = self._store.value("geometry", QByteArray())
        return stored if isinstance(stored, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("geometry", geometry)
