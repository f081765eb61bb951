"""Colours: whatever a file says of them, to sRGB over white."""

import io
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

_MOST_PROFILE = 8 << 20  # bytes; the largest of printing profiles have 3 MB
_SAME = 2  # of 255: a profile that moves no colour further is sRGB for our purposes
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}


def opaque(image: Image.Image) -> Image.Image:
    """An 8-bit picture as L, RGB or CMYK; transparency is laid over white."""
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    if image.mode in _SPACES:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """An L, RGB or CMYK picture as sRGB, or as L where it is grey.

    A profile that is damaged, or for other colours than the picture has, is left aside.
    """
    transform = _transform(profile, image.mode) if profile else None
    if transform is not None:
        image = transform.apply(image)
    return image.convert("RGB") if image.mode == "CMYK" else image


def has_tables(profile: bytes | None) -> bool:
    """Whether a profile is more than curves and a matrix, as those of printers are."""
    return bool(profile) and any(name[:3] == b"A2B" for name in _tag_names(profile or b""))


def _tag_names(profile: bytes) -> list[bytes]:
    count = min(int.from_bytes(profile[128:132]), 100)
    return [profile[place : place + 4] for place in range(132, 132 + 12 * count, 12)]


def is_srgb(image: Image.Image, profile: bytes | None) -> bool:
    """Whether the numbers of an L or RGB picture are those of sRGB, by its profile."""
    return not profile or _transform(profile, image.mode) is None


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> Any:
    """From a profile to sRGB; None where that would change nothing, or the profile is of no use."""
    from PIL import ImageCms  # not at the program's start

    if len(profile) > _MOST_PROFILE:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[mode]:
            return None
        transform = ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        colours = _samples(mode)
        moved = np.asarray(transform.apply(colours), np.int16) - np.asarray(colours.convert("RGB"), np.int16)
    except Exception:  # profiles are as damaged as any file
        return None
    return transform if np.abs(moved).max() > _SAME else None


def _samples(mode: str) -> Image.Image:
    """Colours from all over what `mode` can hold."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    grid = np.stack(np.meshgrid(*[steps] * len(mode), indexing="ij"), axis=-1).reshape(1, -1, len(mode))
    return Image.frombytes(mode, (grid.shape[1], 1), grid.tobytes())
