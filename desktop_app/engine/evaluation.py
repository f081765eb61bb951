"""What a classifier says of pictures."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Prediction:
    """One picture's answer; `probabilities` follow the order of the run's class names and sum to 1."""

    file: Path
    label: str
    probability: float
    probabilities: tuple[float, ...]
