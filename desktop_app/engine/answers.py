"""The answers: what a classifier says of pictures, beside what they show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.calibration import softmax
from desktop_app.engine.catalog import Split
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.plain_file import require_plain

_LARGEST = 16_000_000_000  # bytes; it is mapped, not read
_WORDS: dict[Split, str] = {"train": "training", "val": "validation", "test": "test"}


@dataclass(frozen=True, eq=False)
class Answers:
    """What a classifier says of n pictures whose classes are known.

    Attributes:
        source: what the pictures are, in words.
        class_names: in the order of the logits.
        files: the pictures.
        labels: what they show, indices into `class_names`, int (n,).
        logits: float32 (n, classes); but for a number that all classes of a picture share.
        splits: “train”, “val” or “test”, or "" of pictures that the classifier has not met, (n,).
        groups: int (n,); pictures of the same number are copies of one another.
    """

    source: str
    class_names: tuple[str, ...]
    files: tuple[Path, ...]
    labels: NDArray[np.int64]
    logits: NDArray[np.float32]
    splits: NDArray[np.str_]
    groups: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Raise ValueError where the parts do not belong together."""
        count, classes = len(self.files), len(self.class_names)
        if self.logits.shape != (count, classes):
            raise ValueError(f"it has answers of shape {self.logits.shape} to {count} pictures")
        if not len(self.labels) == len(self.splits) == len(self.groups) == count:
            raise ValueError("its answers and its pictures do not match")
        if not np.isfinite(self.logits).all():
            raise ValueError("its answers are not all numbers")

    def __len__(self) -> int:
        return len(self.files)

    @classmethod
    def of_run(
        cls, lines: Sequence[Line], class_names: tuple[str, ...], logits: NDArray[np.float32]
    ) -> "Answers":
        """Put the lines of a run's pictures.csv beside its logits, in the same order.

        Raises:
            ValueError: they do not belong together.
        """
        place = {name: index for index, name in enumerate(class_names)}
        strangers = {line.label for line in lines} - place.keys()
        if strangers:
            raise ValueError(f"it has pictures of the unknown class “{min(strangers)}”")
        return cls(
            "all its pictures",
            class_names,
            tuple(line.file for line in lines),
            np.array([place[line.label] for line in lines], np.int64),
            logits,
            np.array([line.split or "" for line in lines], "U5"),
            copies([line.digest for line in lines]),
        )

    def of(self, split: Split) -> "Answers":
        """Those to the pictures of one split."""
        return replace(self.where(self.splits == split), source=f"{_WORDS[split]} pictures")

    def where(self, chosen: NDArray[np.bool_]) -> "Answers":
        """Those to the pictures that are `chosen`, (n,)."""
        return replace(
            self,
            files=tuple(self.files[index] for index in np.flatnonzero(chosen)),
            labels=self.labels[chosen],
            logits=self.logits[chosen],
            splits=self.splits[chosen],
            groups=self.groups[chosen],
        )

    @cached_property
    def probabilities(self) -> NDArray[np.float64]:
        """Softmax of the logits, (n, classes)."""
        return softmax(self.logits)

    @property
    def guesses(self) -> NDArray[np.int64]:
        """The class that each picture gets, (n,)."""
        said: NDArray[np.int64] = self.logits.argmax(axis=1)
        return said


def copies(digests: Sequence[str]) -> NDArray[np.int64]:
    """A number for each digest, the same for the same; each "" gets one of its own."""
    seen: dict[str, int] = {}
    names = (digest or f" {index}" for index, digest in enumerate(digests))
    return np.array([seen.setdefault(name, len(seen)) for name in names], np.int64)


def write_logits(path: Path, logits: NDArray[np.float32]) -> None:
    """Write logits (n, classes) as NumPy's own file."""
    np.save(path, logits.astype(np.float32), allow_pickle=False)


def read_logits(path: Path) -> NDArray[np.float32]:
    """Read what `write_logits` wrote; the file cannot claim more numbers than it holds.

    Raises:
        ValueError: it holds something else.
        OSError: it cannot be read.
    """
    require_plain(path, _LARGEST)
    try:
        found = np.lib.format.open_memmap(path, mode="r")
    except OSError:
        raise
    except Exception as error:  # NumPy reads a header by Python's own parser, which raises many things
        raise ValueError(f"its {path.name} is damaged ({str(error)[:200]!r})") from error
    if found.dtype != np.float32 or found.ndim != 2:
        raise ValueError(f"its {path.name} holds no logits")
    return np.array(found)
