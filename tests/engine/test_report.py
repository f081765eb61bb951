"""A report says what the figures say, and survives the disk."""

import json
from dataclasses import replace
from math import isnan
from typing import Any

import numpy as np
import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.metrics import wilson_interval
from desktop_app.engine.report import ClassScore, Report, judge

TRUTH, GUESS = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 0])
REPORT = judge("validation pictures", TRUTH, GUESS, ("ant", "bee", "cat"))


def test_a_report_says_it_all() -> None:
    assert REPORT.class_names == ("ant", "bee", "cat")
    assert REPORT.images == 6
    assert REPORT.accuracy == pytest.approx(4 / 6)
    assert REPORT.balanced_accuracy == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert REPORT.interval == wilson_interval(4, 6)
    assert REPORT.confusion == ((2, 1, 0), (0, 2, 0), (1, 0, 0))
    assert [score.support for score in REPORT.per_class] == [3, 2, 1]
    assert REPORT.per_class[1] == ClassScore("bee", 2, 2 / 3, 1.0, 0.8)
    assert REPORT.per_class[2] == ClassScore("cat", 1, 0.0, 0.0, 0.0)


def test_no_pictures_give_an_empty_report() -> None:
    nothing = np.array([], np.int64)
    report = judge("test pictures", nothing, nothing, ("ant", "bee"))
    assert isnan(report.accuracy)
    assert (report.images, report.interval) == (0, (0, 1))


def test_through_json_and_back() -> None:
    assert Report.from_json(json.loads(json.dumps(REPORT.to_json(), allow_nan=False))) == REPORT


def changed(*path: Any, to: Any) -> Any:
    """The report's JSON with one value put in the place of another."""
    data = json.loads(json.dumps(REPORT.to_json()))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return data


DAMAGED = [
    None, [], {}, "text", 7,
    changed("interval", to=[0.1]),
    changed("interval", to=["low", "high"]),
    changed("interval", to=None),
    changed("accuracy", to="0.9"),
    changed("accuracy", to=None),
    changed("images", to=1.5),
    changed("images", to=True),
    changed("images", to=-1),
    changed("source", to=None),
    changed("balanced_accuracy", to=[]),
    changed("per_class", to={}),
    changed("per_class", to={"label": "ant"}),
    changed("per_class", to=["ant", "bee", "cat"]),
    changed("per_class", to=[None]),
    changed("per_class", 0, "label", to=1),
    changed("per_class", 0, "f1", to="1"),
    changed("per_class", 0, "extra", to=1),
    changed("per_class", 0, "roc_auc", to="1"),
    changed("balanced_interval", to=0.5),
    changed("balanced_interval", to=[0.1, 0.2, 0.3]),
    changed("interval_method", to="guess"),
    changed("k", to=-1),
    changed("log_loss", to="0.3"),
    changed("confusion", to=None),
    changed("confusion", to=[1, 2, 3]),
    changed("confusion", to=[[1, 2], [3, 4]]),
    changed("confusion", 2, to=[1, 2]),
    changed("confusion", 2, to=[1, 2, "3"]),
]  # fmt: skip


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_report_is_refused(data: Any) -> None:
    with pytest.raises(EngineError, match="The report is damaged"):
        Report.from_json(data)


OLD = ("source", "images", "accuracy", "interval", "balanced_accuracy", "per_class", "confusion")


@pytest.mark.parametrize("key", OLD)
def test_a_report_with_a_part_missing_is_refused(key: str) -> None:
    data = REPORT.to_json()
    del data[key]
    with pytest.raises(EngineError, match=key):
        Report.from_json(data)


def test_a_report_of_an_older_version_still_opens() -> None:
    data = {key: REPORT.to_json()[key] for key in OLD}
    data["per_class"] = [
        {key: score[key] for key in ("label", "support", "precision", "recall", "f1")}
        for score in data["per_class"]
    ]
    old = Report.from_json(data)
    assert replace(old, balanced_interval=REPORT.balanced_interval) == REPORT
    assert old.balanced_interval is None


def test_copies_widen_the_interval() -> None:
    truth, guess = np.zeros(40, np.int64), np.r_[np.zeros(38, np.int64), [1, 1]]
    alone = judge("test pictures", truth, guess, ("ant", "bee"))
    copied = judge("test pictures", truth, guess, ("ant", "bee"), np.arange(40) // 2)
    assert copied.accuracy == alone.accuracy
    assert copied.interval[0] < alone.interval[0]
