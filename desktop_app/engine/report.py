"""The report: how well a classifier does on pictures whose class is known."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.errors import EngineError
from desktop_app.engine.metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    precision_recall_f1,
    wilson_interval,
)


@dataclass(frozen=True)
class ClassScore:
    """One class: how many pictures it has, and its precision, recall and F1 in [0, 1]."""

    label: str
    support: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Report:
    """Judged on `images` pictures of what `source` names.

    `interval` is the 95 % Wilson interval of the accuracy; `confusion` counts pictures, a row a true class.
    """

    source: str
    images: int
    accuracy: float
    interval: tuple[float, float]
    balanced_accuracy: float
    per_class: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]

    @property
    def class_names(self) -> tuple[str, ...]:
        """In the order of the matrix."""
        return tuple(score.label for score in self.per_class)

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, lists, strings and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        """The inverse of `to_json`; an `EngineError` where `data` is not of that form."""
        try:
            low, high = map(_number, data["interval"])
            scores = tuple(
                ClassScore(_text(score.pop("label")), _count(score.pop("support")), **_numbers(score))
                for score in map(dict, data["per_class"])
            )
            confusion = tuple(tuple(map(_count, row)) for row in data["confusion"])
            if {len(scores)} != {len(confusion), *map(len, confusion)}:
                raise ValueError("its matrix and its classes do not match")
            return cls(
                source=_text(data["source"]),
                images=_count(data["images"]),
                accuracy=_number(data["accuracy"]),
                interval=(low, high),
                balanced_accuracy=_number(data["balanced_accuracy"]),
                per_class=scores,
                confusion=confusion,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(f"The report is damaged: {error}.") from error


def judge(
    source: str, truth: NDArray[np.integer], guess: NDArray[np.integer], names: tuple[str, ...]
) -> Report:
    """Compare the labels `guess` with `truth`, both of shape (n,) and indices into `names`."""
    confusion = confusion_matrix(truth, guess, len(names))
    scores = zip(names, confusion.sum(axis=1), *precision_recall_f1(confusion), strict=True)
    return Report(
        source=source,
        images=len(truth),
        accuracy=accuracy(confusion),
        interval=wilson_interval(int(np.trace(confusion)), len(truth)),
        balanced_accuracy=balanced_accuracy(confusion),
        per_class=tuple(ClassScore(n, int(s), float(p), float(r), float(f)) for n, s, p, r, f in scores),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is no count")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no number")
    return value


def _numbers(values: dict[str, object]) -> dict[str, float]:
    return {name: _number(value) for name, value in values.items()}
