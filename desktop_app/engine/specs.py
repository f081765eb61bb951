"""Every choice of an experiment, in small frozen records that go to JSON and back."""

from dataclasses import asdict, dataclass, field, fields, replace
from math import isfinite
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from desktop_app.engine.backbones import backbone
from desktop_app.engine.block_table import require_blocks
from desktop_app.engine.errors import EngineError
from desktop_app.engine.resizing import Resize
from desktop_app.engine.split import SplitSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import ViewsSpec

Pooling = Literal["avg", "max", "flatten"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Activation = Literal["relu", "gelu", "silu", "elu", "tanh"]
Optimizer = Literal["adam", "adamw", "sgd"]
Schedule = Literal["constant", "cosine", "plateau"]
Imbalance = Literal["none", "weights", "logits"]
Start = Literal["pretrained", "scratch", "continued"]
SCRATCH_RATE = 1e-4  # a whole network takes smaller steps than a head; not searched for
IMAGENET, UNTRAINED = "imagenet", "none"
MODEL = "model.keras"  # in a run's folder


@dataclass(frozen=True)
class BaseSpec:
    """The frozen base.

    Attributes:
        backbone: a name in `backbones.BACKBONES`.
        weights: "imagenet", "none" (random weights from the experiment's seed) or the path of a file, which
            may be the model.keras of a run with the same backbone.
        pooling: how the last activation becomes one vector.
        precision: the number format the base computes in.
        resize: what becomes of a picture that is not square.
    """

    backbone: str = "ResNet50"
    weights: str = IMAGENET
    pooling: Pooling = "avg"
    precision: Precision = "auto"
    resize: Resize = "stretch"

    @property
    def dtype(self) -> type[np.floating]:
        """What its features are kept in: no more digits than the base has, unless all were asked for."""
        return np.float32 if self.precision == "float32" else np.float16


@dataclass(frozen=True)
class HeadSpec:
    """The dense head.

    Attributes:
        units: of each hidden layer; none make a plain logistic head.
        dropout: the share of units silenced at each step.
        l2: weighs the sum of squared kernels; at 0 a plain logistic head chooses its own on the validation
            pictures.
        activation: of the hidden layers.
        normalization: whether BatchNormalization stands between each hidden layer and its activation.
        automatic: whether a plain logistic head is taken instead, unless cross-validation on the training
            pictures speaks for the hidden layers.
    """

    units: tuple[int, ...] = (256,)
    dropout: float = 0.2
    l2: float = 0.0
    activation: Activation = "relu"
    normalization: bool = False
    automatic: bool = False


@dataclass(frozen=True)
class TrainingSpec:
    """How the head is trained, and the pictures are divided where no folder does it.

    `validation_share`, `test_share` and `group_by` are those of `SplitSpec`. A plain logistic head is solved
    exactly; of what follows, it heeds `imbalance` and `label_smoothing`.

    Attributes:
        optimizer: Adam, AdamW or stochastic gradient descent with momentum, as `optimizing` sets them.
        schedule: whether the learning rate stays, falls to 0 along half a cosine, or falls where the
            validation loss has stopped falling.
        patience: epochs without a lower validation loss after which training stops; 0 for all epochs.
        imbalance: against classes of unequal size: nothing, class weights, or logit adjustment.
        label_smoothing: the share of a picture's label that is spread over all classes.
        mixup: α of the Beta distribution of mixing shares; 0 mixes nothing.
    """

    epochs: int = 30
    batch: int = 32
    learning_rate: float = 1e-3
    validation_share: float = 0.2
    seed: int = 0
    test_share: float = 0.0
    group_by: str = ""
    optimizer: Optimizer = "adam"
    schedule: Schedule = "constant"
    patience: int = 0
    imbalance: Imbalance = "none"
    label_smoothing: float = 0.0
    mixup: float = 0.0

    @property
    def split(self) -> SplitSpec:
        """How the pictures are divided."""
        return SplitSpec(self.validation_share, self.test_share, self.seed, self.group_by)


@dataclass(frozen=True)
class ExperimentSpec:
    """All choices of one run.

    Without `tuning` the base stays frozen; without `views` it sees pictures as they are. With `start`
    “scratch” nothing is pretrained: base and head learn together from random weights, with the epochs, the
    batch, the learning rate and the schedule of `training`, by Adam on plain cross-entropy. With “continued”
    base and head begin as those of the run whose model.keras `base.weights` names.
    """

    base: BaseSpec = field(default_factory=BaseSpec)
    head: HeadSpec = field(default_factory=HeadSpec)
    training: TrainingSpec = field(default_factory=TrainingSpec)
    tuning: TuningSpec | None = None
    views: ViewsSpec | None = None
    start: Start = "pretrained"

    def __post_init__(self) -> None:
        """Refuse what cannot work, each with a sentence that names the value."""
        for record in (self.base, self.head, self.training, self.tuning, self.views):
            if record:
                _require_kinds(record)
        row = backbone(self.base.backbone)
        if self.tuning:
            require_blocks(row.name, self.tuning.blocks)
            if self.views:
                raise EngineError(
                    "The base cannot be tuned on several views of a picture.",
                    "Train the head alone on views, or tune the base on the pictures as they are.",
                )
        training, head = self.training, self.head
        rules = (
            _one_of(Start, self.start, "the start"),
            *(self._scratch_rules() if self.start == "scratch" else ()),
            *(self._continued_rules() if self.start == "continued" else ()),
            _one_of(Pooling, self.base.pooling, "pooling"),
            _one_of(Precision, self.base.precision, "the precision"),
            _one_of(Resize, self.base.resize, "the choice of resizing"),
            (
                all(1 <= units <= 65536 for units in head.units) and len(head.units) <= 8,
                f"the head's layers are {', '.join(map(str, head.units))}",
                "up to 8 layers of 1 to 65536 units",
            ),
            (0 <= head.dropout < 1, f"the dropout is {head.dropout}", "from 0 to below 1"),
            (head.l2 >= 0 and isfinite(head.l2), f"the L2 weight is {head.l2}", "0 or more"),
            _one_of(Activation, head.activation, "the activation"),
            _one_of(Optimizer, training.optimizer, "the optimizer"),
            _one_of(Schedule, training.schedule, "the schedule"),
            _one_of(Imbalance, training.imbalance, "the remedy for imbalance"),
            (0 <= training.patience <= 100_000, f"the patience is {training.patience}", "0 to 100000"),
            (
                0 <= training.label_smoothing < 1,
                f"the label smoothing is {training.label_smoothing}",
                "from 0 to below 1, such as 0.1",
            ),
            (0 <= training.mixup <= 100, f"the mixup is {training.mixup}", "0 to 100, such as 0.2"),
            (1 <= training.epochs <= 100_000, f"the number of epochs is {training.epochs}", "1 to 100000"),
            (1 <= training.batch <= 65536, f"the batch size is {training.batch}", "1 to 65536"),
            (
                0 < training.learning_rate <= 10,
                f"the learning rate is {training.learning_rate}",
                "above 0, at most 10",
            ),
            (
                0 < training.validation_share < 1,
                f"the validation share is {training.validation_share}",
                "above 0 and below 1, such as 0.2",
            ),
            (
                0 <= training.test_share < 1 - training.validation_share,
                f"the test share is {training.test_share}",
                "0 or more, and below 1 together with the validation share",
            ),
            (
                0 <= training.seed < 2**32,
                f"the seed is {training.seed}",
                "a whole number from 0 to 4294967295",
            ),
        )
        for holds, what, allowed in rules:
            if not holds:
                raise EngineError(f"This cannot be trained: {what}.", f"It must be {allowed}.")
        _ = training.split  # which refuses a pattern that is none

    def _scratch_rules(self) -> tuple[tuple[bool, str, str], ...]:
        plain, weights = _plain(self.training), self.base.weights
        return (
            (weights == UNTRAINED, f"from scratch, the weights are “{weights}”", "none"),
            (not self.head.automatic, "from scratch, the head is to be chosen on features", "given"),
            (self.tuning is None, "from scratch, some blocks are to be tuned", "none: all learn anyway"),
            (self.views is None, "from scratch, there are several views of a picture", "one"),
            (
                self.training == plain and plain.schedule != "plateau",
                "from scratch, the training has refinements",
                "Adam with a constant or cosine schedule, without early stopping, remedies and mixup",
            ),
        )

    def _continued_rules(self) -> tuple[tuple[bool, str, str], ...]:
        weights = self.base.weights
        return (
            (
                Path(weights).name == MODEL,
                f"to train on, the weights are “{weights}”",
                f"the {MODEL} of a run",
            ),
            (not self.head.automatic, "to train on, the head is to be chosen anew", "that of the run"),
        )

    def from_scratch(self, epochs: int) -> "ExperimentSpec":
        """The same network on the same pictures in the same batches, from random weights, so many epochs."""
        base, head = replace(self.base, weights=UNTRAINED), replace(self.head, automatic=False)
        plain = _plain(self.training)
        training = replace(plain, epochs=epochs, learning_rate=SCRATCH_RATE, schedule="cosine")
        return ExperimentSpec(base, head, training, start="scratch")

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, lists, strings and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ExperimentSpec":
        """The inverse of `to_json`; an `EngineError` where `data` is not of that form."""
        try:
            head = dict(data["head"])
            head["units"] = tuple(head["units"])
            tuning, views = data.get("tuning"), data.get("views")  # older records have none
            return cls(
                BaseSpec(**data["base"]),
                HeadSpec(**head),
                TrainingSpec(**data["training"]),
                None if tuning is None else TuningSpec(**tuning),
                None if views is None else ViewsSpec(**views),
                data.get("start", "pretrained"),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(f"The experiment's settings are damaged: {error}.") from error


def _plain(training: TrainingSpec) -> TrainingSpec:
    return replace(training, optimizer="adam", patience=0, imbalance="none", label_smoothing=0.0, mixup=0.0)


def _one_of(kind: Any, value: str, what: str) -> tuple[bool, str, str]:
    """The rule that `value` is one of a literal type."""
    *others, last = get_args(kind)
    return value in get_args(kind), f"{what} is “{value}”", f"{', '.join(others)} or {last}"


def _require_kinds(record: BaseSpec | HeadSpec | TrainingSpec | TuningSpec | ViewsSpec) -> None:
    """Refuse a value that is of another kind than its field's default; a whole number may be a float."""
    for choice in fields(record):
        value, default = getattr(record, choice.name), choice.default
        values, examples = (value, default) if isinstance(default, tuple) else ((value,), (default,))
        kind = type(examples[0])
        fits = isinstance(values, tuple) and all(
            isinstance(one, int | float if kind is float else kind)
            and isinstance(one, bool) == (kind is bool)
            for one in values
        )
        if not fits:
            raise EngineError(
                f"This cannot be trained: {choice.name.replace('_', ' ')} is {value!r}.",
                f"It must be like {default!r}.",
            )
