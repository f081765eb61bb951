"""Answers as CSV: all that is known, and nothing where it is not."""

import csv
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine.conformal import Conformal
from desktop_app.engine.errors import EngineError
from desktop_app.engine.trial import Neighbour, Trial, Tried
from desktop_app.engine.tried_csv import write_tried
from desktop_app.engine.unknown import Gallery

NAMES = ("ant, red", "bee")
TRIAL = Trial(NAMES, 1.0, "", {0.9: Conformal(0.3, 9, 9), 0.99: "too few"}, Gallery(np.eye(2)), ())
NEAR = (Neighbour(Path("/t/1.jpg"), "bee", 0.25), Neighbour(Path("/t/2.jpg"), "bee", 0.75))
TRIED = [
    Tried(Path("/a/caf\udce9\n.jpg"), "bee", (0.4, 0.6), NEAR, unknown=True),
    Tried(Path("/a/b.jpg"), "ant, red", (0.8, 0.2)),
]


def test_every_line_says_what_is_known(tmp_path: Path) -> None:
    write_tried(tmp_path / "a.csv", TRIED, TRIAL, 0.9)
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        one, two = csv.DictReader(file)
    assert one == {
        "file": "/a/caf\udce9\n.jpg",
        "label": "bee",
        "probability": "0.600000",
        "set": "bee | ant, red",
        "unknown": "1",
        "distance": "0.7500",
        "nearest": "/t/1.jpg",
        "nearest_label": "bee",
        "p(ant, red)": "0.400000",
        "p(bee)": "0.600000",
    }
    assert [two[name] for name in ("set", "unknown", "distance", "nearest")] == ["ant, red", "", "", ""]
    write_tried(tmp_path / "a.csv", TRIED[1:], TRIAL, 0.99)
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        assert [line["set"] for line in csv.DictReader(file)] == [""]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be written: No such file"):
        write_tried(tmp_path / "none" / "a.csv", TRIED, TRIAL, 0.9)
    (tmp_path / "folder").mkdir()
    with pytest.raises(EngineError, match="cannot be written"):
        write_tried(tmp_path / "folder", TRIED, TRIAL, 0.9)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
