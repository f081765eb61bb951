from dataclasses import replace

import numpy as np
import pytest
from check_samples import Row, found, good

from desktop_app.engine.shortcuts import areas_under_curve, cramers_v

DICE = np.random.default_rng(0)


def test_cramers_v_against_plain_figures() -> None:
    assert cramers_v(np.array([[50, 0], [0, 50]])) == pytest.approx(1, abs=0.01)
    assert cramers_v(np.array([[25, 25], [25, 25]])) == 0
    assert cramers_v(np.array([[40, 10], [10, 40]])) == pytest.approx(0.6, abs=0.01)
    assert cramers_v(np.array([[40, 10], [0, 0]])) == 0


def test_many_rare_values_are_no_association() -> None:
    """Each picture by a camera of its own: without the correction V would be 1."""
    own = np.eye(2, dtype=np.int64).repeat(50, axis=1)
    assert cramers_v(own) < 0.75
    random = np.zeros((2, 60), np.int64)
    np.add.at(random, (DICE.integers(0, 2, 120), DICE.integers(0, 60, 120)), 1)
    assert cramers_v(random) < 0.4


def test_areas_against_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    labels = DICE.integers(0, 3, 200)
    values = np.round(DICE.normal(labels, 1), 1)  # with ties
    for label, area in enumerate(areas_under_curve(values, labels)):
        assert area == pytest.approx(metrics.roc_auc_score(labels == label, values))


def spoilt(share: float, other: float = 0.0, **change: object) -> list[Row]:
    """A share of each class' pictures changed, of “ants” and of the others."""
    rows: list[Row] = []
    for place, (label, split, facts) in enumerate(good()):
        of = share if label == "ants" else other
        changed = place % 30 < 30 * of
        rows.append((label, split, replace(facts, **change) if changed else facts))  # type: ignore[arg-type]
    return rows


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("file format", {"format": "PNG"}),
        ("use of color", {"mode": "L"}),
        ("camera", {"camera": "Acme One"}),
        ("size in pixels", {"width": 401, "height": 499}),
    ],
)
def test_a_class_made_otherwise(name: str, change: dict[str, object]) -> None:
    finding = found(spoilt(0.9, 0.0, **change))[f"shortcut: {name}"]
    assert finding.title == f"“ants” and “bees” can be told by the {name} alone."
    assert "90% of" in finding.detail
    assert not found(spoilt(0.5, 0.5, **change))
    assert not found(spoilt(0.3, 0.0, **change))


def test_a_class_of_other_measures() -> None:
    rows: list[Row] = []
    for label, split, facts in good():
        side = int(DICE.integers(300, 500)) + (300 if label == "ants" else 0)
        rows.append((label, split, replace(facts, width=side, height=side, brightness=facts.brightness)))
    findings = found(rows)
    assert findings.keys() == {"shortcut: number of pixels"}
    assert findings["shortcut: number of pixels"].title == "“ants” can be told by the number of pixels alone."


def test_one_class_of_many() -> None:
    rows = good(labels=("ants", "bees", "flies", "wasps"))
    rows = [(label, split, replace(f, format="PNG") if label == "flies" else f) for label, split, f in rows]
    finding = found(rows)["shortcut: file format"]
    assert finding.title == "“flies” can be told by the file format alone."
    assert {path.parent.name for path in finding.pictures} == {"flies"}


def test_a_difference_between_few_pictures_is_chance() -> None:
    rows = [row for row in spoilt(1.0, format="PNG") if row[0] == "bees"] + good(15)[:15]
    assert not [name for name in found(rows) if name.startswith("shortcut")]
