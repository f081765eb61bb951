"""The small programs and the notes that go with an export; they lie in `resources/samples`, as they are."""

import shutil
from pathlib import Path

from desktop_app.engine.export_table import ExportFormat

_HERE = Path(__file__).resolve()


def copy_samples(row: ExportFormat, folder: Path) -> None:
    """Put the samples of a format into `folder`."""
    for sample in sorted(_place(row).glob("*.py")):
        shutil.copyfile(sample, folder / sample.name)


def sample(row: ExportFormat) -> str:
    """The Python sample of a format."""
    return (_place(row) / "sample.py").read_text("utf-8")


def notes(row: ExportFormat) -> str:
    """What is good to know of a format, in Markdown."""
    return (_place(row) / "notes.md").read_text("utf-8")


def _place(row: ExportFormat) -> Path:
    packaged, checkout = (folder / "resources" / "samples" / row.name for folder in _HERE.parents[1:3])
    return packaged if packaged.is_dir() else checkout
