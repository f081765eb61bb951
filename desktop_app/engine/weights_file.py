"""Puts a weights file of Keras 2 or Keras 3 into a base: exactly, or not at all.

Keras' own loaders pass over what is missing, and match by number alone; both can end in a base that computes
nonsense without a word. Here every array is found, measured and read before the first one is assigned.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.backbones import Backbone
from desktop_app.engine.errors import EngineError
from desktop_app.engine.h5_layers import SAVE_BASE, Damaged, Layer, layers_in, opened

if TYPE_CHECKING:
    import h5py
    import keras

# What a file looks like by its (kernels of four axes, batch normalizations), counted in Keras' own networks.
_LOOKS = {
    (13, 0): "VGG16",
    (16, 0): "VGG19",
    (53, 53): "ResNet50",
    (104, 104): "ResNet101",
    (155, 155): "ResNet152",
    (53, 49): "ResNet50V2",
    (104, 100): "ResNet101V2",
    (155, 151): "ResNet152V2",
    (94, 94): "InceptionV3",
    (244, 204): "InceptionResNetV2",
    (74, 40): "Xception",
    (120, 121): "DenseNet121",
    (27, 27): "MobileNet",
    (52, 52): "MobileNetV2",
    (81, 49): "EfficientNetB0",
}

_DEVIATION = (0.229, 0.224, 0.225)  # ImageNet's, of red, green and blue in [0, 1]


class _Misfit(Exception):  # noqa: N818  its text completes a sentence: “… does not fit VGG16: …”
    """The file is whole, but holds something else."""

    def __init__(self, what: str, hint: str = SAVE_BASE) -> None:
        super().__init__(what)
        self.hint = hint


def load_weights(base: "keras.Model", row: Backbone, path: Path) -> None:
    """Load the weights in `path` into `base`; a top in the file, of any number of classes, is left out.

    Reads Keras 3 `.weights.h5`, and Keras 2 `.h5` of weights or of a whole model. Runs no code of the file.

    Args:
        base: `keras.applications.NAME(include_top=False)`, with any pooling.
        row: the backbone that `base` is.
        path: the file.

    Raises:
        EngineError: no such file, not readable, damaged, or of another network. `base` is unchanged then.
    """
    try:
        with opened(path) as file:
            stored = layers_in(file)
            inside = any(layer.key for layer in stored)
            places = {layer: key for layer, key in _places(base, inside) if layer.weights}
            _compare([layer.weights for layer in places], [layer.arrays for layer in stored], row)
            values = [
                (variable, _read(array, f"{layer.name}/{variable.name}", tuple(variable.shape)))
                for layer, held in _pairs(places, stored)
                for variable, array in zip(layer.weights, _ordered(layer, held), strict=True)
            ]
    except _Misfit as error:
        raise EngineError(f"“{path.name}” does not fit {row.name}: {error}.", error.hint) from error
    for variable, value in values:
        variable.assign(value)
    for layer in places:
        if hasattr(layer, "finalize_state"):
            _settle(layer)


def _settle(layer: Any) -> None:
    """Let EfficientNet's Normalization compute with what it has been given.

    Keras' own file holds the standard deviation where the layer takes the variance. Keras makes up for that
    by a further layer, which it builds for its own weights alone; here the number is put right instead.
    """
    if np.allclose(layer.adapt_variance, _DEVIATION):
        layer.adapt_variance.assign(layer.adapt_variance**2)
    layer.finalize_state()


def _compare(wanted: list[Any], stored: list[Any], row: Backbone) -> None:
    """Tell networks apart by counts: the layers of one are often among another's, name for name."""
    expected, found = _counts(wanted), _counts(stored)
    if found[0] == expected[0] and found[1] >= expected[1]:  # a top of the user's own may normalize too
        return
    place = 0 if found[0] != expected[0] else 1
    what = f"it holds {found[place]} {('convolutions', 'batch normalizations')[place]}, "
    what += f"{row.name} has {expected[place]}"
    if found in _LOOKS:
        raise _Misfit(f"it looks like {_LOOKS[found]} ({what})", f"Choose a weights file of {row.name}.")
    raise _Misfit(what, f"Choose a weights file of {row.name}. If it is inside a larger model: {SAVE_BASE}")


def _counts(layers: list[Any]) -> tuple[int, int]:
    """How many kernels of four axes there are, and how many batch normalizations."""
    axes = [[len(array.shape) for array in layer] for layer in layers]
    return sum(x.count(4) for x in axes), sum(len(x) > 2 and set(x) == {1} for x in axes)


def _places(model: Any, inside: bool, within: str = "") -> Iterator[tuple[Any, str]]:
    """Each layer with its key in a file of Keras 3, where the layers of a class are numbered.

    Keras 3 keeps the layers `inside` a Sequential one by one, Keras 2 all in one.
    """
    seen = Counter[str]()
    for layer in model.layers:
        kind = _snake(type(layer).__name__)
        key = f"{within}{kind}_{seen[kind]}" if seen[kind] else within + kind
        seen[kind] += 1
        if inside and kind == "sequential":
            yield from _places(layer, inside, f"{key}/layers/")
        else:
            yield layer, key


def _pairs(places: dict[Any, str], stored: list[Layer]) -> list[tuple[Any, Layer]]:
    """Each layer of the base with its counterpart in the file.

    Names tell most, where a network gives each layer one of its own. Else it is the place, as in Keras' own
    loaders: among the layers of its class in Keras 3, among all in Keras 2. A top comes after the base.
    """
    by_name = {layer.name: layer for layer in stored}
    by_key = {layer.key: layer for layer in stored}
    if all(x.name in by_name and not _counted_up(x) for x in places):
        return [(layer, by_name[layer.name]) for layer in places]
    if "" in by_key:  # Keras 2
        if len(stored) < len(places):
            raise _Misfit(f"it holds {len(stored)} layers of {len(places)}")
        return list(zip(places, stored, strict=False))
    for layer, key in places.items():
        if key not in by_key:
            raise _Misfit(f"it lacks “{key}”, which is “{layer.name}”")
    return [(layer, by_key[key]) for layer, key in places.items()]


def _counted_up(layer: Any) -> bool:
    """Whether its name is one that Keras makes of its class and a number."""
    return re.fullmatch(_snake(type(layer).__name__) + r"(_\d+)?", layer.name) is not None


def _snake(name: str) -> str:
    """Keras' own way from a class to a key: BatchNormalization → batch_normalization, Conv2D → conv2d."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


def _ordered(layer: Any, held: Layer) -> list["h5py.Dataset"]:
    """The arrays of `held` in the order of `layer.weights`."""
    names = [variable.name for variable in layer.weights]
    if sorted(names) == sorted(held.variables):
        return [held.arrays[held.variables.index(name)] for name in names]
    # Shapes keep a kernel from its bias, but not a mean from a variance: there the names must agree.
    alike = len({tuple(variable.shape) for variable in layer.weights}) < len(names)
    if len(held.arrays) != len(names) or (alike and set(names) & set(held.variables)):
        holds = ", ".join(held.variables[:4]) or f"{len(held.arrays)} arrays"
        raise _Misfit(
            f"its “{held.name or held.key}” holds {holds}, but “{layer.name}” takes {', '.join(names)}"
        )
    return held.arrays


def _read(array: "h5py.Dataset", name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """The values for the variable `name`, sound as far as one can tell."""
    if array.shape != shape:
        raise _Misfit(f"its “{array.name}” is {_by(array.shape)}, but “{name}” is {_by(shape)}")
    values: NDArray[Any] = array[()]
    if not np.isfinite(values).all():
        raise Damaged(f"“{array.name}” holds values that are not finite numbers")
    if len(shape) > 1 and not values.any():
        raise Damaged(f"“{array.name}” holds nothing but zeros")
    if name.endswith("/moving_variance") and values.min() < 0:
        raise Damaged(f"“{array.name}” holds a negative variance")
    return values


def _by(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a single number"
