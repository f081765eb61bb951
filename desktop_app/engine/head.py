"""The head: dense layers from features to one logit a class."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.specs import HeadSpec

# Of a scaled feature vector, root mean square. Longer ones overfit within an epoch at Adam's usual 1e-3.
TYPICAL_LENGTH = 8.0
_CHUNK = 512  # rows


@dataclass(frozen=True)
class Scaling:
    """Brings features to mean 0 and one typical length, by one factor for all, so that none can explode.

    The same learning rate then suits every backbone and pooling, whatever its width.
    """

    mean: NDArray[np.float32]
    factor: float

    @classmethod
    def fit(cls, features: NDArray[Any]) -> "Scaling":
        """Measure training features, (n, width), float16 or float32; never those held out."""
        # In chunks: NumPy's own variance makes a float64 copy of all features.
        chunks = [features[start : start + _CHUNK] for start in range(0, len(features), _CHUNK)]
        mean = sum(chunk.sum(axis=0, dtype=np.float64) for chunk in chunks) / len(features)
        spread = np.sqrt(sum(np.square(chunk - mean).sum() for chunk in chunks) / len(features))
        return cls(mean.astype(np.float32), TYPICAL_LENGTH / float(spread) if spread > 0 else 1.0)

    def apply(self, features: NDArray[Any]) -> NDArray[np.float32]:
        """Scaled copies in float32, (n, width)."""
        return (features - self.mean) * np.float32(self.factor)

    def absorb(self, head: Any) -> None:
        """Move the scaling into the first dense layer of `head`, which then takes plain features."""
        first = next(layer for layer in head.layers if isinstance(layer, keras.layers.Dense))
        kernel, bias = (weight.astype(np.float64) for weight in first.get_weights())
        scaled = kernel * self.factor
        first.set_weights([scaled, bias - self.mean.astype(np.float64) @ scaled])


def build_head(spec: HeadSpec, width: int, classes: int) -> Any:
    """A Keras model from features (n, width) to logits (n, classes).

    The L2 penalty is `spec.l2` times the sum of squared kernels, so that without hidden layers the head is
    scikit-learn's LogisticRegression at C = 1 / (2 · n · l2).
    """
    layers: list[Any] = [keras.Input((width,), name="features")]
    penalty = {"kernel_regularizer": keras.regularizers.L2(spec.l2)} if spec.l2 else {}
    for number, units in enumerate(spec.units, 1):
        layers.append(keras.layers.Dense(units, activation="relu", name=f"dense_{number}", **penalty))
        if spec.dropout:
            layers.append(keras.layers.Dropout(spec.dropout, name=f"dropout_{number}"))
    layers.append(keras.layers.Dense(classes, name="logits", **penalty))
    return keras.Sequential(layers, name="head")
