"""Reads the passport of an export that may be a stranger's: every value is looked at before it counts."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from desktop_app.engine.errors import EngineError
from desktop_app.engine.plain_file import parse_json
from desktop_app.engine.report import Report
from desktop_app.engine.specs import ExperimentSpec

LARGEST = 10_000_000  # bytes
_MOST_VALUES = 1_000_000
_MOST_CLASSES = 2_000  # their confusion matrix is written out
_LONGEST = 300  # characters of a name


@dataclass(frozen=True)
class Passport:
    """What an export says of itself.

    Attributes:
        format: the name of a row of `export_table.FORMATS`.
        spec: every choice that its maker made.
        class_names: in the order of the model's probabilities.
        weights_origin: as in `Run`.
        data_fingerprint: as in `Run`.
        report: how well it does, as its maker has measured it.
    """

    format: str
    spec: ExperimentSpec
    class_names: tuple[str, ...]
    weights_origin: str
    data_fingerprint: str
    report: Report


def read_passport(data: bytes) -> Passport:
    """Read the JSON text of a passport.

    Raises:
        ValueError: it says something that no export of this program says; the text completes a sentence.
    """
    paper = parse_json(data, "passport", LARGEST, _MOST_VALUES)
    if not isinstance(paper, dict) or paper.get("program") != "Graftwork":
        raise ValueError("its passport is not one of Graftwork")
    if "spec" not in paper or "report" not in paper:
        raise ValueError("it was exported by a version that did not yet say how the model can be made again")
    try:
        names = _names(paper["class_names"])
        return Passport(
            _text(paper["format"], "format"),
            ExperimentSpec.from_json(paper["spec"]),
            names,
            _text(paper["weights"], "weights"),
            _text(paper["data_fingerprint"], "data_fingerprint"),
            _report(paper["report"], names),
        )
    except KeyError as error:
        raise ValueError(f"its passport lacks {error}") from error
    except (EngineError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"its passport is damaged ({str(error)[:200].rstrip('.')})") from error


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise TypeError(f"its {what} is {str(value)[:80]!r}")
    value.encode("utf-8")  # half a character fits into no file
    return value


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 2 <= len(value) <= _MOST_CLASSES:
        raise TypeError("its class names are no list of at least two")
    names = tuple(_text(name, "class name") for name in value)
    if len(set(names)) < len(names) or not all(names):
        raise TypeError("its class names are not all different")
    return names


def _report(value: Any, names: tuple[str, ...]) -> Report:
    """The report, with its confusion matrix written out."""
    matrix = [[0] * len(names) for _ in names]
    for truth, said, count in value["confusion"]:
        if not (_is_place(truth, names) and _is_place(said, names)):
            raise TypeError("its confusion matrix is of other classes")
        matrix[truth][said] = count
    report = Report.from_json({**value, "confusion": matrix})
    if report.class_names != names:
        raise TypeError("its report is about other classes")
    areas = [area for one in report.per_class for area in (one.roc_auc, one.average_precision)]
    shares = [
        *(report.accuracy, *report.interval, report.balanced_accuracy, *(report.balanced_interval or ())),
        *(share for one in report.per_class for share in (one.precision, one.recall, one.f1)),
        *(report.top_k, report.calibration_error, report.roc_auc, report.average_precision, *areas),
    ]
    if not all(share is None or 0 <= share <= 1 for share in shares):
        raise TypeError("a share of its report is not from 0 to 1")
    if report.log_loss is not None and not (isfinite(report.log_loss) and report.log_loss >= 0):
        raise TypeError(f"its loss is {report.log_loss}")
    if not 0 < len(report.source) <= _LONGEST:
        raise TypeError("its report does not say on what")
    return report


def _is_place(value: object, names: tuple[str, ...]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names)
