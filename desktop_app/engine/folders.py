"""Folders that appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop_app.engine.errors import EngineError


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """Yield a draft folder beside `target` that takes its name at the end.

    An exception removes it, and the folders above it that were made for it.

    Raises:
        EngineError: `target` exists, or cannot be written.
    """
    if os.path.lexists(target):
        raise EngineError(f"“{target}” exists already.", "Choose another name: nothing is overwritten.")
    above = (target.parent, *target.parent.parents)
    made = [folder for folder in above if not os.path.lexists(folder)]
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
    finally:
        for folder in made:  # those that are empty: after a success none is
            with suppress(OSError):
                folder.rmdir()
