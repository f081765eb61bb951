from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from desktop_app.engine.colours import is_srgb, to_srgb
from desktop_app.engine.images import rgb, square

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# Red and blue change places: a profile whose effect nobody can miss.
SWAPPED = SRGB.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
RED = Image.new("RGB", (3, 2), (250, 0, 0))


def encoded(image: Image.Image, profile: bytes | None, format: str = "PNG") -> bytes:  # noqa: A002
    import io

    file = io.BytesIO()
    image.save(file, format, icc_profile=profile)
    return file.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF"])
def test_a_profile_is_applied_whatever_the_format(format: str) -> None:  # noqa: A002
    data = encoded(RED, SWAPPED, format)
    red, _, blue = rgb(data).getpixel((1, 1))  # type: ignore[misc]
    assert (red < 60, blue > 190) == (True, True)
    for quick in (False, True):
        assert np.abs(square(data, 8, quick)[4, 4].astype(int) - (red, _, blue)).max() <= 1


def test_srgb_changes_nothing_and_damage_costs_no_picture() -> None:
    for profile in (None, SRGB, b"", b"no profile at all", SRGB[:200], SRGB[:-100] + bytes(100)):
        data = encoded(RED, profile)
        if profile not in {None, SRGB, b""} and not is_srgb(RED, profile):
            continue  # damaged where it does not matter
        assert rgb(data).getpixel((0, 0)) == (250, 0, 0)


def test_a_profile_for_other_colours_is_left_aside() -> None:
    grey = Image.new("L", (2, 2), 99)
    assert is_srgb(grey, SWAPPED)
    assert to_srgb(grey, SWAPPED).getpixel((0, 0)) == 99
    cmyk = Image.new("CMYK", (1, 1), (255, 0, 0, 0))
    assert to_srgb(cmyk, SWAPPED).getpixel((0, 0)) == (0, 255, 255)


def test_transparency_comes_before_the_profile() -> None:
    clear = Image.new("RGBA", (2, 2), (250, 0, 0, 0))
    assert rgb(encoded(clear, SWAPPED)).getpixel((0, 0)) == (255, 255, 255)


def test_print_colours_by_their_own_profile(shared: Path) -> None:
    """Pillow's plain arithmetic makes them garish; a print profile does not."""
    data = (shared / "data" / "hostile" / "jpeg_variants" / "pillow_pil_sample_cmyk.jpg").read_bytes()
    with Image.open(shared / "data" / "hostile" / "jpeg_variants" / "pillow_pil_sample_rgb.jpg") as original:
        wanted = np.asarray(original.convert("RGB")).astype(int)
    assert np.abs(np.asarray(rgb(data)).astype(int) - wanted).mean() < 60
