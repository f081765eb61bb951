"""The log: what happened, for whoever has to report a fault."""

import logging
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
