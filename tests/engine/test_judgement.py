"""A judgement holds what its parts say, each measured by another's hand."""

import json
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax
from sklearn import metrics as peer

from desktop_app.engine.answers import Answers
from desktop_app.engine.judgement import Temperature, judge_answers, judgement, temperature_of
from desktop_app.engine.report import Report

NAMES = ("ant", "bee", "cat")


def made(count: int = 120, sharp: float = 3.0) -> Answers:
    dice = np.random.default_rng(0)
    honest = dice.normal(0, 1.5, (count, 3))
    labels = np.array([dice.choice(3, p=softmax(row)) for row in honest])
    files = tuple(Path(f"{place}.jpg") for place in range(count))
    splits = np.array(["train", "val", "test"])[np.arange(count) % 3]
    logits = (sharp * honest).astype(np.float32)
    return Answers("all its pictures", NAMES, files, labels, logits, splits, np.arange(count))


def test_the_report_equals_scikit_learns() -> None:
    answers = made()
    report = judge_answers(answers)
    shares, labels = softmax(answers.logits.astype(float), axis=1), answers.labels
    assert report.accuracy == pytest.approx(peer.accuracy_score(labels, shares.argmax(axis=1)))
    assert report.k == 2
    assert report.top_k == pytest.approx(peer.top_k_accuracy_score(labels, shares, k=2))
    assert report.log_loss == pytest.approx(peer.log_loss(labels, shares))
    assert report.roc_auc == pytest.approx(peer.roc_auc_score(labels, shares, multi_class="ovr"))
    bees = labels == 1
    assert report.per_class[1].roc_auc == pytest.approx(peer.roc_auc_score(bees, shares[:, 1]))
    average = peer.average_precision_score(bees, shares[:, 1])
    assert report.per_class[1].average_precision == pytest.approx(average)
    assert Report.from_json(json.loads(json.dumps(report.to_json(), allow_nan=False))) == report


def test_a_missing_class_has_no_areas_and_the_json_stays_plain() -> None:
    answers = made()
    report = judge_answers(answers.where(answers.labels != 2))
    assert report.per_class[2].roc_auc is None
    assert report.per_class[2].average_precision is None
    assert report.roc_auc == pytest.approx(np.mean([score.roc_auc for score in report.per_class[:2]]))
    json.dumps(report.to_json(), allow_nan=False)


def test_the_temperature_is_fitted_on_validation_alone() -> None:
    answers = made(1200)
    found = temperature_of(answers)
    assert found.pictures == 400
    assert found.value == pytest.approx(3, rel=0.25)
    spoiled = replace(answers, labels=np.where(answers.splits == "val", answers.labels, 0))
    assert temperature_of(spoiled) == found
    assert temperature_of(answers.where(answers.splits == "test")) == Temperature(None, 0)
    assert temperature_of(None) == Temperature(None, 0)


def test_before_and_after() -> None:
    answers = made(3000)
    found = judgement(answers.of("test"), temperature_of(answers))
    assert found.after is not None
    assert found.after.error < 0.5 * found.before.error
    assert found.before.error == found.report.calibration_error
    assert judgement(answers, Temperature(None, 0)).after is None


def test_it_is_said_what_the_temperature_gives_and_where_it_was_found() -> None:
    answers = made(1200)
    heat = temperature_of(answers)
    elsewhere = judgement(answers.of("test"), heat)
    assert elsewhere.after is not None
    assert f"after calibration (temperature {heat.value:.2f}), by {100 * elsewhere.after.error:.1f}" in (
        elsewhere.calibration
    )
    assert "fitted on the 400 validation pictures; it changes no answer." in elsewhere.calibration
    assert (
        "these same pictures, so this is slightly optimistic"
        in judgement(answers.of("val"), heat).calibration
    )
    for heat, why in (
        (Temperature(None, 40), "all or nearly none of them are right"),
        (Temperature(None, 0), "there are none"),
    ):
        assert judgement(answers, heat).calibration.endswith(f"fitted on the validation pictures: {why}.")


def test_the_highest_loss_comes_first() -> None:
    answers = made()
    found = judgement(answers, Temperature(None, 0))
    worst = found.mistakes(5)
    shares = softmax(answers.logits.astype(float), axis=1)
    expected = np.sort(-np.log(shares[np.arange(120), answers.labels]))[::-1][:5]
    assert [one.loss for one in worst] == pytest.approx(list(expected))
    row = answers.files.index(worst[0].file)
    assert worst[0].label == NAMES[answers.labels[row]]
    assert worst[0].said == NAMES[shares[row].argmax()]
    assert worst[0].probability == pytest.approx(shares[row].max())
    assert not worst[0].right
    last = found.mistakes(120)[-1]
    assert last.right
    assert last.loss == pytest.approx(-log(last.probability))


def test_a_cell_holds_its_pictures() -> None:
    answers = made()
    found = judgement(answers, Temperature(None, 0))
    seen: list[int] = []
    for truth in range(3):
        for said in range(3):
            rows = found.cell(truth, said)
            assert len(rows) == found.report.confusion[truth][said]
            assert (answers.labels[rows] == truth).all()
            shares = answers.probabilities[rows, said]
            assert (np.diff(shares) <= 0).all()
            seen.extend(rows)
    assert sorted(seen) == list(range(120))


def test_no_answers_at_all() -> None:
    answers = made()
    report = judge_answers(answers.where(np.zeros(120, bool)))
    assert (report.images, report.top_k, report.log_loss, report.roc_auc) == (0, None, None, None)
