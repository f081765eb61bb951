"""The ranking of backbones: which one's features tell these pictures apart, found out on a sample.

Successive halving: all are asked about few pictures, the better half about twice as many, and so on until two
or three have seen the most.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.catalog import Catalog
from desktop_app.engine.errors import EngineError
from desktop_app.engine.logme import logme
from desktop_app.engine.probe import probe
from desktop_app.engine.progress import Reporter
from desktop_app.engine.sampling import stratified_order
from desktop_app.engine.split import SplitSpec, folds

FOLDS = 5
FINALISTS = 3
_EMPTY: Mapping[Any, Any] = MappingProxyType({})
Folds = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Look:
    """What a backbone makes of some files.

    Attributes:
        features: (n, width), a row a file.
        seconds: to compute one of them.
        digests: SHA-256 of each file's content, in hex; none where they are not known.
        unreadable: indices of files whose rows mean nothing.
    """

    features: NDArray[np.floating]
    seconds: float
    digests: tuple[str, ...] = ()
    unreadable: frozenset[int] = frozenset()


class Looker(Protocol):
    """Computes the features of `files` by the backbone called `name`, or fetches them."""

    def __call__(self, name: str, files: Sequence[Path], reporter: Reporter) -> Look: ...  # noqa: D102


@dataclass(frozen=True)
class Standing:
    """How a backbone did on the most pictures that it was asked about.

    Attributes:
        backbone: its name.
        pictures: how many they were; those who were asked about fewer rank below.
        accuracy: of the cross-validated linear probe.
        interval: 95 % of it.
        logme: the evidence of its features, in nats a picture.
        seconds: a picture's, for computing its features.
        problem: "", or why it could not take part.
    """

    backbone: str
    pictures: int = 0
    accuracy: float = float("nan")
    interval: tuple[float, float] = (0.0, 1.0)
    logme: float = float("nan")
    seconds: float = float("nan")
    problem: str = ""


@dataclass(frozen=True)
class RankingSpec:
    """How many pictures all are asked about first, how many the last at most, and who they are."""

    first: int = 250
    most: int = 1000
    seed: int = 0
    group_by: str = ""


def rank(
    backbones: Sequence[str],
    catalog: Catalog,
    look: Looker,
    reporter: Reporter,
    spec: RankingSpec = RankingSpec(),
    duplicates: Mapping[Path, str] = _EMPTY,
) -> tuple[Standing, ...]:
    """Rank backbones by the accuracy of a linear probe on a stratified sample, best first; ties by LogME.

    Test pictures take no part. The samples hold one another, so that a `look` that remembers computes no
    features twice. A backbone that `look` raises an `EngineError` for is last, with its problem.

    Args:
        backbones: names, in no order.
        catalog: pictures, of which those with a class take part.
        look: gives features.
        reporter: hears who is asked, and is told each standing as soon as it is known; of one backbone, the
            last counts.
        spec: the sample.
        duplicates: as in `split.divide`; groups and copies are never on both sides of the probe.

    Raises:
        EngineError: there are too few pictures or classes to compare anything.
    """
    pictures = [p for p in catalog.pictures if p.label and p.split != "test"]
    order = stratified_order([p.label for p in pictures], spec.seed)
    sizes = _rungs(min(spec.first, len(pictures)), min(spec.most, len(pictures)))

    def cut(sample: Catalog, digests: Mapping[Path, str]) -> Folds:
        return folds(sample, FOLDS, SplitSpec(seed=spec.seed, group_by=spec.group_by), digests, duplicates)

    standings: dict[str, Standing] = {}
    running = list(dict.fromkeys(backbones))
    for number, size in enumerate(sizes):
        sample = replace(catalog, pictures=tuple(pictures[index] for index in sorted(order[:size])))
        if len(sample.class_names) < 2:
            raise EngineError(
                "There is nothing to tell apart: all pictures are of one class.", "Add a second class."
            )
        cut(sample, {})  # says now what it would say once the contents are known
        stage = reporter.part(number / len(sizes), (number + 1) / len(sizes))  # half as many, twice as much
        turn = f", round {number + 1} of {len(sizes)}" if len(sizes) > 1 else ""
        for place, name in enumerate(running):
            own = stage.part(place / len(running), (place + 1) / len(running)).about(name + turn)
            own.report(0, f"{size:,} pictures")
            try:
                seen = look(name, [p.path for p in sample.pictures], own.part(0, 0.8))
            except EngineError as error:
                standings[name] = Standing(name, problem=str(error))
            else:
                standings[name] = _judge(name, sample, seen, cut, own.part(0.8, 1))
            reporter.tell(standings[name])
        fit = [one.backbone for one in best_first(standings[name] for name in running) if not one.problem]
        running = fit[: max(FINALISTS, ceil(len(fit) / 2))]
    reporter.report(1, "Ranked")
    return best_first(standings.values())


def best_first(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Who was asked about more pictures comes first, then who was right more often; ties by LogME."""
    return tuple(sorted(standings, key=_goodness))


def _judge(
    name: str,
    sample: Catalog,
    seen: Look,
    cut: Callable[[Catalog, Mapping[Path, str]], Folds],
    reporter: Reporter,
) -> Standing:
    """How `name` does on what can be read of `sample`."""
    kept = [index for index in range(len(sample.pictures)) if index not in seen.unreadable]
    digests = {sample.pictures[index].path: seen.digests[index] for index in kept if seen.digests}
    sample = replace(sample, pictures=tuple(sample.pictures[index] for index in kept))
    labels = np.array([sample.class_names.index(p.label) for p in sample.pictures])
    features = seen.features[kept]
    found = probe(features, labels, cut(sample, digests), reporter)
    reporter.report(1, "Evidence")
    return Standing(name, len(kept), found.accuracy, found.interval, logme(features, labels), seen.seconds)


def _rungs(first: int, most: int) -> list[int]:
    """How many pictures each round has: twice as many as the one before, the last all of them."""
    sizes = [first]
    while sizes[-1] * 2 <= most:
        sizes.append(sizes[-1] * 2)
    return sizes if sizes[-1] == most else [*sizes[:-1], most]


def _goodness(one: Standing) -> tuple[float, ...]:
    return (bool(one.problem), -one.pictures, -one.accuracy, -one.logme)
