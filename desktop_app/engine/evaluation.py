"""A picture's answer."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Prediction:
    """What a classifier says of one file; `probabilities` follow the run's class names and sum to 1."""

    file: Path
    label: str
    probability: float
    probabilities: tuple[float, ...]
