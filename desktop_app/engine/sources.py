"""The source: one thing the user has added, and how its pictures get their classes."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from desktop_app.engine.catalog import Split
from desktop_app.engine.errors import EngineError

SourceKind = Literal["folders", "table", "pattern", "files", "unlabelled"]


@dataclass(frozen=True)
class Source:
    """Where pictures come from; `intake.scan_source` finds them.

    Attributes:
        kind: "folders" (each folder is a class), "table" (a CSV names the files and their classes), "pattern"
            (a part of the file's name is the class), "files" (single pictures of one class) or "unlabelled".
        path: the folder; of a table, the CSV; of files, the folder they lie in.
        label: the class of "files"; "" leaves them unlabelled.
        files: of "files", their paths below `path`, with “/” between the parts.
        split: puts all pictures into this split, whatever folders or tables say.
        file_column, label_column, split_column: the header's words, of "table"; "" where there is none.
        pattern: of "pattern", a template such as “{class}_#” (`name_pattern.NamePattern`).
    """

    kind: SourceKind
    path: Path
    label: str = ""
    files: tuple[str, ...] = ()
    split: Split | None = None
    file_column: str = ""
    label_column: str = ""
    split_column: str = ""
    pattern: str = ""

    def to_json(self) -> dict[str, Any]:
        """As strings and lists, without what is empty; names that are no UTF-8 keep lone surrogates."""
        chosen = {name: value for name, value in asdict(self).items() if value}
        return chosen | {"path": str(self.path)} | ({"files": list(self.files)} if self.files else {})

    @classmethod
    def from_json(cls, data: object) -> "Source":
        """The inverse of `to_json`; an `EngineError` where `data` is not of that form."""
        names = {field.name for field in fields(cls)}
        if not isinstance(data, dict) or not {"kind", "path"} <= data.keys() <= names:
            raise _damaged(f"it is {str(data)[:200]!r}")
        texts = {name: value for name, value in data.items() if name != "files"}
        files = data.get("files", [])
        if not isinstance(files, list) or not all(_is_name(name) for name in (*files, *texts.values())):
            raise _damaged("a value is no text")
        if data["kind"] not in get_args(SourceKind):
            raise _damaged(f"its kind is “{data['kind']}”")
        if data.get("split") not in {None, *get_args(Split)}:
            raise _damaged(f"its split is “{data['split']}”")
        return cls(**texts | {"path": Path(data["path"]), "files": tuple(files)})


def of_files(files: Iterable[Path], label: str) -> tuple[Source, ...]:
    """Single pictures dropped onto the class `label`, as one source for each folder they lie in."""
    by_folder: dict[Path, list[str]] = {}
    for file in files:
        whole = file.absolute()
        by_folder.setdefault(whole.parent, []).append(whole.name)
    return tuple(Source("files", folder, label, tuple(names)) for folder, names in by_folder.items())


def _is_name(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _damaged(why: str) -> EngineError:
    return EngineError(f"A source of pictures in the project is damaged: {why}.")
