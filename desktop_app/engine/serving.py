"""The classifier as a TensorFlow module that takes any pictures: resizing and decoding inside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.engine.graph_colours import jpeg_profile, png_profile, to_srgb
from desktop_app.engine.graph_resize import fit
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.resizing import Resize

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER = 1 << 18  # bytes of a JPEG in which its EXIF block and its colour profile must begin
_CMYK = "This picture is CMYK. Turn it into RGB, or decode it and use the signature that takes pixels."
_DEEP = (
    "This picture is grey with 16 bits a pixel. Scale it to 8 bits, or decode it and use the signature that "
    "takes pixels."
)


class ServingModule(tf.Module):  # type: ignore[misc]
    """Two entries to one classifier.

    `serve` takes `images`: uint8 RGB, (n, height, width, 3), any one size a batch. `serve_bytes` takes
    `encoded`: n JPEG or PNG files as strings, of mixed sizes. It applies EXIF rotation and the usual colour
    profiles, and refuses what it would read to other colours than the program: CMYK, grey of 16 bits,
    profiles with tables. Such a file is for the caller to decode, and for `serve`. Both return
    `probabilities`, float32 (n, classes), and `label`, n strings.

    Args:
        model: RGB in [0, 255], (n, size, size, 3) → probabilities.
        class_names: in the order of the probabilities.
        labels_file: a text file with one class name a line, stored as an asset.
        resize: what becomes of pictures that are not square, as in the training.
    """

    def __init__(
        self, model: Any, class_names: tuple[str, ...], labels_file: Path, resize: Resize = "stretch"
    ) -> None:
        super().__init__(name="graftwork")
        self._resize = resize
        self._size = int(model.input_shape[1])
        # The bare variables are tracked, not the Keras model, so that nobody needs Keras to load them.
        self._classify: Callable[[Any], Any] = lambda pictures: model(pictures, training=False)
        self.weights = [variable.value for variable in model.variables]
        self.labels_file = tf.saved_model.Asset(str(labels_file))
        self.class_names = tf.Variable(list(class_names), trainable=False, name="class_names")

    @tf.function(input_signature=[tf.TensorSpec((None, None, None, 3), tf.uint8, name="images")])  # type: ignore[untyped-decorator]
    def serve(self, images: Any) -> dict[str, Any]:
        """Classify decoded pictures."""
        return self._answer(self._fit(images))

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="encoded")])  # type: ignore[untyped-decorator]
    def serve_bytes(self, encoded: Any) -> dict[str, Any]:
        """Classify encoded pictures."""
        shape = tf.TensorSpec((self._size, self._size, 3), tf.float32)
        squares = tf.map_fn(lambda data: self._fit(decode(data)[None])[0], encoded, fn_output_signature=shape)
        return self._answer(squares)

    def _fit(self, images: Any) -> Any:
        return tf.cast(fit(images, self._size, self._resize), tf.float32)

    def _answer(self, squares: Any) -> dict[str, Any]:
        probabilities = self._classify(squares)
        best = tf.argmax(probabilities, axis=-1)
        return {"probabilities": probabilities, "label": tf.gather(self.class_names, best)}


def _round(values: Any) -> Any:
    """To whole numbers from 0 to 255, halves upwards."""
    return tf.clip_by_value(tf.floor(values + 0.5), 0.0, 255.0)


def decode(encoded: Any) -> Any:
    """One JPEG or PNG file, a string tensor → uint8 RGB (height, width, 3), upright, over white."""
    is_png = tf.strings.substr(encoded, 0, len(_PNG)) == tf.constant(_PNG)
    return tf.cond(is_png, lambda: _from_png(encoded), lambda: _from_jpeg(encoded))


def _from_png(encoded: Any) -> Any:
    header = tf.cast(tf.io.decode_raw(tf.strings.substr(encoded, 24, 2), tf.uint8), tf.int32)
    depth, colours = header[0], header[1]
    refusal = tf.debugging.Assert(tf.logical_not((depth == 16) & (colours == 0)), [_DEEP])
    with tf.control_dependencies([refusal]):
        rgba = tf.io.decode_png(encoded, channels=4)
    return to_srgb(_over_white(_opaque(rgba, depth)), png_profile(encoded), (colours == 0) | (colours == 4))


def _from_jpeg(encoded: Any) -> Any:
    colours = tf.io.extract_jpeg_shape(encoded)[2]
    with tf.control_dependencies([tf.debugging.Assert(colours < 4, [_CMYK])]):
        image = tf.io.decode_jpeg(encoded, channels=3, dct_method="INTEGER_ACCURATE")
    header = tf.strings.substr(encoded, 0, _HEADER)
    return _upright(to_srgb(image, jpeg_profile(header), colours == 1), exif_orientation(encoded))


def _opaque(rgba: Any, depth: Any) -> Any:
    """Where a PNG of 1, 2 or 4 bits has no alpha, TensorFlow fills in the depth's largest number, not 255."""
    largest = tf.cast(tf.bitwise.left_shift(1, tf.minimum(depth, 8)) - 1, tf.uint8)
    alpha = rgba[..., 3:]
    return tf.concat([rgba[..., :3], tf.where(alpha == largest, tf.constant(255, tf.uint8), alpha)], axis=-1)


def _over_white(rgba: Any) -> Any:
    values = tf.cast(rgba, tf.float32)
    alpha = values[..., 3:] / 255.0
    return tf.cast(_round(values[..., :3] * alpha + 255.0 * (1.0 - alpha)), tf.uint8)


def _upright(image: Any, orientation: Any) -> Any:
    """Undo one of EXIF's eight orientations."""
    turns = [
        lambda: image,
        lambda: tf.image.flip_left_right(image),
        lambda: tf.image.rot90(image, 2),
        lambda: tf.image.flip_up_down(image),
        lambda: tf.image.transpose(image),
        lambda: tf.image.rot90(image, 3),
        lambda: tf.image.transpose(tf.image.rot90(image, 2)),
        lambda: tf.image.rot90(image, 1),
    ]
    return tf.switch_case(tf.clip_by_value(orientation - 1, 0, 7), turns)


@tf.function(input_signature=[tf.TensorSpec((), tf.string)])  # type: ignore[untyped-decorator]
def exif_orientation(encoded: Any) -> Any:
    """The EXIF orientation of a JPEG file, int32 from 1 to 8; 1 where it has none (EXIF 2.3, tag 0x0112)."""
    data = tf.cast(tf.io.decode_raw(tf.strings.substr(encoded, 0, _HEADER), tf.uint8), tf.int32)
    data = tf.concat([data, tf.zeros((16,), tf.int32)], axis=0)
    end = tf.size(data) - 16

    place, tiff = tf.constant(2), tf.constant(-1)
    while place < end and data[place] == 0xFF and data[place + 1] != 0xDA and tiff < 0:
        exif = tf.reduce_all(data[place + 4 : place + 10] == tf.constant([0x45, 0x78, 0x69, 0x66, 0, 0]))
        if data[place + 1] == 0xE1 and exif:
            tiff = place + 10
        place += 2 + data[place + 2] * 256 + data[place + 3]

    orientation = tf.constant(1)
    if tiff >= 0 and tiff < end:
        little = data[tiff] == 0x49
        first = tiff + _number(data, tf.where(little, tiff + 4, tiff + 6), little)  # its low half
        if first >= tiff and first < end:
            entries = _number(data, first, little)
            for index in tf.range(entries):
                entry = first + 2 + 12 * index
                if entry < end and _number(data, entry, little) == 0x0112:
                    orientation = _number(data, entry + 8, little)
    return tf.where((orientation >= 1) & (orientation <= 8), orientation, 1)


def _number(data: Any, place: Any, little: Any) -> Any:
    """The 16-bit number at `place`."""
    return tf.where(little, data[place] + 256 * data[place + 1], 256 * data[place] + data[place + 1])
