"""The measured speed of a backbone."""

import pytest

from desktop_app.engine.errors import Cancelled
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.speed import pictures_per_second


@pytest.mark.usefixtures("small_backbones")
def test_a_backbone_has_a_speed_here() -> None:
    said: list[str] = []
    reporter = Reporter(lambda _fraction, text: said.append(text))
    assert pictures_per_second("VGG16", reporter, "float32", seconds=0.0) > 0
    assert said[0] == "Measuring VGG16: building it"


@pytest.mark.usefixtures("small_backbones")
def test_measuring_stops_when_it_is_told_to() -> None:
    control = Control()

    def cancel(_fraction: float, text: str) -> None:
        if text == "Measuring VGG16":
            control.cancel.set()

    with pytest.raises(Cancelled):
        pictures_per_second("VGG16", Reporter(cancel, control=control), "float32", seconds=1e9)
