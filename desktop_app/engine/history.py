"""A training run's history, one row an epoch."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from math import isfinite
from pathlib import Path
from typing import Literal, get_args

from desktop_app.engine.plain_file import require_plain

Stage = Literal["head", "tuning", "scratch"]


@dataclass(frozen=True)
class EpochRow:
    """What one epoch gave.

    Losses are mean cross-entropies in nats, accuracies are shares in [0, 1]; the validation figures are
    None where a run has no validation pictures. Epochs count from 1, on from those of the head where the base
    is tuned after it.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float | None = None
    val_accuracy: float | None = None
    stage: Stage = "head"

    @property
    def diverged(self) -> bool:
        """Whether a loss is no number any more, as with too large a learning rate."""
        return not (isfinite(self.loss) and (self.val_loss is None or isfinite(self.val_loss)))


@dataclass(frozen=True)
class History:
    """The epochs of a run, and which of them was kept; 0 for none, as of what was imported."""

    rows: Sequence[EpochRow]
    kept: int = 0

    @property
    def kept_row(self) -> EpochRow | None:
        """What that epoch gave."""
        return next((row for row in self.rows if row.epoch == self.kept), None)


def write_csv(path: Path, rows: Iterable[EpochRow]) -> None:
    """Write `rows` to `path`, floats in full precision, so that two equal runs give equal files."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(EpochRow)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def append_csv(path: Path, row: EpochRow, anew: bool = False) -> None:
    """Add a row to what `write_csv` has begun; `anew` begins, whatever there was."""
    if anew:
        write_csv(path, [row])
        return
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, [field.name for field in fields(EpochRow)]).writerow(asdict(row))


def _stage(word: str) -> Stage:
    return next((stage for stage in get_args(Stage) if stage == word), "head")


def read_csv(path: Path) -> tuple[EpochRow, ...]:
    """The inverse of `write_csv`; in older files, all epochs are the head's.

    Raises:
        ValueError, KeyError, TypeError, csv.Error: it holds something else.
        OSError: it cannot be read.
    """
    require_plain(path)
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(
            EpochRow(
                int(row.pop("epoch")),
                stage=_stage(row.pop("stage", "")),
                **{name: float(text) for name, text in row.items() if text},
            )
            for row in csv.DictReader(file)
        )
