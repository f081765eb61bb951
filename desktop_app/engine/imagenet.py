"""ImageNet's 1000 classes: their names, and which of them a folder's name means.

The names are those of `resources/imagenet.json`: what Keras' `decode_predictions` downloads, and with them
the other names and the broader words of WordNet 3.0, which ImageNet's classes come from.
"""

import json
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from desktop_app.engine.errors import EngineError

_HERE = Path(__file__).resolve()
_FILES = [
    folder / "resources" / "imagenet.json" for folder in _HERE.parents[1:3]
]  # packaged; in the checkout
_NUMBER = re.compile(r"n\d{8}")
_PLURALS = (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("es", ""), ("s", ""))
_IRREGULAR = {"mice": "mouse", "geese": "goose", "oxen": "ox", "people": "person", "dice": "die"}
_Words = dict[str, tuple[int, ...]]  # places of classes


class ImageNet:
    """The classes in the order of Keras' networks.

    Attributes:
        numbers: WordNet's, such as "n02085620": ImageNet's own names of folders.
        names: those that Keras uses, with spaces; two of them occur twice (crane, maillot).
    """

    def __init__(self, rows: Iterable[list[str]], broader: dict[str, str]) -> None:
        numbers, names, others = zip(*((number, name, more) for number, name, *more in rows), strict=True)
        self.numbers: tuple[str, ...] = numbers
        self.names: tuple[str, ...] = names
        self._tables = (
            _gather([name] for name in names),
            _gather(others),
            {_plain(word): tuple(_places(text)) for word, text in broader.items()},
        )

    def find(self, word: str) -> tuple[int, ...]:
        """The classes that `word` means, such as the name of a folder; none where it means none.

        A WordNet number stands for itself. Else the first of these that finds any: a class' name, another
        name of it, a broader word (“dog”), the end of a name, the start of a single one (“labrador”).
        Capitals, underscores, leading numbers and plurals make no difference.
        """
        if number := _NUMBER.search(word.lower()):
            return tuple(place for place, own in enumerate(self.numbers) if own == number[0])
        forms = list(_forms(word))
        for table in self._tables:
            for form in forms:
                if form in table:
                    return table[form]
        for form in forms:
            if found := self._named(rf".* {re.escape(form)}"):
                return found
        for form in forms:
            if len(found := self._named(rf"{re.escape(form)} .*")) == 1:
                return found
        return ()

    def alike(self, word: str) -> list[str]:
        """A few names and broader words that are spelt almost as `word`."""
        return get_close_matches(_plain(word), [name for table in self._tables for name in table], 3, 0.7)

    def _named(self, pattern: str) -> tuple[int, ...]:
        fits = (places for name, places in self._tables[0].items() if re.fullmatch(pattern, name))
        return tuple(sorted(place for places in fits for place in places))


@cache
def imagenet() -> ImageNet:
    """Read the names, once.

    Raises:
        EngineError: the program lacks its file.
    """
    try:
        data = json.loads(next(file for file in _FILES if file.is_file()).read_text("utf-8"))
        return ImageNet(data["classes"], data["broader"])
    except (OSError, StopIteration, ValueError, KeyError) as error:
        raise EngineError(
            "The names of ImageNet's classes are missing from this installation.", "Install Graftwork again."
        ) from error


def _gather(names: Iterable[Iterable[str]]) -> _Words:
    found: dict[str, list[int]] = {}
    for place, own in enumerate(names):
        for name in own:
            found.setdefault(_plain(name), []).append(place)
    return {name: tuple(places) for name, places in found.items()}


def _places(text: str) -> Iterator[int]:
    """1, 2 and 3 out of “1-3”."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _plain(text: str) -> str:
    """Lower case, words apart by single spaces, without a leading number such as CUB-200's “001.”."""
    words = re.sub(r"[^\w']+|_", " ", text).lower()
    return re.sub(r"^\d+ ", "", " ".join(words.split()))


def _forms(word: str) -> Iterator[str]:
    """`word`, then its words apart where it is in camel case, then what it may be the plural of."""
    yield _plain(word)
    plain = _plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word))
    yield plain
    rest, _, last = plain.rpartition(" ")
    lead = f"{rest} " if rest else ""
    if last in _IRREGULAR:
        yield lead + _IRREGULAR[last]
    for ending, single in _PLURALS:
        if last.endswith(ending) and len(last) > len(ending) + 1:
            yield lead + last.removesuffix(ending) + single
