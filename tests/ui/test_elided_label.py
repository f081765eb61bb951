"""The label that cuts its text."""

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.ui.elided_label import ElidedLabel


@pytest.fixture
def label(qtbot: QtBot) -> ElidedLabel:
    made = ElidedLabel("short")
    qtbot.addWidget(made)
    made.resize(200, 20)
    made.show()
    return made


def test_what_fits_needs_no_tooltip(label: ElidedLabel) -> None:
    assert label.toolTip() == ""
    label.setText("short", "at length")
    assert "at length" in label.toolTip()
    assert label.accessibleName() == "at length"


def test_what_is_cut_can_be_read_by_hovering(label: ElidedLabel) -> None:
    label.setText("long <words> " * 20)
    assert label.text().endswith("words> ")
    assert "long &lt;words&gt;" in label.toolTip()
    label.grab()
    label.resize(4000, 20)
    assert label.toolTip() == ""


def test_it_asks_for_no_width_and_always_for_a_line(label: ElidedLabel) -> None:
    height = label.sizeHint().height()
    label.setText("long words " * 20)
    assert label.minimumSizeHint().width() == 0
    assert label.sizeHint().height() == height
    label.setText("")
    assert label.sizeHint().height() == height
