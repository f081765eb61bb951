"""What was found out about a run, kept in its folder: nobody has to wait for it twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from desktop_app.engine.errors import EngineError
from desktop_app.engine.judgement import Mistake
from desktop_app.engine.learning_curve import LearningCurve
from desktop_app.engine.plain_file import read_json, write_json
from desktop_app.engine.plain_value import finite, listed, text
from desktop_app.engine.verdict import Verdict

_V = TypeVar("_V")


@dataclass(frozen=True)
class Kept(Generic[_V]):
    """One kind of answer.

    Attributes:
        file: its name in the run's folder.
        what: the answer, in words.
        write: to plain JSON values.
        read: back; a KeyError, TypeError or ValueError where they are not of that form.
    """

    file: str
    what: str
    write: Callable[[_V], Any]
    read: Callable[[Any], _V]

    def keep(self, folder: Path, answer: _V) -> None:
        """Put it into a run's folder, in place of an earlier one; an `EngineError` where that fails."""
        try:
            write_json(folder / self.file, self.write(answer))
        except OSError as error:
            raise EngineError(
                f"{self.what} cannot be kept in “{folder}”: {error.strerror or error}.",
                "It has to be found out again the next time.",
            ) from error

    def of(self, folder: Path) -> _V | None:
        """The last one of a run; None where nobody has asked, an `EngineError` where it is damaged."""
        try:
            return self.read(read_json(folder / self.file))
        except FileNotFoundError:
            return None
        except (OSError, KeyError, TypeError, ValueError, OverflowError) as error:
            why = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            raise EngineError(
                f"{self.what} kept in “{folder / self.file}” is damaged: {why}.", "Find it out again."
            ) from error


def _written(found: Sequence[Mistake]) -> list[dict[str, object]]:
    return [
        {
            "file": str(one.file),
            "label": one.label,
            "said": one.said,
            "probability": one.probability,
            "loss": one.loss,
        }
        for one in found
    ]


def _read(data: Any) -> tuple[Mistake, ...]:
    return tuple(
        Mistake(
            Path(text(one["file"])),
            text(one["label"]),
            text(one["said"]),
            finite(one["probability"]),
            finite(one["loss"]),
        )
        for one in listed(data)
    )


VERDICT = Kept("verdict.json", "The verdict", Verdict.to_json, Verdict.from_json)
CURVE = Kept("learning_curve.json", "The learning curve", LearningCurve.to_json, LearningCurve.from_json)
DOUBTS = Kept("doubts.json", "The look at the labels", _written, _read)
