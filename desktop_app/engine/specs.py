"""Every choice of an experiment, in small frozen records that go to JSON and back."""

from dataclasses import asdict, dataclass, field, fields
from math import isfinite
from typing import Any, Literal, get_args

from desktop_app.engine.backbones import backbone
from desktop_app.engine.block_table import require_blocks
from desktop_app.engine.errors import EngineError
from desktop_app.engine.resizing import Resize
from desktop_app.engine.split import SplitSpec
from desktop_app.engine.tuning_spec import TuningSpec

Pooling = Literal["avg", "max", "flatten"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
IMAGENET, UNTRAINED = "imagenet", "none"


@dataclass(frozen=True)
class BaseSpec:
    """The frozen base.

    Attributes:
        backbone: a name in `backbones.BACKBONES`.
        weights: "imagenet", "none" (random weights from the experiment's seed) or the path of a file.
        pooling: how the last activation becomes one vector.
        precision: the number format the base computes in.
        resize: what becomes of a picture that is not square.
    """

    backbone: str = "ResNet50"
    weights: str = IMAGENET
    pooling: Pooling = "avg"
    precision: Precision = "auto"
    resize: Resize = "stretch"


@dataclass(frozen=True)
class HeadSpec:
    """The dense head.

    Empty `units` make a plain logistic head. `l2` weighs the sum of squared kernels; at 0 a logistic head
    chooses its own on the validation pictures.
    """

    units: tuple[int, ...] = (256,)
    dropout: float = 0.2
    l2: float = 0.0


@dataclass(frozen=True)
class TrainingSpec:
    """How the head is trained, and the pictures are divided where no folder does it.

    `validation_share`, `test_share` and `group_by` are those of `SplitSpec`.
    """

    epochs: int = 30
    batch: int = 32
    learning_rate: float = 1e-3
    validation_share: float = 0.2
    seed: int = 0
    test_share: float = 0.0
    group_by: str = ""

    @property
    def split(self) -> SplitSpec:
        """How the pictures are divided."""
        return SplitSpec(self.validation_share, self.test_share, self.seed, self.group_by)


@dataclass(frozen=True)
class ExperimentSpec:
    """All choices of one run; without `tuning`, the base stays frozen."""

    base: BaseSpec = field(default_factory=BaseSpec)
    head: HeadSpec = field(default_factory=HeadSpec)
    training: TrainingSpec = field(default_factory=TrainingSpec)
    tuning: TuningSpec | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot work, each with a sentence that names the value."""
        for record in (self.base, self.head, self.training, self.tuning):
            if record:
                _require_kinds(record)
        row = backbone(self.base.backbone)
        if self.tuning:
            require_blocks(row.name, self.tuning.blocks)
        training, head = self.training, self.head
        rules = (
            (
                self.base.pooling in get_args(Pooling),
                f"pooling is “{self.base.pooling}”",
                "avg, max or flatten",
            ),
            (
                self.base.precision in get_args(Precision),
                f"the precision is “{self.base.precision}”",
                "auto, float32, bfloat16 or float16",
            ),
            (
                self.base.resize in get_args(Resize),
                f"the choice of resizing is “{self.base.resize}”",
                "stretch, crop or pad",
            ),
            (
                all(1 <= units <= 65536 for units in head.units) and len(head.units) <= 8,
                f"the head's layers are {', '.join(map(str, head.units))}",
                "up to 8 layers of 1 to 65536 units",
            ),
            (0 <= head.dropout < 1, f"the dropout is {head.dropout}", "from 0 to below 1"),
            (head.l2 >= 0 and isfinite(head.l2), f"the L2 weight is {head.l2}", "0 or more"),
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

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, lists, strings and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ExperimentSpec":
        """The inverse of `to_json`; an `EngineError` where `data` is not of that form."""
        try:
            head = dict(data["head"])
            head["units"] = tuple(head["units"])
            tuning = data.get("tuning")  # older records have none
            return cls(
                BaseSpec(**data["base"]),
                HeadSpec(**head),
                TrainingSpec(**data["training"]),
                None if tuning is None else TuningSpec(**tuning),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(f"The experiment's settings are damaged: {error}.") from error


def _require_kinds(record: BaseSpec | HeadSpec | TrainingSpec | TuningSpec) -> None:
    """Refuse a value that is of another kind than its field's default; a whole number may be a float."""
    for choice in fields(record):
        value, default = getattr(record, choice.name), choice.default
        values, examples = (value, default) if isinstance(default, tuple) else ((value,), (default,))
        kind = type(examples[0])
        fits = isinstance(values, tuple) and all(
            isinstance(one, int | float if kind is float else kind) and not isinstance(one, bool)
            for one in values
        )
        if not fits:
            raise EngineError(
                f"This cannot be trained: {choice.name.replace('_', ' ')} is {value!r}.",
                f"It must be like {default!r}.",
            )
