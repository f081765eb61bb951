"""Two runs compared, on the pictures that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import paired
from desktop_app.engine.catalog import Picture
from desktop_app.engine.errors import EngineError
from desktop_app.engine.grouping import groups
from desktop_app.engine.paired import Difference
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.run import Run


@dataclass(frozen=True)
class RunComparison:
    """How two runs, A and B, did on the same pictures.

    Attributes:
        pictures: how many, each counted once however many copies there are; neither was trained on any.
        source: what they are, in words: “test pictures”, or “pictures held out by both”.
        accuracy_a: of A on them, in [0, 1].
        accuracy_b: of B.
        difference: A's less B's, with its interval and the exact test.
    """

    pictures: int
    source: str
    accuracy_a: float
    accuracy_b: float
    difference: Difference


def compare(a: Run, b: Run) -> RunComparison:
    """Ask which of two runs is better.

    Pictures are matched by their content. Those that both have among their test pictures count; where there
    are none, those that neither was trained on. Pictures that stay together by A's `group_by` (a patient, a
    day) are one witness.

    Raises:
        EngineError: they cannot be compared, and why.
    """
    for run in (a, b):
        run.require_pictures()
    if set(a.class_names) != set(b.class_names):
        raise _cannot("they tell other classes apart", "Compare runs of the same classes.")
    every_a, every_b = (tuple(run.lines()) for run in (a, b))
    all_right_a, all_right_b = _right(a, every_a), _right(b, every_b)
    lines_a, lines_b = ({line.digest: line for line in every if line.digest} for every in (every_a, every_b))
    met = [digest for digest in lines_a if digest in lines_b]
    common = [digest for digest in met if lines_a[digest].label == lines_b[digest].label]
    if not common:
        why = "the pictures that both have are in other classes" if met else "they are of other pictures"
        raise _cannot(why, "Compare runs of the same pictures.")
    learned = {line.digest for line in every_a + every_b if line.split not in {"val", "test"}}
    fair = [digest for digest in common if digest not in learned]
    if not fair:
        raise _cannot(
            "what one was judged on, the other was trained on",
            "Compare runs of the same split: the Data page keeps it from one training to the next.",
        )
    tested = [d for d in fair if lines_a[d].split == lines_b[d].split == "test"]
    chosen = tested or fair
    right_a, right_b = (np.array([of[digest] for digest in chosen]) for of in (all_right_a, all_right_b))
    return RunComparison(
        len(chosen),
        "test pictures" if tested else "pictures held out by both",
        float(right_a.mean()),
        float(right_b.mean()),
        paired.compare(right_a, right_b, _together([lines_a[digest] for digest in chosen], a)),
    )


def _right(run: Run, lines: Sequence[Line]) -> dict[str, bool]:
    """Whether the run was right about each picture, by its content."""
    answers = run.answers(lines)
    if answers is None:
        raise _cannot(
            "a run of an older version has not kept its answers",
            "Repeat it: the same settings on the same pictures give the same model.",
        )
    right = answers.guesses == answers.labels
    return dict(zip((line.digest for line in lines), right.tolist(), strict=True))


def _together(lines: list[Line], run: Run) -> NDArray[np.int64]:
    """A number for each picture, the same for those that stay together."""
    pictures = [Picture(line.file, line.label) for line in lines]
    digests = {line.file: line.digest for line in lines}
    try:
        together = groups(pictures, run.spec.training.group_by, digests, {})
    except EngineError:  # of these few, no name fits the pattern
        together = groups(pictures, "", digests, {})
    numbers = np.zeros(len(lines), np.int64)
    for number, group in enumerate(together):
        numbers[list(group)] = number
    return numbers


def _cannot(why: str, hint: str) -> EngineError:
    return EngineError(f"These two cannot be compared: {why}.", hint)
