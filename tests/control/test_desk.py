"""The desk: what all controllers share."""

from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.control import desk
from desktop_app.control.desk import Home
from desktop_app.engine.unfinished import SUFFIX


def test_runs_that_begin_in_one_second_lie_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, _zone: object = None) -> "Stopped":
            return cls(2026, 12, 1, 12, 30, 5)

    monkeypatch.setattr(desk, "datetime", Stopped)
    home = Home(*(tmp_path / name for name in ("weights", "cache", "runs", "samples", "log")))
    names = []
    for suffix in ("", SUFFIX, ""):  # one of them is still under way
        place = home.new_run("VGG16")
        names.append(place.name)
        place.with_name(place.name + suffix).mkdir(parents=True)
    assert names == ["2026-12-01 123005 VGG16", "2026-12-01 123005 VGG16 2", "2026-12-01 123005 VGG16 3"]
