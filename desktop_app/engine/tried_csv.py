"""What is known of new pictures as a CSV file, a line a picture."""

import csv
from collections.abc import Sequence
from pathlib import Path

from desktop_app.engine.errors import EngineError
from desktop_app.engine.plain_file import appearing_file
from desktop_app.engine.trial import Trial, Tried

_COLUMNS = ("file", "label", "probability", "set", "unknown", "distance", "nearest", "nearest_label")
_BETWEEN = " | "  # the classes of a set


def write_tried(path: Path, tried: Sequence[Tried], trial: Trial, coverage: float) -> None:
    """Write `tried` with sets of `coverage`, and the probability of each class.

    What is not known is left empty. The file is there whole, or as it was.

    Raises:
        EngineError: it cannot be written.
    """
    try:
        with (
            appearing_file(path) as draft,
            draft.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
        ):
            writer = csv.writer(file)
            writer.writerow([*_COLUMNS, *(f"p({name})" for name in trial.class_names)])
            writer.writerows(_line(one, trial, coverage) for one in tried)
    except OSError as error:
        raise EngineError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Choose another place."
        ) from error


def _line(one: Tried, trial: Trial, coverage: float) -> list[object]:
    members = trial.members(one, coverage)
    far, first = one.distance, next(iter(one.neighbours), None)
    return [
        one.file,
        one.label,
        f"{one.probability:.6f}",
        "" if members is None else _BETWEEN.join(members),
        "" if far is None else int(one.unknown),
        "" if far is None else f"{far:.4f}",
        first.file if first else "",
        first.label if first else "",
        *(f"{share:.6f}" for share in one.probabilities),
    ]
