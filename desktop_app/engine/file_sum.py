"""What a file's content sums up to: it tells a whole file from a damaged one, and one from another."""

import hashlib
from pathlib import Path

from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter

_CHUNK = 1 << 22  # bytes


def file_digest(path: Path) -> str:
    """The SHA-256 sum of a file, in hexadecimal.

    Raises:
        EngineError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EngineError(f"The file “{path}” cannot be read: {error.strerror or error}.") from error


def has_sum(path: Path, expected: str, reporter: Reporter) -> bool:
    """Whether the sum of a file is `expected`, in hexadecimal and of its `kind`; true where that is "".

    Raises:
        OSError: it cannot be read.
        Cancelled: within a few megabytes.
    """
    if not expected:
        return True
    digest = hashlib.new(kind(expected), usedforsecurity=False)
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            reporter.checkpoint()
            digest.update(data)
    return digest.hexdigest() == expected


def kind(expected: str) -> str:
    """MD5 or SHA256, as Keras tells the two apart: by the length of the sum."""
    return "MD5" if len(expected) == 32 else "SHA256"
