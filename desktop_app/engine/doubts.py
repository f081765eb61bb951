"""Doubts: the pictures whose labels look wrong to heads that have not learned from them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.calibration import softmax
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.judgement import Mistake
from desktop_app.engine.label_errors import suspects
from desktop_app.engine.many_heads import out_of_fold
from desktop_app.engine.progress import Reporter
from desktop_app.engine.split import SplitSpec, folds

FOLDS = 5


def doubts(
    files: Sequence[Path],
    features: NDArray[np.floating],
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    names: Sequence[str],
    reporter: Reporter,
    seed: int = 0,
) -> tuple[Mistake, ...]:
    """The pictures whose labels look wrong, the most doubtful first.

    In a stratified cross-validation, plain logistic heads are asked about pictures that they have not learned
    from, and confident learning tells what is doubtful in their answers.

    Args:
        files: the pictures.
        features: what the base makes of them, (n, width).
        labels: indices into `names`, (n,).
        groups: pictures of one number are copies of one another, (n,): they stay in one fold, or each would
            vouch for the other's label.
        names: of the classes.
        reporter: hears of each fold.
        seed: of the folds.

    Returns:
        What each is labelled as, what it looks like, and how surely.

    Raises:
        EngineError: the pictures are too few.
    """
    catalog = Catalog(tuple(Picture(file, names[label]) for file, label in zip(files, labels, strict=True)))
    copies = {file: str(group) for file, group in zip(files, groups, strict=True)}
    dealt = folds(catalog, FOLDS, SplitSpec(seed=seed), {}, copies)
    said = softmax(out_of_fold(features, labels, dealt, groups, len(names), reporter))
    reporter.report(1.0, "Comparing labels")
    found = suspects(labels, said)
    loss = -np.log(np.maximum(said[np.arange(len(labels)), labels], np.finfo(np.float64).tiny))
    return tuple(
        Mistake(files[row], names[labels[row]], names[like], float(said[row, like]), float(loss[row]))
        for row, like in zip(found.rows, found.suggested, strict=True)
    )
