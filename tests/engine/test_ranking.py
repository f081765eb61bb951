"""The ranking puts backbones in the order of what their features tell, and asks the weak ones little."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine import linear
from desktop_app.engine.catalog import Catalog, Picture, Split
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.logme import logme
from desktop_app.engine.probe import probe
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.ranking import Look, RankingSpec, Standing, rank
from desktop_app.engine.split import SplitSpec, folds

SIGNALS = {"blind": 0.0, "weak": 0.25, "fair": 0.5, "good": 0.8, "better": 1.2, "best": 2.0}
SPEC = RankingSpec(first=40, most=160)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower by two threads, many times where the machine is busy."""
    with threadpool_limits(1):
        yield


def catalog(count: int = 200, split: Split | None = None) -> Catalog:
    return Catalog(tuple(Picture(Path(f"/{'ab'[n % 2]}/{n}"), "ab"[n % 2], split) for n in range(count)))


class Backbones:
    """Features of which a part depends on the class, as much as the name says; keeps what it was asked."""

    def __init__(self, broken: str = "") -> None:
        self.asked: list[tuple[str, tuple[Path, ...]]] = []
        self._broken = broken

    def __call__(self, name: str, files: Sequence[Path], reporter: Reporter) -> Look:
        self.asked.append((name, tuple(files)))
        reporter.checkpoint()
        if name == self._broken:
            raise EngineError("Its weights are missing.", "Import them.")
        rows = [np.random.default_rng([int(file.name), len(name)]).normal(size=24) for file in files]
        features = np.array(rows, np.float32)
        features[:, :6] += SIGNALS[name] * np.array([[file.parts[1] == "a"] for file in files])
        return Look(features, 0.01 * len(name))


Contest = tuple[Backbones, tuple[Standing, ...]]


@pytest.fixture(scope="module")
def contest() -> Contest:
    """All of `SIGNALS`, asked and ranked."""
    backbones = Backbones()
    with threadpool_limits(1):
        return backbones, rank(sorted(SIGNALS), catalog(), backbones, Reporter(), SPEC)


def test_the_order_is_that_of_what_the_features_tell(contest: Contest) -> None:
    _, ranked = contest
    assert [one.backbone for one in ranked][:3] == ["best", "better", "good"]
    assert {one.backbone for one in ranked} == set(SIGNALS)
    for one in ranked:
        assert one.interval[0] <= one.accuracy <= one.interval[1]
        assert one.seconds == 0.01 * len(one.backbone)
        assert not one.problem
    assert ranked[0].logme > ranked[1].logme > ranked[2].logme


def test_halves_are_asked_about_twice_as_many_pictures(contest: Contest) -> None:
    backbones, ranked = contest
    assert Counter(len(files) for _, files in backbones.asked) == {40: 6, 80: 3, 160: 3}
    assert [one.pictures for one in ranked] == [160, 160, 160, 40, 40, 40]
    smaller, larger = backbones.asked[0][1], backbones.asked[-1][1]
    assert set(smaller) < set(larger)
    assert Counter(file.parts[1] for file in smaller) == {"a": 20, "b": 20}


def test_who_is_asked_about_more_ranks_above_whatever_comes_of_it() -> None:
    strong = Backbones()

    def weaker(name: str, files: Sequence[Path], reporter: Reporter) -> Look:
        seen = strong(name, files, reporter)
        return seen if len(files) == 40 else Look(np.zeros_like(seen.features), seen.seconds)

    ranked = rank(["good", "better", "best", "fair"], catalog(), weaker, Reporter(), SPEC)
    assert [one.pictures for one in ranked] == [160, 160, 160, 40]
    assert ranked[3].accuracy > ranked[0].accuracy


def test_a_standing_is_the_probes_and_logmes_on_the_same_folds() -> None:
    here = catalog(100)
    (one,) = rank(["fair"], here, Backbones(), Reporter(), RankingSpec(100, 100, seed=3))
    features = Backbones()("fair", [p.path for p in here.pictures], Reporter()).features
    labels = np.array(["ab".index(p.label) for p in here.pictures])
    found = probe(features, labels, folds(here, 5, SplitSpec(seed=3), {}), Reporter())
    assert one == Standing("fair", 100, found.accuracy, found.interval, logme(features, labels), 0.04)


def test_the_accuracy_is_scikit_learns_on_the_same_folds() -> None:
    """Also the choice of each fold's penalty is made again, by scikit-learn alone."""
    here, labels = catalog(100), np.arange(100) % 2
    (one,) = rank(["fair"], here, Backbones(), Reporter(), RankingSpec(100, 100, seed=3))
    features = Backbones()("fair", [p.path for p in here.pictures], Reporter()).features.astype(np.float64)
    parts = [np.array(fold) for fold in folds(here, 5, SplitSpec(seed=3), {})]
    right = 0
    for number, held in enumerate(parts):
        inner = parts[(number + 1) % 5] if number < 4 else parts[0]
        rest = np.setdiff1d(np.arange(100), np.concatenate([held, inner]))

        def model(rows: NDArray[np.int64], strength: float, few: int = len(rest)) -> Pipeline:
            # C = 1 / (2 · n · l2) at the l2 that was chosen on the fewer; twice that for two classes.
            logistic = LogisticRegression(C=2 * strength * few / len(rows), tol=1e-10, max_iter=20_000)
            scale = FunctionTransformer(Scaling.fit(features[rows]).apply)
            return make_pipeline(scale, logistic).fit(features[rows], labels[rows])

        losses = [
            log_loss(labels[inner], model(rest, strength).predict_proba(features[inner]))
            for strength in linear.STRENGTHS
        ]
        best = model(np.union1d(rest, inner), linear.STRENGTHS[int(np.argmin(losses))])
        right += int((best.predict(features[held]) == labels[held]).sum())
    assert one.accuracy == right / 100


def test_copies_are_never_on_both_sides() -> None:
    """Features that tell each picture but no class: only a copy in another fold would be recognised."""
    here = catalog(60)
    contents = [f"{n // 2 % 15}{'ab'[n % 2]}" for n in range(60)]  # each is there twice
    rows = {key: np.random.default_rng(n).normal(size=200) for n, key in enumerate(sorted(set(contents)))}
    features = np.array([rows[key] for key in contents], np.float32)
    labels = np.arange(60) % 2
    copies = dict(zip((p.path for p in here.pictures), contents, strict=True))
    apart = folds(here, 5, SplitSpec(), copies)
    (one,) = rank(["a"], here, lambda *_, **__: Look(features, 0.1, tuple(contents)), Reporter())
    assert one.accuracy == probe(features, labels, apart, Reporter()).accuracy
    mixed = folds(here, 5, SplitSpec(), {})
    assert one.accuracy < probe(features, labels, mixed, Reporter()).accuracy


def test_files_that_cannot_be_read_have_no_say() -> None:
    here = catalog(60)
    seen = Backbones()("good", [p.path for p in here.pictures], Reporter())
    lost = frozenset({3, 8, 21})
    seen.features[sorted(lost)] = 1e6
    (one,) = rank(["good"], here, lambda *_: replace(seen, unreadable=lost), Reporter())
    rest = Catalog(tuple(p for n, p in enumerate(here.pictures) if n not in lost))
    (peer,) = rank(["good"], rest, Backbones(), Reporter())
    assert one == peer
    assert one.pictures == 57


def test_a_backbone_that_cannot_be_asked_is_last_and_says_why() -> None:
    told: list[object] = []
    ranked = rank(["fair", "best"], catalog(), Backbones("best"), Reporter(on_news=told.append), SPEC)
    assert [one.backbone for one in ranked] == ["fair", "best"]
    assert ranked[1].problem == "Its weights are missing. Import them."
    assert told[-1] == ranked[0]
    assert told[1] == ranked[1]


def test_few_pictures_are_all_asked_about_once() -> None:
    backbones = Backbones()
    ranked = rank(["fair", "good"], catalog(30), backbones, Reporter())
    assert [len(files) for _, files in backbones.asked] == [30, 30]
    assert {one.pictures for one in ranked} == {30}


def test_test_pictures_and_unlabelled_ones_take_no_part() -> None:
    backbones = Backbones()
    kept, test = catalog(60), catalog(40, "test")
    other = tuple(Picture(Path(f"/test{p.path}"), p.label, p.split) for p in test.pictures)
    loose = tuple(Picture(Path(f"/loose/{n}"), "") for n in range(5))
    rank(["fair"], Catalog(kept.pictures + other + loose), backbones, Reporter())
    assert {files for _, files in backbones.asked} == {tuple(p.path for p in kept.pictures)}


def test_too_little_to_compare_is_said() -> None:
    one_class = Catalog(tuple(p for p in catalog().pictures if p.label == "a"))
    with pytest.raises(EngineError, match="one class"):
        rank(["fair"], one_class, Backbones(), Reporter())
    with pytest.raises(EngineError, match="too few for 5 folds"):
        rank(["fair"], catalog(4), Backbones(), Reporter())


def test_it_can_be_cancelled_and_its_bar_only_grows() -> None:
    control, heard = Control(), list[float]()
    few = RankingSpec(first=20, most=40)
    rank(["fair", "good"], catalog(), Backbones(), Reporter(lambda done, _text: heard.append(done)), few)
    assert heard == sorted(heard)
    assert heard[-1] == 1
    control.cancel.set()
    with pytest.raises(Cancelled):
        rank(["fair"], catalog(), Backbones(), Reporter(control=control), few)
