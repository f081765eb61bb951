"""What learns in a training: the head and then, where that is asked for, the last blocks of the base."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.activation_store import ActivationStore
from desktop_app.engine.activations import Activations, activations
from desktop_app.engine.boundary import cut
from desktop_app.engine.errors import FinishedEarly
from desktop_app.engine.frozen import FrozenBase
from desktop_app.engine.head import build_head
from desktop_app.engine.head_choice import choose
from desktop_app.engine.history import EpochRow
from desktop_app.engine.keras_bridge import seed_everything
from desktop_app.engine.objective import Objective
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import HeadChoice, Tuning
from desktop_app.engine.scratch import course, whole
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.training import Examples, Trained, answer, train_head
from desktop_app.engine.tuning import Rows, logits, tune


@dataclass(frozen=True)
class Pictures:
    """What is learned from and judged on, a row a picture.

    Attributes:
        files: all of them readable.
        digests: SHA-256 of each file's content, in hex.
        features: what the frozen base makes of them, (n, width).
        labels: int (n,).
        splits: “train”, “val” or “test”, (n,).
        folds: which fold of a cross-validation each is in, (n,), as `head_choice.deal` gives it; None where
            the head is given.
        views: what the base makes of all views of the training pictures, or of all pictures if `averaged`,
            (m, views, width); None where there is one view, `features`.
        averaged: whether the answer to a picture is by the mean of its views' logits.
    """

    files: Sequence[Path]
    digests: Sequence[str]
    features: NDArray[Any]
    labels: NDArray[np.int64]
    splits: NDArray[np.str_]
    folds: NDArray[np.int64] | None = None
    views: NDArray[Any] | None = None
    averaged: bool = False

    def examples(self, split: str) -> Examples:
        """Features and labels of one split; of the training pictures, all views of one after the other."""
        chosen = self.splits == split
        if self.views is not None and split == "train":
            kept = self.views[chosen] if self.averaged else self.views
            _, count, width = kept.shape
            return Examples(kept.reshape(-1, width), np.repeat(self.labels[chosen], count), count)
        return Examples(self.features[chosen], self.labels[chosen])

    def rows(self, kept: Activations, split: str = "") -> Rows:
        """What is `kept` of one split, or of all of them."""
        chosen = np.flatnonzero(self.splits == split) if split else np.arange(len(self.files))
        return Rows(kept, chosen, self.labels[chosen])


@dataclass(frozen=True)
class Learned:
    """What learning gave; with `tuning`, the base's model has learned, too.

    Attributes:
        head: from features to logits.
        history: one row an epoch.
        best_epoch: the one whose weights were kept.
        l2: the head's L2 weight.
        logits: what base and head say of each picture, float32 (n, classes).
        tuning: None where the base has stayed as it was.
        head_choice: None where the head was given.
    """

    head: Any
    history: tuple[EpochRow, ...]
    best_epoch: int
    l2: float
    logits: NDArray[np.float32]
    tuning: Tuning | None = None
    head_choice: HeadChoice | None = None

    def figures(self) -> dict[str, Any]:
        """What a run's summary says of the head alone and of how it was chosen."""
        figures: dict[str, Any] = {}
        if self.tuning:
            figures["head_val_accuracy"] = self.tuning.head_val_accuracy
        if choice := self.head_choice:
            figures["head_choice"] = {**asdict(choice), "taken": "hidden" if choice.takes_hidden else "plain"}
        return figures


def _file(state: Path | None, stage: str) -> Path | None:
    """Where a stage saves its epochs."""
    return state / f"{stage}.npz" if state else None


def learn(
    spec: ExperimentSpec,
    base: FrozenBase,
    pictures: Pictures,
    classes: int,
    store: ActivationStore,
    reporter: Reporter,
    lap: Callable[[str], None],
    state: Path | None = None,
    begun: Sequence[NDArray[Any]] = (),
) -> Learned:
    """Train a head on the features of `base`, and tune the base where `spec` says so; or all from scratch.

    Args:
        spec: every choice.
        base: in whatever form gave the features.
        pictures: those of the split “train” are learned from, those of “val” choose what is kept.
        classes: how many there are.
        store: keeps what crosses the freeze boundary.
        reporter: hears of all stages, and of every epoch.
        lap: is told when a stage has ended, by its name.
        state: a folder in which each stage saves its epochs, to go on from should this program be stopped.
        begun: the weights of the head to go on from; none of a new one.
    """
    if spec.start == "scratch":
        learned = _learn_from_scratch(spec, base, pictures, classes, reporter, _file(state, "scratch"))
        lap("scratch")
        return learned
    stage = reporter.part(0, 0.1) if spec.tuning else reporter
    train, val = pictures.examples("train"), pictures.examples("val")
    shape, choice = spec.head, None
    if pictures.folds is not None:
        dealt = pictures.folds[pictures.splits == "train"]
        choice = choose(shape, spec.training, train, dealt, classes, stage.part(0, 0.6))
        shape = shape if choice.takes_hidden else replace(shape, units=())
        stage = stage.part(0.6, 1)
    file = _file(state, "head")
    trained = train_head(shape, spec.training, train, val, classes, stage, file, begun)
    lap("head")
    tuned = _tune(spec, base, trained, pictures, store, reporter.part(0.1, 1), _file(state, "tuning"))
    if tuned:
        lap("tuning")
        return replace(tuned, head_choice=choice)
    asked = pictures.features if pictures.views is None or not pictures.averaged else pictures.views
    said = answer(trained.head, asked)
    return Learned(trained.head, trained.history, trained.best_epoch, trained.l2, said, None, choice)


def _tune(
    spec: ExperimentSpec,
    base: FrozenBase,
    trained: Trained,
    pictures: Pictures,
    store: ActivationStore,
    reporter: Reporter,
    checkpoint: Path | None,
) -> Learned | None:
    """Tune the last blocks of the base together with the trained head.

    All of it goes by the untouched float32 network, which is what a run saves. A faster form gave the head
    its features; here its errors, small as they are, would be learned.

    Returns:
        None where nobody asked for it, or the user wanted to finish before its first epoch had begun.
    """
    if not spec.tuning:
        return None
    divided = cut(base.plain(), spec.tuning.blocks)
    try:
        preparing = reporter.part(0, 0.3).hasty()
        preparing.checkpoint()
        kept = activations(
            pictures.files, pictures.digests, divided, store, preparing, resize=spec.base.resize
        )
    except FinishedEarly:
        return None
    with closing(kept):

        def follow(row: EpochRow) -> EpochRow:
            return replace(row, epoch=len(trained.history) + row.epoch, stage="tuning")

        learning = reporter.part(0.3, 0.95).relabelling(follow)
        seen = pictures.labels[pictures.splits == "train"]
        asked = Objective.of(spec.training, seen, trained.head.output_shape[-1])
        tuned = tune(
            divided,
            trained.head,
            spec.tuning,
            pictures.rows(kept, "train"),
            pictures.rows(kept, "val"),
            learning,
            checkpoint,
            asked,
        )
        reporter.report(0.95, "Fine-tuning: judging all pictures")
        said = logits(divided, trained.head, pictures.rows(kept), reporter)
    best = len(trained.history) + tuned.best_epoch if tuned.best_epoch else 0
    return Learned(
        trained.head,
        (*trained.history, *map(follow, tuned.history)),
        best or trained.best_epoch,
        trained.l2,
        said,
        Tuning(best, *tuned.before, kept.stored),
    )


def _learn_from_scratch(
    spec: ExperimentSpec,
    base: FrozenBase,
    pictures: Pictures,
    classes: int,
    reporter: Reporter,
    checkpoint: Path | None,
) -> Learned:
    """Train base and head together on the pictures themselves, which are decoded anew at each look."""
    divided = whole(base, reporter.checkpoint)
    seed_everything(spec.training.seed)
    head = build_head(spec.head, base.width, classes)
    resize = spec.base.resize
    pixels = activations(pictures.files, pictures.digests, divided, None, reporter, resize=resize)

    learning = reporter.part(0, 0.95).relabelling(lambda row: replace(row, stage="scratch"))
    asked = Objective.of(spec.training, pictures.labels[pictures.splits == "train"], classes)
    tuned = tune(
        divided,
        head,
        course(spec),
        pictures.rows(pixels, "train"),
        pictures.rows(pixels, "val"),
        learning,
        checkpoint,
        asked,
    )
    reporter.report(0.95, "Training from scratch: judging all pictures")
    said = logits(divided, head, pictures.rows(pixels), reporter)
    history = tuple(replace(row, stage="scratch") for row in tuned.history)
    return Learned(head, history, tuned.best_epoch, spec.head.l2, said)
