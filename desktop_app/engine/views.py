"""Views: a picture mirrored, turned, cropped, rotated and in other colours, always the same by its number.

Each goes through the frozen base once and is stored. Chatfield et al., BMVC 2014, augment what is made of a
frozen network's features in this way, in training and in testing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, exp, log, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from desktop_app.engine.images import rgb, square
from desktop_app.engine.resizing import Resize, central, fit
from desktop_app.engine.views_spec import ViewsSpec

MAKING = 1  # counts up whenever a view becomes another one, for the cache
_SMALLEST_AREA = 0.5  # of what is cropped to
_LONGEST_SHAPE = 4 / 3  # by which a crop's sides may be in another proportion
_STEEPEST = 15.0  # degrees
_COLOURS = 0.2  # by which brightness, contrast and saturation may differ from 1
_ENOUGH = 4  # times the model's size: what is larger is first halved, thirded …, as no view needs it


@dataclass(frozen=True)
class _Draw:
    """What chance has decided for one view: all of it, so that no tick changes what another does."""

    mirrored: bool
    quarters: int
    area: float
    shape: float
    place: tuple[float, float]
    angle: float
    colours: tuple[float, float, float]


def views(
    data: bytes,
    digest: bytes,
    numbers: Sequence[int],
    spec: ViewsSpec,
    size: int,
    quick: bool = False,
    resize: Resize = "stretch",
) -> Iterator[NDArray[np.uint8]]:
    """Yield views of a picture as the model sees them, RGB from 0 to 255, (size, size, 3).

    View 0 is `images.square` itself. Each other depends on `spec`, its number and the picture's content only.
    It is cropped and rotated before it is brought to its size, so that no detail is lost.

    Args:
        data: an encoded picture.
        digest: SHA-256 of `data`.
        numbers: which views.
        spec: what may differ.
        size: side of the square, in pixels.
        quick: as in `images.square`.
        resize: what becomes of a picture that is not square. A crop of what is cropped to the middle lies in
            that middle; with “pad”, a crop is padded.

    Raises:
        UnreadableError: as `images.rgb`.
    """
    cut = spec.crop or spec.rotate
    plain = square(data, size, quick, resize) if 0 in numbers or not cut else None
    picture = None
    for number in numbers:
        draw = _draw(spec.seed, digest, number)
        if number == 0 and plain is not None:
            yield plain
        elif plain is not None and not cut:
            yield _changed(plain, draw, spec)
        else:
            if picture is None:
                picture = rgb(data, 2 * size if quick else None)
                picture = _shrunk(central(picture) if resize == "crop" else picture, size)
            part = _cut(picture, draw, spec)
            yield _changed(fit(part, size, "pad" if resize == "pad" else "stretch"), draw, spec)


def key(spec: ViewsSpec, number: int) -> str:
    """What makes a view what it is, for the cache; nothing for view 0, the picture as it is."""
    return f":{'+'.join(spec.changes)} {spec.seed} {number} made {MAKING}" if number else ""


def _draw(seed: int, digest: bytes, number: int) -> _Draw:
    dice = np.random.default_rng((seed, number, int.from_bytes(digest)))
    tilt = log(_LONGEST_SHAPE)
    return _Draw(
        mirrored=bool(dice.integers(2)),
        quarters=int(dice.integers(4)),
        area=dice.uniform(_SMALLEST_AREA, 1),
        shape=exp(dice.uniform(-tilt, tilt)),
        place=(dice.uniform(), dice.uniform()),
        angle=dice.uniform(-_STEEPEST, _STEEPEST),
        colours=(_strength(dice), _strength(dice), _strength(dice)),
    )


def _strength(dice: np.random.Generator) -> float:
    return dice.uniform(1 - _COLOURS, 1 + _COLOURS)


def _cut(picture: Image.Image, draw: _Draw, spec: ViewsSpec) -> Image.Image:
    if spec.rotate:
        picture = _rotated(picture, draw.angle)
    return _cropped(picture, draw) if spec.crop else picture


def _changed(pixels: NDArray[np.uint8], draw: _Draw, spec: ViewsSpec) -> NDArray[np.uint8]:
    """What does not change which part is seen, at the model's size."""
    if spec.colour:
        small = Image.fromarray(pixels)
        for change, strength in zip(
            (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color), draw.colours, strict=True
        ):
            small = change(small).enhance(strength)
        pixels = np.asarray(small)
    if spec.flip and draw.mirrored:
        pixels = pixels[:, ::-1]
    if spec.turn:
        pixels = np.rot90(pixels, draw.quarters)
    return np.ascontiguousarray(pixels)


def _shrunk(picture: Image.Image, size: int) -> Image.Image:
    factor = min(picture.size) // (_ENOUGH * size)
    return picture.reduce(factor) if factor > 1 else picture


def _rotated(picture: Image.Image, angle: float) -> Image.Image:
    """Rotated about its middle, and cut to the largest part of its own shape that has no empty corner."""
    width, height = picture.size
    turn = radians(abs(angle))
    share = 1 / (cos(turn) + max(width / height, height / width) * sin(turn))
    share *= max(0.5, 1 - 2 / min(width, height))  # a pixel less all around, which is half empty
    return _part(picture.rotate(angle, Image.Resampling.BILINEAR), share, share, (0.5, 0.5))


def _cropped(picture: Image.Image, draw: _Draw) -> Image.Image:
    across, down = sqrt(draw.area * draw.shape), sqrt(draw.area / draw.shape)
    return _part(picture, min(across, 1), min(down, 1), draw.place)


def _part(picture: Image.Image, across: float, down: float, place: tuple[float, float]) -> Image.Image:
    """The part that is those shares of the sides, of which `place` says where it lies, (0, 0) top left."""
    width, height = max(1, round(across * picture.width)), max(1, round(down * picture.height))
    left, top = round(place[0] * (picture.width - width)), round(place[1] * (picture.height - height))
    return picture.crop((left, top, left + width, top + height))
