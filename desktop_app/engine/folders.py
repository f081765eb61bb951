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
    with making(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".graftwork-", dir=target.parent, ignore_cleanup_errors=True
        ) as room:
            draft = Path(room) / target.name
            draft.mkdir()
            yield draft
            require_free(target)  # it may have come meanwhile, and a file would be overwritten
            draft.rename(target)


@contextmanager
def making(target: Path) -> Iterator[None]:
    """Make `target`; if that fails, the folders above it that were made for it go, as far as they are empty.

    Raises:
        EngineError: `target` exists, or cannot be written.
    """
    require_free(target)
    above = (target.parent, *target.parent.parents)
    made = [folder for folder in above if not os.path.lexists(folder)]
    try:
        yield
    except OSError as error:
        raise EngineError(
            f"“{target}” cannot be written: {error.strerror or error}.",
            "Choose a folder of your own, on a disk with room.",
        ) from error
    finally:
        for folder in made:  # those that are empty: after a success none is
            with suppress(OSError):
                folder.rmdir()


def require_free(place: Path) -> None:
    """Raise an `EngineError` if there is something at `place`."""
    if os.path.lexists(place):
        raise EngineError(f"“{place}” exists already.", "Choose another name: nothing is overwritten.")


def require_place(file: Path) -> None:
    """Raise an `EngineError` unless `file` has a folder to lie in, and is none itself.

    Said before an hour of work, not after it.
    """
    if file.is_dir():
        raise EngineError(f"“{file}” is a folder.", "Name the file to write.")
    if not file.parent.is_dir():
        raise EngineError(
            f"There is no folder “{file.parent}” to write “{file.name}” into.", "Make it first."
        )
