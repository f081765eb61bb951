import numpy as np
import pytest
from PIL import Image

from desktop_app.engine.resizing import Resize, fit, padded_size


def picture(height: int, width: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(1, 256, (height, width, 3), np.uint8))


@pytest.mark.parametrize(("height", "width"), [(40, 90), (91, 40), (32, 32)])
def test_crop_is_the_middle_and_knows_nothing_of_the_rest(height: int, width: int) -> None:
    image, side = picture(height, width), min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    middle = image.crop((left, top, left + side, top + side))
    assert np.array_equal(fit(image, 32, "crop"), fit(middle, 32))


@pytest.mark.parametrize(
    ("height", "width", "across", "down"),
    [
        (40, 80, 32, 16),
        (80, 40, 16, 32),
        (50, 50, 32, 32),
        (1, 500, 32, 1),
        (500, 1, 1, 32),
        (33, 64, 32, 17),
    ],
)
def test_pad_shows_all_of_it_in_its_own_shape(height: int, width: int, across: int, down: int) -> None:
    assert padded_size(width, height, 32) == (across, down)
    pixels = fit(picture(height, width), 32, "pad")
    shown = pixels.max(axis=2) > 0
    assert shown.sum() == across * down
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    assert abs(rows[0] - (31 - rows[-1])) <= 1  # in the middle
    assert abs(columns[0] - (31 - columns[-1])) <= 1


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_grey_is_resized_as_its_rgb_would_be(resize: Resize) -> None:
    grey = picture(50, 70).convert("L")
    assert np.array_equal(fit(grey, 32, resize), fit(grey.convert("RGB"), 32, resize))
    assert fit(grey, 32, resize).shape == (32, 32, 3)


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_a_square_of_the_right_size_stays_as_it_is(resize: Resize) -> None:
    assert np.array_equal(fit(picture(32, 32), 32, resize), np.asarray(picture(32, 32)))
