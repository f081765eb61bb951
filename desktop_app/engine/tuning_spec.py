"""The choices of a fine-tuning."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args

from desktop_app.engine.errors import EngineError

Schedule = Literal["cosine", "constant"]


@dataclass(frozen=True)
class TuningSpec:
    """How the last blocks of a base learn, after the head has (LP-FT: Kumar et al., ICLR 2022).

    Attributes:
        blocks: how many of the base's last named blocks learn.
        epochs: passes over the training pictures.
        batch: pictures a step.
        learning_rate: of the head, at the first step.
        decay_per_block: each block learns so many times slower than what lies above it; 2.6 in Howard &
            Ruder, ACL 2018, and 1 for one rate everywhere.
        schedule: whether the rates fall to 0 along half a cosine or stay.
        seed: of the order of pictures.
    """

    blocks: int = 1
    epochs: int = 10
    batch: int = 32
    learning_rate: float = 1e-4
    decay_per_block: float = 2.6
    schedule: Schedule = "cosine"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot work, each with a sentence that names the value."""
        rules = (
            (self.blocks >= 1, f"{self.blocks} blocks are to learn", "1 or more"),
            (1 <= self.epochs <= 100_000, f"the number of epochs is {self.epochs}", "1 to 100000"),
            (1 <= self.batch <= 65536, f"the batch size is {self.batch}", "1 to 65536"),
            (
                0 <= self.learning_rate <= 1,
                f"the learning rate is {self.learning_rate}",
                "from 0 to 1, such as 0.0001",
            ),
            (
                self.decay_per_block >= 1 and isfinite(self.decay_per_block),
                f"the decay per block is {self.decay_per_block}",
                "1 or more, such as 2.6",
            ),
            (
                self.schedule in get_args(Schedule),
                f"the schedule is “{self.schedule}”",
                " or ".join(get_args(Schedule)),
            ),
            (0 <= self.seed < 2**32, f"the seed is {self.seed}", "a whole number from 0 to 4294967295"),
        )
        for holds, what, allowed in rules:
            if not holds:
                raise EngineError(f"The base cannot be tuned so: {what}.", f"It must be {allowed}.")

    def rates(self) -> tuple[float, ...]:
        """The first learning rate of each block, from bottom to top, then that of the head."""
        return tuple(self.learning_rate / self.decay_per_block**depth for depth in range(self.blocks, -1, -1))
