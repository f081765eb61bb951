"""Where the model looked: Grad-CAM on the base's last convolutional activation.

Selvaraju et al., ICCV 2017: the activation's channels are added up, each weighted by the mean of the class's
gradient over all places; what speaks against the class is dropped. After “flatten” each place has weights of
its own, which a mean over places would smear out: there each place keeps its own gradient (Draelos & Carin
2020; under average pooling it comes to the same).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine.keras_bridge import keras, tf
from desktop_app.engine.resizing import Resize, padded_size

_POOLING = (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)


class GradCam:
    """Explains a classifier as `assembly.assemble` makes it: preprocessing, base, pooling, head, softmax."""

    def __init__(self, model: Any) -> None:
        parts = model.layers[1:-1]  # without the input and the softmax
        at = next(place for place, part in enumerate(parts) if isinstance(part, keras.Model))
        body = parts[at]
        layers = list(body.layers)
        while isinstance(layers[-1], _POOLING):  # VGG ends with one; before it, there is twice the detail
            layers.pop()
        activation = layers[-1].output
        self._before = [*parts[:at], keras.Model(body.input, activation, name="up_to_the_activation")]
        rest = [] if activation is body.output else [keras.Model(activation, body.output, name="rest")]
        self._after = [*rest, *parts[at + 1 :]]
        self._by_place = any(isinstance(part, keras.layers.Flatten) for part in parts)

    def heat(self, pictures: NDArray[np.number], classes: NDArray[np.integer]) -> NDArray[np.float32]:
        """How much each place of each picture speaks for a class.

        Args:
            pictures: RGB in [0, 255], (n, size, size, 3).
            classes: for each of them, the class that is asked about, (n,).

        Returns:
            Of at least 0, in the logit's units, (n, rows, columns): as many as the activation has.
        """
        activation, gradients = self.gradients(pictures, classes)
        if not self._by_place:
            gradients = gradients.mean(axis=(1, 2), keepdims=True)
        return np.maximum((gradients * activation).sum(axis=-1), 0)

    def gradients(
        self, pictures: NDArray[np.number], classes: NDArray[np.integer]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The last convolutional activation, (n, rows, columns, width), and the logit's gradient by it."""
        value = tf.cast(pictures, tf.float32)
        for part in self._before:
            value = part(value, training=False)
        activation = value
        with tf.GradientTape() as tape:
            tape.watch(activation)
            for part in self._after:
                value = part(value, training=False)
            logits = tf.gather(value, classes, axis=1, batch_dims=1)
        return activation.numpy(), tape.gradient(logits, activation).numpy()


def on_picture(
    heat: NDArray[np.float32], width: int, height: int, resize: Resize, most: int = 512
) -> NDArray[np.float32]:
    """Lay the heat of the model's square over the picture that the square was made of.

    Args:
        heat: (rows, columns), of at least 0.
        width: of the picture, in pixels.
        height: of it.
        resize: how it became a square.
        most: the longer side of the result is no longer.

    Returns:
        From 0 to 1, the picture's shape or a reduced one; 0 where the model saw nothing, and everywhere if
        `heat` is.
    """
    shrink = min(1.0, most / max(width, height))
    width, height = max(1, round(width * shrink)), max(1, round(height * shrink))
    whole = np.zeros((height, width), np.float32)
    square = Image.fromarray(heat.astype(np.float32))
    if resize == "crop":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        whole[top : top + side, left : left + side] = _resized(square, (side, side))
    elif resize == "pad":
        side = max(width, height)
        across, down = padded_size(width, height, side)
        left, top = (side - across) // 2, (side - down) // 2
        whole[:] = _resized(square, (side, side))[top : top + height, left : left + width]
    else:
        whole[:] = _resized(square, (width, height))
    highest = whole.max()
    return whole / highest if highest > 0 else whole


def _resized(heat: Image.Image, size: tuple[int, int]) -> NDArray[np.float32]:
    return np.maximum(np.asarray(heat.resize(size, Image.Resampling.BICUBIC)), 0)
