import numpy as np
from check_samples import scene
from PIL import Image, ImageFilter

from desktop_app.engine.measures import GREY, measure, phash


def test_the_hash_is_that_of_imagehash() -> None:
    """The value of imagehash 4.3.2's `phash` for this very picture."""
    rows, columns = np.mgrid[:48, :64]
    waves = (127 + 60 * np.sin(rows / 5) + 60 * np.cos(columns / 3 + rows / 9)).astype(np.uint8)
    assert f"{phash(Image.fromarray(waves)):016x}" == "d401ab7e2bbe2b0a"


def test_a_changed_copy_has_nearly_the_same_hash_and_another_picture_has_not() -> None:
    original = measure(scene())
    smaller = measure(scene().resize((200, 150)))
    assert (original.phash ^ smaller.phash).bit_count() <= 4
    assert (original.phash ^ measure(scene(seed=1)).phash).bit_count() > 16


def test_a_blur_shows_at_any_size() -> None:
    for scale in (1, 4):
        image = scene(320 * scale, 240 * scale)
        blurred = image.filter(ImageFilter.GaussianBlur(3 * scale))
        assert measure(blurred).sharpness < measure(image).sharpness / 10


def test_the_smallest_pictures_are_measured_too() -> None:
    for size in ((1, 1), (1, 500), (2, 3)):
        one = measure(Image.new("RGB", size, "gray"))
        assert (one.contrast, one.sharpness, len(one.grey)) == (0, 0, GREY * GREY)
