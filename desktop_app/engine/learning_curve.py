"""The learning curve: how the error falls with the number of pictures, and what twice as many would bring."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.many_heads import Heads
from desktop_app.engine.plain_value import count, finite, finite_pair, listed
from desktop_app.engine.progress import Reporter
from desktop_app.engine.sampling import stratified_order

SHARES = (0.1, 0.2, 0.35, 0.6, 1.0)
SEEDS = 3
DRAWS = 1000  # of the bootstrap
LEAST = 2  # pictures of each class, in the smallest subset
WORTH = 0.005  # half a point: less is no gain that anyone would label pictures for …
SURE = 0.001  # … and neither is one that may be as small as a tenth
# Exponents that learning curves have: Hestness et al. (2017) found 0.07 to 0.5 for networks; a slope of 2 is
# steeper than any.
_EXPONENTS = np.geomspace(0.05, 2.0, 200)


@dataclass(frozen=True)
class Point:
    """How often heads that learned from `pictures` pictures erred: their mean and 95 % of it."""

    pictures: int
    error: float
    interval: tuple[float, float]

    @classmethod
    def from_json(cls, data: Any) -> "Point":
        """One of `LearningCurve.to_json`."""
        return cls(count(data["pictures"]), finite(data["error"]), finite_pair(data["interval"]))


@dataclass(frozen=True)
class LearningCurve:
    """What was measured, and what follows from it.

    Attributes:
        points: by the number of pictures, ascending.
        fit: a, b, c of error = a + b · n^(-c), an inverse power law (Cortes et al. 1993).
        sizes: numbers of pictures, from the fewest measured to twice the most, (m,).
        band: 95 % of the fitted error there, (m, 2).
        gain: by how much the error falls when there are twice as many, in [-1, 1].
        gain_interval: 95 % of it.
        judged: how many pictures judged.
    """

    points: tuple[Point, ...]
    fit: tuple[float, float, float]
    sizes: NDArray[np.float64]
    band: NDArray[np.float64]
    gain: float
    gain_interval: tuple[float, float]
    judged: int

    @property
    def most(self) -> int:
        """The number of pictures that there are to learn from."""
        return self.points[-1].pictures

    @property
    def clear(self) -> bool:
        """Whether more pictures would surely help."""
        return self.gain_interval[0] >= SURE and self.gain >= WORTH

    @property
    def words(self) -> str:
        """In one sentence."""
        low, high = (100 * end for end in self.gain_interval)
        span = f"[{low:+.1f}, {high:+.1f}]".replace("-", "−")
        twice = f"{2 * self.most:,} pictures to learn from instead of {self.most:,}"
        if self.clear:
            return f"With {twice}, about {100 * self.gain:.1f} more of 100 would be right {span}."
        return f"No clear gain is to be expected of {twice}: {100 * self.gain:+.1f} of 100 {span}.".replace(
            "-", "−"
        )

    def at(self, pictures: NDArray[np.float64]) -> NDArray[np.float64]:
        """The fitted error for so many pictures."""
        a, b, c = self.fit
        found: NDArray[np.float64] = a + b * pictures**-c
        return found

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, lists, strings and numbers."""
        return {
            "points": [asdict(point) for point in self.points],
            "fit": dict(zip("abc", self.fit, strict=True)),
            "sizes": self.sizes.tolist(),
            "band": self.band.tolist(),
            "gain_of_twice": self.gain,
            "interval": list(self.gain_interval),
            "clear": self.clear,
            "words": self.words,
            "judged": self.judged,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "LearningCurve":
        """The inverse of `to_json`; a KeyError, TypeError or ValueError where `data` is not of that form."""
        points = tuple(map(Point.from_json, listed(data["points"])))
        a, b, c = (finite(data["fit"][name]) for name in "abc")
        sizes = np.array([finite(size) for size in listed(data["sizes"])])
        band = np.array([finite_pair(ends) for ends in listed(data["band"])])
        if not points or len(sizes) != len(band) or not len(sizes) or sizes.min() <= 0:
            raise ValueError("its points and its band do not match")
        if sizes[0] > points[-1].pictures:
            raise ValueError("its band begins where its points end")
        interval = finite_pair(data["interval"])
        judged = count(data["judged"])
        return cls(points, (a, b, c), sizes, band, finite(data["gain_of_twice"]), interval, judged)


def measure(
    features: NDArray[np.floating],
    labels: NDArray[np.integer],
    learned: NDArray[np.int64],
    asked: NDArray[np.int64],
    groups: NDArray[np.integer],
    classes: int,
    reporter: Reporter,
    shares: Sequence[float] = SHARES,
    seeds: int = SEEDS,
) -> LearningCurve:
    """Fit a plain logistic head on more and more of the pictures, each time judged on the same others.

    Subsets are stratified, and of one seed the larger holds the smaller. One strength C of the penalty, which
    is chosen within all that is learned from, serves all sizes: each head's own choice among a few dozen
    pictures is mostly chance.

    Args:
        features: (n, width), as the base makes them.
        labels: 0 … classes - 1, (n,).
        learned: rows to learn from.
        asked: rows to judge on.
        groups: pictures of one number are copies of one another, (n,).
        classes: how many there are.
        reporter: hears of each head.
        shares: of `learned`, ascending, the last 1.
        seeds: how many orders of the pictures.

    Raises:
        ValueError: there are too few pictures for a curve.
    """
    sizes = _sizes(labels[learned], shares)
    if len(sizes) < 3 or not len(asked):
        raise ValueError(f"{len(learned)} pictures are too few for a learning curve")
    reporter.report(0, "Choosing the L2 weight")
    heads = Heads(features[learned], labels[learned], groups[learned], classes, reporter)
    judged = heads.scaled(features[asked])
    wrong = np.zeros((len(sizes), seeds, len(asked)), bool)
    for seed in range(seeds):
        order, head = stratified_order(labels[learned], seed), None
        for place, size in enumerate(sizes):
            if size == len(learned) and seed:
                wrong[place, seed] = wrong[place, 0]  # the same pictures, whatever their order
                continue
            done = (seed * len(sizes) + place) / (seeds * len(sizes))
            reporter.report(0.2 + 0.8 * done, f"Learning from {size:,} of {len(learned):,} pictures")
            head = heads.learn(order[:size], head)
            wrong[place, seed] = head.logits(judged).argmax(axis=1) != labels[asked]
    return fitted(np.array(sizes), wrong, groups[asked])


def fitted(
    sizes: NDArray[np.integer], wrong: NDArray[np.bool_], groups: NDArray[np.integer]
) -> LearningCurve:
    """The curve through what was measured.

    Its intervals come from drawing the judged pictures, a group at a time, and the subsets' seeds anew, and
    fitting each time.

    Args:
        sizes: how many pictures were learned from, (k,), ascending.
        wrong: whether an answer was, (k, seeds, n).
        groups: of the pictures judged, (n,).
    """
    dice = np.random.default_rng(0)
    _, seeds, judged = wrong.shape
    _, places = np.unique(groups, return_inverse=True)
    count = int(places.max()) + 1
    weights = dice.multinomial(count, np.full(count, 1 / count), size=DRAWS)[:, places].astype(np.float64)
    weights /= weights.sum(axis=1, keepdims=True)
    by_seed = np.einsum("ksn,dn->dks", wrong.astype(np.float64), weights, optimize=True)
    turns = dice.multinomial(seeds, np.full(seeds, 1 / seeds), size=DRAWS) / seeds
    drawn = np.einsum("dks,ds->dk", by_seed, turns)
    mean = wrong.mean(axis=(1, 2))
    n = sizes.astype(np.float64)
    shown = np.geomspace(n[0], 2 * n[-1], 60)
    fits = power_laws(n, np.vstack([mean, drawn]))
    curves = fits[:, :1] + fits[:, 1:2] * shown ** -fits[:, 2:]
    ends = np.array([n[-1], 2 * n[-1]])
    two = fits[:, :1] + fits[:, 1:2] * ends ** -fits[:, 2:]
    gains = two[:, 0] - two[:, 1]
    spread = np.quantile(drawn, [0.025, 0.975], axis=0)
    low, high = map(float, np.quantile(gains[1:], [0.025, 0.975]))
    a, b, c = map(float, fits[0])
    return LearningCurve(
        tuple(
            Point(int(size), float(error), (float(least), float(most)))
            for size, error, least, most in zip(sizes, mean, *spread, strict=True)
        ),
        (a, b, c),
        shown,
        np.quantile(curves[1:], [0.025, 0.975], axis=0).T,
        float(gains[0]),
        (low, high),
        judged,
    )


def power_laws(sizes: NDArray[np.float64], errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The a, b, c of error = a + b · n^(-c) closest to each row of `errors`, (rows, k) → (rows, 3).

    For a given exponent c the best a and b are a straight line's, so that only c is searched, and no start
    can lead astray. The error that remains, a, is not below 0; b may be, where more pictures made it worse.
    """
    best = np.full(len(errors), np.inf)
    found = np.zeros((len(errors), 3))
    for exponent in _EXPONENTS:
        x = sizes**-exponent
        centred = x - x.mean()
        b = (errors - errors.mean(axis=1, keepdims=True)) @ centred / (centred @ centred)
        a = errors.mean(axis=1) - b * x.mean()
        below = a < 0
        b = np.where(below, errors @ x / (x @ x), b)
        a = np.where(below, 0.0, a)
        loss = np.square(errors - a[:, None] - b[:, None] * x).sum(axis=1)
        better = loss < best
        best = np.where(better, loss, best)
        found[better] = np.stack([a, b, np.full_like(a, exponent)], axis=1)[better]
    return found


def _sizes(labels: NDArray[np.integer], shares: Sequence[float]) -> list[int]:
    """How many pictures to learn from, ascending; none so few that a class has under `LEAST`."""
    counts = np.bincount(labels)
    rarest = counts[counts > 0].min(initial=len(labels))
    sizes = {round(share * len(labels)) for share in shares if int(share * rarest) >= LEAST}
    return sorted(sizes)
