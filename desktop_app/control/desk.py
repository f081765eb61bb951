"""The desk: what is open, and what all controllers share."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop_app.control.undo import ProjectHistory
from desktop_app.engine.arrangement import Arrangement
from desktop_app.engine.catalog import Catalog, Problem
from desktop_app.engine.errors import EngineError
from desktop_app.engine.facts import Facts
from desktop_app.engine.project import Project
from desktop_app.engine.run import Run
from desktop_app.engine.sources import Source
from desktop_app.engine.unfinished import SUFFIX
from desktop_app.engine.weights import WeightsStore
from desktop_app.jobs.job import Job
from desktop_app.jobs.models import Models
from desktop_app.jobs.runner import Runner
from desktop_app.session.settings import Settings
from desktop_app.ui.crash import show_crash
from desktop_app.ui.data_page import DataPage
from desktop_app.ui.export_page import ExportPage
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.results_page import ResultsPage
from desktop_app.ui.runs_page import RunsPage
from desktop_app.ui.safe_text import safe
from desktop_app.ui.train_page import TrainPage
from desktop_app.ui.try_page import TryPage

log = logging.getLogger("graftwork")


@dataclass(frozen=True)
class Pages:
    """The pages in the order of the work, and beside it."""

    data: DataPage
    train: TrainPage
    results: ResultsPage
    try_out: TryPage
    export: ExportPage
    runs: RunsPage


@dataclass(frozen=True)
class Home:
    """Where the program keeps its things."""

    weights: Path
    cache: Path
    runs: Path
    samples: Path
    log: Path

    def new_run(self, name: str) -> Path:
        """Where a run that begins now is to lie; of several within a second, each has a place of its own."""
        first = f"{datetime.now():%Y-%m-%d %H%M%S} {name}"
        names = chain([first], (f"{first} {number}" for number in count(2)))
        return next(self.runs / name for name in names if not self._is_taken(name))

    def _is_taken(self, run: str) -> bool:
        return any(os.path.lexists(self.runs / name) for name in (run, f"{run}{SUFFIX}"))


class Desk(QObject):
    """Holds the window, the open project and the open run.

    Four runners, of which the first three never wait for a training: `looking` for quick looks at folders,
    `arranging` for what the project makes of them, `checking` for a look at every picture; and `working` for
    whatever needs TensorFlow, one thing at a time.

    Attributes:
        history: the project, and the way back.
        scans: what each source was found to hold.
        facts: what is known of the files.
        duplicates: picture → name of its group of duplicates.
        arrangement: what all that comes to.
    """

    arranged = Signal()  # the arrangement is another one
    rescanned = Signal()  # sources of the project hold something else now

    def __init__(self, window: MainWindow, pages: Pages, settings: Settings, home: Home) -> None:
        super().__init__(window)
        self.window, self.pages, self.settings, self.home = window, pages, settings, home
        self.history = ProjectHistory(self)
        self.scans: dict[Source, Catalog] = {}
        self.facts: dict[Path, Facts] = {}
        self.duplicates: dict[Path, str] = {}
        self.arrangement = Arrangement(Project(), Catalog(), Catalog())
        self.run: Run | None = None
        self.store = WeightsStore(home.weights)
        self.models = Models()
        self.looking, self.arranging, self.checking, self.working = (Runner(self) for _ in range(4))

    @property
    def catalog(self) -> Catalog:
        """The pictures as they are trained on."""
        return self.arrangement.catalog

    @property
    def project(self) -> Project:
        """The open project."""
        return self.history.project

    def shut_down(self) -> None:
        """Cancel whatever runs; the threads end by themselves."""
        for runner in (self.looking, self.arranging, self.checking, self.working):
            runner.shutdown()

    def forget(self) -> None:
        """Know nothing of the files any more: they may have changed since they were looked at."""
        self.scans, self.facts, self.duplicates = {}, {}, {}
        self.pages.data.thumbnails.forget()

    def refuse(self) -> bool:
        """Whether something is at work that must not be disturbed; if so, says what."""
        if why := self.at_work():
            self.window.message_bar.show_message(why, kind="info")
        return bool(why)

    def at_work(self) -> str:
        """Why what is new has to wait, in a sentence; "" where nothing at work would be disturbed."""
        job = self.working.current
        return f"This has to wait: {job.name.lower()} is still going on." if job and job.name else ""

    def cancel(self) -> None:
        """Stop what is at work and discard it."""
        if self.working.current:
            self.working.current.cancel()

    def on_failure(self, job: Job, restore: Callable[[], None] | None = None) -> None:
        """Say why `job` failed; `restore` puts a page back that it had changed."""
        job.failed.connect(self.show_error)
        if restore:
            job.failed.connect(lambda _error: restore())
            job.cancelled.connect(restore)

    def show_error(self, error: BaseException) -> None:
        """A sentence where the user can mend it, the crash dialog where nobody foresaw it."""
        if isinstance(error, EngineError):
            self.window.message_bar.show_message(error.message, error.hint)
        else:
            log.error("unforeseen", exc_info=error)
            show_crash(error, self.home.log, self.window)

    def show_left_out(self, problems: list[Problem]) -> None:
        """Say which files were not read, and why the first was not."""
        if problems:
            more = f" So are {len(problems) - 1} more." if len(problems) > 1 else ""
            first = problems[0]
            self.window.message_bar.show_message(
                f"“{safe(first.path.name)}” is left out because {first.reason}.{more}", kind="warning"
            )


def show_folder(folder: Path) -> None:
    """Open `folder` in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
