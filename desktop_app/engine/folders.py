"""Folders that appear whole or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_app.engine.errors import EngineError


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """Yield a draft folder beside `target` that takes its name at the end; an exception removes it.

    Raises:
        EngineError: `target` exists, or cannot be written.
    """
    if target.exists():
        raise EngineError(f"“{target}” exists already.", "Choose another name: nothing is overwritten.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".graftwork-", dir=target.parent, ignore_cleanup_errors=True
        ) as room:
            draft = Path(room) / target.name
            draft.mkdir()
            yield draft
            draft.rename(target)
    except OSError as error:
        raise EngineError(
            f"“{target}” cannot be written: {error.strerror or error}.",
            "Choose a folder of your own, on a disk with room.",
        ) from error
