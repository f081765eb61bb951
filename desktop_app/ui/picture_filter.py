"""Which pictures of many are shown."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop_app.engine.catalog import Picture, Split


@dataclass(frozen=True)
class PictureFilter:
    """What a picture must be to be shown; all at once, and the default is any picture."""

    text: str = ""  # part of the file's name, whatever its case
    label: str | None = None  # None: any class
    split: Split | Literal["none"] | None = None  # “none”: not assigned to any; None: whichever
    paths: frozenset[Path] | None = None  # one of these; None: any

    def of(self, pictures: Sequence[Picture], names: Sequence[str] | None = None) -> Sequence[Picture]:
        """Those of `pictures` that match, in their order.

        Args:
            pictures: all of them.
            names: their `folded` names, where they are known already.
        """
        found: Iterable[Picture] = pictures
        if text := fold(self.text):
            pairs = zip(pictures, names if names is not None else folded(pictures), strict=True)
            found = (picture for picture, name in pairs if text in name)
        if self.label is not None:
            found = (picture for picture in found if picture.label == self.label)
        if self.split is not None:
            split = None if self.split == "none" else self.split
            found = (picture for picture in found if picture.split == split)
        if self.paths is not None:
            wanted = self.paths
            found = (picture for picture in found if picture.path in wanted)
        return pictures if found is pictures else list(found)


def folded(pictures: Iterable[Picture]) -> list[str]:
    """The file names as `PictureFilter` compares them."""
    names = [picture.path.name for picture in pictures]
    return fold("\0".join(names)).split("\0") if names else []  # at once, for no name can hold a null


def fold(text: str) -> str:
    """`text` regardless of case and of how its accents are encoded."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).casefold()
