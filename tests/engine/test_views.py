"""Views of a picture: always the same by content and number; each tick does what it says and no more."""

import hashlib
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine.errors import EngineError
from desktop_app.engine.images import square
from desktop_app.engine.resizing import Resize
from desktop_app.engine.views import key, views
from desktop_app.engine.views_spec import CHANGES, ViewsSpec

ALL = ViewsSpec(10, flip=True, turn=True, crop=True, rotate=True, colour=True)
SIZE = 32


def only(change: str) -> ViewsSpec:
    return ViewsSpec(10, **{name: name == change for name in CHANGES})


def photo(width: int = 120, height: int = 80, seed: int = 0, kind: str = "PNG") -> bytes:
    """Smooth enough to survive a JPEG, with no symmetry, and nowhere black."""
    dice = np.random.default_rng(seed)
    rough = Image.fromarray(dice.integers(60, 200, (6, 9, 3), np.uint8))
    file = io.BytesIO()
    rough.resize((width, height), Image.Resampling.BICUBIC).save(file, kind)
    return file.getvalue()


def seen(
    data: bytes, spec: ViewsSpec, numbers: Sequence[int], resize: Resize = "stretch", quick: bool = False
) -> list[NDArray[np.uint8]]:
    return list(views(data, hashlib.sha256(data).digest(), numbers, spec, SIZE, quick, resize))


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("quick", [False, True])
def test_view_0_is_the_picture_as_it_is_and_all_are_as_the_model_sees_them(
    resize: Resize, quick: bool
) -> None:
    data = photo(400, 300, kind="JPEG")
    found = seen(data, ALL, range(10), resize, quick)
    assert np.array_equal(found[0], square(data, SIZE, quick, resize))
    assert all(view.shape == (SIZE, SIZE, 3) and view.dtype == np.uint8 for view in found)
    assert len({view.tobytes() for view in found}) == 10


def test_a_view_depends_on_seed_content_and_number_alone() -> None:
    data, other = photo(), photo(seed=1)
    forward = seen(data, ALL, range(10))
    backward = seen(data, ALL, range(9, -1, -1))[::-1]
    with ThreadPoolExecutor(4) as pool:
        alone = list(pool.map(lambda number: seen(data, ALL, [number])[0], range(10)))
    fewer = seen(data, replace(ALL, count=3, average=True), range(3))
    for number in range(10):
        assert np.array_equal(forward[number], backward[number])
        assert np.array_equal(forward[number], alone[number])
    assert all(np.array_equal(a, b) for a, b in zip(forward, fewer, strict=False))
    assert not np.array_equal(seen(data, replace(ALL, seed=1), [1])[0], forward[1])
    # Were the draws the same for every picture, all would be mirrored together.
    mirrored = {
        tuple(np.array_equal(view, square(one, SIZE)) for view in seen(one, only("flip"), range(10)))
        for one in (data, other)
    }
    assert len(mirrored) == 2


def test_flip_is_numpys_mirror_of_some() -> None:
    data = photo()
    plain = square(data, SIZE)
    found = seen(data, only("flip"), range(40))
    mirrored = [np.array_equal(view, plain[:, ::-1]) for view in found]
    assert all(mirror or np.array_equal(view, plain) for view, mirror in zip(found, mirrored, strict=True))
    assert 10 <= sum(mirrored) <= 30


def test_turn_is_numpys_in_all_four_ways() -> None:
    data = photo()
    turned = [np.rot90(square(data, SIZE), quarters).tobytes() for quarters in range(4)]
    found = [turned.index(view.tobytes()) for view in seen(data, only("turn"), range(40))]
    assert set(found) == {0, 1, 2, 3}


def test_colour_moves_no_pixel() -> None:
    """What is one colour stays one colour, and what lies apart stays apart."""
    left_and_right = np.full((40, 60, 3), (90, 120, 150), np.uint8)
    left_and_right[:, 30:] = (160, 110, 70)
    file = io.BytesIO()
    Image.fromarray(left_and_right).save(file, "PNG")
    shades = set()
    for view in seen(file.getvalue(), only("colour"), range(1, 10)):
        for half in (view[:, :14], view[:, 18:]):
            assert (half == half[0, 0]).all()
        shades.add(tuple(view[0, 0]))
        assert np.abs(view[0, 0].astype(int) - (90, 120, 150)).max() < 90
    assert len(shades) == 9


def ramps(width: int, height: int) -> bytes:
    """Red says how far to the right a pixel lies, green how far down; blue is full everywhere."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width)[None]
    pixels[..., 1] = np.linspace(0, 255, height)[:, None]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def spans(view: NDArray[np.uint8]) -> tuple[float, float]:
    """Which shares of the width and the height of `ramps` are seen."""
    middle = view.shape[0] // 2
    across, down = np.ptp(view[middle, :, 0].astype(float)), np.ptp(view[:, middle, 1].astype(float))
    return across / 255 * SIZE / (SIZE - 1), down / 255 * SIZE / (SIZE - 1)


def test_a_crop_is_upright_half_the_picture_or_more_and_anywhere() -> None:
    found = seen(ramps(300, 200), only("crop"), range(1, 60))
    areas = []
    for view in found:
        assert np.ptp(view[:, SIZE // 2, 0].astype(int)) <= 1  # red does not change downwards
        across, down = spans(view)
        areas.append(across * down)
        assert 0.7 <= across / down <= 1.42
    assert 0.45 <= min(areas) < 0.6
    assert 0.85 < max(areas) <= 1.05
    starts = [view[0, 0, 0] for view in found]
    assert min(starts) < 10
    assert max(starts) > 50


def test_a_rotation_shows_nothing_but_the_picture_in_its_own_shape() -> None:
    steep = 0.0
    for view in seen(ramps(300, 200), only("rotate"), range(1, 40)):
        assert view[..., 2].min() >= 254  # no empty corner
        middle = SIZE // 2
        steep = max(steep, abs(float(view[0, middle, 0]) - float(view[-1, middle, 0])))
        across, down = spans(view)
        assert across == pytest.approx(down, abs=0.1)
    assert steep > 20


def test_details_are_those_of_the_picture_and_not_of_its_small_copy() -> None:
    """The same view of a picture is sharper than that of its copy at the model's size."""
    dots = np.random.default_rng(0).integers(0, 2, (48, 48, 1), np.uint8) * np.full(3, 255, np.uint8)
    file, small = io.BytesIO(), io.BytesIO()
    Image.fromarray(dots).save(file, "PNG")
    data = file.getvalue()
    whole = seen(data, only("crop"), [1])[0]
    Image.fromarray(square(data, SIZE)).save(small, "PNG")
    digest = hashlib.sha256(data).digest()
    blurred = next(iter(views(small.getvalue(), digest, [1], only("crop"), SIZE)))
    assert whole.std() > 1.1 * blurred.std()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 50), (400, 3), (900, 700)])
@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_any_shape_has_views(width: int, height: int, resize: Resize) -> None:
    for view in seen(photo(width, height), ALL, range(6), resize):
        assert view.shape == (SIZE, SIZE, 3)


def test_the_key_names_all_that_makes_a_view_and_nothing_else() -> None:
    assert key(ALL, 0) == ""
    keys = {key(only(change), 1) for change in CHANGES} | {
        key(ALL, 1),
        key(ALL, 2),
        key(replace(ALL, seed=1), 1),
    }
    assert len(keys) == len(CHANGES) + 3
    assert key(replace(ALL, count=3, average=True), 2) == key(ALL, 2)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"count": 0}, "0 views of a picture"),
        ({"count": 65}, "65 views of a picture"),
        ({"count": 2, "flip": False, "crop": False}, "differ in nothing"),
        ({"seed": -1}, "the seed -1"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(choices: dict[str, int], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        ViewsSpec(**choices)  # type: ignore[arg-type]


def test_one_view_needs_no_tick() -> None:
    assert list(ViewsSpec(1, flip=False, crop=False).further) == []
