"""On which pictures an export is checked."""

from pathlib import Path

import pytest

from desktop_app.engine.catalog import Split
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.verification import ENOUGH, sample


def lines(folder: Path, split: Split, count: int) -> list[Line]:
    made = [Line(folder / f"{split} {number}.png", "ants", split, "", None) for number in range(count)]
    for one in made:
        one.file.touch()
    return made


@pytest.mark.parametrize(("held", "checked"), [(250, 100), (60, 100), (0, 100)])
@pytest.mark.parametrize("split", ["val", "test"])
def test_a_hundred_pictures_and_first_those_that_the_report_is_about(
    tmp_path: Path, held: int, checked: int, split: Split
) -> None:
    learned, judged = lines(tmp_path, "train", 150), lines(tmp_path, split, held)
    others = lines(tmp_path, "val", 10) if split == "test" and held else []
    known, calibration = sample([*learned, *others, *judged])
    assert ENOUGH == checked == len(known) == len({one.file for one in known})
    assert [one.split for one in known].count(split) == min(held, ENOUGH)
    assert len(calibration) == 100
    assert {*calibration} <= {one.file for one in learned}


def test_pictures_that_are_gone_take_no_part(tmp_path: Path) -> None:
    every = [*lines(tmp_path, "train", 3), *lines(tmp_path, "val", 3)]
    for one in every[::2]:
        one.file.unlink()
    known, calibration = sample(every)
    assert [one.file for one in known] == [every[3].file, every[5].file, every[1].file]
    assert calibration == [every[1].file]
