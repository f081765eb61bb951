"""Pictures for the checks: drawn ones, and facts of some that nobody has drawn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.engine.catalog import Catalog, Picture, Split
from desktop_app.engine.checks import Finding, check
from desktop_app.engine.facts import Facts
from desktop_app.engine.progress import Reporter

Row = tuple[str, Split | None, Facts]


def plain(number: int, **other: object) -> Facts:
    """Facts of a picture that is like no other and has no fault."""
    dice = np.random.default_rng(number)
    one = Facts(
        digest=f"{number:064x}", size=50_000, width=500, height=400, format="JPEG", mode="RGB",
        phash=int(dice.integers(0, 1 << 64, dtype=np.uint64)), brightness=float(dice.normal(120, 20)),
        contrast=50.0, sharpness=0.5, grey=dice.integers(0, 256, 256, np.uint8).tobytes(),
    )  # fmt: skip
    return replace(one, **other)  # type: ignore[arg-type]


def gathered(rows: list[Row]) -> tuple[Catalog, dict[Path, Facts]]:
    """The rows as a catalog; a picture's file is called by its row's number."""
    paths = [Path(f"/{split}/{label}/{place:05}.jpg") for place, (label, split, _) in enumerate(rows)]
    pictures = tuple(Picture(path, label, split) for path, (label, split, _) in zip(paths, rows, strict=True))
    return Catalog(pictures), {path: facts for path, (_, _, facts) in zip(paths, rows, strict=True)}


def good(count: int = 30, labels: tuple[str, ...] = ("ants", "bees")) -> list[Row]:
    """Pictures without a fault, `count` a class."""
    return [
        (label, None, plain(1000 * place + number))
        for place, label in enumerate(labels)
        for number in range(count)
    ]


def found(rows: list[Row]) -> dict[str, Finding]:
    """What the checks say, by check."""
    findings = check(*gathered(rows), Reporter())
    assert len({finding.check for finding in findings}) == len(findings)
    for finding in findings:
        assert finding.title.endswith(".")
        assert "  " not in finding.title + finding.detail
    return {finding.check: finding for finding in findings}


def scene(width: int = 320, height: int = 240, seed: int = 0) -> Image.Image:
    """Something like a photograph: shapes of all sizes."""
    dice = np.random.default_rng(seed)
    pixels = np.zeros((height, width, 3), np.float32)
    for size in (4, 8, 32, 128):
        shapes = Image.fromarray(dice.integers(0, 256, (size, size, 3), np.uint8))
        pixels += np.asarray(shapes.resize((width, height)), np.float32) / 4
    return Image.fromarray(pixels.astype(np.uint8))
