"""The choices of an experiment: what cannot work is refused with a sentence."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import ViewsSpec

SPEC = ExperimentSpec(
    BaseSpec("VGG16", "/weights/été.h5", "flatten", "bfloat16", "pad"),
    HeadSpec((64, 32), 0.5, 1e-4, "gelu", True, True),
    TrainingSpec(7, 16, 0.01, 0.3, 42, 0.1, "(.+?)_", "sgd", "cosine", 5, "logits", 0.1, 0.2),
    TuningSpec(2, 3, 8, 1e-5, 2.0, "constant", 7),
)


VIEWED = ExperimentSpec(views=ViewsSpec(3, False, True, False, True, True, True, 7))


@pytest.mark.parametrize("spec", [SPEC, VIEWED, ExperimentSpec(), ExperimentSpec(head=HeadSpec(()))])
def test_through_json_and_back(spec: ExperimentSpec) -> None:
    assert ExperimentSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


NAN, INFINITY = float("nan"), float("inf")
TUNED = list(asdict(TuningSpec()))
REFUSED: list[tuple[str, str, list[Any], str]] = [
    ("base", "backbone", ["ResNet51", ""], "no backbone called"),
    ("base", "pooling", ["mean", ""], "pooling is “"),
    ("base", "precision", ["float64", "half"], "the precision is “"),
    ("base", "resize", ["squash", ""], "the choice of resizing is “"),
    ("head", "units", [(0,), (-1,), (65537,), (1,) * 9], "the head's layers are"),
    ("head", "dropout", [-0.1, 1.0, NAN, INFINITY], "the dropout is"),
    ("head", "l2", [-1e-9, NAN, INFINITY], "the L2 weight is"),
    ("training", "epochs", [0, -1, 100_001], "the number of epochs is"),
    ("training", "batch", [0, -8, 65537], "the batch size is"),
    ("training", "learning_rate", [0.0, -1e-3, 10.1, NAN], "the learning rate is"),
    ("training", "validation_share", [0.0, 1.0, -0.2, 20, NAN], "the validation share is"),
    ("training", "seed", [-1, 2**32], "the seed is"),
    ("training", "test_share", [-0.1, 0.8, 1.0, NAN], "the test share is"),
    ("training", "group_by", ["(a", "*"], "is not a regular expression"),
    ("head", "activation", ["sigmoid", ""], "the activation is “"),
    ("training", "optimizer", ["lion", ""], "the optimizer is “"),
    ("training", "schedule", ["step", ""], "the schedule is “"),
    ("training", "patience", [-1, 100_001], "the patience is"),
    ("training", "imbalance", ["both", ""], "the remedy for imbalance is “"),
    ("training", "label_smoothing", [-0.1, 1.0, NAN], "the label smoothing is"),
    ("training", "mixup", [-0.1, 101, NAN, INFINITY], "the mixup is"),
    ("tuning", "blocks", [0, 18], "blocks"),
]


def with_choice(record: str, name: str, value: Any) -> ExperimentSpec:
    kinds: dict[str, Any] = {
        "base": BaseSpec,
        "head": HeadSpec,
        "training": TrainingSpec,
        "tuning": TuningSpec,
    }
    return ExperimentSpec(**{record: kinds[record](**{name: value})})


@pytest.mark.parametrize(
    ("record", "name", "value", "words"),
    [(record, name, value, words) for record, name, values, words in REFUSED for value in values],
)
def test_what_cannot_work_is_refused_in_words(record: str, name: str, value: Any, words: str) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        with_choice(record, name, value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("record", "name", "value"),
    [
        ("head", "units", (1, 65536)),
        ("head", "dropout", 0),
        ("head", "l2", 1),
        ("training", "epochs", 100_000),
        ("training", "batch", 1),
        ("training", "learning_rate", 10),
        ("training", "validation_share", 0.999),
        ("training", "seed", 2**32 - 1),
        ("training", "test_share", 0.79),
        ("training", "group_by", "folder"),
        ("training", "label_smoothing", 0),
        ("training", "mixup", 100),
        ("base", "backbone", "vgg16"),
        ("tuning", "blocks", 17),
    ],
)
def test_the_edges_are_allowed(record: str, name: str, value: Any) -> None:
    with_choice(record, name, value)


def is_of_kind(value: Any, example: Any) -> bool:
    return type(value) is type(example) or (type(example) is float and type(value) is int)


CHOICES = [(part, choice) for part in ("base", "head", "training") for choice in SPEC.to_json()[part]]
STRANGE: list[Any] = [None, "3", [1], {}, True, 3.5, 3, b"3"]
MISPLACED = [
    (record, name, value)
    for record, name in CHOICES
    for value in STRANGE
    if not is_of_kind(value, getattr(getattr(SPEC, record), name))
]


@pytest.mark.parametrize(("record", "name", "value"), [*MISPLACED, ("head", "units", (1.5,))])
def test_a_value_of_another_kind_is_refused(record: str, name: str, value: Any) -> None:
    with pytest.raises(EngineError, match=name.replace("_", " ")):
        with_choice(record, name, value)


@pytest.mark.parametrize(
    ("record", "name", "value"),
    [case for case in MISPLACED if case[1] != "units"]
    + [("head", "units", value) for value in (None, 3, "64", [1.5], ["64"], [True], [None])],
)
def test_a_value_of_another_kind_is_refused_from_a_file(record: str, name: str, value: Any) -> None:
    data = SPEC.to_json()
    data[record][name] = value
    with pytest.raises(EngineError):
        ExperimentSpec.from_json(data)


@pytest.mark.parametrize(
    "data",
    [None, [], {}, "text", 7, {"base": {}, "head": {}}]
    + [
        {**SPEC.to_json(), part: value}
        for part in ("base", "head", "training")
        for value in (None, [1], "text", 7)
    ]
    + [
        {**SPEC.to_json(), part: {**SPEC.to_json()[part], "colour": 1}}
        for part in ("base", "head", "training")
    ],
)
def test_damaged_settings_are_refused(data: Any) -> None:
    with pytest.raises(EngineError):
        ExperimentSpec.from_json(data)


def test_a_record_from_before_the_choice_of_resizing_still_opens() -> None:
    data = SPEC.to_json()
    del data["base"]["resize"]
    assert ExperimentSpec.from_json(data).base.resize == "stretch"


def test_a_record_from_before_the_head_designer_means_what_it_meant() -> None:
    data = SPEC.to_json()
    for name in ("activation", "normalization", "automatic"):
        del data["head"][name]
    for name in ("optimizer", "schedule", "patience", "imbalance", "label_smoothing", "mixup"):
        del data["training"][name]
    spec = ExperimentSpec.from_json(data)
    assert spec.head == HeadSpec((64, 32), 0.5, 1e-4, "relu", False, False)
    assert spec.training == TrainingSpec(
        7, 16, 0.01, 0.3, 42, 0.1, "(.+?)_", "adam", "constant", 0, "none", 0.0, 0.0
    )


@pytest.mark.parametrize("choice", list(asdict(ViewsSpec())))
@pytest.mark.parametrize("value", STRANGE)
def test_views_of_another_kind_are_refused_from_a_file(choice: str, value: Any) -> None:
    data = VIEWED.to_json()
    if is_of_kind(value, data["views"][choice]):
        return
    data["views"][choice] = value
    with pytest.raises(EngineError):
        ExperimentSpec.from_json(data)


def test_a_record_from_before_fine_tuning_and_views_still_opens() -> None:
    data = SPEC.to_json()
    del data["tuning"], data["views"]
    assert ExperimentSpec.from_json(data) == replace(SPEC, tuning=None)


@pytest.mark.parametrize(
    "value", [[1], "text", 7, {"blocks": 6}, {"colour": 1}, *({name: "3"} for name in TUNED)]
)
def test_damaged_choices_of_fine_tuning_are_refused(value: Any) -> None:
    with pytest.raises(EngineError):
        ExperimentSpec.from_json({**SPEC.to_json(), "tuning": value})
