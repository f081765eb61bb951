"""The paths in what is dropped or pasted."""

import os
import socket
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl

_LONGEST = 200_000  # characters: more is some document, not a list of paths


def paths_in(data: QMimeData) -> list[Path]:
    """The local paths in `data`, each once: of files' URLs, or of text with one path a line."""
    if data.hasUrls():
        found = [_from_url(url) for url in data.urls()]
    elif data.hasText() and len(data.text()) <= _LONGEST:
        found = [_from_line(line) for line in data.text().splitlines()]
    else:
        found = []
    return list(dict.fromkeys(path for path in found if path))


def folders_and_files(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """`paths` sorted out; what does not exist goes with the folders, where the scan will say so."""
    files = [path for path in paths if path.is_file()]
    return [path for path in paths if path not in files], files


def _from_line(line: str) -> Path | None:
    line = line.strip().strip("'\"")
    if line.startswith("file:"):
        return _from_url(QUrl.fromEncoded(line.encode()))
    path = Path(line).expanduser() if line.startswith("~") else Path(line)
    return path if line and path.is_absolute() else None


def _from_url(url: QUrl) -> Path | None:
    if not url.isLocalFile():
        return None
    if os.name == "nt":
        return Path(url.toLocalFile())
    if url.host() not in {"", "localhost", socket.gethostname()}:
        return None
    # toLocalFile() would spoil a file name that is not UTF-8.
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(encoded))) if encoded else None
