"""What ImageNet's own model answers, and how often it is right."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop_app.engine.catalog import Problem
from desktop_app.engine.metrics import wilson_interval


@dataclass(frozen=True)
class Answer:
    """The most probable classes of one picture, (name, probability), the best first."""

    file: Path
    guesses: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class FolderScore:
    """One class of the user's: the ImageNet classes it means, and how many of its pictures were hit."""

    label: str
    classes: tuple[str, ...]
    pictures: int
    top1: int
    top5: int


@dataclass(frozen=True)
class DirectScore:
    """How often the most probable class, or one of the first five, is one that the picture's label means.

    `unmatched` labels mean no class of ImageNet; their pictures take no part.
    """

    folders: tuple[FolderScore, ...]
    unmatched: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def pictures(self) -> int:
        """Judged."""
        return sum(folder.pictures for folder in self.folders)

    def share(self, top: int = 1) -> tuple[float, tuple[float, float]]:
        """Top-1 or top-5 accuracy in [0, 1], and its 95 % interval (Wilson)."""
        right = sum(folder.top1 if top == 1 else folder.top5 for folder in self.folders)
        return right / self.pictures, wilson_interval(right, self.pictures)

    def to_json(self) -> dict[str, Any]:
        """Both accuracies with their intervals, and what each folder was taken for."""
        (top1, interval1), (top5, interval5) = self.share(), self.share(5)
        return {
            "pictures": self.pictures,
            "accuracy": top1,
            "interval": interval1,
            "top5_accuracy": top5,
            "top5_interval": interval5,
            "folders": [asdict(folder) for folder in self.folders],
            "unmatched": self.unmatched,
            "skipped": [{"file": str(p.path), "reason": p.reason} for p in self.problems],
        }
