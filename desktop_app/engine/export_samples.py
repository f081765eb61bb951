"""The small programs and the notes that go with an export; they lie in `resources/samples`, as they are."""

import ast
import shutil
from pathlib import Path

from desktop_app.engine.export_table import ExportFormat

_HERE = Path(__file__).resolve()


def copy_samples(row: ExportFormat, folder: Path) -> None:
    """Put the samples of a format into `folder`."""
    for sample in sorted(_place(row).glob("*.py")):
        shutil.copyfile(sample, folder / sample.name)


def usage(row: ExportFormat) -> str:
    """What to type to run the Python sample of a format, as it says itself."""
    said = ast.get_docstring(ast.parse((_place(row) / "sample.py").read_text("utf-8"))) or ""
    return "\n".join(line for line in said.splitlines() if line.startswith(("pip ", "python ")))


def notes(row: ExportFormat) -> str:
    """What is good to know of a format, in Markdown."""
    return (_place(row) / "notes.md").read_text("utf-8")


def _place(row: ExportFormat) -> Path:
    packaged, checkout = (folder / "resources" / "samples" / row.name for folder in _HERE.parents[1:3])
    return packaged if packaged.is_dir() else checkout
