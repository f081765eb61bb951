"""The frozen base: a pretrained network as a constant function from pictures to features."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.backbones import Backbone, backbone
from desktop_app.engine.base_form import PLAIN, Form, base_name, forms
from desktop_app.engine.compiled import Compiled
from desktop_app.engine.cost import multiplications
from desktop_app.engine.feature_cache import BASE_VERSION
from desktop_app.engine.folding import fold
from desktop_app.engine.keras_bridge import keras, seed_everything, tf
from desktop_app.engine.precision import fastest
from desktop_app.engine.specs import BaseSpec

# Pictures at once: past these, more are no faster …
_BATCH = {"float32": 8, "bfloat16": 16, "float16": 16}
# … and multiplications at once: with these, a cancelled run stops within a second on two plain cores.
_MOST_WORK = {"float32": 64e9, "bfloat16": 320e9, "float16": 320e9}
_GPU_BATCH = 64
_CAFFE_MEAN = np.array([103.939, 116.779, 123.68], np.float32)  # ImageNet's blue, green and red
_TORCH_MEAN, _TORCH_DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])  # of [0, 1]
_PREPROCESS = "preprocess"


@dataclass(frozen=True)
class FrozenBase:
    """A base that never learns.

    Attributes:
        row: its line in the table of backbones.
        model: the untouched network in float32: RGB in [0, 255], (n, size, size, 3) → features (n, width),
            preprocessing inside. It is what a run saves; `run` may compute it in another form.
        form: how `run` computes.
        rest: forms to fall back to, in this order, should `form` not be faithful enough.
        batch: how many pictures it takes at once. Constant, so that a picture's features never depend on
            its neighbours.
        name: everything but the form that shapes the features.
    """

    row: Backbone
    model: Any
    form: Form
    rest: tuple[Form, ...]
    batch: int
    name: str

    @property
    def precision(self) -> str:
        """The number format it computes in; the features are always float32."""
        return self.form.precision

    @property
    def key(self) -> str:
        """Everything that shapes the features, for the cache."""
        return self.form.key(self.name)

    @property
    def width(self) -> int:
        """Length of one feature vector."""
        return int(self.model.output_shape[-1])

    def next(self) -> "FrozenBase":
        """The same base in the first form of `rest`."""
        form, *rest = self.rest
        return replace(self, form=form, rest=tuple(rest), batch=_batch(self.model, form.precision))

    def plain(self) -> "FrozenBase":
        """The same base in its untouched form."""
        return replace(self, form=PLAIN, rest=(), batch=_batch(self.model, PLAIN.precision))

    @cached_property
    def network(self) -> Any:
        """The model that `run` computes: `model` itself, or its folded copy."""
        return self.model if self.form == PLAIN else fold(self.model, self.precision, (_PREPROCESS,)).model

    @cached_property
    def run(self) -> Compiled:
        """A compiled uint8 (n ≤ batch, size, size, 3) → float32 (n, width)."""
        return Compiled(self.network, self.batch, self.row.size, on_cpu=not _has_gpu())

    def exactly(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the untouched network says of a few pictures, uncompiled: slower, but at once."""
        result: NDArray[np.float32] = self.model(pictures.astype(np.float32), training=False).numpy()
        return result


def bare_model(row: Backbone) -> Any:
    """The network of `keras.applications` without its top, with random weights."""
    make = getattr(keras.applications, row.name)
    return make(include_top=False, weights=None, input_shape=(row.size, row.size, 3))


def wrap(model: Any, row: Backbone, forms: tuple[Form, ...] = (PLAIN,), name: str = "") -> FrozenBase:
    """Freeze `model`, any network from pictures to vectors, to be computed in the first of `forms`."""
    first, *rest = forms
    return FrozenBase(row, model, first, tuple(rest), _batch(model, first.precision), name)


def build(spec: BaseSpec, seed: int, load: Callable[[Any], str]) -> FrozenBase:
    """Build the base that `spec` names.

    Args:
        spec: backbone, pooling and precision.
        seed: of the random weights, which stay where `load` assigns none.
        load: assigns weights to the bare `keras.applications` model and returns a digest of them.
    """
    seed_everything(seed)
    bare = bare_model(backbone(spec.backbone))
    return surround(bare, spec, load(bare))


def surround(bare: Any, spec: BaseSpec, digest: str) -> FrozenBase:
    """Freeze `bare`, the network that `spec` names, between its preprocessing and the pooling of `spec`.

    `digest` tells its weights from others.
    """
    row = backbone(spec.backbone)
    bare.trainable = False
    pictures = keras.Input((row.size, row.size, 3), name="pictures")
    activations = bare(_preprocess(pictures, row), training=False)
    features = _POOLINGS[spec.pooling](name="pool")(activations)
    model = keras.Model(pictures, features, name="base")
    return wrap(model, row, forms(spec.precision, fastest()), base_name(spec, digest))


def recalled(model: Any, row: Backbone, key: str) -> FrozenBase:
    """Freeze `model` as what had `key` before it was saved and loaded; in its untouched form if in doubt."""
    name, precision, folded, version = (key.rsplit(":", 3) + [""] * 3)[:4]
    if version != str(BASE_VERSION) or precision not in _BATCH:
        return wrap(model, row, name=key)
    return wrap(model, row, (Form(precision, folded == "folded"),), name)


def _batch(model: Any, precision: str) -> int:
    """How many pictures at once: a power of two."""
    if _has_gpu():
        return _GPU_BATCH
    bearable = _MOST_WORK[precision] / max(multiplications(model), 1)
    return min(_BATCH[precision], 1 << int(max(np.log2(bearable), 0)))


def _has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


def _preprocess(pictures: Any, row: Backbone) -> Any:
    """The backbone's own preprocessing, as one layer that any Keras can load again."""
    if row.preprocessing == "none":  # the network does its own
        return keras.layers.Identity(name=_PREPROCESS)(pictures)
    if row.preprocessing == "tf":
        return keras.layers.Rescaling(1 / 127.5, offset=-1.0, name=_PREPROCESS)(pictures)
    if row.preprocessing == "torch":
        scale, offset = 1 / 255 / _TORCH_DEVIATION, -_TORCH_MEAN / _TORCH_DEVIATION
        return keras.layers.Rescaling(scale.tolist(), offset.tolist(), name=_PREPROCESS)(pictures)
    # As a convolution, swapping the channels and taking off the mean is a quarter of the work.
    swap = keras.layers.Conv2D(3, 1, trainable=False, name=_PREPROCESS)
    prepared = swap(pictures)
    swap.set_weights([np.eye(3, dtype=np.float32)[None, None, ::-1], -_CAFFE_MEAN])
    return prepared


_POOLINGS = {
    "avg": keras.layers.GlobalAveragePooling2D,
    "max": keras.layers.GlobalMaxPooling2D,
    "flatten": keras.layers.Flatten,
}
