"""The report: how well a classifier does on pictures whose class is known."""

from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.errors import EngineError
from desktop_app.engine.intervals import Method, intervals
from desktop_app.engine.metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    precision_recall_f1,
)
from desktop_app.engine.plain_value import count, number, pair, text

_OPTIONAL = ("top_k", "log_loss", "calibration_error", "roc_auc", "average_precision")


@dataclass(frozen=True)
class ClassScore:
    """One class: how many pictures it has, and its precision, recall and F1 in [0, 1].

    The areas below its ROC and its precision-recall curve are None where they are not known or not defined.
    """

    label: str
    support: int
    precision: float
    recall: float
    f1: float
    roc_auc: float | None = None
    average_precision: float | None = None


@dataclass(frozen=True)
class Report:
    """Judged on `images` pictures of what `source` names.

    Attributes:
        interval: 95 % interval of the accuracy, by the rule of `intervals`.
        confusion: counts pictures, a row a true class.
        interval_method: “wilson” or “bootstrap”; so for the balanced accuracy, whose interval is None in the
            report of an older version.
        top_k: the share of pictures whose class is among the `k` most probable; None for few classes. It and
            what follows is None where only the answers were known, not their probabilities.
        log_loss: mean cross-entropy, in nats.
        calibration_error: the expected one of 15 bins, in [0, 1].
        roc_auc: the mean over the classes, as is `average_precision`; None where no class has one.
    """

    source: str
    images: int
    accuracy: float
    interval: tuple[float, float]
    balanced_accuracy: float
    per_class: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    interval_method: Method = "wilson"
    balanced_interval: tuple[float, float] | None = None
    balanced_interval_method: Method = "wilson"
    k: int | None = None
    top_k: float | None = None
    log_loss: float | None = None
    calibration_error: float | None = None
    roc_auc: float | None = None
    average_precision: float | None = None

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
            scores = tuple(
                ClassScore(text(score.pop("label")), count(score.pop("support")), **_numbers(score))
                for score in map(dict, data["per_class"])
            )
            balanced, k = data.get("balanced_interval"), data.get("k")
            confusion = tuple(tuple(map(count, row)) for row in data["confusion"])
            if {len(scores)} != {len(confusion), *map(len, confusion)}:
                raise ValueError("its matrix and its classes do not match")
            return cls(
                source=text(data["source"]),
                images=count(data["images"]),
                accuracy=number(data["accuracy"]),
                interval=pair(data["interval"]),
                balanced_accuracy=number(data["balanced_accuracy"]),
                per_class=scores,
                confusion=confusion,
                interval_method=_method(data.get("interval_method", "wilson")),
                balanced_interval=None if balanced is None else pair(balanced),
                balanced_interval_method=_method(data.get("balanced_interval_method", "wilson")),
                k=None if k is None else count(k),
                **_numbers({name: data.get(name) for name in _OPTIONAL}),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(f"The report is damaged: {error}.") from error


def judge(
    source: str,
    truth: NDArray[np.int64],
    guess: NDArray[np.int64],
    names: tuple[str, ...],
    groups: NDArray[np.int64] | None = None,
) -> Report:
    """Compare the labels `guess` with `truth`, both of shape (n,) and indices into `names`.

    Pictures of the same number in `groups` (n,) are copies of one another; unsaid, there are none.
    """
    confusion = confusion_matrix(truth, guess, len(names))
    groups = np.arange(len(truth)) if groups is None else groups
    plain, balanced = intervals(truth, guess, len(names), groups)
    scores = zip(names, confusion.sum(axis=1), *precision_recall_f1(confusion), strict=True)
    return Report(
        source=source,
        images=len(truth),
        accuracy=accuracy(confusion),
        interval=(plain.low, plain.high),
        balanced_accuracy=balanced_accuracy(confusion),
        per_class=tuple(ClassScore(n, int(s), float(p), float(r), float(f)) for n, s, p, r, f in scores),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        interval_method=plain.method,
        balanced_interval=(balanced.low, balanced.high),
        balanced_interval_method=balanced.method,
    )


def _method(value: object) -> Method:
    for known in get_args(Method):
        if value == known:
            method: Method = known
            return method
    raise ValueError(f"{value!r} is no method")


def _numbers(values: dict[str, object]) -> dict[str, Any]:
    """Checked; those that may be missing may be None."""
    return {
        name: None if value is None and name in _OPTIONAL else number(value) for name, value in values.items()
    }
