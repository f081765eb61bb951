"""What was found out is there again, to the last digit; what is damaged says so, and is asked anew."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.judgement import Mistake
from desktop_app.engine.kept import CURVE, DOUBTS, VERDICT, Kept
from desktop_app.engine.learning_curve import LearningCurve, fitted
from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.verdict import Answered, Arm, Verdict, decide


@pytest.fixture
def run(tmp_path: Path) -> Run:
    report = Report("validation pictures", 0, 0.5, (0.0, 1.0), 0.5, (), ())
    return Run(tmp_path, ExperimentSpec(), ("ants", "bees"), 1, "imagenet", {}, (), report)


def verdict() -> Verdict:
    dice = np.random.default_rng(0)
    asked = Answered(np.repeat(np.arange(3), 40), np.tile(np.arange(40), 3))
    return decide(
        Arm("model", "This model", dice.random(120) < 0.9),
        [Arm("random", "Random", dice.random(120) < 0.6), Arm("majority", "Most", dice.random(120) < 0.5)],
        asked,
    )


def curve() -> LearningCurve:
    dice = np.random.default_rng(0)
    wrong = dice.random((4, 3, 50)) < np.array([0.4, 0.3, 0.25, 0.2])[:, None, None]
    return fitted(np.array([10, 20, 40, 80]), wrong, np.arange(50))


DOUBTED = (Mistake(Path("/caf\udce9/1.png"), "ants", "bees", 0.9, 2.25),)


@pytest.mark.parametrize(("kept", "answer"), [(VERDICT, verdict()), (DOUBTS, DOUBTED)])
def test_an_answer_is_there_again(run: Run, kept: Kept[Any], answer: object) -> None:
    assert kept.of(run.folder) is None
    kept.keep(run.folder, answer)
    assert repr(kept.of(run.folder)) == repr(answer)  # a Mistake is equal to itself only
    assert [file.name for file in run.folder.iterdir()] == [kept.file]


def test_a_curve_is_there_again(run: Run) -> None:
    before = curve()
    CURVE.keep(run.folder, before)
    after = CURVE.of(run.folder)
    assert after is not None
    assert after.to_json() == before.to_json()
    assert after.words == before.words
    assert np.array_equal(after.band, before.band)


def test_the_newest_answer_counts(run: Run) -> None:
    DOUBTS.keep(run.folder, DOUBTED)
    DOUBTS.keep(run.folder, ())
    assert DOUBTS.of(run.folder) == ()


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


BAD_VERDICTS = [
    [],
    "helps",
    without(verdict().to_json(), "arms"),
    verdict().to_json() | {"arms": []},
    verdict().to_json() | {"arms": verdict().to_json()["arms"][:1]},
    verdict().to_json() | {"arms": [verdict().to_json()["arms"][0]] * 2},
    verdict().to_json() | {"arms": [without(one, "accuracies") for one in verdict().to_json()["arms"]]},
    verdict().to_json() | {"arms": [one | {"accuracies": []} for one in verdict().to_json()["arms"]]},
    verdict().to_json() | {"alpha": float("nan")},
    verdict().to_json() | {"pictures": -1},
]
BAD_CURVES = [
    {},
    curve().to_json() | {"points": []},
    curve().to_json() | {"band": curve().to_json()["band"][1:]},
    curve().to_json() | {"sizes": [-1.0] * len(curve().sizes)},
    curve().to_json() | {"sizes": [1e9] * len(curve().sizes)},
    curve().to_json() | {"gain_of_twice": "much"},
]
BAD = [(VERDICT, one) for one in BAD_VERDICTS] + [(CURVE, one) for one in BAD_CURVES] + [(DOUBTS, [1])]


@pytest.mark.parametrize(("kept", "data"), BAD)
def test_what_is_damaged_is_told(run: Run, kept: Kept[Any], data: object) -> None:
    (run.folder / kept.file).write_text(json.dumps(data))
    with pytest.raises(EngineError, match="is damaged: ") as caught:
        kept.of(run.folder)
    assert "again" in caught.value.hint


def test_half_a_file_is_told(run: Run) -> None:
    VERDICT.keep(run.folder, verdict())
    file = run.folder / VERDICT.file
    file.write_text(file.read_text()[:100])
    with pytest.raises(EngineError, match="no JSON"):
        VERDICT.of(run.folder)


def test_a_folder_that_cannot_be_written_to_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    DOUBTS.keep(run.folder, DOUBTED)

    def full(_path: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(EngineError, match=r"cannot be kept in .*No space left"):
        DOUBTS.keep(run.folder, ())
    assert repr(DOUBTS.of(run.folder)) == repr(DOUBTED)
    assert [file.name for file in run.folder.iterdir()] == [DOUBTS.file]
