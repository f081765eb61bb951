"""The judgement: all that answers tell of a classifier, beyond how many are right."""

from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.answers import Answers
from desktop_app.engine.calibration import (
    Reliability,
    fit_temperature,
    losses,
    reliability,
    softmax,
)
from desktop_app.engine.catalog import Split
from desktop_app.engine.curves import Curve, Curves, curves
from desktop_app.engine.metrics import top_k_accuracy
from desktop_app.engine.report import ClassScore, Report, judge

_ROUGH = 100  # pictures: with fewer, most bins of the reliability hold a handful
_ORDER: tuple[Split, ...] = ("train", "val", "test")


@dataclass(frozen=True)
class Temperature:
    """What divides the logits, so that probabilities can be believed.

    Attributes:
        value: above 1 where the classifier was too sure; None where there is no best one.
        pictures: on how many validation pictures it was fitted.
    """

    value: float | None
    pictures: int


@dataclass(frozen=True)
class Measured:
    """A run measured on one split of its pictures.

    Attributes:
        answers: to all its pictures.
        counts: split → how many pictures it has; only splits that have some.
        judgement: on the split asked for, or on the one that tells most.
    """

    answers: Answers
    counts: dict[Split, int]
    judgement: "Judgement"


@dataclass(frozen=True, eq=False)
class Mistake:
    """One picture by its loss: what it shows, what was said with which probability; `loss` in nats."""

    file: Path
    label: str
    said: str
    probability: float
    loss: float
    split: Split | None = None

    @property
    def right(self) -> bool:
        """Whether it is none, though the classifier was unsure."""
        return self.label == self.said


@dataclass(frozen=True, eq=False)
class Judgement:
    """A report and what it rests on.

    Attributes:
        report: the figures.
        answers: what was said of which picture.
        curves: of each class.
        before: reliability of the probabilities as they are.
        after: of those mended by the temperature; None without one.
        temperature: fitted on the run's validation pictures.
        by_loss: rows of `answers`, the highest loss first, int64 (n,).
        losses: of each picture, in the order of `answers`, nats (n,).
    """

    report: Report
    answers: Answers
    curves: Curves
    before: Reliability
    after: Reliability | None
    temperature: Temperature
    by_loss: NDArray[np.int64]
    losses: NDArray[np.float64]

    def mistakes(self, most: int) -> tuple[Mistake, ...]:
        """The `most` pictures with the highest loss, the highest first."""
        return tuple(self.mistake(row) for row in self.by_loss[:most])

    def mistake(self, row: int) -> Mistake:
        """What happened to the picture in a row of `answers`."""
        answers = self.answers
        names, said = answers.class_names, int(answers.guesses[row])
        return Mistake(
            answers.files[row],
            names[answers.labels[row]],
            names[said],
            float(answers.probabilities[row, said]),
            float(self.losses[row]),
            next((split for split in _ORDER if split == answers.splits[row]), None),
        )

    @property
    def calibration(self) -> str:
        """How far the probabilities can be believed, what temperature was found, where, and what it gives."""
        gap = f"On average, confidence and accuracy differ by {_percent(self.before.error)}"
        value, pictures = self.temperature.value, self.temperature.pictures
        if value is None or self.after is None:
            why = "all or nearly none of them are right" if pictures else "there are none"
            return f"{gap}. No temperature could be fitted on the validation pictures: {why}."
        these = self.report.source.startswith("validation")
        where = (
            "these same pictures, so this is slightly optimistic"
            if these
            else f"the {pictures:,} validation pictures"
        )
        return (
            f"{gap}; after calibration (temperature {value:.2f}), by {_percent(self.after.error)}. "
            f"The temperature was fitted on {where}; it changes no answer.{_few(len(self.answers))}"
        )

    def cell(self, truth: int, said: int) -> NDArray[np.int64]:
        """The rows behind a cell of the confusion matrix, the surest first, int64 (count,)."""
        rows = np.flatnonzero((self.answers.labels == truth) & (self.answers.guesses == said))
        return rows[np.argsort(-self.answers.probabilities[rows, said], kind="stable")]


def _few(pictures: int) -> str:
    return f" Of {pictures} pictures, both figures are rough." if pictures < _ROUGH else ""


def judge_answers(answers: Answers) -> Report:
    """All the figures, intervals and areas."""
    return _report(answers, curves(answers.labels, answers.probabilities))


def judgement(answers: Answers, temperature: Temperature) -> Judgement:
    """All there is to tell of `answers`, with a temperature fitted elsewhere."""
    lines = curves(answers.labels, answers.probabilities)
    lost = losses(answers.logits, answers.labels)
    mended = softmax(answers.logits, temperature.value) if temperature.value else None
    return Judgement(
        _report(answers, lines),
        answers,
        lines,
        reliability(answers.probabilities, answers.labels),
        None if mended is None else reliability(mended, answers.labels),
        temperature,
        np.argsort(-lost, kind="stable"),
        lost,
    )


def measure(answers: Answers, split: Split | None = None) -> Measured:
    """Judge `answers` to a run's pictures on `split`; unsaid, on test, else validation, else training."""
    counts = {each: len(part) for each in _ORDER if len(part := answers.of(each))}
    known = [each for each in _ORDER if each in counts]
    chosen: Split = split or (known[-1] if known else "train")
    return Measured(answers, counts, judgement(answers.of(chosen), temperature_of(answers)))


def temperature_of(answers: Answers | None) -> Temperature:
    """The temperature of a run, fitted on the validation pictures among the `answers` to its pictures."""
    if answers is None:
        return Temperature(None, 0)
    held = answers.of("val")
    return Temperature(fit_temperature(held.logits, held.labels), len(held))


def _report(answers: Answers, lines: Curves) -> Report:
    plain = judge(answers.source, answers.labels, answers.guesses, answers.class_names, answers.groups)
    classes, some = len(answers.class_names), len(answers) > 0
    k = 5 if classes > 10 else 3 if classes > 5 else 2 if classes > 2 else None

    def area(curve: Curve) -> float | None:
        return None if isnan(curve.area) else curve.area

    def scored(score: ClassScore, place: int) -> ClassScore:
        one, other = lines.roc[place], lines.precision_recall[place]
        return replace(score, roc_auc=area(one), average_precision=area(other))

    return replace(
        plain,
        per_class=tuple(scored(score, place) for place, score in enumerate(plain.per_class)),
        k=k,
        top_k=top_k_accuracy(answers.labels, answers.probabilities, k) if k and some else None,
        log_loss=float(losses(answers.logits, answers.labels).mean()) if some else None,
        calibration_error=reliability(answers.probabilities, answers.labels).error if some else None,
        roc_auc=None if isnan(lines.roc_mean) else lines.roc_mean,
        average_precision=None if isnan(lines.precision_mean) else lines.precision_mean,
    )


def _percent(share: float) -> str:
    return "–" if isnan(share) else f"{100 * share:.1f} %"
