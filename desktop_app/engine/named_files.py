"""Named files: which file a table means by a name."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath


class Names:
    """Finds the file that a table means by a name.

    A name may be a path below `folder`, one from another computer that ends like it, or a bare name; with or
    without extension; with slashes of either kind. Capitals and ways to write an accent do not matter unless
    they tell two files apart.
    """

    def __init__(self, folder: Path, files: Iterable[Path]) -> None:
        skip = len(folder.parts)
        self._known: dict[str, list[tuple[tuple[str, ...], Path]]] = {}
        for file in files:
            parts = tuple(map(_plain, file.parts[skip:]))
            self._known.setdefault(parts[-1], []).append((parts, file))
            stem = parts[-1].rpartition(".")[0]
            if stem:
                self._known.setdefault(stem, []).append(((*parts[:-1], stem), file))

    def find(self, name: str) -> list[Path]:
        """The files that `name` may mean: one, where all is well."""
        parts = PurePosixPath(_plain(name.replace("\\", "/"))).parts
        if not parts:
            return []
        fitting = [(own, file) for own, file in self._known.get(parts[-1], ()) if _end_alike(own, parts)]
        exact = [file for own, file in fitting if own == parts]
        found = exact or [file for _, file in fitting]
        if len(found) > 1:
            wanted = unicodedata.normalize("NFC", name.replace("\\", "/"))
            found = [file for file in found if wanted in {file.name, file.stem}] or found
        return found


def _plain(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _end_alike(own: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one path is the end of the other."""
    shared = min(len(own), len(other))
    return own[-shared:] == other[-shared:]
