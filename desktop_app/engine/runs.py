"""The runs of a project: what a table says of each, read from its folder in about a millisecond.

The folders are the truth. One that is gone, damaged or of a newer version is listed too, with the reason why
it cannot be opened.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_app.engine.errors import EngineError
from desktop_app.engine.pictures_file import read_lines
from desktop_app.engine.plain_file import read_json
from desktop_app.engine.progress import Reporter
from desktop_app.engine.report import Report
from desktop_app.engine.run import FORMAT, HeadChoice
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.unfinished import SUFFIX, open_unfinished

# os.path asks like pathlib, but never raises: a folder that may not be looked into is not there for us.
# ruff: noqa: PTH112, PTH113, PTH118
_RECORD, _REPORT = "experiment.json", "report.json"


@dataclass(frozen=True)
class RunSummary:
    """A run in a line.

    Attributes:
        folder: where it is, or was.
        problem: why it cannot be opened, as a sentence; "" where it can.
        short: the same in a word or two.
        created: when it ended, in UTC; of an unfinished one, when it was begun.
        spec: every choice made.
        units: of the hidden layers that its head has; none of a plain one.
        classes: how many there are.
        accuracy: in [0, 1], on the pictures that `source` names.
        interval: of the accuracy, 95 %.
        seconds: how long it took.
        size: bytes on the disk.
        fingerprint: tells its pictures, with their classes and splits, from any others; "" in older runs.
        first: a picture that it learned from.
        epochs: of an unfinished one, how many it has behind it.
        imported: the name of the export that it was made of; "" where it was trained here.
        stamp: changes with the run's records.
    """

    folder: Path
    problem: str = ""
    short: str = ""
    created: datetime | None = None
    spec: ExperimentSpec | None = None
    units: tuple[int, ...] = ()
    classes: int = 0
    accuracy: float | None = None
    interval: tuple[float, float] | None = None
    source: str = ""
    seconds: float | None = None
    size: int = 0
    fingerprint: str = ""
    first: Path | None = None
    epochs: int = 0
    imported: str = ""
    stamp: int = 0

    @property
    def name(self) -> str:
        """What to call it until the user does: its folder's name, but for what the table says anyway."""
        if self.imported:
            return Path(self.imported).stem or self.imported
        name = self.folder.name.removesuffix(SUFFIX)
        return (self.spec and name.removesuffix(f" {self.spec.base.backbone}")) or name

    @property
    def unfinished(self) -> bool:
        """Whether it was stopped, and can go on."""
        return not self.problem and self.folder.name.endswith(SUFFIX)

    @property
    def out(self) -> Path:
        """Its folder, also while it is unfinished."""
        return _out(self.folder)

    @property
    def opens(self) -> bool:
        """Whether it has results to show."""
        return not self.problem and not self.unfinished

    def to_json(self) -> dict[str, Any]:
        """As plain dictionaries, lists, strings and numbers; null where something is not known."""
        return {
            "run": str(self.folder),
            "problem": self.problem,
            "unfinished": self.unfinished,
            "created": self.created.isoformat() if self.created else None,
            "spec": self.spec.to_json() if self.spec else None,
            "classes": self.classes,
            "accuracy": self.accuracy,
            "interval": self.interval,
            "source": self.source,
            "seconds": self.seconds,
            "bytes": self.size,
            "data_fingerprint": self.fingerprint,
            "imported": self.imported,
        }


def is_run_folder(folder: Path) -> bool:
    """Whether a training has written `folder`, as far as a look at its names tells."""
    return os.path.isfile(folder / _RECORD) and os.path.isfile(folder / _REPORT)


def find_runs(folder: Path) -> tuple[Path, ...]:
    """The runs in `folder`, finished and unfinished, by name; none where it cannot be read.

    Hidden folders are left out: those that were deleted, on a disk without a trash.
    """
    try:
        with os.scandir(folder) as entries:
            seen = [entry for entry in entries if not entry.name.startswith(".")]
            below = sorted(Path(entry.path) for entry in seen if entry.is_dir())
    except OSError:
        return ()
    return tuple(one for one in below if one.name.endswith(SUFFIX) or is_run_folder(one))


def summarize_all(
    folders: Iterable[Path], known: Mapping[Path, RunSummary], reporter: Reporter
) -> tuple[RunSummary, ...]:
    """A line for each of `folders`; those in `known` whose records have not changed are not read again."""
    wanted = list(dict.fromkeys(folders))
    lines = {}
    for place, folder in enumerate(wanted):
        reporter.report(place / len(wanted), "Reading the runs")
        before = known.get(folder)
        fresh = before and not before.problem and before.stamp == _stamp(folder)
        line = before if before and fresh else summarize(folder)
        lines[line.folder] = line  # an unfinished one may be known by the name that it is to have
    return tuple(lines.values())


def summarize(folder: Path) -> RunSummary:
    """What `folder` tells of its run; never raises."""
    stamp = _stamp(folder)
    if not os.path.isdir(folder):
        known = folder.name.endswith(SUFFIX)  # it may have been finished since, or have come to a stop
        other = _out(folder) if known else folder.with_name(folder.name + SUFFIX)
        return summarize(other) if os.path.isdir(other) else _gone(folder)
    try:
        line = _unfinished(folder) if folder.name.endswith(SUFFIX) else _finished(folder)
    except EngineError as error:
        return RunSummary(folder, error.message, "newer version" if error.hint else "damaged", stamp=stamp)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"its folder is damaged ({_words(error)})"
        return RunSummary(folder, f"This run cannot be opened: {why}.", "damaged", stamp=stamp)
    return replace(line, size=_size(folder), stamp=stamp)


def _out(folder: Path) -> Path:
    return folder.with_name(folder.name.removesuffix(SUFFIX))


def _finished(folder: Path) -> RunSummary:
    experiment, told = _read(folder / _RECORD), _read(folder / _REPORT)
    if experiment["format"] != FORMAT:
        raise EngineError(
            f"This run is of format {experiment['format']}; this program reads {FORMAT}.",
            "Open it with the version of Graftwork that made it.",
        )
    with _as_damage():
        report, spec = Report.from_json(told["report"]), ExperimentSpec.from_json(experiment["spec"])
    created, choice = experiment.get("created"), experiment.get("head_choice")
    imported = str(experiment.get("imported", ""))
    plain = choice and not HeadChoice(**choice).takes_hidden
    return RunSummary(
        folder,
        created=datetime.fromisoformat(created) if created else None,
        spec=spec,
        units=() if plain else spec.head.units,
        classes=len(experiment["class_names"]),
        accuracy=report.accuracy,
        interval=report.interval,
        source=report.source,
        seconds=None if imported else float(told["summary"]["seconds"]["total"]),
        fingerprint=str(experiment.get("data_fingerprint", "")),
        first=_first_picture(folder / "pictures.csv"),
        imported=imported,
    )


def _unfinished(folder: Path) -> RunSummary:
    with _as_damage():
        stopped = open_unfinished(folder)
    return RunSummary(
        folder,
        created=stopped.begun,
        spec=stopped.spec,
        units=stopped.spec.head.units,
        epochs=len(stopped.rows),
        first=_first_picture(folder / "state" / "pictures.csv"),
    )


@contextmanager
def _as_damage() -> Iterator[None]:
    """What a reader says, without its hint: that is about settings or folders of one's own."""
    try:
        yield
    except EngineError as error:
        raise ValueError(error.message) from error


def _first_picture(file: Path) -> Path | None:
    with closing(read_lines(file)) as lines:
        first = next(lines, None)
    return first.file if first else None


def _gone(folder: Path) -> RunSummary:
    above = next((one for one in folder.parents if os.path.isdir(one)), None)
    if above == folder.parent:
        return RunSummary(folder, "Its folder is not there any more: it was moved or removed.", "gone")
    return RunSummary(
        folder, f"“{folder.parent}” is not there: connect its drive, or look for it.", "drive not there"
    )


def _read(file: Path) -> dict[str, Any]:
    data = read_json(file)
    if not isinstance(data, dict):
        raise TypeError(f"{file.name} is no table")
    return data


def _stamp(folder: Path) -> int:
    """When the run's records were last written, in nanoseconds; 0 where there are none."""
    stamp = 0
    for name in (_RECORD, _REPORT, "history.csv"):
        try:
            stamp = max(stamp, (folder / name).stat().st_mtime_ns)
        except (OSError, ValueError):
            continue
    return stamp


def _size(folder: Path) -> int:
    """Bytes in all files below `folder`; what cannot be read counts nothing."""
    total = 0
    for above, _folders, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(above, name)).st_size
            except OSError:
                continue
    return total


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        name = Path(error.filename).name if error.filename else "a file"
        return f"{name}: {error.strerror or error}"
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:200].rstrip(".")
