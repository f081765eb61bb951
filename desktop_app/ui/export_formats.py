"""How an export is used, as a few words to copy."""

import shlex
from pathlib import Path

from desktop_app.engine.export_table import ExportFormat


def snippet(row: ExportFormat, path: Path) -> str:
    """How to use the export at `path`: Python for a SavedModel, else the line that starts its sample."""
    if row.name == "savedmodel":
        return python_snippet(str(path))
    picture = "" if row.name == "head-weights" else " picture.jpg"
    return f"python {shlex.quote(str(path / 'sample.py'))}{picture}"


def python_snippet(path: str) -> str:
    """How to use the SavedModel at `path` in Python."""
    return f"""import tensorflow as tf

model = tf.saved_model.load({path!r})
picture = tf.io.read_file("picture.jpg")
answer = model.signatures["serve_bytes"](encoded=picture[None])
print(answer["label"].numpy()[0].decode(), answer["probabilities"].numpy()[0])"""
