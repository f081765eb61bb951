"""The classifier: a run's model, ready to answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.special import softmax

from desktop_app.engine.answers import Answers, copies
from desktop_app.engine.assembly import load_classifier, parts
from desktop_app.engine.backbones import backbone
from desktop_app.engine.catalog import Catalog, Picture, Problem
from desktop_app.engine.errors import EngineError
from desktop_app.engine.evaluation import Prediction
from desktop_app.engine.features import extract, extract_views
from desktop_app.engine.frozen import FrozenBase, recalled, wrap
from desktop_app.engine.judgement import judge_answers
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.progress import Reporter
from desktop_app.engine.report import Report
from desktop_app.engine.resizing import fit
from desktop_app.engine.run import Run


@dataclass(frozen=True, eq=False)
class Look:
    """What a classifier sees in n pictures and says of them.

    Attributes:
        features: of its own base in float32, (n, width).
        logits: (n, classes).
        unreadable: index of a file → why it could not be read; its rows are zero.
    """

    features: NDArray[np.float32]
    logits: NDArray[np.float32]
    unreadable: dict[int, str]


class Classifier:
    """A run's model, ready to answer."""

    def __init__(self, run: Run) -> None:
        """Load the model of `run`; an `EngineError` says why it cannot be opened."""
        self.run = run
        self.model = model = load_classifier(run.model_file)
        if model.output_shape[-1] != len(run.class_names):
            raise EngineError(
                f"The model in “{run.folder}” knows {model.output_shape[-1]} classes, "
                f"its experiment.json names {len(run.class_names)}.",
                "Restore the folder from a copy, or train again.",
            )
        self._row = backbone(run.spec.base.backbone)
        self._features, logits = parts(model)
        self._frozen = wrap(logits, self._row)

    @property
    def batch(self) -> int:
        """How many pictures it takes at once."""
        return self._frozen.batch

    def answers(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Probabilities (n, classes) of at most `batch` RGB pictures (height, width, 3) of any sizes."""
        size, resize = self._frozen.row.size, self.run.spec.base.resize
        said = self._frozen.run(np.stack([fit(Image.fromarray(one), size, resize) for one in pictures]))
        shares: NDArray[np.float32] = softmax(said, axis=1)
        return shares

    def probabilities(
        self, files: Sequence[Path], reporter: Reporter
    ) -> tuple[NDArray[np.float32], dict[int, str]]:
        """Probabilities (n, classes), and why some files have none (by index; their rows are zero).

        Where the run averages over views, they are those of the mean logits.
        """
        said, unreadable, _ = self.logits(files, reporter)
        shares: NDArray[np.float32] = softmax(said, axis=1)
        shares[list(unreadable)] = 0
        return shares, unreadable

    def look(self, files: Sequence[Path], reporter: Reporter) -> Look:
        """Features and logits in one pass; each picture is seen once, as it is."""
        found = extract(files, self._both, None, reporter, resize=self.run.spec.base.resize)
        width = self._features.output_shape[-1]
        return Look(found.matrix[:, :width], found.matrix[:, width:], found.unreadable)

    @cached_property
    def _both(self) -> FrozenBase:
        outputs = [self._features.output, self._frozen.model.output]
        joined = keras.layers.Concatenate(dtype="float32")(outputs)
        return wrap(keras.Model(self.model.input, joined), self._row)

    def base(self, key: str) -> FrozenBase:
        """The base inside, in the form that gave features of `key`."""
        return recalled(self._features, self._row, key)

    def predict(self, files: Sequence[Path], reporter: Reporter) -> tuple[list[Prediction], list[Problem]]:
        """The answer to each readable file, and the files left out."""
        matrix, unreadable = self.probabilities(files, reporter)
        names = self.run.class_names
        return (
            [
                Prediction(file, names[row.argmax()], float(row.max()), tuple(map(float, row)))
                for index, (file, row) in enumerate(zip(files, matrix, strict=True))
                if index not in unreadable
            ],
            [Problem(files[index], reason) for index, reason in unreadable.items()],
        )

    def evaluate(self, catalog: Catalog, source: str, reporter: Reporter) -> tuple[Report, list[Problem]]:
        """Judge the model on pictures whose classes are known; raises as `answers_to` does."""
        found, problems = self.answers_to(catalog, source, reporter)
        return judge_answers(found), problems

    def answers_to(self, catalog: Catalog, source: str, reporter: Reporter) -> tuple[Answers, list[Problem]]:
        """What it says of pictures whose classes are known; those without one take no part.

        Raises:
            EngineError: a class is not one of the run's, or nothing can be read.
        """
        catalog = catalog.labelled
        strangers = [name for name in catalog.class_names if name not in self.run.class_names]
        if strangers:
            raise EngineError(
                f"This model does not know the class “{strangers[0]}”.",
                f"Name the folders after its classes: {', '.join(self.run.class_names)}.",
            )
        said, unreadable, digests = self.logits([p.path for p in catalog.pictures], reporter)
        kept = [index for index in range(len(said)) if index not in unreadable]
        if not kept:
            raise EngineError(
                "There are no readable pictures here.", "Choose a folder with one folder per class."
            )
        place = {name: index for index, name in enumerate(self.run.class_names)}
        found = Answers(
            source,
            self.run.class_names,
            tuple(catalog.pictures[index].path for index in kept),
            np.array([place[catalog.pictures[index].label] for index in kept], np.int64),
            said[kept],
            np.array([""] * len(kept), "U5"),
            copies([digests[index] for index in kept]),
        )
        return found, [Problem(catalog.pictures[i].path, reason) for i, reason in unreadable.items()]

    def answers_again(self, reporter: Reporter) -> tuple[Answers, list[Problem]]:
        """What it says of the pictures of its own run, for a run that has not kept it.

        Raises:
            EngineError: none of them can be read any more.
        """
        lines = tuple(self.run.lines())
        catalog = Catalog(tuple(Picture(line.file, line.label) for line in lines))
        found, problems = self.answers_to(catalog, "all its pictures", reporter)
        splits = {line.file: line.split or "" for line in lines}
        return replace(found, splits=np.array([splits[file] for file in found.files], "U5")), problems

    def logits(
        self, files: Sequence[Path], reporter: Reporter
    ) -> tuple[NDArray[np.float32], dict[int, str], tuple[str, ...]]:
        """Logits (n, classes), why some files have none (by index), and the files' digests.

        Where the run averages over views, the logits are the mean of theirs.
        """
        resize, views = self.run.spec.base.resize, self.run.spec.views
        if not views or not views.average:
            found = extract(files, self._frozen, None, reporter, resize=resize)
            return found.matrix, found.unreadable, found.digests
        numbers = range(views.count)
        found = extract_views(files, self._frozen, None, reporter, np.float32, resize, views, numbers)
        return found.matrix.mean(axis=1), found.unreadable, found.digests
