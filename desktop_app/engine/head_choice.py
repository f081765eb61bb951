"""The choice of a head: hidden layers must earn their place by cross-validation."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.catalog import Catalog
from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import HeadChoice
from desktop_app.engine.sampling import stratified_order
from desktop_app.engine.specs import ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.split import folds
from desktop_app.engine.training import Examples, answer, train_head

FOLDS = 5
MOST = 500  # pictures: more of them would take minutes, and hardly tell more


def deal(catalog: Catalog, spec: ExperimentSpec, digests: Mapping[Path, str]) -> NDArray[np.int64] | None:
    """The fold of each picture of a divided catalog, (n,), and -1 for those that take no part.

    A stratified sample of the training pictures does, groups in one fold; none does where there are too few.
    Where `spec` leaves no head to choose, the answer is None.
    """
    if not (spec.head.automatic and spec.head.units):
        return None
    split = spec.training.split
    dealt = np.full(len(catalog.pictures), -1, np.int64)
    rows = np.array([row for row, p in enumerate(catalog.pictures) if p.split == "train"], np.int64)
    rows = np.sort(rows[stratified_order([catalog.pictures[row].label for row in rows], split.seed)[:MOST]])
    sample = replace(catalog, pictures=tuple(catalog.pictures[row] for row in rows))
    try:
        for number, members in enumerate(folds(sample, FOLDS, split, digests)):
            dealt[rows[list(members)]] = number
    except EngineError:
        pass
    return dealt


def choose(
    spec: HeadSpec,
    training: TrainingSpec,
    examples: Examples,
    dealt: NDArray[np.int64],
    classes: int,
    reporter: Reporter,
) -> HeadChoice:
    """Ask a plain logistic head and the one with hidden layers about pictures that neither has seen.

    Both learn as they would in earnest, from all folds but two: one chooses the L2 weight or the epoch, the
    other judges. Hidden layers are taken where they are better by more than a standard error of the
    difference, each picture paired with itself; ties go to the plain head, also where there is nothing to
    compare.

    Args:
        spec: of the head with hidden layers.
        training: of both.
        examples: those to learn from, in all their views; they are asked about as they are.
        dealt: the fold of each picture, (n,), as `deal` gives it.
        classes: how many there are.
        reporter: hears of each fold.
    """
    if (dealt < 0).all():
        return HeadChoice(0, 0.0, 0.0, 0.0)
    heads = replace(spec, units=()), spec
    right = np.zeros((len(heads), len(dealt)))
    for held in range(FOLDS):
        reporter.report(held / FOLDS, f"Choosing the head: part {held + 1} of {FOLDS}")
        after = (held + 1) % FOLDS
        learn = examples.of((dealt >= 0) & (dealt != held) & (dealt != after))
        check, ask = (examples.of(dealt == fold).as_they_are() for fold in (after, held))
        for row, head in zip(right, heads, strict=True):
            trained = train_head(head, training, learn, check, classes, reporter.silent())
            row[dealt == held] = answer(trained.head, ask.features).argmax(axis=1) == ask.labels
    plain, hidden = right[:, dealt >= 0]
    gain = hidden - plain
    error = float(gain.std() / np.sqrt(len(gain)))
    return HeadChoice(len(gain), float(plain.mean()), float(hidden.mean()), error)
