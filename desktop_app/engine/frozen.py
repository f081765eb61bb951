"""The frozen base: a pretrained network as a constant function from pictures to features."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.backbones import Backbone, backbone
from desktop_app.engine.keras_bridge import keras, seed_everything, tf
from desktop_app.engine.specs import BaseSpec

_CACHE_VERSION = 1


@dataclass(frozen=True)
class FrozenBase:
    """A base that never learns.

    Attributes:
        row: its line in the table of backbones.
        model: float32 RGB in [0, 255], (n, size, size, 3) → features (n, width); preprocessing inside.
        precision: the number format it computes in.
        batch: how many pictures it takes at once. Constant, so that a picture's features never depend on
            its neighbours, and small enough that a cancelled run stops within a second on a CPU.
        key: everything that shapes the features, for the cache.
    """

    row: Backbone
    model: Any
    precision: str
    batch: int
    key: str

    @property
    def width(self) -> int:
        """Length of one feature vector."""
        return int(self.model.output_shape[-1])

    @cached_property
    def run(self) -> Callable[[NDArray[np.uint8]], NDArray[np.float32]]:
        """A compiled uint8 (n ≤ batch, size, size, 3) → float32 (n, width)."""
        shape = (self.batch, self.row.size, self.row.size, 3)

        @tf.function(input_signature=[tf.TensorSpec(shape, tf.uint8)])  # type: ignore[untyped-decorator]
        def compiled(pictures: Any) -> Any:
            return self.model(tf.cast(pictures, tf.float32), training=False)

        def features(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            padded = np.zeros(shape, np.uint8)
            padded[: len(pictures)] = pictures
            result: NDArray[np.float32] = compiled(padded).numpy()[: len(pictures)]
            return result

        return features


def bare_model(row: Backbone) -> Any:
    """The network of `keras.applications` without its top, with random weights."""
    make = getattr(keras.applications, row.name)
    return make(include_top=False, weights=None, input_shape=(row.size, row.size, 3))


def wrap(model: Any, row: Backbone, precision: str, key: str) -> FrozenBase:
    """Freeze `model`, any network from pictures to vectors."""
    batch = 64 if tf.config.list_physical_devices("GPU") else 8
    return FrozenBase(row, model, precision, batch, key)


def build(spec: BaseSpec, seed: int, load: Callable[[Any], str]) -> FrozenBase:
    """Build the base that `spec` names.

    Args:
        spec: backbone, pooling and precision.
        seed: of the random weights, which stay where `load` assigns none.
        load: assigns weights to the bare `keras.applications` model and returns a digest of them.
    """
    seed_everything(seed)
    row = backbone(spec.backbone)
    bare = bare_model(row)
    digest = load(bare)
    precision = "float32" if spec.precision == "auto" else spec.precision
    if precision != "float32":
        bare = _recast(bare, f"mixed_{precision}")
    bare.trainable = False

    pictures = keras.Input((row.size, row.size, 3), name="pictures")
    activations = bare(_preprocess(pictures, row), training=False)
    features = _POOLINGS[spec.pooling](name="pool", dtype="float32")(activations)
    model = keras.Model(pictures, features, name="base")
    key = f"{row.name}:{digest}:{row.preprocessing}:{row.size}:{spec.pooling}:{precision}:{_CACHE_VERSION}"
    return wrap(model, row, precision, key)


def _preprocess(pictures: Any, row: Backbone) -> Any:
    """The backbone's own preprocessing, as layers that any Keras can load again."""
    if row.preprocessing == "tf":
        return keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="preprocess")(pictures)
    return keras.applications.imagenet_utils.preprocess_input(pictures, mode="caffe")


_POOLINGS = {
    "avg": keras.layers.GlobalAveragePooling2D,
    "max": keras.layers.GlobalMaxPooling2D,
    "flatten": keras.layers.Flatten,
}


def _recast(model: Any, policy: str) -> Any:
    """The same network with the same float32 weights, computing under another dtype policy."""

    def clone(layer: Any) -> Any:
        return type(layer).from_config({**layer.get_config(), "dtype": policy})

    recast = keras.models.clone_model(model, clone_function=clone)
    recast.set_weights(model.get_weights())
    return recast
