"""The log: what happened, for whoever has to report a fault."""

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def start_log(file: Path) -> logging.Handler:
    """Log to `file`, a megabyte at most beside one older; the handler is for closing it again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            file, maxBytes=1_000_000, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        handler = logging.StreamHandler()  # a full or read-only disk must not keep the program from starting
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger = logging.getLogger("graftwork")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler


def open_closed_streams() -> None:
    """Let the numbers of stdin, stdout and stderr lead nowhere where they were closed before the start.

    Else the next file that is opened takes the number, and gets what libraries write to it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def divert_native_output(file: Path) -> None:
    """Send what C++ libraries write to the terminal into `file`, anew at each start.

    TensorFlow greets every run with a dozen lines that no user can act on. Python's own stderr still goes to
    the terminal.
    """
    if sys.stderr is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        terminal = os.dup(2)
        with file.open("wb") as log:
            os.dup2(log.fileno(), 2)
    except OSError:
        return  # no terminal, or no place for a log: then they talk as they like
    sys.stderr = open(  # noqa: PTH123, SIM115  a file descriptor, for as long as the program runs
        terminal, "w", encoding=sys.stderr.encoding, errors="backslashreplace", buffering=1
    )
