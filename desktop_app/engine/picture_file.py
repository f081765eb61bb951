"""The bytes of a picture file, read without ever waiting for something that is no file."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 1 << 30
TOO_LARGE = "it is larger than any photograph, which could exhaust the memory"
# Neither waits for a writer at the other end of a pipe, nor makes a terminal its own.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class UnreadableError(Exception):
    """A picture that cannot be read; the text ends the sentence “left out because …”."""


def open_file(path: Path) -> BinaryIO:
    """Open the regular file at `path`; `UnreadableError` says why there is none to read.

    Pipes, sockets and devices are never opened. One that takes a file's place meanwhile is opened without
    waiting, seen for what it is, and closed.
    """
    try:
        _require_file(path.stat())
        descriptor = os.open(path, _FLAGS)
        try:
            _require_file(os.fstat(descriptor))
            return os.fdopen(descriptor, "rb")
        except BaseException:
            with suppress(OSError):
                os.close(descriptor)
            raise
    except FileNotFoundError as error:
        raise UnreadableError("it is no longer there") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no system takes
        raise UnreadableError(_refused(error)) from error


def read_file(path: Path) -> bytes:
    """The file's content; `UnreadableError` says why there is none."""
    with open_file(path) as file:
        try:
            data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise UnreadableError(_refused(error)) from error
    if len(data) > MAX_BYTES:
        raise UnreadableError(TOO_LARGE)
    return data


def _require_file(status: os.stat_result) -> None:
    kind = stat.S_IFMT(status.st_mode)
    if kind != stat.S_IFREG:
        raise UnreadableError(f"it is {_KINDS.get(kind, 'something else')}, not a file")
    if status.st_size == 0:
        raise UnreadableError("it is empty")


def _refused(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"it may not be read ({reason})"
