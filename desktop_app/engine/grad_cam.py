"""Where the model looked: Grad-CAM on the base's last convolutional activation.

Selvaraju et al., ICCV 2017: the activation's channels are added up, each weighted by the mean of the class's
gradient over all places; what speaks against the class is dropped. After “flatten” each place has weights of
its own, which a mean over places would smear out: there each place keeps its own gradient (Draelos & Carin
2020; under average pooling it comes to the same).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.keras_bridge import keras, tf

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
        self._seen: tuple[NDArray[np.number], Any] | None = None
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
        heat: NDArray[np.float32] = (gradients * activation).sum(axis=-1)
        return np.maximum(heat, 0)

    def logits(self, pictures: NDArray[np.number]) -> NDArray[np.float32]:
        """What the classifier says of pictures as in `heat`, (n, classes)."""
        said: NDArray[np.float32] = self._through(self._after, self._activation(pictures)).numpy()
        return said

    def gradients(
        self, pictures: NDArray[np.number], classes: NDArray[np.integer]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The last convolutional activation, (n, rows, columns, width), and the logit's gradient by it."""
        activation = self._activation(pictures)
        with tf.GradientTape() as tape:
            tape.watch(activation)
            logits = tf.gather(self._through(self._after, activation), classes, axis=1, batch_dims=1)
        return activation.numpy(), tape.gradient(logits, activation).numpy()

    def _activation(self, pictures: NDArray[np.number]) -> Any:
        """The last convolutional one; of the same pictures asked about twice, it is computed once."""
        if self._seen is None or self._seen[0] is not pictures:
            self._seen = pictures, self._through(self._before, tf.cast(pictures, tf.float32))
        return self._seen[1]

    def _through(self, parts: list[Any], value: Any) -> Any:
        for part in parts:
            value = part(value, training=False)
        return value
