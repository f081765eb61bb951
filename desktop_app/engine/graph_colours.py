"""Colours inside a graph: what `colours.to_srgb` does, for the profiles that cameras and screens write."""

from typing import Any

import numpy as np

from desktop_app.engine.keras_bridge import tf

_TO_SRGB = np.linalg.inv(  # from XYZ at D50, in which profiles count, to linear sRGB (IEC 61966-2-1)
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
).astype(np.float32)
_SAME = 2.0  # of 255, as in `colours`
_LONGEST_CURVE = 0x7FFF  # where Little CMS draws the line
_MOST_TAGS = 100
_MOST_SEGMENTS = 400
_STEPS = np.stack(np.meshgrid(*[np.linspace(0, 255, 9).astype(np.uint8)] * 3, indexing="ij"), -1)
_TABLES = (
    "This picture's colour profile needs tables that this signature does not read. Turn the picture into "
    "sRGB, or decode it and use the signature that takes pixels."
)


def _sign(text: str) -> int:
    """Four letters as the number that a profile or a PNG has for them."""
    return int.from_bytes(text.encode("ascii"), "big", signed=True)


_TEXT = tf.TensorSpec((), tf.string)
_PICTURE = tf.TensorSpec((None, None, 3), tf.uint8)


@tf.function(input_signature=[_PICTURE, _TEXT, tf.TensorSpec((), tf.bool)])  # type: ignore[untyped-decorator]
def to_srgb(image: Any, profile: Any, grey: Any) -> Any:
    """The picture in sRGB, by its ICC profile of three curves and a matrix, or of one curve.

    Whatever `colours.to_srgb` leaves aside is left aside: no profile, a damaged one, one for other colours
    than the picture has, one that is sRGB but for its name (ICC.1:2022, sections 8.3, 10.6 and 10.18). Black
    is taken to be black; a curve that begins higher, which hardly any does, is not moved down.

    Args:
        image: uint8 RGB (height, width, 3).
        profile: the profile as it is in the file; "" where there is none.
        grey: whether the file holds one number a pixel.

    Raises:
        InvalidArgumentError: when the graph runs, on a profile that needs tables.
    """
    data = _numbers(profile)
    space = _int32(data, 16)
    fits = space == tf.where(grey, _sign("GRAY"), _sign("RGB "))
    result = image
    if tf.strings.length(profile) > 128 and fits:
        tables = (_tag(data, _sign("A2B0")) > 0) | (_tag(data, _sign("A2B1")) > 0)
        tf.debugging.Assert(tf.logical_not(tables), [_TABLES])
        grey_tag = _tag(data, _sign("kTRC"))
        curve_tags = [tf.where(grey, grey_tag, _tag(data, _sign(f"{colour}TRC"))) for colour in "rgb"]
        colour_tags = [_tag(data, _sign(f"{colour}XYZ")) for colour in "rgb"]
        whole = tf.reduce_all(tf.stack(curve_tags) > 0) & (grey | tf.reduce_all(tf.stack(colour_tags) > 0))
        curves = [_curve(data, place) for place in curve_tags]
        if whole and tf.reduce_all(tf.stack([sound for _, sound in curves])):
            table = tf.stack([curve for curve, _ in curves])
            columns = tf.stack([_fixed(data, tag + tf.constant([8, 12, 16])) for tag in colour_tags], axis=1)
            matrix = tf.where(grey, tf.eye(3), tf.linalg.matmul(_TO_SRGB, columns))
            samples = tf.constant(_STEPS.reshape(1, -1, 3))
            if grey:
                samples = tf.repeat(samples[:, :9, 2:], 3, axis=2)
            moved = tf.cast(_apply(samples, table, matrix), tf.float32) - tf.cast(samples, tf.float32)
            if tf.reduce_max(tf.abs(moved)) > _SAME:
                result = _apply(image, table, matrix)
    return result


@tf.function(input_signature=[_TEXT])  # type: ignore[untyped-decorator]
def jpeg_profile(header: Any) -> Any:
    """The ICC profile in a JPEG's first bytes, as a string; "" where it has none (ICC.1:2022, annex B.4)."""
    data = _numbers(header)
    end = tf.strings.length(header)
    place, profile, count = tf.constant(2), tf.constant(b""), tf.constant(0)
    while place + 18 < end and data[place] == 0xFF and data[place + 1] != 0xDA and count < _MOST_SEGMENTS:
        length = data[place + 2] * 256 + data[place + 3]
        named = tf.strings.substr(header, place + 4, 12) == tf.constant(b"ICC_PROFILE\0")
        if data[place + 1] == 0xE2 and named:
            piece = tf.strings.substr(header, place + 18, tf.maximum(length - 16, 0))
            profile = tf.strings.join([profile, piece])
        place += 2 + tf.maximum(length, 2)
        count += 1
    return profile


@tf.function(input_signature=[_TEXT])  # type: ignore[untyped-decorator]
def png_profile(encoded: Any) -> Any:
    """The ICC profile of a PNG, as a string; "" where it has none (PNG, third edition, section 11.3.2.3)."""
    data = _numbers(encoded)
    end = tf.strings.length(encoded)
    place, profile, count = tf.constant(8), tf.constant(b""), tf.constant(0)
    while place + 12 < end and _int32(data, place + 4) != _sign("IDAT") and count < _MOST_SEGMENTS:
        length = tf.clip_by_value(_int32(data, place), 0, end)
        if _int32(data, place + 4) == _sign("iCCP"):
            name = tf.argmax(tf.cast(data[place + 8 : place + 8 + 80] == 0, tf.int32), output_type=tf.int32)
            packed = tf.strings.substr(encoded, place + 8 + name + 2, tf.maximum(length - name - 2, 0))
            profile = tf.io.decode_compressed(packed, "ZLIB")
        place += 12 + length
        count += 1
    return profile


def _apply(image: Any, table: Any, matrix: Any) -> Any:
    """Pixels uint8 (h, w, 3) by curves (3, 256) and a matrix (3, 3) to sRGB, uint8."""
    linear = tf.stack([tf.gather(table[i], tf.cast(image[..., i], tf.int32)) for i in range(3)], axis=-1)
    linear = tf.clip_by_value(tf.einsum("hwc,rc->hwr", linear, matrix), 0.0, 1.0)
    curved = tf.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return tf.cast(tf.floor(curved * 255.0 + 0.5), tf.uint8)


def _curve(data: Any, place: Any) -> tuple[Any, Any]:
    """The curve at `place` as float32 (256,) for 0 to 255, and whether there is one."""
    kind = _int32(data, place)
    x = tf.range(256, dtype=tf.float32) / 255.0
    count = _int32(data, place + 8)
    last = tf.clip_by_value(count, 2, _LONGEST_CURVE) - 1
    at = x * tf.cast(last, tf.float32)
    low = tf.cast(at, tf.int32)
    high = tf.minimum(low + 1, last)
    left = tf.cast(_int16(data, place + 12 + 2 * low), tf.float32)
    right = tf.cast(_int16(data, place + 12 + 2 * high), tf.float32)
    sampled = (left + (right - left) * (at - tf.cast(low, tf.float32))) / 65_535.0
    power = x ** (tf.cast(_int16(data, place + 12), tf.float32) / 256.0)
    listed = tf.where(count == 0, x, tf.where(count == 1, power, sampled))

    # The parametric curves, of which each but the first is the last with some numbers left out.
    form = _int16(data, place + 8)
    g, a, b, c, d, e, f = (_fixed(data, place + 12 + 4 * i) for i in range(7))
    zero = tf.constant(0.0)
    a, b = tf.where(form == 0, 1.0, a), tf.where(form == 0, zero, b)
    start = tf.where(form >= 3, d, tf.where((form == 0) | (a == 0), zero, -b / tf.where(a == 0, 1.0, a)))
    add = tf.where(form == 4, e, tf.where(form == 2, c, zero))
    below = tf.where(form >= 3, c * x, zero) + tf.where(form == 4, f, tf.where(form == 2, c, zero))
    above = tf.maximum(a * x + b, 0.0) ** g + add
    formula = tf.clip_by_value(tf.where(x >= start, above, below), 0.0, 1.0)

    is_list = kind == _sign("curv")
    sound = is_list & (count >= 0) & (count <= _LONGEST_CURVE) | (kind == _sign("para")) & (form >= 0) & (
        form <= 4
    )
    return tf.where(is_list, listed, formula), sound


def _tag(data: Any, sign: int) -> Any:
    """Where the tag of that name begins in a profile; 0 where there is none."""
    entries = 132 + 12 * tf.range(tf.clip_by_value(_int32(data, 128), 0, _MOST_TAGS))
    found = tf.where(_int32(data, entries) == sign, _int32(data, entries + 4), 0)
    place = tf.reduce_max(tf.concat([[0], found], axis=0))
    return tf.where(place < tf.size(data) - 32, place, 0)


def _numbers(text: Any) -> Any:
    """The bytes of a string as int32, with some zeros after them."""
    return tf.cast(tf.io.decode_raw(tf.strings.join([text, b"\0" * 32]), tf.uint8), tf.int32)


def _byte(data: Any, place: Any) -> Any:
    return tf.gather(data, tf.clip_by_value(place, 0, tf.size(data) - 1))


def _int16(data: Any, place: Any) -> Any:
    """The unsigned number of two bytes at `place`, the high one first."""
    return 256 * _byte(data, place) + _byte(data, place + 1)


def _int32(data: Any, place: Any) -> Any:
    """The number of four bytes at `place`, the high one first; the sign is the highest bit."""
    return tf.bitwise.left_shift(_int16(data, place), 16) + _int16(data, place + 2)


def _fixed(data: Any, place: Any) -> Any:
    """The number s15Fixed16 at `place`."""
    return tf.cast(_int32(data, place), tf.float32) / 65_536.0
