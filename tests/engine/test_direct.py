"""Direct use: what the parts say together is what Keras' whole network predicts."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
from numpy.typing import NDArray
from PIL import Image
from slim import slim

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.catalog import Catalog, Picture, scan
from desktop_app.engine.direct import Direct, full_model, open_direct
from desktop_app.engine.direct_score import DirectScore
from desktop_app.engine.errors import EngineError, WeightsUnavailableError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.imagenet import imagenet
from desktop_app.engine.keras_bridge import keras, seed_everything
from desktop_app.engine.progress import Reporter
from desktop_app.engine.weights import WeightsStore

SIZES = {"ResNet50": 64, "InceptionV3": 107, "VGG16": 64}  # the last activation is 2 × 2


class Whole(NamedTuple):
    """Keras' network, ours made of it, and pictures of just its size with what Keras predicts of them."""

    full: Any
    used: Direct
    files: list[Path]
    pictures: NDArray[np.uint8]
    expected: NDArray[np.float32]


@pytest.fixture(scope="module", params=SIZES)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    name, folder = request.param, tmp_path_factory.mktemp("whole")
    row = replace(BACKBONES[name], size=SIZES[name], grid=2)
    pictures = noise(row.size, 5)
    files = [folder / f"{place}.png" for place in range(5)]
    for file, one in zip(files, pictures, strict=True):
        Image.fromarray(one).save(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BACKBONES, name, row)
        seed_everything(0)
        with slim():
            full = full_model(row)
        own = sys.modules[getattr(keras.applications, name).__module__]
        ready = own.preprocess_input(pictures.astype(np.float32))
        enliven(full, ready)
        expected = full.predict(ready, verbose=0)
        yield Whole(
            full,
            Direct(full, row, "random"),
            files,
            pictures,
            expected,
        )
    keras.utils.clear_session()


def noise(size: int, count: int) -> NDArray[np.uint8]:
    """Coarse, each picture of a hue of its own."""
    dice = np.random.default_rng(3)
    coarse = dice.integers(0, 160, (count, 8, 8, 3)) + dice.integers(0, 96, (count, 1, 1, 3))
    return np.stack(
        [np.asarray(Image.fromarray(one.astype(np.uint8)).resize((size, size))) for one in coarse]
    )


def enliven(full: Any, ready: NDArray[np.float32]) -> None:
    """Give it statistics and a last layer by which it says something else of each picture.

    As Keras makes it, it says the same of all, and many an error would not show.
    """
    dice = np.random.default_rng(0)
    norms = [layer for layer in full.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for norm in norms:
        norm.momentum = 0.0
    if norms:
        full(ready, training=True)
    for norm in norms:
        mean, variance = norm.moving_mean.numpy(), norm.moving_variance.numpy()
        norm.moving_mean.assign(mean + dice.uniform(-0.2, 0.2, mean.shape) * np.sqrt(variance))
        norm.moving_variance.assign((variance + variance.mean() / 10) * dice.uniform(0.7, 1.4, mean.shape))
    last = full.layers[-1]
    kernel = last.kernel.numpy()
    below = keras.Model(full.input, last.input)(ready, training=False).numpy()
    middle = below.mean(axis=0) @ kernel
    factor = 2 / (below @ kernel - middle).std()
    last.kernel.assign(kernel * factor)
    last.bias.assign(-middle * factor)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True)
    return result


def test_the_top_on_stored_features_is_what_keras_predicts(whole: Whole, tmp_path: Path) -> None:
    """METHODS.md, direct use: one identity for preprocessing, pooling, and the order in the cache."""
    assert np.ptp(whole.expected, axis=0).max() > 0.005  # each picture has answers of its own
    cache = FeatureCache(tmp_path / "cache")
    try:
        for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1]):  # the second time out of the cache
            found, problems = whole.used.look([whole.files[n] for n in order], cache, Reporter())
            assert not problems
            assert np.abs(found - whole.expected[order]).max() <= 1e-5
    finally:
        cache.close()


def test_it_is_the_softmax_of_the_layers_of_the_top_by_hand(whole: Whole) -> None:
    """softmax(W · feature + b); VGG16 through fc1 and fc2."""
    vectors = whole.used.base.run(whole.pictures).astype(np.float64)
    hidden = ("fc1", "fc2") if whole.used.base.row.name == "VGG16" else ()
    for layer in hidden:
        matrix, bias = whole.full.get_layer(layer).get_weights()
        vectors = np.maximum(vectors @ matrix + bias, 0)
    matrix, bias = whole.full.get_layer("predictions").get_weights()
    assert np.abs(softmax(vectors @ matrix + bias) - whole.expected).max() <= 1e-5


def test_no_answer_depends_on_its_neighbours(whole: Whole) -> None:
    features = np.tile(whole.used.base.run(whole.pictures), (8, 1))  # more than fit at once
    together = whole.used.probabilities(features)
    alone = np.concatenate([whole.used.probabilities(features[n : n + 1]) for n in range(len(features))])
    assert np.array_equal(together, alone)
    one, _ = whole.used.look(whole.files[3:4], None, Reporter())
    every, _ = whole.used.look(whole.files, None, Reporter())
    assert np.abs(one[0] - every[3]).max() <= 1e-5  # at another place in the batch, it is rounded otherwise


def pretended(score: dict[str, list[int]], catalog: Catalog) -> DirectScore:
    """The score when the n-th picture of a class is taken for the n-th place in `score`, by far."""
    known = [p for p in catalog.labelled.pictures if p.label in score]
    seen = {label: iter(places) for label, places in score.items()}
    matrix = np.tile(np.linspace(0.4, 0, 1000, dtype=np.float32), (len(known), 1))  # then 0, 1, 2, 3 …
    for row, picture in enumerate(known):
        matrix[row, next(seen[picture.label])] = 1
    made = Direct.__new__(Direct)
    setattr(made, "look", lambda _files, _cache, _reporter: (matrix, {}))  # noqa: B010
    return made.score(catalog, None, Reporter())


def catalog(*names: str, count: int = 2) -> Catalog:
    return Catalog(tuple(Picture(Path(f"/{name}/{n}"), name) for name in names for n in range(count)))


def test_folders_are_scored_by_what_they_mean() -> None:
    places = {"Dogs": [151, 268], "stingrays": [7, 6], "tiger_shark": [999, 7], "hammerhead": [999, 7]}
    score = pretended(places, catalog("Dogs", "gizmos", "hammerhead", "stingrays", "tiger_shark"))
    assert score.unmatched == ("gizmos",)
    assert score.pictures == 8
    rows = {row.label: (len(row.classes), row.pictures, row.top1, row.top5) for row in score.folders}
    # After the first guess come 0, 1, 2 and 3, which is the tiger shark; the hammerhead is 4.
    assert rows == {
        "Dogs": (118, 2, 2, 2),
        "hammerhead": (1, 2, 0, 0),
        "stingrays": (1, 2, 1, 1),
        "tiger_shark": (1, 2, 0, 2),
    }
    assert score.folders[2].classes == ("stingray",)
    share, (low, high) = score.share()
    assert share == pytest.approx(3 / 8)
    assert low < share < high
    assert score.share(5)[0] == pytest.approx(5 / 8)


def test_folders_that_imagenet_does_not_know() -> None:
    with pytest.raises(EngineError, match="None of these class names") as caught:
        pretended({}, catalog("goldfisch", "qq"))
    assert "“goldfisch” as “goldfish”" in caught.value.hint


@pytest.mark.usefixtures("small_backbones")
class TestOpening:
    @pytest.fixture
    def store(self, tmp_path: Path) -> WeightsStore:
        return WeightsStore(tmp_path / "weights", cache=tmp_path / "keras")

    def test_a_file_with_the_top_answers_with_names(
        self, store: WeightsStore, tmp_path: Path, picture_folder: Callable[..., Path]
    ) -> None:
        import h5py

        seed_everything(5)
        with slim():
            source = full_model(BACKBONES["VGG16"])
        with h5py.File(tmp_path / "full.h5", "w") as file:
            save_weights_to_hdf5_group(file, source)
        with slim():
            used = open_direct("vgg16", str(tmp_path / "full.h5"), store, Reporter())
        pictures = noise(32, 2)
        ready = keras.applications.vgg16.preprocess_input(pictures.astype(np.float32))
        expected = source.predict(ready, verbose=0)
        assert np.abs(used.probabilities(used.base.run(pictures)) - expected).max() <= 1e-6
        (tmp_path / "full.h5").unlink()

        folder = picture_folder(count=2)
        files = [picture.path for picture in scan([folder], Reporter()).pictures]
        files[1].write_bytes(b"no picture")
        answers, problems = used.predict(files, None, Reporter(), top=3)
        assert [answer.file for answer in answers] == [files[0], *files[2:]]
        assert [problem.path for problem in problems] == [files[1]]
        for answer in answers:
            shares = [share for _, share in answer.guesses]
            assert len(shares) == 3
            assert shares == sorted(shares, reverse=True)
            assert {name for name, _ in answer.guesses} <= set(imagenet().names)

    def test_a_file_without_the_top_is_refused(self, store: WeightsStore, tmp_path: Path) -> None:
        keras.applications.VGG16(include_top=False, weights=None).save_weights(tmp_path / "base.weights.h5")
        with pytest.raises(EngineError, match="does not fit VGG16") as caught:
            open_direct("VGG16", str(tmp_path / "base.weights.h5"), store, Reporter())
        assert "with the top" in caught.value.hint
        (tmp_path / "base.weights.h5").unlink()

    def test_without_a_network_it_says_which_file_it_needs(
        self, store: WeightsStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = replace(BACKBONES["VGG16"], full_url="http://127.0.0.1:9/vgg16_full.h5")
        monkeypatch.setitem(BACKBONES, "VGG16", row)
        monkeypatch.setattr("desktop_app.engine.download.PAUSES", ())
        with pytest.raises(WeightsUnavailableError, match="VGG16 with its top") as caught:
            open_direct("VGG16", "imagenet", store, Reporter())
        assert "vgg16_full.h5" in caught.value.hint
