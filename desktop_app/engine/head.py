"""The head: dense layers from features to one logit a class."""

from collections.abc import Sequence
from typing import Any

from desktop_app.engine.feature_scale import Scaling
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.specs import HeadSpec

# Keras' own 0.99 would keep the first guess at mean and variance through a hundred steps, which is all that a
# few pictures give.
_MOMENTUM = 0.9


def absorb(scaling: Scaling, head: Any) -> None:
    """Move the scaling into the first dense layer of `head`, which then takes plain features."""
    first = next(layer for layer in head.layers if isinstance(layer, keras.layers.Dense))
    first.set_weights(scaling.absorbed(*first.get_weights()))


def begin(head: Any, weights: Sequence[Any], scaling: Scaling) -> None:
    """Give `head`, which takes scaled features, the weights of one that takes plain ones."""
    head.set_weights([*scaling.released(*weights[:2]), *weights[2:]])


def build_head(spec: HeadSpec, width: int, classes: int) -> Any:
    """A Keras model from features (n, width) to logits (n, classes).

    The L2 penalty is `spec.l2` times the sum of squared kernels, so that without hidden layers the head is
    scikit-learn's LogisticRegression at C = 1 / (2 · n · l2).
    """
    layers: list[Any] = [keras.Input((width,), name="features")]
    penalty = {"kernel_regularizer": keras.regularizers.L2(spec.l2)} if spec.l2 else {}
    for number, units in enumerate(spec.units, 1):
        # The first dense layer takes up the scaling, which it can where its own output is normalized.
        inside = None if spec.normalization else spec.activation
        layers.append(keras.layers.Dense(units, activation=inside, name=f"dense_{number}", **penalty))
        if spec.normalization:
            layers.append(keras.layers.BatchNormalization(momentum=_MOMENTUM, name=f"norm_{number}"))
            layers.append(keras.layers.Activation(spec.activation, name=f"{spec.activation}_{number}"))
        if spec.dropout:
            layers.append(keras.layers.Dropout(spec.dropout, name=f"dropout_{number}"))
    layers.append(keras.layers.Dense(classes, name="logits", **penalty))
    return keras.Sequential(layers, name="head")
