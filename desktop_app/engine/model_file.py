"""The model file: a `.keras` archive is looked through before Keras may open it.

Keras' safe mode refuses code. What it does not refuse is a file that fills the memory, names layers that read
other files, or leads out of itself; and what it refuses, it says in the words of its own developers.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_app.engine.errors import EngineError
from desktop_app.engine.plain_file import require_plain, values_in
from desktop_app.engine.stored_member import open_member

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
_MEMBERS = {  # bytes, at most
    CONFIG: 32_000_000,
    "metadata.json": 1_000_000,
    WEIGHTS: 8_000_000_000,
    "labels.txt": 10_000_000,  # this and the next are put in by an export; nobody reads them here
    "graftwork.json": 10_000_000,
}
_MOST_VALUES = 2_000_000
LARGEST = sum(_MEMBERS.values())
_DEEPEST = 60  # levels of a config; a network inside a model has about 12
_ELSEWHERE = "Open a model that Graftwork or Keras has trained, from someone you trust."
_CODE = {
    "Lambda": "a Lambda layer, which is a piece of program code",
    "TorchModuleWrapper": "a PyTorch module, which is read by pickle",
    "TFSMLayer": "a TFSMLayer, which loads another program",
    "JaxLayer": "a JAX function",
    "FlaxLayer": "a Flax module",
}
# All that the networks of keras.applications and this program's heads are made of, by module.
_KINDS = {
    "keras": "Sequential DTypePolicy",
    "keras.layers": "InputLayer Dense Conv2D DepthwiseConv2D SeparableConv2D BatchNormalization "
    "LayerNormalization Normalization Rescaling Activation ReLU Softmax Dropout MaxPooling2D "
    "AveragePooling2D GlobalAveragePooling2D GlobalMaxPooling2D Flatten Reshape "
    "ZeroPadding2D Cropping2D Add Multiply Concatenate Identity",
    "keras.initializers": "GlorotUniform HeNormal Ones VarianceScaling Zeros",
    "keras.regularizers": "L2",
    "keras.src.applications.convnext": "LayerScale StochasticDepth",
    "keras.src.applications.inception_resnet_v2": "CustomScaleLayer",
    "keras.src.models.functional": "Functional",
    "keras.src.ops.numpy": "Add Multiply",
}
_KNOWN = {(module, kind) for module, kinds in _KINDS.items() for kind in kinds.split()}
_PLACE = "__keras_tensor__"  # not an object: it says where a layer's input comes from


def safe_config(path: Path) -> dict[str, Any]:
    """The description of the network in the `.keras` file at `path`, which holds layers and numbers alone.

    Raises:
        EngineError: it is missing, damaged, larger than it looks, or holds what this program does not open.
    """
    try:
        require_plain(path, LARGEST)
        with zipfile.ZipFile(path) as archive:
            _require_members(path, archive)
            config = _config(archive)
            require_kinds(path, config)
            _require_own_arrays(path, archive)
            return config
    except FileNotFoundError as error:
        raise EngineError(f"There is no model “{path}”.", "Restore the folder from a copy.") from error
    except (OSError, ValueError, KeyError, RuntimeError, NotImplementedError, EOFError) as error:
        raise _damaged(path, str(error)) from error
    except (zipfile.BadZipFile, zlib.error, RecursionError, MemoryError) as error:
        raise _damaged(path, str(error) or "it is nested too deeply") from error


def parameters_held(path: Path) -> int:
    """How many numbers the archive has room for: a network with more would be made of nothing."""
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo(WEIGHTS).file_size // 2  # float16 at the least


def _require_members(path: Path, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    for strange in [name for name in names if name not in _MEMBERS]:
        raise _refused(path, f"it holds “{strange[:80]}”, which no model of this program does")
    if len(names) != len(set(names)) or {CONFIG, WEIGHTS} - set(names):
        raise _damaged(path, "it lacks its weights or its description, or has them twice")
    for member in archive.infolist():
        if member.file_size > _MEMBERS[member.filename]:
            raise _refused(path, f"its {member.filename} would take {member.file_size / 1e9:,.1f} GB")
        # Keras does not compress, and trained weights would hardly get smaller.
        if member.file_size > 100 * max(member.compress_size, 10_000):
            raise _refused(path, f"its {member.filename} would grow a hundredfold when it is unpacked")


def _config(archive: zipfile.ZipFile) -> dict[str, Any]:
    with archive.open(CONFIG) as file:
        data = file.read(_MEMBERS[CONFIG] + 1)
    if len(data) > _MEMBERS[CONFIG] or values_in(data) > _MOST_VALUES:
        raise ValueError(f"its {CONFIG} holds too much")
    config = json.loads(data)
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(f"its {CONFIG} describes no network")
    return config


def require_kinds(path: Path, config: dict[str, Any]) -> None:
    """See that a description, said to be of `path`, names known parts alone; else raise an `EngineError`."""
    for part in _parts(config):
        kind, module = part["class_name"], part.get("module")
        if not isinstance(kind, str) or not isinstance(module, str | None):
            raise _damaged(path, f"its {CONFIG} names a part by what is no name")
        if kind in _CODE:
            raise _refused(path, f"it holds {_CODE[kind]}; opening it could do anything to this computer")
        if kind == _PLACE:
            continue
        if (module, kind) not in _KNOWN or part.get("registered_name") not in (None, kind):
            raise _refused(path, f"it holds the part “{str(kind)[:80]}” of “{str(module)[:80]}”")


def _parts(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Everything in a config that Keras would make an object of."""
    if depth > _DEEPEST:
        raise ValueError(f"its {CONFIG} is nested too deeply")
    if isinstance(value, dict):
        if "class_name" in value:
            yield value
        for inner in value.values():
            yield from _parts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner, depth + 1)


def _require_own_arrays(path: Path, archive: zipfile.ZipFile) -> None:
    """HDF5 can name other files, claim more than it holds, and unpack to a thousandfold."""
    import h5py

    with open_member(path, archive, WEIGHTS) as member, h5py.File(member, "r") as file:
        room = archive.getinfo(WEIGHTS).file_size
        _look_through(path, file, room, set())


def _look_through(path: Path, group: Any, room: int, seen: set[Any]) -> None:
    import h5py

    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise _refused(path, f"its weights lead to another file or place (“{name[:80]}”)")
        inside = group[name]
        if inside.id in seen:
            raise _damaged(path, f"its weights lead in a circle at “{name[:80]}”")
        seen.add(inside.id)
        if isinstance(inside, h5py.Group):
            _look_through(path, inside, room, seen)
        elif inside.dtype.kind not in "fiub" or inside.external or inside.is_virtual:
            raise _refused(path, f"its “{name[:80]}” is not an array of numbers of its own")
        elif inside.size * inside.dtype.itemsize > 4 * room:
            raise _refused(
                path, f"its “{name[:80]}” claims {inside.size:,} numbers, for which it has no room"
            )


def _damaged(path: Path, why: str) -> EngineError:
    return EngineError(
        f"The model “{path}” is damaged: {why[:300].splitlines()[0].rstrip('.') if why else 'unreadable'}.",
        "Train again, or restore the file from a copy.",
    )


def _refused(path: Path, why: str) -> EngineError:
    return EngineError(f"The model “{path}” is not opened: {why}.", _ELSEWHERE)
