"""The questions as jobs take them: a run's own answers and features go in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine.answers import Answers
from desktop_app.engine.errors import EngineError
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.progress import Reporter
from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.engine.specs import ExperimentSpec, HeadSpec
from desktop_app.engine.verdict import Verdict
from desktop_app.jobs import questions

COUNT = 80
LABELS = np.arange(COUNT) % 2
SPEC = ExperimentSpec(head=HeadSpec(()))
RUN = Run(
    Path("/run"), SPEC, ("ants", "bees"), 1, "imagenet", {}, (),
    Report("validation pictures", 0, 0.5, (0.0, 1.0), 0.5, (), ()), data_fingerprint="these",
)  # fmt: skip


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What the run has said: a quarter of the pictures validates."""
    files = tuple(Path(f"/{number}.png") for number in range(COUNT))
    splits = np.where(np.arange(COUNT) % 8 < 2, "val", "train")
    said = Answers(
        "all", RUN.class_names, files, LABELS, np.eye(2, dtype=np.float32)[LABELS], splits, np.arange(COUNT)
    )
    noise = np.random.default_rng(0).normal(size=(COUNT, 10))
    monkeypatch.setattr(Run, "answers", lambda _run, _lines=None: said)
    monkeypatch.setattr(Run, "lines", lambda run: (Line(f, "", None, "", None) for f in run.answers().files))
    monkeypatch.setattr(questions, "features_of", lambda *_: noise + 2 * LABELS[:, None])
    return said


def test_the_curve_is_that_of_the_training_pictures_judged_by_the_others() -> None:
    with threadpool_limits(1):
        found = questions.more_pictures(RUN, Path("/cache"))(Reporter())
    assert (found.most, found.judged) == (60, 20)


def test_the_labels_of_all_pictures_are_looked_at(own: Answers) -> None:
    wrong = own.labels.copy()
    wrong[[3, 40]] = 1 - wrong[[3, 40]]
    object.__setattr__(own, "labels", wrong)
    with threadpool_limits(1):
        found = questions.wrong_labels(RUN, Path("/cache"))(Reporter())
    assert {one.file for one in found} >= {own.files[3], own.files[40]}


def test_too_few_pictures_make_no_curve(own: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    few = own.where(np.arange(COUNT) < 10)
    monkeypatch.setattr(Run, "answers", lambda _run, _lines=None: few)
    with pytest.raises(EngineError, match="There is no learning curve"):
        questions.more_pictures(RUN, Path("/cache"))(Reporter())


def test_the_newest_run_from_scratch_on_the_same_pictures_takes_part(monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = replace(RUN, spec=SPEC.from_scratch(2))
    runs = {
        "old": scratch,
        "new": scratch,
        "others": replace(scratch, data_fingerprint="those"),
        "pretrained": RUN,
        "another": replace(
            scratch, spec=replace(scratch.spec, base=replace(scratch.spec.base, backbone="VGG16"))
        ),
    }

    def open_run(folder: Path) -> Run:
        if folder.name not in runs:
            raise EngineError("It is gone.")
        return replace(runs[folder.name], folder=folder)

    asked: list[Any] = []

    def judge_transfer(
        run: Run, _features: object, _cache: Path, _reporter: Reporter, twin: Run, free: bool
    ) -> None:
        asked.append((run, twin.folder.name, free))

    monkeypatch.setattr(questions, "open_run", open_run)
    monkeypatch.setattr(questions, "judge_transfer", judge_transfer)
    monkeypatch.setattr("desktop_app.engine.pipeline.start_tensorflow", lambda _reporter: None)
    folders = [Path(name) for name in ("old", "new", "others", "pretrained", "another", "gone")]
    found: Verdict | None = questions.transfer(RUN, Path("/cache"), folders, True)(Reporter())
    assert found is None
    assert asked == [(RUN, "new", True)]
    assert questions.find_twin(RUN, folders[2:]) is None
    assert questions.find_twin(replace(RUN, data_fingerprint=""), folders) is None
