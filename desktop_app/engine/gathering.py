"""Gathering: the readable pictures of a catalog as features, each in its split, with its views."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.engine import fidelity
from desktop_app.engine.activation_store import LIMIT as ACTIVATIONS
from desktop_app.engine.augmentation import augmented
from desktop_app.engine.catalog import Catalog, Picture, Problem
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import Features, extract
from desktop_app.engine.frozen import FrozenBase
from desktop_app.engine.head_choice import deal
from desktop_app.engine.learning import Pictures
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.split import divide
from desktop_app.engine.views_spec import ViewsSpec


@dataclass(frozen=True)
class Gathered:
    """What the base has made of a catalog.

    Attributes:
        catalog: the pictures that could be read, each in its split, and the problems of the others.
        given: the same before they were divided.
        pictures: the same as features.
        base: in the form that gave them.
        fidelity: how that form was chosen, in words.
        cached: of how many pictures the features were stored.
        views_cached: how many further views were.
        trouble: why features could not be stored; empty where they could.
        room: bytes that are left to what a fine-tuning stores.
    """

    catalog: Catalog
    given: tuple[Picture, ...]
    pictures: Pictures
    base: FrozenBase
    fidelity: str
    cached: int
    views_cached: int
    trouble: str
    room: int


def gather(
    catalog: Catalog, spec: ExperimentSpec, folder: Path | None, base: FrozenBase, reporter: Reporter
) -> Gathered:
    """Compute the features of `catalog`, divide it, and compute the views of what is learned from.

    Args:
        catalog: pictures with their classes.
        spec: every choice.
        folder: of the feature cache; None to store nothing.
        base: a form of it is chosen that is faithful on these pictures.
        reporter: hears how fast it goes.

    Raises:
        EngineError: what can be read is not fit to train on.
    """
    resize, plan = spec.base.resize, spec.views or ViewsSpec(1)
    cache = FeatureCache(folder) if folder else None
    try:
        files = [p.path for p in catalog.pictures]
        base, chosen = fidelity.settle(base, files, cache, reporter.part(0, 0.01))
        first = 0.01 + 0.99 / plan.count
        found = extract(files, base, cache, reporter.part(0.01, first), spec.base.dtype, resize)
        usable, rows = _readable(catalog, found)
        contents = dict(zip(files, found.digests, strict=True))
        given = usable.pictures
        usable = divide(usable, spec.training.split, contents)
        names = usable.class_names
        pictures = Pictures(
            [p.path for p in usable.pictures],
            [found.digests[row] for row in rows],
            found.matrix[rows] if found.unreadable else found.matrix,  # no copy: it may be large
            np.array([names.index(p.label) for p in usable.pictures]),
            np.array([p.split for p in usable.pictures]),
            deal(usable, spec, contents),
        )
        views_cached = 0
        if plan.further:
            pictures, views_cached = augmented(pictures, base, cache, reporter.part(first, 1), resize, plan)
        room = cache.limit - cache.size if cache else ACTIVATIONS
    finally:
        if cache:
            cache.close()
    trouble = cache.trouble if cache else ""
    return Gathered(usable, given, pictures, base, chosen, found.cached, views_cached, trouble, room)


def _readable(catalog: Catalog, found: Features) -> tuple[Catalog, list[int]]:
    """The catalog less what could not be decoded, still fit to train on, and the rows that remain."""
    rows = [row for row in range(len(catalog.pictures)) if row not in found.unreadable]
    left_out = tuple(Problem(catalog.pictures[row].path, why) for row, why in found.unreadable.items())
    usable = Catalog(tuple(catalog.pictures[row] for row in rows), catalog.problems + left_out)
    usable.require_trainable()
    return usable, rows
