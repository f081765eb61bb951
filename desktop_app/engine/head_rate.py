"""The learning-rate finder on a head: from pictures to a curve."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop_app.engine.candidates import Candidates
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.errors import EngineError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.head import build_head
from desktop_app.engine.keras_bridge import seed_everything
from desktop_app.engine.objective import Objective
from desktop_app.engine.progress import Reporter
from desktop_app.engine.rate_finder import STEPS, RateCurve, sweep
from desktop_app.engine.sampling import stratified_order
from desktop_app.engine.specs import ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.split import divide
from desktop_app.engine.training import Examples, Learner
from desktop_app.engine.weights import WeightsStore

ROWS = 2000  # pictures at most
_JUDGED = 512  # of them at most, on which the loss is measured at every step: one batch alone says little


def find_rate(
    catalog: Catalog, spec: ExperimentSpec, store: WeightsStore, cache: Path | None, reporter: Reporter
) -> RateCurve:
    """Sweep the learning rate of the head of `spec` on a sample of the training pictures.

    Their features are kept in `cache`, where the training finds them again.

    Raises:
        EngineError: the head is solved without a learning rate, or the pictures or weights are not as they
            must be.
    """
    if not spec.head.units:
        raise EngineError(
            "A head without hidden layers has no learning rate: it is solved exactly.",
            "Give it a hidden layer, such as 256 units.",
        )
    catalog.require_trainable()
    usable = divide(catalog.labelled, spec.training.split, {})
    pictures = usable.in_split("train")
    labels = np.array([usable.class_names.index(picture.label) for picture in pictures])
    chosen = stratified_order(labels, spec.training.seed)[:ROWS]
    files = [pictures[row].path for row in chosen]
    kept = FeatureCache(cache) if cache else None
    try:
        ask = Candidates(catalog, spec.base, spec.training.seed, store, kept, download=True)
        look = ask(spec.base.backbone, files, reporter.part(0, 0.8))
    finally:
        if kept:
            kept.close()
    readable = [row for row in range(len(files)) if row not in look.unreadable]
    examples = Examples(look.features[readable], labels[chosen][readable])
    classes = len(usable.class_names)
    return sweep_head(spec.head, spec.training, examples, classes, reporter.part(0.8, 1))


def sweep_head(
    spec: HeadSpec, training: TrainingSpec, examples: Examples, classes: int, reporter: Reporter
) -> RateCurve:
    """Train a new head on batches of `examples`, each at a higher rate; the head is thrown away.

    The loss is that of the same pictures at every step, which the field's finders cannot afford.
    """
    seed_everything(training.seed)
    dice = np.random.default_rng(training.seed)
    head = build_head(spec, examples.features.shape[1], classes)
    asked = Objective.of(training, examples.labels, classes)
    steady = replace(training, schedule="constant")
    learner = Learner(head, steady, asked, Scaling.fit(examples.features), STEPS, Reporter())
    judged = Examples(examples.features[:_JUDGED], examples.labels[:_JUDGED])
    waiting: list[int] = []

    def step(rate: float) -> float:
        nonlocal waiting
        if len(waiting) < training.batch:
            waiting += dice.permutation(len(examples.labels)).tolist()
        batch, waiting = waiting[: training.batch], waiting[training.batch :]
        loss, _ = learner.check(judged)
        learner.set_rate(rate)
        learner.learn(Examples(examples.features[batch], examples.labels[batch]), dice)
        return loss

    return sweep(step, reporter)
