"""What the window remembers from one day to the next."""

import json
import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from desktop_app.engine.errors import EngineError
from desktop_app.engine.presets import STANDARD
from desktop_app.engine.specs import IMAGENET, UNTRAINED, ExperimentSpec

VERSION = 1
_RECENT = 8


class Settings:
    """Recent folders, the last experiment's choices and the window's place, in one INI file.

    What cannot be read is as good as absent, but never lost: a damaged file is set aside under another name,
    and one of a newer version is read, not written.

    Attributes:
        trouble: what has become of such a file, in a sentence; empty where all is well.
    """

    def __init__(self, file: Path) -> None:
        self.trouble = ""
        self._store = QSettings(str(file), QSettings.Format.IniFormat)
        self._newer = self._version > VERSION
        if self._newer:
            self.trouble = f"“{file}” is of a newer version of Graftwork: what you choose here is not kept."
        elif self._is_damaged():
            self.trouble = _set_aside(file)
            self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def recent(self) -> list[Path]:
        """Folders and projects that were opened, newest first, as far as they still exist."""
        stored = self._store.value("recent", [])
        names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return [Path(name) for name in names if os.path.exists(name)]  # noqa: PTH110  it never raises

    def remember(self, paths: list[Path]) -> None:
        """Put `paths` before the other recent ones."""
        names = dict.fromkeys(str(path.absolute()) for path in [*paths, *self.recent()])
        self._keep("recent", list(names)[:_RECENT])

    @property
    def spec(self) -> ExperimentSpec:
        """The choices last used; the standard ones where there are none, or none that can be read.

        An untrained base does for a day without the network: the next day asks for ImageNet's weights again.
        """
        try:
            spec = ExperimentSpec.from_json(json.loads(str(self._store.value("spec", ""))))
            if spec.base.weights == UNTRAINED:
                return replace(spec, base=replace(spec.base, weights=IMAGENET))
            return spec
        except (ValueError, RecursionError, EngineError):
            return STANDARD.applied(ExperimentSpec())

    @spec.setter
    def spec(self, spec: ExperimentSpec) -> None:
        self._keep("spec", json.dumps(spec.to_json()))

    @property
    def geometry(self) -> QByteArray:
        """The window's place, as Qt saves it; empty at first."""
        stored = self._store.value("geometry", QByteArray())
        return stored if isinstance(stored, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._keep("geometry", geometry)

    @property
    def _version(self) -> int:
        stored = str(self._store.value("version", VERSION))
        return int(stored) if stored.isdecimal() and len(stored) < 10 else VERSION

    def _is_damaged(self) -> bool:
        if self._store.status() == QSettings.Status.FormatError:
            return True
        stored = self._store.value("spec", "")
        try:
            return bool(stored) and not ExperimentSpec.from_json(json.loads(str(stored)))
        except (ValueError, RecursionError, EngineError):
            return True

    def _keep(self, key: str, value: object) -> None:
        if not self._newer:
            self._store.setValue("version", VERSION)
            self._store.setValue(key, value)


def _set_aside(file: Path) -> str:
    """Give a damaged file another name; says which."""
    for number in range(1, 100):
        aside = file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")
        if not os.path.lexists(aside):
            break
    try:
        file.replace(aside)
    except OSError as error:
        return f"The settings in “{file}” are damaged and cannot be set aside: {error.strerror or error}."
    return f"The settings were damaged: they are set aside as “{aside}”, and new ones begun."
