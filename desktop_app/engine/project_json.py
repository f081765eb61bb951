"""The project as plain JSON values, and back with every value checked.

A path below the project's folder is written relative to it, as “./pets/cat/1.jpg”, so that a folder that is
moved as a whole, also to another system, still finds its pictures. All others are written in full.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path, PureWindowsPath
from typing import Any, TypeVar, get_args

from desktop_app.engine.catalog import Split
from desktop_app.engine.project import LONGEST_NOTE, Project, Trace
from desktop_app.engine.sources import Source
from desktop_app.engine.split import SplitSpec

_V = TypeVar("_V")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST = 1000  # signs in a label or a reason
_LONGEST_PATH = 32_768  # bytes
_LONGEST_PATTERN = 200  # signs in a regular expression
_TABLES = {"classes", "excluded", "found", "aside", "confirmed", "assigned"}
_WORDS = {"sources", "split", "runs", "pictures", *_TABLES}


def to_json(project: Project, folder: Path) -> dict[str, Any]:
    """The project as dictionaries, lists, strings and numbers, its paths seen from `folder`."""
    name = _namer(folder)
    pictures: dict[Path, dict[str, object]] = {}
    for path, trace in project.traces.items():
        pictures[path] = {"size": trace.size} | ({"sha256": trace.digest} if trace.digest else {})
    for word, table in (
        ("label", project.labels),
        ("left_out", project.left_out),
        ("split", project.splits),
    ):
        for path, value in table.items():
            pictures.setdefault(path, {})[word] = value
    return {
        "sources": [source.to_json() | {"path": name(source.path)} for source in project.sources],
        "classes": dict(project.classes),
        "excluded": sorted(project.excluded),
        "found": sorted(project.found),
        "split": asdict(project.split),
        "aside": sorted(project.aside),
        "confirmed": {name(path): label for path, label in project.confirmed.items()},
        "runs": [_run_to_json(project, run, name(run)) for run in project.runs],
        "assigned": dict(project.assigned),
        "pictures": {name(path): entry for path, entry in pictures.items()},
    }


def from_json(data: Mapping[str, object], folder: Path) -> Project:
    """The inverse of `to_json`; a `ValueError` or an `EngineError` says what is wrong and where.

    Args:
        data: may have more words than are read here; see `unknown_words`.
        folder: where relative paths begin.
    """
    labels: dict[Path, str] = {}
    left_out: dict[Path, str] = {}
    splits: dict[Path, Split] = {}
    traces: dict[Path, Trace] = {}
    for name, entry in _object(data.get("pictures", {}), "pictures").items():
        path = path_of(name, folder)
        known = _object(entry, name)
        for word, value in known.items():
            match word:
                case "label":
                    labels[path] = _label(value, name)
                case "left_out":
                    left_out[path] = _text(value, name)
                case "split":
                    splits[path] = _split(value, name)
                case "size":
                    traces[path] = _trace(known, name)
                case "sha256" if "size" in known:
                    pass  # it is taken with its size
                case _:
                    raise ValueError(f"“{_short(name)}” has an unknown entry “{_short(word)}”")
    runs = [_run(entry, folder) for entry in _list(data.get("runs", []), "runs")]
    return Project(
        sources=tuple(_source(entry, folder) for entry in _list(data.get("sources", []), "sources")),
        classes=_table(data, "classes", _label),
        excluded=frozenset(
            _label(label, "excluded") for label in _list(data.get("excluded", []), "excluded")
        ),
        found=frozenset(_label(label, "found") for label in _list(data.get("found", []), "found")),
        labels=labels,
        left_out=left_out,
        splits=splits,
        split=_split_spec(data.get("split", {})),
        aside=frozenset(_text(title, "aside") for title in _list(data.get("aside", []), "aside")),
        assigned={_digest(key, "assigned"): split for key, split in _table(data, "assigned", _split).items()},
        confirmed={path_of(key, folder): label for key, label in _table(data, "confirmed", _label).items()},
        runs=tuple(dict.fromkeys(path for path, _name, _note in runs)),
        run_names={path: called for path, called, _note in runs if called},
        run_notes={path: note for path, _name, note in runs if note},
        traces=traces,
    )


def unknown_words(data: Mapping[str, object]) -> list[str]:
    """The words in `data` that `from_json` passes over."""
    return sorted(data.keys() - _WORDS)


def relative_names(data: Mapping[str, object]) -> Iterator[str]:
    """How what lies below the project's folder is written in it: its sources, then its pictures."""
    sources, pictures = data.get("sources"), data.get("pictures")
    for entry in sources if isinstance(sources, list) else []:
        path = entry.get("path") if isinstance(entry, dict) else None
        if isinstance(path, str) and path.startswith("./"):
            yield path
    yield from (name for name in (pictures if isinstance(pictures, dict) else ()) if name.startswith("./"))


def path_of(name: str, folder: Path) -> Path:
    """The path that is written as `name` in a project in `folder`; a `ValueError` where it is none."""
    _require_encodable(name)
    if _is_relative(name):
        whole = f"{folder}{os.sep}{name[2:]}"
        return Path(os.path.normpath(whole) if ".." in name else whole)
    if os.path.isabs(name):  # noqa: PTH117  a hundred thousand paths are made here
        return Path(name)
    foreign = PureWindowsPath(name)  # from another system: not here, but its parts help to find it again
    if foreign.anchor:
        return Path(Path(folder.anchor), foreign.as_posix().lstrip("/"))
    raise ValueError(f"“{_short(name)}” is no full path")


def _require_encodable(name: str) -> None:
    """Refuse a name that no file can have: asking the system for one would raise something odd."""
    try:
        whole = "\0" not in name and len(os.fsencode(name)) <= _LONGEST_PATH
    except UnicodeEncodeError:
        whole = False
    if not whole:
        raise ValueError(f"“{_short(name)}” can be no file's name")


def _is_relative(name: str) -> bool:
    return name == "." or name.startswith("./")


def _namer(folder: Path) -> Callable[[Path], str]:
    whole = str(folder)
    start = whole.rstrip(os.sep) + os.sep

    def name(path: Path) -> str:
        text = str(path)
        if text.startswith(start):
            return "./" + text.removeprefix(start).replace(os.sep, "/")
        return "." if text == whole else text

    return name


def _source(entry: object, folder: Path) -> Source:
    source = _object(entry, "sources")
    path = _path(source.get("path"), "sources", folder)
    made = Source.from_json(source | {"path": str(path)})
    for file in made.files:
        _require_encodable(file)
        if Path(file).is_absolute() or ".." in Path(file).parts:
            raise ValueError(f"“{_short(file)}” of “sources” does not lie below its folder")
    _label(made.label, "sources")
    return made


def _run_to_json(project: Project, run: Path, path: str) -> str | dict[str, str]:
    """Its path; with a name or a note, as older versions know none, a table."""
    about = {"name": project.run_names.get(run), "note": project.run_notes.get(run)}
    told = {word: text for word, text in about.items() if text}
    return {"path": path} | told if told else path


def _run(entry: object, folder: Path) -> tuple[Path, str, str]:
    """The path, the name and the note of a run."""
    if not isinstance(entry, dict):
        return _path(entry, "runs", folder), "", ""
    if unknown := entry.keys() - {"path", "name", "note"}:
        raise ValueError(f"“runs” has an unknown entry “{_short(min(unknown))}”")
    return (
        _path(entry.get("path"), "runs", folder),
        _label(entry.get("name", ""), "runs"),
        _text(entry.get("note", ""), "runs", LONGEST_NOTE),
    )


def _path(value: object, where: str, folder: Path) -> Path:
    return path_of(_text(value, where, _LONGEST_PATH), folder)


def _trace(known: Mapping[str, object], where: str) -> Trace:
    size = known["size"]
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 2**63:
        raise ValueError(f"the size of “{_short(where)}” is {_shown(size)}")
    return Trace(size, _digest(known["sha256"], where) if "sha256" in known else "")


def _split_spec(entry: object) -> SplitSpec:
    given = _object(entry, "split")
    if unknown := given.keys() - {field.name for field in fields(SplitSpec)}:
        raise ValueError(f"“split” has an unknown entry “{_short(min(unknown))}”")
    plain = SplitSpec()
    validation = _share(given.get("validation", plain.validation), "validation")
    test = _share(given.get("test", plain.test), "test")
    seed = given.get("seed", plain.seed)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise ValueError(f"the seed is {_shown(seed)}")
    return SplitSpec(
        validation, test, seed, _text(given.get("group_by", plain.group_by), "group_by", _LONGEST_PATTERN)
    )


def _share(value: object, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1:
        raise ValueError(f"the share for {where} is {_shown(value)}, not a number from 0 to below 1")
    return float(value)


def _split(value: object, where: str) -> Split:
    for choice in get_args(Split):
        if value == choice:
            known: Split = choice
            return known
    raise ValueError(f"the split of “{_short(where)}” is {_shown(value)}")


def _digest(value: object, where: str) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ValueError(f"“{_short(where)}” holds {_shown(value)}, which is no SHA-256")
    return value


def _label(value: object, where: str) -> str:
    text = _text(value, where)
    if _UNFIT.search(text):
        raise ValueError(f"“{_short(where)}” holds {_shown(text)}, which is no name for a class")
    return text


def _text(value: object, where: str, longest: int = _LONGEST) -> str:
    if not isinstance(value, str):
        raise ValueError(f"“{_short(where)}” holds {_shown(value)} where a text belongs")
    if len(value) > longest:
        raise ValueError(f"a text in “{_short(where)}” is too long")
    return value


def _table(data: Mapping[str, object], word: str, check: Callable[[object, str], _V]) -> dict[str, _V]:
    return {key: check(value, word) for key, value in _object(data.get(word, {}), word).items()}


def _object(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"“{_short(where)}” is no table")
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"“{where}” is no list")
    return value


def _shown(value: object) -> str:
    """A value in a few signs, however large or deep it is."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return f"“{_short(value)}”" if isinstance(value, str) else _short(str(value))


def _short(text: str, signs: int = 60) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text if len(text) <= signs else text[: signs - 1] + "…")
