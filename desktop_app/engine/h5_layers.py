"""The layers of arrays in an HDF5 file that Keras 2 or Keras 3 has written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.engine.errors import EngineError

if TYPE_CHECKING:
    import h5py

SAVE_BASE = "In Keras, save the base alone with `base.save_weights('base.weights.h5')`, and choose that file."
_OTHER_FILE = "Choose another file, or get this one anew."


@dataclass(frozen=True)
class Layer:
    """A layer that has arrays.

    Attributes:
        name: the layer's own; empty in the first files of Keras 3.
        key: its place in a file of Keras 3, such as "conv2d_4"; empty in one of Keras 2.
        arrays: not yet read.
        variables: names of the arrays, such as "kernel"; none in a file of Keras 3.
    """

    name: str
    key: str
    arrays: list["h5py.Dataset"]
    variables: list[str]


class Damaged(Exception):  # noqa: N818  its text completes a sentence: “… is damaged: …”
    """The file cannot be trusted."""


@contextmanager
def opened(path: Path) -> Iterator["h5py.File"]:
    """The file as HDF5; an `EngineError` where it is not that, or where the block finds it damaged."""
    import h5py

    if path.is_dir():
        raise EngineError(f"“{path}” is a folder, not a weights file.", "Choose the .h5 file itself.")
    try:
        if not path.is_file():
            raise EngineError(f"There is no weights file “{path}”.", "Check the path.")
        with path.open("rb") as plain:
            start = plain.read(4)
    except OSError as error:
        raise EngineError(
            f"The weights file “{path}” cannot be read: {error.strerror or error}.",
            "See that you may read it, or copy it to a place where you may.",
        ) from error
    if not start:
        raise EngineError(f"The weights file “{path.name}” is empty.", _OTHER_FILE)
    if start == b"PK\x03\x04":
        raise EngineError(f"“{path.name}” is an archive, such as a whole .keras model.", SAVE_BASE)
    if not h5py.is_hdf5(path):
        raise EngineError(
            f"“{path.name}” is not a Keras weights file: it is not HDF5 inside.",
            "Choose a .h5 or .weights.h5 file that Keras has written.",
        )
    sentence = f"The weights file “{path.name}” is damaged"
    try:
        with h5py.File(path, "r") as file:
            yield file
    except Damaged as error:
        raise EngineError(f"{sentence}: {error}.", _OTHER_FILE) from error
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise EngineError(f"{sentence} or cut short: HDF5 cannot read all of it.", _OTHER_FILE) from error


def layers_in(file: "h5py.File") -> list[Layer]:
    """The layers of the file that hold arrays, in its own order; none where it is of neither format."""
    root = _group(file, "model_weights") if "model_weights" in file else file
    layers = []
    if "layer_names" in root.attrs or "layer_names0" in root.attrs:  # Keras 2
        for name in _words(root, "layer_names"):
            group = _group(root, name)
            paths = _words(group, "weight_names")
            variables = [path.split("/")[-1].split(":")[0] for path in paths]
            layers.append(Layer(name, "", [_array(group, path) for path in paths], variables))
    else:
        for part in (
            "layers",
            "_layer_checkpoint_dependencies",
        ):  # Keras 3, and the first draft of its format
            if part in file:
                layers += _layers_within(file, part, "")
    return [layer for layer in layers if layer.arrays]


def _layers_within(file: "h5py.File", path: str, within: str) -> Iterator[Layer]:
    """Those of Keras 3, and those inside each Sequential, but of no other model."""
    for key in _group(file, path):
        if f"{path}/{key}/vars" in file:
            held = _group(file, f"{path}/{key}/vars")
            arrays = [_array(held, str(place)) for place in range(len(held))]
            yield Layer(str(held.attrs.get("name", "")), within + key, arrays, [])
        if key.startswith("sequential") and f"{path}/{key}/layers" in file:
            yield from _layers_within(file, f"{path}/{key}/layers", f"{within}{key}/layers/")


def _words(group: "h5py.Group", name: str) -> list[str]:
    """A list that Keras 2 keeps as an attribute; a long one as several: `name0`, `name1`, and so on."""
    keys = [name] if name in group.attrs else []
    while not keys or f"{name}{len(keys)}" in group.attrs:
        keys.append(f"{name}{len(keys)}")
    words = [word for key in keys for word in np.atleast_1d(group.attrs[key])]
    return [word.decode() if isinstance(word, bytes) else str(word) for word in words]


def _group(parent: "h5py.Group", path: str) -> "h5py.Group":
    import h5py

    found = parent[path]
    if not isinstance(found, h5py.Group) or found.file != parent.file:
        raise Damaged(f"“{path}” is not a group of its own")
    return found


def _array(group: "h5py.Group", path: str) -> "h5py.Dataset":
    """A dataset that lies in this file; HDF5 could lead out of it, to any file that the user may read."""
    import h5py

    found = group[path]
    own = isinstance(found, h5py.Dataset) and found.file == group.file
    if not own or found.external or found.is_virtual or found.dtype.kind not in "fiu":
        raise Damaged(f"“{path}” is not an array of numbers of its own")
    return found
