"""Weights files of every kind that Keras writes, and every kind that must be refused."""

import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
from mutations import mutations
from slim import slim

from desktop_app.engine.backbones import BACKBONES, USUAL
from desktop_app.engine.errors import EngineError
from desktop_app.engine.weights_file import load_weights

NAMES = USUAL  # test_backbones.py has the others
REAL = Path(__file__).parents[3] / "shared" / "weights" / "vgg16_notop.weights.h5"
Edit = Callable[[h5py.File], None]


def build(name: str, **options: Any) -> Any:
    with slim():
        return whole(name, **options)


def whole(name: str, **options: Any) -> Any:
    return getattr(keras.applications, name)(**{"include_top": False, "weights": None, **options})


def fill(model: Any, seed: int) -> None:
    """Give every variable random values; the statistics of batch normalizations too."""
    random = np.random.default_rng(seed)
    for variable in model.weights:
        values = random.standard_normal(variable.shape, dtype=np.float32)
        variable.assign(np.abs(values) + 0.1 if variable.name == "moving_variance" else values)


def blank(model: Any) -> None:
    """Give every variable ones."""
    for variable in model.weights:
        variable.assign(np.ones(variable.shape, np.float32))


def same(model: Any, values: list[Any]) -> bool:
    found = model.get_weights()
    return len(found) == len(values) and all(map(np.array_equal, found, values))


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """The files are large: pytest shall not keep them."""
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.fixture(scope="module")
def sources() -> dict[str, Any]:
    """Each backbone with a top of 7 classes; small pictures keep VGG16's top small."""
    options = {"include_top": True, "classes": 7}
    models = {name: build(name, **options) for name in NAMES if name != "VGG16"}
    models["VGG16"] = build("VGG16", **options, input_shape=(32, 32, 3))
    for seed, model in enumerate(models.values()):
        fill(model, seed)
    return models


@pytest.fixture(scope="module")
def bases(sources: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Each backbone without a top: one with the weights of `sources`, one to load into."""
    pairs = {}
    for name, source in sources.items():
        base = build(name)
        base.set_weights(source.get_weights()[: len(base.weights)])
        pairs[name] = base, build(name, pooling="avg")
    return pairs


@contextmanager
def keras_saves() -> Iterator[None]:
    """Keras 3 still converts tensors in a way that NumPy 2 warns of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        yield


def keras_3(model: Any, path: Path) -> Path:
    with keras_saves():
        model.save_weights(path.with_suffix(".weights.h5"))
    return path.with_suffix(".weights.h5")


def keras_2(model: Any, path: Path) -> Path:
    """As Keras 2 did it: each variable in `layer/layer/variable:0`."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([layer.name.encode() for layer in model.layers])
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{variable.name}:0".encode() for variable in layer.weights]
            group.attrs["weight_names"] = np.array(names)
            for variable_name, variable in zip(names, layer.weights, strict=True):
                group[variable_name.decode()] = variable.numpy()
    return path


def keras_2_by_keras_3(model: Any, path: Path) -> Path:
    with keras_saves(), h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, model)
    return path


def keras_2_model(model: Any, path: Path) -> Path:
    with keras_saves():
        model.save(path)
    return path


@pytest.mark.parametrize("top", [False, True], ids=["notop", "top"])
@pytest.mark.parametrize("write", [keras_3, keras_2, keras_2_by_keras_3, keras_2_model])
@pytest.mark.parametrize("name", NAMES)
def test_every_format_loads_bit_for_bit(
    name: str,
    write: Callable[[Any, Path], Path],
    top: bool,
    sources: dict[str, Any],
    bases: dict[str, tuple[Any, Any]],
    tmp_path: Path,
) -> None:
    source, target = bases[name]
    blank(target)
    path = write(sources[name] if top else source, tmp_path / "weights.h5")
    load_weights(target, BACKBONES[name], path)
    assert same(target, source.get_weights())


@pytest.mark.skipif(not REAL.exists(), reason=f"needs the real weights {REAL}, kept outside the repository")
def test_real_weights_load_as_keras_loads_them(bases: dict[str, tuple[Any, Any]]) -> None:
    theirs, ours = whole("VGG16"), whole("VGG16")
    theirs.load_weights(REAL)
    load_weights(ours, BACKBONES["VGG16"], REAL)
    assert same(ours, theirs.get_weights())


@pytest.mark.parametrize("name", NAMES)
def test_names_decide_over_the_order_in_a_keras_2_file(
    name: str, bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    """Variables in any order; layers too, where the network names them itself. Lists may be in pieces."""
    source, target = bases[name]
    blank(target)
    path = keras_2(source, tmp_path / "weights.h5")
    with h5py.File(path, "r+") as file:
        names = file.attrs.pop("layer_names")
        if name != "InceptionV3":
            names = names[::-1]
        file.attrs["layer_names0"], file.attrs["layer_names1"] = names[:9], names[9:]
        for group in file.values():
            group.attrs["weight_names"] = group.attrs["weight_names"][::-1]
    load_weights(target, BACKBONES[name], path)
    assert same(target, source.get_weights())


def test_names_that_keras_counted_up_decide_nothing(
    bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    """The same names in another order, as another session may have given them."""
    source, target = bases["InceptionV3"]
    blank(target)
    path = keras_2(source, tmp_path / "weights.h5")
    kinds = [type(layer) for layer in source.layers]
    with h5py.File(path, "r+") as file:
        for layer in source.layers:
            file.move(layer.name, f"old {layer.name}")
        names = []
        for layer, kind in zip(source.layers, kinds, strict=True):
            place = kinds[: source.layers.index(layer)].count(kind)
            alike = [other.name for other in target.layers if type(other) is kind]
            names.append(alike[-1 - place])
            file.move(f"old {layer.name}", names[-1])
        file.attrs["layer_names"] = np.array(names, "S")
    load_weights(target, BACKBONES["InceptionV3"], path)
    assert same(target, source.get_weights())


def test_a_top_of_the_users_own(bases: dict[str, tuple[Any, Any]], tmp_path: Path) -> None:
    source, target = bases["VGG16"]
    blank(target)
    head = keras.layers.GlobalMaxPooling2D()(source.output)
    head = keras.layers.Dense(3)(keras.layers.BatchNormalization()(head))
    path = keras_3(keras.Model(source.input, head), tmp_path / "mine.h5")
    load_weights(target, BACKBONES["VGG16"], path)
    assert same(target, source.get_weights())


def test_the_first_draft_of_the_keras_3_format_loads(
    bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    source, target = bases["VGG16"]
    blank(target)
    path = keras_3(source, tmp_path / "draft.h5")
    with h5py.File(path, "r+") as file:
        file.move("layers", "_layer_checkpoint_dependencies")
        for layer in file["_layer_checkpoint_dependencies"].values():
            del layer["vars"].attrs["name"]
    load_weights(target, BACKBONES["VGG16"], path)
    assert same(target, source.get_weights())


def refusal(bases: dict[str, tuple[Any, Any]], name: str, path: Path) -> EngineError:
    """The error, after making sure that nothing was loaded."""
    target = bases[name][1]
    blank(target)
    with pytest.raises(EngineError) as caught:
        load_weights(target, BACKBONES[name], path)
    assert all((values == 1).all() for values in target.get_weights())
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("other", "write", "name", "sentence"),
    [
        ("VGG19", "3", "VGG16", "looks like VGG19 (it holds 16 convolutions, VGG16 has 13)."),
        ("VGG19", "2", "VGG16", "looks like VGG19 (it holds 16 convolutions, VGG16 has 13)."),
        ("ResNet101", "3", "ResNet50", "like ResNet101 (it holds 104 convolutions, ResNet50 has 53)."),
        (
            "ResNet50V2",
            "2",
            "ResNet50",
            "like ResNet50V2 (it holds 49 batch normalizations, ResNet50 has 53).",
        ),
        ("MobileNet", "3", "InceptionV3", "like MobileNet (it holds 27 convolutions, InceptionV3 has 94)."),
    ],
)
def test_another_backbone(
    other: str, write: str, name: str, sentence: str, bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    path = {"2": keras_2, "3": keras_3}[write](build(other), tmp_path / "other.h5")
    error = refusal(bases, name, path)
    assert error.message.startswith(f"“{path.name}” does not fit {name}: it looks like")
    assert error.message.endswith(sentence)
    assert error.hint == f"Choose a weights file of {name}."


@pytest.mark.parametrize("write", [keras_3, keras_2])
def test_a_base_for_grey_pictures(
    write: Callable[[Any, Path], Path], bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    path = write(build("VGG16", input_shape=(32, 32, 1)), tmp_path / "grey.h5")
    message = refusal(bases, "VGG16", path).message
    assert message.endswith(" is 3×3×1×8, but “block1_conv1/kernel” is 3×3×3×8.")


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (keras_3, "it holds 0 convolutions, VGG16 has 13."),
        (keras_2_by_keras_3, "it holds 2 layers of 13."),
    ],
)
def test_a_base_inside_another_model(
    write: Callable[[Any, Path], Path], sentence: str, bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    pooled = bases["VGG16"][1]
    model = keras.Sequential([keras.Input((None, None, 3)), pooled, keras.layers.Dense(2)])
    error = refusal(bases, "VGG16", write(model, tmp_path / "whole.h5"))
    assert error.message.endswith(sentence)
    assert "In Keras, save the base alone" in error.hint


def cut(share: float) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return edit


def becomes(content: bytes) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        path.write_bytes(content)

    return edit


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (cut(0.6), "The weights file “bad.h5” is damaged or cut short: HDF5 cannot read all of it."),
        (cut(6e-5), "The weights file “bad.h5” is damaged or cut short: HDF5 cannot read all of it."),
        (becomes(b""), "The weights file “bad.h5” is empty."),
        (becomes(b"Not a weights file\n"), "“bad.h5” is not a Keras weights file: it is not HDF5 inside."),
        (becomes(b"PK\x03\x04 and more"), "“bad.h5” is an archive, such as a whole .keras model."),
        (Path.unlink, "There is no weights file “{path}”."),
        (folder, "“{path}” is a folder, not a weights file."),
    ],
    ids=["cut", "cut to its first bytes", "empty", "text", "archive", "missing", "folder"],
)
def test_not_a_whole_file(
    change: Callable[[Path], None], sentence: str, bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "bad.h5"
    shutil.move(keras_3(bases["VGG16"][0], path), path)
    change(path)
    assert refusal(bases, "VGG16", path).message == sentence.format(path=path)


def test_a_file_that_may_not_be_read(
    bases: dict[str, tuple[Any, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret.h5"
    path.touch()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    message = refusal(bases, "VGG16", path).message
    assert message == f"The weights file “{path}” cannot be read: Permission denied."


def sets(place: str, value: float) -> Edit:
    """The last value of an array becomes `value`."""

    def edit(file: h5py.File) -> None:
        file[place][(-1,) * file[place].ndim] = value

    return edit


def replaces(place: str, new: object) -> Edit:
    def edit(file: h5py.File) -> None:
        del file[place]
        file[place] = new

    return edit


def removes(place: str) -> Edit:
    def edit(file: h5py.File) -> None:
        del file[place]

    return edit


BATCH = "layers/batch_normalization_7/vars"


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("VGG16", sets("layers/conv2d_12/vars/0", np.nan), "holds values that are not finite numbers."),
        ("VGG16", sets("layers/conv2d/vars/1", -np.inf), "holds values that are not finite numbers."),
        (
            "VGG16",
            replaces("layers/conv2d_3/vars/0", np.zeros((3, 3, 16, 16), np.float32)),
            "is damaged: “/layers/conv2d_3/vars/0” holds nothing but zeros.",
        ),
        (
            "VGG16",
            replaces("layers/conv2d_3/vars/1", np.ones(17, np.float32)),
            "its “/layers/conv2d_3/vars/1” is 17, but “block2_conv2/bias” is 16.",
        ),
        ("VGG16", removes("layers/conv2d_5"), "it holds 12 convolutions, VGG16 has 13."),
        ("VGG16", removes("layers"), "it holds 0 convolutions, VGG16 has 13."),
        (
            "VGG16",
            removes("layers/conv2d_5/vars/1"),
            "its “block3_conv2” holds 1 arrays, but “block3_conv2” takes kernel, bias.",
        ),
        (
            "VGG16",
            replaces("layers/conv2d_3/vars/1", np.full(16, b"one")),
            "“1” is not an array of numbers of its own.",
        ),
        (
            "VGG16",
            replaces("layers/conv2d_3/vars/1", h5py.ExternalLink("other.h5", "/secret")),
            "“1” is not an array of numbers of its own.",
        ),
        (
            "VGG16",
            replaces("layers/conv2d_3/vars", h5py.ExternalLink("other.h5", "/")),
            "“layers/conv2d_3/vars” is not a group of its own.",
        ),
        ("VGG16", replaces("layers", np.ones(3)), "“layers” is not a group of its own."),
        (
            "ResNet50",
            sets(f"{BATCH}/3", -1.0),
            "“/layers/batch_normalization_7/vars/3” holds a negative variance.",
        ),
        ("ResNet50", removes(f"{BATCH}/0"), "HDF5 cannot read all of it."),
        ("ResNet50", removes(BATCH), "it holds 52 batch normalizations, ResNet50 has 53."),
        ("InceptionV3", removes("layers/conv2d_5/vars/0"), "it holds 93 convolutions, InceptionV3 has 94."),
    ],
)
def test_a_file_with_one_thing_wrong(
    name: str, change: Edit, sentence: str, bases: dict[str, tuple[Any, Any]], tmp_path: Path
) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = np.ones(16, np.float32)
    path = keras_3(bases[name][0], tmp_path / "bad.h5")
    with h5py.File(path, "r+") as file:
        change(file)
    assert refusal(bases, name, path).message.endswith(sentence)


def test_statistics_under_other_names(bases: dict[str, tuple[Any, Any]], tmp_path: Path) -> None:
    """Three vectors of one length: only their names tell that they are not the three that are wanted."""
    path = keras_2(bases["InceptionV3"][0], tmp_path / "bad.h5")
    with h5py.File(path, "r+") as file:
        name = next(name for name in file if name.startswith("batch_normalization"))
        names = [word.decode() for word in file[name].attrs["weight_names"]]
        file[name].move(names[0], names[0].replace("beta", "gamma"))
        file[name].attrs["weight_names"] = np.array([names[0].replace("beta", "gamma"), *names[1:]], "S")
    message = refusal(bases, "InceptionV3", path).message
    assert f"its “{name}” holds gamma, moving_mean, moving_variance, but “" in message
    assert message.endswith("” takes beta, moving_mean, moving_variance.")


@pytest.mark.parametrize("write", ["2", "3"])
def test_two_hundred_mutations_end_in_weights_or_a_sentence(tmp_path: Path, write: str) -> None:
    pictures = keras.Input((8, 8, 3))
    convolved = keras.layers.Conv2D(4, 3)(pictures)
    small = keras.Model(pictures, keras.layers.BatchNormalization()(convolved))
    path = {"2": keras_2, "3": keras_3}[write](small, tmp_path / "small.h5")
    loaded = 0
    for data in mutations(path.read_bytes()):
        path.write_bytes(data)
        blank(small)
        try:
            load_weights(small, BACKBONES["VGG16"], path)
            loaded += 1
        except EngineError as error:
            assert path.name in error.message
            assert all((values == 1).all() for values in small.get_weights())
        assert all(np.isfinite(values).all() for values in small.get_weights())
    assert loaded < 150
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
