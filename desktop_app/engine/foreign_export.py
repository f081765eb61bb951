"""What of a stranger's can be imported, as far as a look at names tells."""

from pathlib import Path
from typing import Literal, NamedTuple

from desktop_app.engine.errors import EngineError
from desktop_app.engine.runs import is_run_folder

WHAT = "Choose a .keras file, or the folder of a SavedModel, that Graftwork has exported."


class ForeignExport(NamedTuple):
    """The format of an export, and the file or folder that holds it."""

    format: Literal["savedmodel", "keras"]
    place: Path


def find_export(path: Path) -> ForeignExport | None:
    """The export at `path`: a `.keras` file, a folder of one or of a SavedModel, or that one's own file."""
    if (path / "saved_model.pb").is_file():
        return ForeignExport("savedmodel", path)
    if path.name == "saved_model.pb" and path.is_file():
        return ForeignExport("savedmodel", path.parent)
    file = path / "model.keras" if path.is_dir() else path
    if file.suffix.lower() == ".keras" and file.is_file():
        return ForeignExport("keras", file)
    return None


def require_export(path: Path) -> ForeignExport:
    """The same; an `EngineError` where there is none, or a run."""
    above = path if path.is_dir() else path.parent
    if is_run_folder(above):
        raise EngineError(f"“{above}” is a run of Graftwork already.", "Open it as it is.")
    if found := find_export(path):
        return found
    raise EngineError(f"“{path}” is not an export that this program can open again.", WHAT)
