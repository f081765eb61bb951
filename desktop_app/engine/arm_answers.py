"""The answers that the arms of a verdict give: plain heads learn them while the next features come."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.answers import Answers
from desktop_app.engine.many_heads import logits
from desktop_app.engine.progress import Reporter
from desktop_app.engine.verdict import Answered, Arm

_AT_ONCE = 2  # heads that learn side by side, each on one thread …
_MOST = 40_000_000  # … and the numbers in the features of one; of larger ones, one learns at a time
Features = NDArray[np.floating]
Rows = NDArray[np.int64]
Guesses = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trial:
    """One seed: the rows learned from, and those judged on; nobody learns from a copy of what is judged."""

    seed: int
    learned: Rows
    judged: Rows


class ArmAnswers:
    """Collects what each arm says of the judged pictures of each trial; every arm comes to all of them.

    Args:
        own: the run's pictures and their labels.
        reporter: asked by all heads whether to stop.
    """

    def __init__(self, own: Answers, reporter: Reporter) -> None:
        self._own, self._reporter = own, reporter.silent()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="heads")
        self._coming: list[tuple[str, Trial, Guesses | Future[Guesses]]] = []

    def note(self, name: str, guesses: Guesses, trial: Trial) -> None:
        """An arm's classes of the judged pictures, which are known."""
        self._coming.append((name, trial, guesses))

    def learn(self, name: str, features: Features, trial: Trial) -> None:
        """An arm whose head is a plain logistic one on `features`, (n, width): it begins to learn."""
        head = self._pool.submit(self._logistic, features, trial)
        self._coming.append((name, trial, head))
        if features.size > _MOST:
            head.result()

    def collect(
        self, titles: dict[str, str], trials: Sequence[Trial], reporter: Reporter
    ) -> tuple[list[Arm], Answered]:
        """The arms in the order of `titles`, and what they were asked in `trials`, once all have answered.

        `reporter` hears of the heads that are waited for.
        """
        right: dict[str, list[NDArray[np.bool_]]] = {}
        asked = [one for one in self._coming if one[0] in titles and one[1] in trials]
        for place, (name, trial, found) in enumerate(asked):
            reporter.report(place / len(asked), "Asking the heads")
            guesses = found.result() if isinstance(found, Future) else found
            right.setdefault(name, []).append(guesses == self._own.labels[trial.judged])
        judged = np.concatenate([trial.judged for trial in trials])
        seeds = np.repeat([trial.seed for trial in trials], [len(trial.judged) for trial in trials])
        arms = [Arm(name, titles[name], np.concatenate(right[name])) for name in titles if name in right]
        return arms, Answered(seeds, self._own.groups[judged])

    def close(self) -> None:
        """Let no head go on."""
        self._pool.shutdown(cancel_futures=True)

    def _logistic(self, features: Features, trial: Trial) -> Guesses:
        own = self._own
        said = logits(
            features, own.labels, trial.learned, trial.judged, own.groups, len(own.class_names),
            self._reporter, trial.seed,
        )  # fmt: skip
        guesses: Guesses = said.argmax(axis=1)
        return guesses
