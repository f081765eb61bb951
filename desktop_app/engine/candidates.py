"""The candidates of a ranking: real backbones, built when they are asked."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from desktop_app.engine import features, fidelity, frozen, speed
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.errors import EngineError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.frozen import FrozenBase
from desktop_app.engine.pretrained import loader
from desktop_app.engine.progress import Reporter
from desktop_app.engine.ranking import FINALISTS, Look, RankingSpec, Standing, rank
from desktop_app.engine.specs import BaseSpec
from desktop_app.engine.weights import WeightsStore

_SECONDS = 0.5  # of measuring how fast one computes
_NONE: Mapping[Path, str] = MappingProxyType({})


def rank_backbones(
    names: Sequence[str],
    catalog: Catalog,
    base: BaseSpec,
    spec: RankingSpec,
    store: WeightsStore,
    cache: Path | None,
    reporter: Reporter,
    download: bool = True,
    duplicates: Mapping[Path, str] = _NONE,
) -> tuple[Standing, ...]:
    """Rank the backbones `names` on pictures of `catalog`; see `ranking.rank`.

    Their features are kept in `cache` under the names by which a training with `base` and the seed of `spec`
    looks for them, so that it begins where this ended.

    Args:
        names: of backbones.
        catalog: pictures, of which those with a class take part.
        base: all but the backbone: weights (“imagenet” or “none”), pooling, precision, resizing.
        spec: the sample.
        store: where weights are, or are downloaded to.
        cache: the folder of stored features; None to store nothing.
        reporter: hears who is asked, and is told each `Standing`.
        download: whether missing weights may be downloaded; else their backbones take no part.
        duplicates: picture → name of its group of near-duplicates.
    """
    kept = FeatureCache(cache) if cache else None
    try:
        candidates = Candidates(catalog, base, spec.seed, store, kept, download)
        return rank(names, catalog, candidates, reporter, spec, duplicates)
    finally:
        if kept:
            kept.close()


class Candidates:
    """Computes features by the backbone asked for; of those built, the last few are kept."""

    def __init__(
        self,
        catalog: Catalog,
        base: BaseSpec,
        seed: int,
        store: WeightsStore,
        cache: FeatureCache | None,
        download: bool,
    ) -> None:
        self._files = [p.path for p in catalog.labelled.pictures]
        self._base, self._seed, self._store, self._cache = base, seed, store, cache
        self._download = download
        self._built: OrderedDict[str, FrozenBase] = OrderedDict()
        self._seconds: dict[str, float] = {}

    def __call__(self, name: str, files: Sequence[Path], reporter: Reporter) -> Look:
        """Features of `files`; an `EngineError` where there are no weights, or nothing can be read."""
        base = self._open(name, reporter.part(0, 0.3))
        dtype, resize = self._base.dtype, self._base.resize  # as a training has it
        found = features.extract(files, base, self._cache, reporter.part(0.3, 0.9), dtype, resize)
        if len(found.unreadable) == len(files):
            raise EngineError("None of the pictures can be read.", "See the Data page for the reasons.")
        if name not in self._seconds:
            rate = speed.measure(base, reporter.part(0.9, 1), "Measuring its speed", _SECONDS)
            self._seconds[name] = 1 / rate
        return Look(found.matrix, self._seconds[name], found.digests, frozenset(found.unreadable))

    def _open(self, name: str, reporter: Reporter) -> FrozenBase:
        """Build it, or take it from the last few; in the form that a training on all pictures would take."""
        if name not in self._built:
            spec = replace(self._base, backbone=name)
            load, _ = loader(spec, self._seed, self._store, reporter.part(0, 0.5), self._download)
            reporter.report(0.5, "Building it")
            base, _ = fidelity.settle(
                frozen.build(spec, self._seed, load), self._files, self._cache, reporter.part(0.7, 1)
            )
            self._built[name] = base
        self._built.move_to_end(name)
        while len(self._built) > FINALISTS:
            self._built.popitem(last=False)
        return self._built[name]
