"""A trial: what a run makes of new pictures, and how far that can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.answers import Answers
from desktop_app.engine.calibration import fit_temperature, softmax
from desktop_app.engine.conformal import COVERAGES, Conformal, conformal
from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter
from desktop_app.engine.unknown import Gallery, gallery

_IMPORTED = (
    "An imported model has brought no held-out pictures, and sets of classes rest on some. Train it on with "
    "pictures of your own (on the Runs page, or by `train --from`): those that validate will do."
)


@dataclass(frozen=True)
class Neighbour:
    """A training picture, its class, and how far it is from the picture that was tried, from 0 to 2."""

    file: Path
    label: str
    distance: float


@dataclass(frozen=True)
class Tried:
    """What is known of one new picture.

    Attributes:
        file: the picture.
        label: the most probable class.
        probabilities: calibrated; they follow the run's class names and sum to 1.
        neighbours: the nearest training pictures, the nearest first; none where these are gone.
        unknown: whether it is unlike anything seen in training.
    """

    file: Path
    label: str
    probabilities: tuple[float, ...]
    neighbours: tuple[Neighbour, ...] = ()
    unknown: bool = False

    @property
    def probability(self) -> float:
        """Of `label`."""
        return max(self.probabilities)

    @property
    def distance(self) -> float | None:
        """How unlike all training pictures it is, from 0 to 2: the distance to the last neighbour."""
        return self.neighbours[-1].distance if self.neighbours else None


@dataclass(frozen=True)
class Trial:
    """All that new pictures of a run are compared with.

    Attributes:
        class_names: the run's.
        temperature: the logits are divided by it before their softmax.
        source: the held-out pictures that the sets rest on, in words.
        sets: for each of `COVERAGES`, what makes the sets, or why there are none.
        gallery: what the features of the training pictures are asked; None where there are none.
        shelf: the training picture and its class for each row of the gallery.
    """

    class_names: tuple[str, ...]
    temperature: float
    source: str
    sets: dict[float, Conformal | str]
    gallery: Gallery | None
    shelf: tuple[tuple[Path, str], ...]

    def judge(
        self,
        files: Sequence[Path],
        features: NDArray[np.floating],
        logits: NDArray[np.floating],
        reporter: Reporter,
    ) -> list[Tried]:
        """Say of each of `files` what it is, by its features (n, width) and logits (n, classes)."""
        shares = softmax(logits, self.temperature)
        known = self.gallery.nearest(features, reporter) if self.gallery and len(files) else None
        made = []
        for row, file in enumerate(files):
            near: tuple[Neighbour, ...] = ()
            if known:
                pairs = zip(known.places[row], known.distances[row], strict=True)
                near = tuple(self._neighbour(place, far) for place, far in pairs)
            far_off = bool(self.gallery and near and near[-1].distance > self.gallery.threshold)
            label = self.class_names[shares[row].argmax()]
            made.append(Tried(file, label, tuple(map(float, shares[row])), near, far_off))
        return made

    def _neighbour(self, place: int, distance: float) -> Neighbour:
        file, label = self.shelf[place]
        return Neighbour(file, label, float(distance))

    def members(self, tried: Tried, coverage: float) -> tuple[str, ...] | None:
        """The classes that hold the right one so often, the likeliest first; None where that is not known."""
        sets = self.sets[coverage]
        if isinstance(sets, str):
            return None
        shares = np.array(tried.probabilities)
        inside = sets.members(shares)
        return tuple(self.class_names[place] for place in np.argsort(-shares) if inside[place])


def prepare(answers: Answers, features: NDArray[np.floating] | None, reporter: Reporter) -> Trial:
    """Make what a run's new pictures are judged by, of its answers to its own.

    The temperature and the threshold of the unknown are chosen on the validation pictures; the sets on the
    test pictures if there are some, which nothing was chosen by, else on the validation pictures, too.

    Args:
        answers: to all pictures of the run; none of a model that was imported.
        features: of the same pictures, (n, width); None where they cannot be had.
        reporter: hears how far it is.
    """
    val, test = answers.of("val"), answers.of("test")
    heat = fit_temperature(val.logits, val.labels) or 1.0
    held = test if len(test) else val
    shares = softmax(held.logits, heat)
    sets: dict[float, Conformal | str] = dict.fromkeys(COVERAGES, _IMPORTED)
    if len(answers):
        sets = {coverage: _sets(shares, held.labels, coverage) for coverage in COVERAGES}
    known = None
    shelf: tuple[tuple[Path, str], ...] = ()
    if features is not None:
        training = answers.splits == "train"
        known = gallery(features[training], features[answers.splits == "val"], reporter)
        learned = answers.where(training)
        shelf = tuple(
            (file, answers.class_names[label])
            for file, label in zip(learned.files, learned.labels, strict=True)
        )
    return Trial(answers.class_names, heat, held.source, sets, known, shelf)


def _sets(shares: NDArray[np.float64], labels: NDArray[np.int64], coverage: float) -> Conformal | str:
    try:
        return conformal(shares, labels, coverage)
    except EngineError as error:
        return str(error)
