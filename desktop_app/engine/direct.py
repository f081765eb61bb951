"""Direct use: a pretrained network with its own top of ImageNet's 1000 classes, without any training."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.backbones import Backbone, backbone
from desktop_app.engine.catalog import Catalog, Problem
from desktop_app.engine.direct_score import Answer, DirectScore, FolderScore
from desktop_app.engine.errors import EngineError, WeightsUnavailableError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import extract
from desktop_app.engine.file_sum import file_digest
from desktop_app.engine.frozen import FrozenBase, surround
from desktop_app.engine.imagenet import imagenet
from desktop_app.engine.keras_bridge import keras, seed_everything, tf
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import IMAGENET, UNTRAINED, BaseSpec, Pooling
from desktop_app.engine.weights import WeightsStore
from desktop_app.engine.weights_file import load_weights

_BATCH = 16  # feature vectors at once; constant, so that no answer depends on its neighbours


class Direct:
    """A whole pretrained network in two parts: a base, whose features can be stored, and its top.

    It computes in plain float32: what it says of a picture is what Keras' own network says, and depends on no
    other picture, as the choice of a quicker form would.

    Args:
        full: `keras.applications.NAME(include_top=True)` with its weights.
        row: its line in the table of backbones.
        digest: tells its weights from others.
    """

    def __init__(self, full: Any, row: Backbone, digest: str) -> None:
        pool = _pool(full)
        pooling: Pooling = "flatten" if isinstance(pool, keras.layers.Flatten) else "avg"
        body = keras.Model(full.input, pool.input, name=full.name)
        spec = BaseSpec(row.name, pooling=pooling, precision="float32")
        self.base: FrozenBase = surround(body, spec, digest).plain()
        features = keras.Input((self.base.width,), name="features")
        shaped = keras.layers.Reshape(pool.output.shape[1:])(features)
        self.top = keras.Model(features, keras.Model(pool.output, full.output)(shaped, training=False))
        self._run = tf.function(
            lambda vectors: self.top(vectors, training=False),
            input_signature=[tf.TensorSpec((_BATCH, self.base.width), tf.float32)],
            autograph=False,
        )

    def probabilities(self, features: NDArray[Any]) -> NDArray[np.float32]:
        """Of ImageNet's classes, (n, 1000), from the base's features (n, width)."""
        found = np.zeros((len(features), self.top.output_shape[-1]), np.float32)
        for start in range(0, len(features), _BATCH):
            part = features[start : start + _BATCH]
            padded = np.zeros((_BATCH, features.shape[1]), np.float32)
            padded[: len(part)] = part
            found[start : start + len(part)] = self._run(padded).numpy()[: len(part)]
        return found

    def look(
        self, files: Sequence[Path], cache: FeatureCache | None, reporter: Reporter
    ) -> tuple[NDArray[np.float32], dict[int, str]]:
        """Probabilities (n, 1000), and why some files have none (by index; their rows mean nothing)."""
        found = extract(files, self.base, cache, reporter)
        return self.probabilities(found.matrix), found.unreadable

    def predict(
        self, files: Sequence[Path], cache: FeatureCache | None, reporter: Reporter, top: int = 5
    ) -> tuple[list[Answer], list[Problem]]:
        """The `top` most probable classes of each readable file, and the files left out."""
        matrix, unreadable = self.look(files, cache, reporter)
        names = imagenet().names
        answers = [
            Answer(file, tuple((names[place], float(row[place])) for place in best))
            for index, (file, row, best) in enumerate(zip(files, matrix, _best(matrix, top), strict=True))
            if index not in unreadable
        ]
        return answers, [Problem(files[index], why) for index, why in unreadable.items()]

    def score(self, catalog: Catalog, cache: FeatureCache | None, reporter: Reporter) -> DirectScore:
        """Judge the network on pictures whose labels mean classes of ImageNet.

        Raises:
            EngineError: no label means one, or nothing can be read.
        """
        meant = {label: imagenet().find(label) for label in catalog.labelled.class_names}
        known = [picture for picture in catalog.labelled.pictures if meant[picture.label]]
        if not known:
            raise EngineError("None of these class names is one of ImageNet's 1000 classes.", _hint(meant))
        matrix, unreadable = self.look([picture.path for picture in known], cache, reporter)
        counts = {label: [0, 0, 0] for label, places in meant.items() if places}
        for index, (picture, best) in enumerate(zip(known, _best(matrix, 5), strict=True)):
            if index not in unreadable:
                places = meant[picture.label]
                hits = (True, best[0] in places, any(place in places for place in best))
                counts[picture.label] = [x + hit for x, hit in zip(counts[picture.label], hits, strict=True)]
        if not any(count for count, _, _ in counts.values()):
            raise EngineError("There are no readable pictures here.", "Choose other pictures.")
        names = imagenet().names
        return DirectScore(
            tuple(
                FolderScore(label, tuple(names[place] for place in meant[label]), *count)
                for label, count in counts.items()
            ),
            tuple(label for label, places in meant.items() if not places),
            tuple(Problem(known[index].path, why) for index, why in unreadable.items()),
        )


def full_model(row: Backbone) -> Any:
    """The network of `keras.applications` with its top of 1000 classes, with random weights."""
    make = getattr(keras.applications, row.name)
    return make(include_top=True, weights=None, input_shape=(row.size, row.size, 3))


def load_full(full: Any, row: Backbone, path: Path) -> None:
    """Load the weights in `path` into all of `full`; an `EngineError` says what file it takes."""
    try:
        load_weights(full, row, path)
    except EngineError as error:
        name = row.full_url.rpartition("/")[2]
        raise EngineError(error.message, f"It takes a file with the top, such as {name}.") from error


def open_direct(name: str, weights: str, store: WeightsStore, reporter: Reporter) -> Direct:
    """Build the network `name` with its top.

    Args:
        name: of the backbone.
        weights: "imagenet", the path of a file that holds the top too, or "none" for random ones.
        store: where the file is, or is downloaded to.
        reporter: hears of the download.

    Raises:
        WeightsUnavailableError: they cannot be downloaded.
        EngineError: the file does not fit.
    """
    row = backbone(name)
    path = None if weights == UNTRAINED else Path(weights)
    if weights == IMAGENET:
        try:
            path = store.find(row.with_top()) or store.download(row.with_top(), reporter.part(0, 0.8))
        except WeightsUnavailableError as error:
            file = row.full_url.rpartition("/")[2]
            raise WeightsUnavailableError(
                error.message,
                f"Try again, or get Keras' file {file} elsewhere, and choose it here.",
            ) from error
    reporter.report(0.8, f"Building {row.name}")
    seed_everything(0)
    full = full_model(row)
    if path:
        load_full(full, row, path)
    digest = file_digest(path) if path else UNTRAINED
    return Direct(full, row, digest)


def _pool(full: Any) -> Any:
    """The layer where the top begins: the last global average, or in VGG the flattening."""
    kinds = (keras.layers.GlobalAveragePooling2D, keras.layers.Flatten)
    found = [[layer for layer in full.layers if isinstance(layer, kind)] for kind in kinds]
    return found[0][-1] if found[0] else found[1][0]


def _best(matrix: NDArray[np.float32], top: int) -> NDArray[np.intp]:
    """The places of the `top` largest of each row, the largest first; of equals the first."""
    return np.argsort(-matrix, axis=1, kind="stable")[:, :top]


def _hint(meant: dict[str, Any]) -> str:
    alike = {label: imagenet().alike(label) for label in meant}
    found = [f"“{label}” as “{names[0]}”" for label, names in alike.items() if names]
    start = f"Perhaps you mean {', '.join(found[:3])}. " if found else ""
    return start + "Name the folders after things that ImageNet knows, such as dogs, ant or n02085620."
