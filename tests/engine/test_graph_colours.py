"""Profiles inside a graph do what Little CMS does with them outside."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from desktop_app.engine.colours import has_tables, is_srgb
from desktop_app.engine.images import is_servable, rgb
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.serving import decode

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
ALMOST = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139))  # sRGB's
SCREEN = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def gamma(exponent: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256)) + b"\0\0"


def table(count: int, exponent: float) -> bytes:
    steps = np.round(np.linspace(0, 1, count) ** exponent * 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", count) + steps.tobytes() + b"\0" * (count % 2 * 2)


def formula(form: int, *numbers: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", form, 0) + fixed(*numbers)


def profile(space: bytes, curves: Sequence[bytes], colours: Sequence[Sequence[float]] = ()) -> bytes:
    """A display profile of three curves and a matrix, or a grey one of one curve (ICC.1:2022)."""
    white = b"XYZ \0\0\0\0" + fixed(0.9642, 1.0, 0.8249)
    tags = {b"wtpt": white}
    if space == b"GRAY":
        tags[b"kTRC"] = curves[0]
    for letter, curve, colour in zip((b"r", b"g", b"b"), curves, colours, strict=False):
        tags[letter + b"TRC"] = curve
        tags[letter + b"XYZ"] = b"XYZ \0\0\0\0" + fixed(*colour)
    place = 132 + 12 * len(tags)
    entries, body = b"", b""
    for name, data in tags.items():
        entries += name + struct.pack(">II", place + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", place + len(body), b"lcms", 0x04300000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + entries + body


def wheel() -> Image.Image:
    """Many colours, each a patch of 8 × 8 pixels, so that JPEG keeps them."""
    steps = np.linspace(0, 255, 6).astype(np.uint8)
    colours = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(12, 18, 3)
    return Image.fromarray(colours.repeat(8, 0).repeat(8, 1))


def encoded(image: Image.Image, icc: bytes | None, form: str) -> bytes:
    file = io.BytesIO()
    image.save(file, form, icc_profile=icc, **({"quality": 98, "subsampling": 0} if form == "JPEG" else {}))
    return file.getvalue()


def inside(data: bytes) -> NDArray[np.int16]:
    return np.asarray(decode(tf.constant(data))).astype(np.int16)


def outside(data: bytes) -> NDArray[np.int16]:
    return np.asarray(rgb(data)).astype(np.int16)


CURVES = {
    "gamma": gamma(2.19921875),
    "identity": b"curv\0\0\0\0" + bytes(4),
    "table": table(1024, 1.8),
    "short table": table(5, 2.4),
    "formula 0": formula(0, 1.8),
    "formula 1": formula(1, 2.2, 1.1, -0.1),
    "formula 2": formula(2, 2.2, 1.05, -0.05, 0.0003),
    "formula 3": formula(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
    "formula 4": formula(4, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0.001, 0.0005),
}


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("curve", CURVES)
def test_every_curve_is_that_of_little_cms(curve: str, form: str) -> None:
    icc = profile(b"RGB ", [CURVES[curve]] * 3, ADOBE)
    data = encoded(wheel(), icc, form)
    assert not is_srgb(wheel(), icc)
    assert is_servable(data)
    plain = outside(encoded(wheel(), None, form))
    assert np.abs(outside(data) - plain).max() > 10
    apart = np.abs(inside(data) - outside(data))
    assert apart.max() <= (2 if curve != "identity" else 6)  # Little CMS rounds the linear values to 8 bits
    assert apart.mean() < 0.35


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_grey_has_one_curve(form: str) -> None:
    icc = profile(b"GRAY", [gamma(1.8)])
    grey = wheel().convert("L")
    data = encoded(grey, icc, form)
    assert not is_srgb(grey, icc)
    assert np.abs(inside(data) - outside(data)).max() <= 2
    assert np.abs(inside(data) - np.asarray(grey)[..., None]).max() > 5


def test_what_is_left_aside_outside_is_so_inside() -> None:
    adobe = profile(b"RGB ", [CURVES["gamma"]] * 3, ADOBE)
    almost = profile(b"RGB ", [CURVES["formula 3"]] * 3, ALMOST)
    for icc in (None, SRGB, almost, b"no profile at all", adobe[:140], adobe.replace(b"rTRC", b"????")):
        data = encoded(wheel(), icc, "PNG")
        assert np.array_equal(inside(data), np.asarray(wheel()))
        assert np.array_equal(outside(data), np.asarray(wheel()))
    grey = encoded(wheel().convert("L"), adobe, "JPEG")  # for other colours than the picture's
    assert np.array_equal(inside(grey), outside(grey))


def test_a_large_profile_lies_in_many_segments() -> None:
    curve = table(32_001, 1.8)
    data = encoded(wheel(), profile(b"RGB ", [curve] * 3, SCREEN), "JPEG")
    assert data.count(b"ICC_PROFILE\0") == 3
    assert np.abs(inside(data) - outside(data)).max() <= 2


def with_tables() -> bytes:
    """A profile that has tables, too: no reader may take its matrix instead."""
    icc = profile(b"RGB ", [CURVES["gamma"]] * 3, ADOBE)
    return icc.replace(b"wtpt", b"A2B0")


def print_picture() -> bytes:
    return encoded(wheel().convert("CMYK"), None, "JPEG")


def dim() -> bytes:
    return encoded(Image.fromarray(np.full((8, 8), 900, np.uint16)), None, "PNG")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: encoded(wheel(), with_tables(), "JPEG"), "colour profile needs tables"),
        (lambda: encoded(wheel(), with_tables(), "PNG"), "colour profile needs tables"),
        (print_picture, "is CMYK"),
        (dim, "16 bits a pixel"),
    ],
)
def test_what_would_be_read_to_other_colours_is_refused(data: object, why: str) -> None:
    assert callable(data)
    file = data()
    assert not is_servable(file)
    with pytest.raises(tf.errors.InvalidArgumentError, match=why):
        decode(tf.constant(file))


def test_profiles_of_real_photographs(shared: Path) -> None:
    found = 0
    for file in sorted((shared / "data" / "hymenoptera").rglob("*.jpg")):
        data = file.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            icc = image.info.get("icc_profile")
            if is_srgb(image, icc):
                continue
        assert not has_tables(icc)
        found += 1
        apart = np.abs(inside(data) - outside(data))
        assert apart.mean() <= 1.5, file
        if found == 12:
            break
    assert found == 12
