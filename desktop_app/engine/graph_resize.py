"""Pillow's bilinear resize as TensorFlow arithmetic, to the last bit."""

from typing import Any

from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.resizing import Resize

_BITS = 22  # Pillow's fixed-point weights (PRECISION_BITS in its Resample.c)


def fit(images: Any, size: Any, resize: Resize = "stretch") -> Any:
    """What `resizing.fit` does to one picture, for a batch in a graph.

    `tf.image.resize(antialias=True)` is the same filter, but rounds ties its own way; a level more or less
    in a hundred pixels can be seen in the probabilities of a base whose features hardly differ. The matrix
    products here need nothing but arithmetic, so that they also live in formats without that operation.

    Args:
        images: uint8, (n, height, width, channels).
        size: side of the square, a number or a tensor.
        resize: what becomes of pictures that are not square.

    Returns:
        uint8, (n, size, size, channels).
    """
    height, width = tf.shape(images)[1], tf.shape(images)[2]
    if resize == "pad":
        longer = tf.maximum(height, width)
        # Sides times sizes may pass 2**31.
        down, across = (
            tf.maximum(_narrow((2 * _wide(side) * _wide(size) + _wide(longer)) // (2 * _wide(longer))), 1)
            for side in (height, width)
        )
        top, left = (size - down) // 2, (size - across) // 2
        margins = [[0, 0], [top, size - down - top], [left, size - across - left], [0, 0]]
        return tf.pad(_resized(images, down, across), margins)
    if resize == "crop":
        side = tf.minimum(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        images = images[:, top : top + side, left : left + side]
    return _resized(images, size, size)


def _wide(number: Any) -> Any:
    return tf.cast(number, tf.int64)


def _narrow(number: Any) -> Any:
    return tf.cast(number, tf.int32)


def _resized(images: Any, height: Any, width: Any) -> Any:
    shape = tf.shape(images)
    across = _apply("nhwc,ow->nhoc", images, _weights(shape[2], width))
    return _apply("nhwc,oh->nowc", across, _weights(shape[1], height))


def _apply(equation: str, images: Any, weights: Any) -> Any:
    """One pass: whole numbers below 2**40, which float64 adds exactly; then Pillow's rounding."""
    sums = tf.einsum(equation, tf.cast(images, tf.float64), weights)
    return tf.cast(tf.clip_by_value(tf.floor(sums * 2.0**-_BITS + 0.5), 0.0, 255.0), tf.uint8)


def _weights(before: Any, after: Any) -> Any:
    """Pillow's weights for `before` to `after` pixels as whole numbers, float64 (after, before)."""
    scale = tf.cast(before, tf.float64) / tf.cast(after, tf.float64)
    reach = tf.maximum(scale, 1.0)
    centre = (tf.cast(tf.range(after), tf.float64)[:, None] + 0.5) * scale
    place = tf.cast(tf.range(before), tf.float64)[None, :]
    triangle = tf.nn.relu(1.0 - tf.abs((place + 0.5 - centre) / reach))
    first = tf.floor(tf.maximum(centre - reach + 0.5, 0.0))
    last = tf.floor(tf.minimum(centre + reach + 0.5, tf.cast(before, tf.float64)))
    weights = tf.where((place >= first) & (place < last), triangle, 0.0)
    share = weights / tf.reduce_sum(weights, axis=1, keepdims=True)
    return tf.floor(share * 2.0**_BITS + 0.5)
