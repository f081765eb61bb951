"""Folds each BatchNormalization into the layer before it, where that changes nothing.

A frozen BatchNormalization is y·s + t, channel by channel, with constant s and t. A convolution before it can
do that with its own kernel and bias (Jacob et al., CVPR 2018, section 3.2).
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.keras_bridge import keras

_layers = keras.layers
Channels = NDArray[np.float64]

# Layers whose last array, before the bias, is a kernel that ends in the output channels …
_KERNELS = (_layers.Dense, _layers.Conv1D, _layers.Conv2D, _layers.SeparableConv2D, _layers.DepthwiseConv2D)

# … and layers that may stand in between, where they give the same before y·s + t as after it. An average
# leaves padding out of its count; a maximum keeps the order unless s is negative; padding adds zeros, not t.
_COMMUTES: dict[type, Callable[[Channels, Channels], bool]] = {
    _layers.Identity: lambda _s, _t: True,
    _layers.Dropout: lambda _s, _t: True,
    _layers.SpatialDropout2D: lambda _s, _t: True,
    _layers.Cropping2D: lambda _s, _t: True,
    _layers.AveragePooling2D: lambda _s, _t: True,
    _layers.GlobalAveragePooling2D: lambda _s, _t: True,
    _layers.MaxPooling2D: lambda s, _t: bool((s >= 0).all()),
    _layers.GlobalMaxPooling2D: lambda s, _t: bool((s >= 0).all()),
    _layers.ZeroPadding2D: lambda _s, t: not t.any(),
}

# Cheap, and worth no less than float32: sums over many pixels, and numbers that are not yet scaled.
_FLOAT32 = (
    _layers.Rescaling,
    _layers.Normalization,
    _layers.LayerNormalization,
    _layers.GlobalAveragePooling2D,
    _layers.GlobalMaxPooling2D,
    _layers.Softmax,
)


class FoldingError(Exception):
    """The network holds a layer that cannot be made again from what it says of itself."""


@dataclass(frozen=True)
class Folded:
    """`model` computes what the original did; `folded` BatchNormalizations are gone, `left` are y·s + t."""

    model: Any
    folded: int
    left: int


def fold(model: Any, precision: str = "float32", keep: Collection[str] = ()) -> Folded:
    """A copy of `model`, for inference only, that computes in `precision`.

    Args:
        model: Functional or Sequential; models inside it are folded too. It stays as it is.
        precision: "float64", "float32", "bfloat16" or "float16": of weights and activations. Kernels are
            folded in float64, then rounded once.
        keep: names of layers that are computed in no less than float32.

    Raises:
        FoldingError: it cannot be copied.
    """
    try:
        return _fold(model, precision, keep)
    except (AttributeError, NotImplementedError, TypeError, ValueError) as error:  # whatever Keras raises
        raise FoldingError(str(error)) from error


def _fold(model: Any, precision: str, keep: Collection[str]) -> Folded:
    if isinstance(model, keras.Sequential):
        model = keras.Model(model.inputs, model.outputs, name=model.name)
    into = _targets(model)
    bearers = {id(layer): norm for norm, layer in into.items()}
    counts = Counter[str]()
    copies: list[tuple[Any, Any]] = []

    def copy(layer: Any) -> Any:
        if isinstance(layer, keras.Sequential) or hasattr(layer, "operations"):  # or Functional
            inner = _fold(layer, precision, keep)
            counts.update(folded=inner.folded, left=inner.left)
            return inner.model
        if not isinstance(layer, keras.Layer):
            return layer  # a bare operation, such as +, has no weights and no precision of its own
        config = layer.get_config()
        kept = isinstance(layer, _FLOAT32) or layer.name in keep
        config["dtype"] = "float32" if kept and precision != "float64" else precision
        if isinstance(layer, _layers.BatchNormalization):
            if layer in into:
                counts["folded"] += 1
                return _layers.Identity(name=layer.name, dtype=precision)
            if _follows_channels(layer):
                counts["left"] += 1
                scale, shift = _affine(layer)
                return _layers.Rescaling(scale.tolist(), shift.tolist(), name=layer.name, dtype=precision)
        if id(layer) in bearers:
            config["use_bias"] = True
        # Weights are set below: none need be drawn first.
        config |= {name: "zeros" for name in config if name.endswith("_initializer")}
        made = type(layer).from_config(config)
        copies.append((layer, made))
        return made

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(layer, _layers.Identity):
            return args[0]
        if isinstance(layer, _layers.Rescaling):
            return layer(args[0])  # the BatchNormalization it replaces may have been called with a mask
        return layer(*args, **kwargs)

    clone = keras.models.clone_model(model, clone_function=copy, call_function=call)
    for layer, made in copies:
        made.set_weights(_weights(layer, bearers.get(id(layer))))
        if isinstance(made, _layers.Normalization):
            made.finalize_state()  # it computes with numbers derived from its weights
    clone.trainable = False
    return Folded(clone, counts["folded"], counts["left"])


def _targets(model: Any) -> dict[Any, Any]:
    """Each BatchNormalization that can go, with the layer that takes it in."""
    calls = [call for depth in model._nodes_by_depth.values() for call in depth if not call.is_input]
    makers = {id(tensor): call for call in calls for tensor in call.outputs}
    readers = Counter(id(tensor) for call in calls for tensor in call.input_tensors)
    readers.update(id(tensor) for tensor in model.outputs)
    uses = Counter(id(call.operation) for call in calls)

    def target(norm: Any, tensor: Any) -> Any | None:
        scale, shift = _affine(norm)
        while (maker := makers.get(id(tensor))) and readers[id(tensor)] == 1:
            layer = maker.operation
            if type(layer) in _KERNELS:
                fits = uses[id(layer)] == 1 and layer.activation is keras.activations.linear
                return layer if fits and _ends_in_channels(layer) else None
            if type(layer) not in _COMMUTES or not _COMMUTES[type(layer)](scale, shift):
                return None
            tensor = maker.input_tensors[0]
        return None

    found: dict[Any, Any] = {}
    for call in calls:
        norm = call.operation
        if type(norm) is _layers.BatchNormalization and uses[id(norm)] == 1 and _follows_channels(norm):
            layer = target(norm, call.input_tensors[0])
            if layer is not None:
                found[norm] = layer
    return found


def _ends_in_channels(layer: Any) -> bool:
    return getattr(layer, "data_format", "channels_last") == "channels_last"


def _follows_channels(norm: Any) -> bool:
    """Whether it normalizes the last axis, and by its running statistics alone."""
    return norm.axis in {-1, len(norm.input.shape) - 1} and not getattr(norm, "renorm", False)


def _affine(norm: Any) -> tuple[Channels, Channels]:
    """The scale s and the shift t of a BatchNormalization, float64 (channels,)."""
    mean, variance = (
        np.asarray(array.numpy(), np.float64) for array in (norm.moving_mean, norm.moving_variance)
    )
    scale = 1 / np.sqrt(variance + norm.epsilon)
    if norm.gamma is not None:
        scale = scale * norm.gamma.numpy()
    shift = -mean * scale
    if norm.beta is not None:
        shift = shift + norm.beta.numpy()
    return scale, shift


def _weights(layer: Any, norm: Any | None) -> list[NDArray[Any]]:
    """The weights of `layer`, with those of `norm` folded in."""
    arrays: list[NDArray[Any]] = layer.get_weights()
    if norm is None:
        return arrays
    scale, shift = _affine(norm)
    bias = arrays.pop() * scale + shift if layer.use_bias else shift
    kernel = arrays.pop()
    # A depthwise kernel ends in (channels in, multiplier), whose product are the channels out.
    depthwise = isinstance(layer, _layers.DepthwiseConv2D)
    return [*arrays, kernel * scale.reshape(kernel.shape[2:] if depthwise else (-1,)), bias]
