"""The classifier: a run's model, ready to answer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine.assembly import load_classifier
from desktop_app.engine.backbones import backbone
from desktop_app.engine.catalog import Catalog, Problem
from desktop_app.engine.errors import EngineError
from desktop_app.engine.evaluation import Prediction
from desktop_app.engine.features import extract, extract_views
from desktop_app.engine.frozen import wrap
from desktop_app.engine.progress import Reporter
from desktop_app.engine.report import Report, judge
from desktop_app.engine.resizing import fit
from desktop_app.engine.run import Run


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
        base = run.spec.base
        self._frozen = wrap(model, backbone(base.backbone))

    @property
    def batch(self) -> int:
        """How many pictures it takes at once."""
        return self._frozen.batch

    def answers(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Probabilities (n, classes) of at most `batch` RGB pictures (height, width, 3) of any sizes."""
        size, resize = self._frozen.row.size, self.run.spec.base.resize
        return self._frozen.run(np.stack([fit(Image.fromarray(one), size, resize) for one in pictures]))

    def probabilities(
        self, files: Sequence[Path], reporter: Reporter
    ) -> tuple[NDArray[np.float32], dict[int, str]]:
        """Probabilities (n, classes), and why some files have none (by index; their rows are zero).

        Where the run averages over views, they are those of the mean logits.
        """
        resize, views = self.run.spec.base.resize, self.run.spec.views
        if not views or not views.average:
            answers = extract(files, self._frozen, None, reporter, resize=resize)
            return answers.matrix, answers.unreadable
        numbers = range(views.count)
        answers = extract_views(files, self._frozen, None, reporter, np.float32, resize, views, numbers)
        matrix = mean_answer(answers.matrix)
        matrix[list(answers.unreadable)] = 0
        return matrix, answers.unreadable

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
        """Judge the model on pictures whose classes are known; those without one take no part.

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
        matrix, unreadable = self.probabilities([p.path for p in catalog.pictures], reporter)
        kept = [index for index in range(len(matrix)) if index not in unreadable]
        if not kept:
            raise EngineError(
                "There are no readable pictures here.", "Choose a folder with one folder per class."
            )
        place = {name: index for index, name in enumerate(self.run.class_names)}
        truth = np.array([place[catalog.pictures[index].label] for index in kept])
        report = judge(source, truth, matrix[kept].argmax(axis=1), self.run.class_names)
        return report, [Problem(catalog.pictures[i].path, reason) for i, reason in unreadable.items()]


def mean_answer(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities (n, views, classes) → those of the views' mean logits, (n, classes).

    Logarithms of probabilities are logits but for a number that all classes share, and softmax drops.
    """
    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny)).mean(axis=1)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    mean: NDArray[np.float32] = shares / shares.sum(axis=1, keepdims=True)
    return mean
