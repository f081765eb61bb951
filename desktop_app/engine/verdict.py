"""The verdict: whether transfer has helped, by comparison with what has nothing to transfer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.paired import ALPHA, Difference, compare, points
from desktop_app.engine.plain_value import count, finite, finite_pair, listed, text

Finding = Literal["helps", "no clear difference", "negative transfer"]


@dataclass(frozen=True)
class Arm:
    """One way to make a classifier.

    Attributes:
        name: one word, for a file.
        title: what it is, for people.
        right: whether each answer was right, (n,), in the order of `Answered`.
    """

    name: str
    title: str
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Answered:
    """What all arms were asked: a row a question, (n,).

    Attributes:
        seeds: which seed the answer belongs to.
        groups: which picture it was; copies of one another have one number.
    """

    seeds: NDArray[np.int64]
    groups: NDArray[np.int64]


@dataclass(frozen=True)
class Comparison:
    """How an arm did, and what the model is better by.

    Attributes:
        name: as in `Arm`.
        title: as there.
        accuracies: of each seed, in [0, 1].
        difference: the model's less this one's; None for the model itself.
    """

    name: str
    title: str
    accuracies: tuple[float, ...]
    difference: Difference | None = None

    @property
    def accuracy(self) -> float:
        """The mean over the seeds."""
        return float(np.mean(self.accuracies))

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, lists, strings and numbers."""
        found: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "accuracy": self.accuracy,
            "accuracies": list(self.accuracies),
        }
        if self.difference:
            found |= {
                "difference": self.difference.mean,
                "interval": list(self.difference.interval),
                "gained": self.difference.gained,
                "lost": self.difference.lost,
                "p": self.difference.p,
                "pictures": self.difference.pictures,
            }
        return found

    @classmethod
    def from_json(cls, data: Any) -> "Comparison":
        """The inverse of `to_json`; raises as `Verdict.from_json` does."""
        accuracies = tuple(map(finite, listed(data["accuracies"])))
        if not accuracies:
            raise ValueError("it has no seeds")
        difference = None
        if "difference" in data:
            difference = Difference(
                finite(data["difference"]),
                finite_pair(data["interval"]),
                count(data["gained"]),
                count(data["lost"]),
                finite(data["p"]),
                count(data["pictures"]),
            )
        return cls(text(data["name"]), text(data["title"]), accuracies, difference)


@dataclass(frozen=True)
class Verdict:
    """What the comparison has come to.

    Attributes:
        model: how the classifier itself did.
        baselines: all others, the strongest first.
        pictures: how many different groups of pictures judged.
        given: whether the pictures were divided by folders or by hand, and so in the same way for all seeds.
        alpha: how often a verdict other than “no clear difference” may be wrong.
    """

    model: Comparison
    baselines: tuple[Comparison, ...]
    pictures: int
    given: bool
    alpha: float = ALPHA

    @property
    def strongest(self) -> Comparison:
        """The best of what has nothing to transfer."""
        return self.baselines[0]

    @property
    def difference(self) -> Difference:
        """The model's accuracy less that of the strongest baseline."""
        found = self.strongest.difference
        if found is None:
            raise ValueError("a baseline without a comparison")
        return found

    @property
    def finding(self) -> Finding:
        """In one of three words."""
        if not self.difference.clear:
            return "no clear difference"
        return "helps" if self.difference.mean > 0 else "negative transfer"

    @property
    def words(self) -> str:
        """In a few words with numbers, in points of a hundred."""
        mean, (low, high) = self.difference.mean, self.difference.interval
        span = f"[{points(low)}, {points(high)}] points"
        match self.finding:
            case "helps":
                return f"helps by {points(mean)} {span}"
            case "negative transfer":
                return f"negative transfer: {points(mean)} {span}"
            case _:
                return f"no clear difference: {points(mean)} {span}"

    @property
    def claim(self) -> str:
        """The same as what begins a sentence."""
        words = f"Transfer {self.words}" if self.finding == "helps" else self.words
        return f"{words[:1].upper()}{words[1:]} against its strongest rival"

    @property
    def sentence(self) -> str:
        """The same, with what it rests on."""
        ours, theirs = (f"{100 * one.accuracy:.1f} %" for one in (self.model, self.strongest))
        rival = f"{self.strongest.title[:1].lower()}{self.strongest.title[1:]}"
        seeds = len(self.model.accuracies)
        how = "on one division" if self.given or seeds == 1 else "each with its own division"
        return (
            f"{self.claim}: {ours} right, {rival} {theirs}. "
            f"{self.pictures:,} pictures judged, {seeds} seed{'s' * (seeds > 1)} {how}. "
            f"False alarms: at most {100 * self.alpha:g} in 100."
        )

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, lists, strings and numbers."""
        return {
            "verdict": self.finding,
            "words": self.words,
            "strongest": self.strongest.name,
            "difference": self.difference.mean,
            "interval": list(self.difference.interval),
            "p": self.difference.p,
            "alpha": self.alpha,
            "pictures": self.pictures,
            "split_given": self.given,
            "arms": [one.to_json() for one in (self.model, *self.baselines)],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Verdict":
        """The inverse of `to_json`; a KeyError, TypeError or ValueError where `data` is not of that form."""
        model, *baselines = (Comparison.from_json(one) for one in listed(data["arms"]))
        if not baselines or not all(one.difference for one in baselines):
            raise ValueError("it compares nothing")
        given = data["split_given"] is True
        return cls(model, tuple(baselines), count(data["pictures"]), given, finite(data["alpha"]))


def decide(
    model: Arm, baselines: Sequence[Arm], asked: Answered, given: bool = False, alpha: float = ALPHA
) -> Verdict:
    """Compare the model with every baseline.

    The intervals hold together (Bonferroni): which baseline is the strongest is seen in the same answers, and
    picking it must not make a false verdict likelier. All seeds count in one comparison, in which every
    picture is one witness, however often it was asked about.

    Args:
        model: the classifier in question.
        baselines: at least one, of which each answered the same questions.
        asked: the questions.
        given: as in `Verdict`.
        alpha: how often a verdict may be wrong.
    """
    every = [
        _comparison(arm, asked, compare(model.right, arm.right, asked.groups, alpha / len(baselines)))
        for arm in baselines
    ]
    every.sort(key=lambda one: -one.accuracy)
    pictures = len(np.unique(asked.groups))
    return Verdict(_comparison(model, asked), tuple(every), pictures, given, alpha)


def _comparison(arm: Arm, asked: Answered, difference: Difference | None = None) -> Comparison:
    accuracies = tuple(float(arm.right[asked.seeds == seed].mean()) for seed in np.unique(asked.seeds))
    return Comparison(arm.name, arm.title, accuracies, difference)
