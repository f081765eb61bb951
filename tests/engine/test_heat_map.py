"""The heat map lies where the model saw it, however the picture became a square."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.engine.errors import EngineError
from desktop_app.engine.heat_map import explain, on_picture
from desktop_app.engine.report import judge
from desktop_app.engine.resizing import Resize
from desktop_app.engine.run import Run
from desktop_app.engine.specs import ExperimentSpec

NAMES = ("ants", "bees")


def run(folder: Path) -> Run:
    report = judge("pictures", np.zeros(1, int), np.zeros(1, int), NAMES)
    return Run(folder, ExperimentSpec(), NAMES, 1, "untrained base", {}, (), report)


def lit(row: int, column: int) -> np.ndarray:
    heat = np.zeros((8, 8), np.float32)
    heat[row, column] = 1
    return heat


@pytest.mark.parametrize(
    ("resize", "width", "height", "place"),
    [
        ("stretch", 400, 100, (375, 6)),  # the last column, the first row
        ("crop", 400, 100, (244, 6)),  # of the middle square
        ("crop", 100, 400, (94, 156)),
        ("pad", 400, 400, (375, 25)),
        ("stretch", 4000, 1000, (480, 8)),  # reduced to 512 × 128
    ],
)
def test_the_heat_lies_where_the_model_saw_it(
    resize: Resize, width: int, height: int, place: tuple[int, int]
) -> None:
    whole = on_picture(lit(0, 7), width, height, resize)
    assert whole.shape == ((128, 512) if width == 4000 else (height, width))
    assert (whole.min(), whole.max()) == (0, 1)
    rows, columns = np.indices(whole.shape)
    centre = ((columns * whole).sum() / whole.sum(), (rows * whole).sum() / whole.sum())
    assert centre == pytest.approx(place, abs=0.02 * max(whole.shape))


def test_heat_on_the_bars_of_a_padded_picture_is_left_off() -> None:
    assert on_picture(lit(0, 4), 400, 100, "pad").max() == 0  # above the picture
    whole = on_picture(lit(4, 0), 400, 100, "pad")
    assert whole.shape == (100, 400)
    row, column = np.unravel_index(whole.argmax(), whole.shape)
    assert abs(row - 75) <= 3  # 25 pixels above, 300 of the square's 400 are bars
    assert column < 25


def test_nothing_lights_up_where_nothing_speaks_for_the_class() -> None:
    assert on_picture(np.zeros((7, 7), np.float32), 30, 20, "crop").max() == 0


class Cam:
    """Sees the upper right corner, whatever it is asked about."""

    asked: list[object]

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        self.asked = [pictures.shape]
        return np.array([[0.0, 1.0]])

    def heat(self, _pictures: np.ndarray, classes: np.ndarray) -> np.ndarray:
        self.asked = [*getattr(self, "asked", []), classes.tolist()]
        return lit(0, 7)[None]


def test_a_picture_is_explained_upright_for_the_class_that_is_asked_about(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (80, 40)).save(tmp_path / "turned.jpg", exif=exif)
    cam = Cam()
    found = explain(cam, run(tmp_path), tmp_path / "turned.jpg")  # type: ignore[arg-type]
    assert cam.asked == [(1, 224, 224, 3), [1]]
    assert (found.label, found.heat.shape) == ("bees", (80, 40))
    row, column = np.unravel_index(found.heat.argmax(), found.heat.shape)
    assert row < 8
    assert column > 32
    cam = Cam()
    assert explain(cam, run(tmp_path), tmp_path / "turned.jpg", "ants").label == "ants"  # type: ignore[arg-type]
    assert cam.asked == [[0]]


def test_a_picture_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("no picture")
    with pytest.raises(EngineError, match=r"“a\.jpg” cannot be read because"):
        explain(Cam(), run(tmp_path), tmp_path / "a.jpg")  # type: ignore[arg-type]
