"""The outcome of an export."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Exported:
    """A finished export: its place, size in bytes, and how far it was off on how many pictures."""

    path: Path
    size: int
    compared: int
    difference: float
