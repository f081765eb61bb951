"""The scale of features: one length for all backbones, so that one learning rate and one penalty fit all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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

    def absorbed(
        self, kernel: NDArray[Any], bias: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The kernel (width, units) and bias that make of plain features what these make of scaled ones."""
        scaled = kernel.astype(np.float64) * self.factor
        return scaled, bias.astype(np.float64) - self.mean.astype(np.float64) @ scaled

    def released(
        self, kernel: NDArray[Any], bias: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The inverse of `absorbed`."""
        plain = kernel.astype(np.float64)
        return plain / self.factor, bias.astype(np.float64) + self.mean.astype(np.float64) @ plain


def single(features: NDArray[Any]) -> NDArray[Any]:
    """Features in float32 where they are in float16, which NumPy would convert anew, slowly, at each use."""
    return features.astype(np.float32) if features.dtype == np.float16 else features
