"""The outcome of an export."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Exported:
    """A finished export, and what another program made of it.

    Attributes:
        path: the folder that was made.
        size: of all in it, in bytes.
        compared: how many pictures both the program and another reader were asked about.
        difference: the greatest difference of a probability.
        agreeing: how many pictures got the same label.
        judged: how many of the pictures have a known class and took no part in the training.
        accuracy: of the export on these; None where there are none.
        own_accuracy: of the program on the very same.
        milliseconds: a picture takes the model, one at a time, on this machine's processor; the median.
    """

    path: Path
    size: int
    compared: int
    difference: float
    format: str = "savedmodel"
    quantize: str = "none"
    agreeing: int = 0
    judged: int = 0
    accuracy: float | None = None
    own_accuracy: float | None = None
    milliseconds: float = 0.0

    @property
    def verdict(self) -> str:
        """What quantization cost, as one sentence that says a loss plainly."""
        labels = f"{self.agreeing} of {self.compared} pictures get the program's label"
        if self.accuracy is None or self.own_accuracy is None:
            return f"{labels}."
        points = 100 * (self.accuracy - self.own_accuracy)
        change = (
            f"{abs(points):.1f} points {'more' if points > 0 else 'less'} than" if points else "the same as"
        )
        return f"{labels}; accuracy on {self.judged} of them is {self.accuracy:.1%}, {change} the program's."
