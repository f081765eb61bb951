"""Sample pictures: leaves of three trees, drawn by the program, to try it with."""

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter

PER_CLASS = 40
_SIDE, _FINE = 160, 2  # drawn larger and made smaller, for smooth edges
_SEED = 20
_Point = tuple[float, float]
_Color = tuple[int, int, int]


@dataclass(frozen=True)
class _Tree:
    """How a leaf differs from others: half its width at each place along it, for a length of 1."""

    width: Callable[[float], float]
    veins: int


def _birch(t: float) -> float:
    teeth = 0.018 * (24 * t % 1)
    return float(0.36 * math.sin(math.pi * t**0.62) ** 1.15 + teeth * math.sin(math.pi * t))


def _oak(t: float) -> float:
    lobes = 0.68 + 0.32 * math.cos(2 * math.pi * (4.5 * t - 0.15))
    return float(0.34 * math.sin(math.pi * t**1.15) ** 0.7 * lobes)


def _willow(t: float) -> float:
    return 0.105 * math.sin(math.pi * t**0.85)


_TREES = {"birch": _Tree(_birch, 6), "oak": _Tree(_oak, 4), "willow": _Tree(_willow, 10)}


def make_samples(folder: Path, reporter: Reporter) -> Path:
    """Draw the sample pictures, one folder for each tree; the same ones every time.

    Args:
        folder: where they shall be; left as it is if they are there already.
        reporter: hears how many are done.

    Returns:
        `folder`.

    Raises:
        EngineError: it cannot be written, or holds something else.
    """
    if _complete(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".samples-") as made:
            # Made aside and renamed whole, so that nobody ever sees half of them.
            whole = Path(made) / "whole"
            _draw_all(whole, reporter)
            whole.rename(folder)
    except OSError as error:
        if _complete(folder):
            return folder  # another window was quicker
        raise EngineError(
            f"The sample pictures could not be written to “{folder}”: {error.strerror}.",
            "Move away what is there, or make room on the disk.",
        ) from error
    return folder


def _complete(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in _TREES)


def _draw_all(folder: Path, reporter: Reporter) -> None:
    dice = np.random.default_rng(_SEED)
    for number, (name, tree) in enumerate(_TREES.items()):
        (folder / name).mkdir(parents=True)
        for index in range(PER_CLASS):
            done = number * PER_CLASS + index
            total = len(_TREES) * PER_CLASS
            reporter.report(done / total, f"Drawing sample pictures: {done} of {total}")
            _picture(tree, dice).save(folder / name / f"{name}-{index + 1:02}.jpg", quality=90)


def _picture(tree: _Tree, dice: np.random.Generator) -> Image.Image:
    """One leaf on some ground; all but its shape is left to chance, so that only the shape tells."""
    side = _SIDE * _FINE
    image = _ground(dice, side)
    length = side * dice.uniform(0.62, 0.86)
    place = _placing(dice, side, length)
    outline = [place(t, sign * tree.width(t)) for sign, t in _around()]
    shade = Image.new("L", (side, side), 0)
    offset = 0.02 * side
    ImageDraw.Draw(shade).polygon([(x + offset, y + offset) for x, y in outline], fill=110)
    shade = shade.filter(ImageFilter.GaussianBlur(0.02 * side))
    image.paste((20, 18, 14), mask=shade)
    pen = ImageDraw.Draw(image)
    color = _leaf_color(dice)
    pen.polygon(outline, fill=color)
    _veins(pen, tree, place, _blend(color, (255, 250, 215), 0.38), round(side * 0.007))
    grain = dice.normal(0, 3.5, (_SIDE, _SIDE, 1))
    small = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), dtype=np.float64)
    light = dice.uniform(0.82, 1.12) + np.linspace(-1, 1, _SIDE)[:, None, None] * dice.uniform(-0.1, 0.1)
    return Image.fromarray(np.clip(small * light + grain, 0, 255).astype(np.uint8))


def _around() -> list[tuple[int, float]]:
    """Up one side of the leaf and down the other."""
    steps = [float(t) for t in np.linspace(0, 1, 97)]
    return [(1, t) for t in steps] + [(-1, t) for t in reversed(steps)]


def _placing(dice: np.random.Generator, side: int, length: float) -> Callable[[float, float], _Point]:
    """From a leaf's own coordinates, along and across it, to the picture's: bent, turned and moved."""
    angle, bend = dice.uniform(0, 2 * math.pi), dice.uniform(-0.22, 0.22)
    slack = (side - length) * 0.4
    left, top = side / 2 + dice.uniform(-slack, slack, 2)
    broad = dice.uniform(0.85, 1.15)

    def place(along: float, across: float) -> _Point:
        x, y = along - 0.5, broad * across + bend * (0.25 - (along - 0.5) ** 2) * 2
        turned = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        return float(left + length * turned[0]), float(top + length * turned[1])

    return place


def _veins(
    pen: ImageDraw.ImageDraw, tree: _Tree, place: Callable[[float, float], _Point], color: _Color, width: int
) -> None:
    pen.line([place(t, 0) for t in np.linspace(-0.13, 0.97, 24)], fill=color, width=width + 2)
    for start in np.linspace(0.12, 0.78, tree.veins):
        end = start + 0.12
        for sign in (1, -1):
            reach = sign * 0.8 * tree.width(float(end))
            pen.line([place(float(start), 0), place(float(end), reach)], fill=color, width=width)


def _ground(dice: np.random.Generator, side: int) -> Image.Image:
    """Blurred blotches: soil, stone or paper."""
    base = np.array([(96, 78, 60), (128, 130, 128), (214, 206, 190), (84, 92, 70), (176, 158, 130)])
    color = base[dice.integers(len(base))] * dice.uniform(0.85, 1.1)
    blotches = dice.normal(0, 1, (9, 9, 1)) * 16 + dice.normal(0, 1, (9, 9, 3)) * 4
    small = Image.fromarray(np.clip(color + blotches, 0, 255).astype(np.uint8))
    return small.resize((side, side), Image.Resampling.BICUBIC)


def _leaf_color(dice: np.random.Generator) -> _Color:
    """Any season's."""
    seasons: list[_Color] = [(74, 124, 52), (112, 146, 58), (54, 100, 62), (190, 152, 48), (178, 96, 44)]
    first, second = dice.integers(len(seasons), size=2)
    return _blend(seasons[first], seasons[second], float(dice.uniform(0, 0.6)))


def _blend(one: _Color, other: _Color, share: float) -> _Color:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
