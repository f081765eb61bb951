"""The controller: what the user wants goes to the engine as a job, what comes back goes to the pages."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app.engine.backbones import backbone
from desktop_app.engine.catalog import Catalog, Problem, without_class
from desktop_app.engine.devices import Device, find_device
from desktop_app.engine.errors import EngineError, WeightsUnavailableError
from desktop_app.engine.evaluation import Prediction
from desktop_app.engine.exported import Exported
from desktop_app.engine.pipeline import Places, start_tensorflow
from desktop_app.engine.run import Run, open_run
from desktop_app.engine.specs import UNTRAINED, ExperimentSpec
from desktop_app.engine.weights import WeightsStore
from desktop_app.jobs import tasks
from desktop_app.jobs.job import Job
from desktop_app.jobs.runner import Runner
from desktop_app.session.settings import Settings
from desktop_app.ui.crash import show_crash
from desktop_app.ui.data_page import DataPage
from desktop_app.ui.export_page import ExportPage
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.results_page import ResultsPage
from desktop_app.ui.train_page import TrainPage

_log = logging.getLogger("graftwork")


@dataclass(frozen=True)
class Pages:
    """The four pages in the order of the work."""

    data: DataPage
    train: TrainPage
    results: ResultsPage
    export: ExportPage


@dataclass(frozen=True)
class Home:
    """Where the program keeps its things."""

    weights: Path
    cache: Path
    runs: Path
    samples: Path
    log: Path


class Controller(QObject):
    """Connects the window's intents with jobs and draws their outcomes; holds what is open.

    Two runners: looking at folders never waits for a training, and never disturbs it.
    """

    def __init__(self, window: MainWindow, pages: Pages, settings: Settings, home: Home) -> None:
        super().__init__(window)
        self.window, self.pages, self.settings, self.home = window, pages, settings, home
        self.catalog = Catalog()
        self.run: Run | None = None
        self._store = WeightsStore(home.weights)
        self._models = tasks.Models()
        self._looking, self._working = Runner(self), Runner(self)
        self._arriving: list[Path] = []
        self._closing = False
        self._working.busy_changed.connect(self._show_busy)
        self._connect()
        self._show_catalog()
        pages.train.set_spec(settings.spec)
        window.set_recent(settings.recent())

    def start(self, folders: list[Path], demo: bool) -> None:
        """Begin the session once the window is up."""
        device = self._looking.start("device", lambda _reporter: find_device())
        device.succeeded.connect(self._show_device)
        device.finished.connect(lambda: self.open_demo() if demo else self.add_folders(folders))
        device.finished.connect(self._look_up_weights)

    def shut_down(self) -> None:
        """Cancel whatever runs; the threads end by themselves."""
        self._looking.shutdown()
        self._working.shutdown()

    # Data

    def add_folders(self, folders: list[Path]) -> None:
        """Look at folders and add what they hold."""
        if not folders:
            return
        self._arriving += folders
        self.window.show_page("data")
        self.window.message_bar.clear()
        job = self._looking.start("scan", tasks.scan(list(self._arriving), self.catalog))
        job.progressed.connect(self.pages.data.show_scanning)
        job.succeeded.connect(self._take_catalog)
        self._report_failure(job, self._show_catalog)
        job.finished.connect(self._arriving.clear)
        job.finished.connect(self._look_up_weights)

    def open_demo(self) -> None:
        """Draw the sample pictures and open them."""
        job = self._looking.start("samples", tasks.make_samples(self.home.samples))
        job.progressed.connect(self.pages.data.show_scanning)
        job.succeeded.connect(lambda folder: self.add_folders([folder]))
        self._report_failure(job, self._show_catalog)

    def remove_class(self, label: str) -> None:
        """Take a class out of the project; the files stay."""
        self.catalog = without_class(self.catalog, label)
        self._show_catalog()

    def clear(self) -> None:
        """Start again with no pictures."""
        self.catalog = Catalog()
        self._show_catalog()

    def take_files(self, files: list[Path]) -> None:
        """Single files are pictures to try, where there is a model to try them on."""
        if self.run is None:
            self.window.message_bar.show_message(
                "Single pictures have no class.",
                "Drop the folder they are in, named after what it shows.",
                "info",
            )
            return
        self.window.show_page("results")
        self.predict(files)

    def _take_catalog(self, catalog: Catalog) -> None:
        if not catalog.pictures:
            names = ", ".join(f"“{folder.name}”" for folder in self._arriving)
            first = (
                f" “{catalog.problems[0].path.name}”: {catalog.problems[0].reason}."
                if catalog.problems
                else ""
            )
            self.window.message_bar.show_message(
                f"No pictures were found in {names}.{first}", "Choose a folder with one folder per class."
            )
        else:
            self.settings.remember(self._arriving)
            self.window.set_recent(self.settings.recent())
            self._warm_up()
        self.catalog = catalog
        self._show_catalog()

    def _show_catalog(self) -> None:
        catalog = self.catalog
        if catalog.pictures or catalog.problems:
            self.pages.data.show_catalog(catalog)
        else:
            self.pages.data.show_empty(self.settings.recent())
        try:
            catalog.require_trainable()
            ready, why = True, ""
        except EngineError as error:
            ready, why = False, str(error)
        self.pages.data.set_ready(ready, why)
        self.pages.train.set_ready(ready, why)
        self.pages.train.set_given_validation(bool(catalog.in_split("val")))
        self.pages.train.set_data_summary(describe(catalog))
        self.window.set_step_done("data", done=ready)

    # Train

    def train(self, spec: ExperimentSpec) -> None:
        """Train on the present catalog."""
        if self._refuse_while_working():
            return
        self.settings.spec = spec
        self.window.message_bar.clear()
        page = self.pages.train
        page.begin_run(spec.training.epochs)
        out = self.home.runs / f"{datetime.now():%Y-%m-%d %H%M%S} {spec.base.backbone}"
        places = Places(out, self._store, self.home.cache)
        job = self._working.start("Training", tasks.train(self.catalog, spec, places))
        job.progressed.connect(page.show_progress)
        job.epoch_ended.connect(page.add_epoch)
        job.succeeded.connect(lambda _run: page.end_run("succeeded"))
        job.succeeded.connect(self.show_run)
        job.failed.connect(self._training_failed)
        job.cancelled.connect(lambda: page.end_run("cancelled"))
        job.finished.connect(self._look_up_weights)

    def _training_failed(self, error: Exception) -> None:
        self.pages.train.end_run("failed")
        if isinstance(error, WeightsUnavailableError):
            # The hint names the command line's ways on; here they are three buttons.
            self.pages.train.show_weights_problem(
                error.message, "Try again when the network is back, use a file that you have, or go without."
            )
        else:
            self.show_error(error)

    def import_weights(self, name: str, file: Path) -> None:
        """Check a weights file of the user's, keep a copy, and choose it."""
        if self._refuse_while_working():
            return
        job = self._working.start(
            "Checking the weights", tasks.import_weights(self._store, backbone(name), file)
        )

        def accept() -> None:
            self.pages.train.set_weights_file(name, file)
            self.window.message_bar.show_message(
                f"“{file.name}” fits {name} and is kept for the next time.", kind="success"
            )
            self._look_up_weights()

        job.succeeded.connect(lambda _path: accept())
        self._report_failure(job)

    def train_untrained(self) -> None:
        """Train on random weights after all."""
        spec = self.pages.train.spec()
        spec = replace(spec, base=replace(spec.base, weights=UNTRAINED))
        self.pages.train.set_spec(spec)
        self.train(spec)

    def _look_up_weights(self) -> None:
        if self._looking.current:
            return  # a scan matters more, and the next training asks again
        job = self._looking.start("weights", tasks.weights_states(self._store))

        def show(states: dict[str, str]) -> None:
            for name, text in states.items():
                self.pages.train.set_weights_state(name, text)

        job.succeeded.connect(show)
        self._report_failure(job)

    def _warm_up(self) -> None:
        """Import TensorFlow while the user looks at the pictures."""
        if not self._working.current:
            self._working.start("", start_tensorflow).failed.connect(_log.warning)

    # Results

    def open_run(self, folder: Path) -> None:
        """Show a run of an earlier day."""
        try:
            self.show_run(open_run(folder))
            self.window.show_page("results")
        except EngineError as error:
            self.show_error(error)

    def show_run(self, run: Run) -> None:
        """Draw a run's results."""
        self.run = run
        self.pages.results.show_run(run)
        self.pages.export.show_run(run)
        for step in ("train", "results"):
            self.window.set_step_done(step, done=True)

    def predict(self, paths: list[Path]) -> None:
        """Ask the model about pictures."""
        if self.run is None or self._refuse_while_working():
            return
        page = self.pages.results
        job = self._working.start("Looking at the picture", self._models.predict(self.run, paths))
        page.show_predicting("Looking…")
        job.progressed.connect(lambda _fraction, text: page.show_predicting(text))

        def show(answer: tuple[list[Prediction], list[Problem]]) -> None:
            predictions, problems = answer
            page.show_predictions(predictions)
            self._show_left_out(problems)

        job.succeeded.connect(show)
        self._report_failure(job, lambda: page.show_predictions([]))

    def evaluate(self, folder: Path) -> None:
        """Judge the model on a folder."""
        if self.run is None or self._refuse_while_working():
            return
        job = self._working.start("Testing", self._models.evaluate(self.run, folder))
        job.progressed.connect(lambda _fraction, text: self.window.set_busy(text))

        def show(judged: tasks.Judged) -> None:
            self.pages.results.show_report(judged.report)
            self._show_left_out(list(judged.problems))

        job.succeeded.connect(show)
        self._report_failure(job)

    # Export

    def export(self, _format: str, target: Path) -> None:
        """Write the run as a SavedModel."""
        if self.run is None or self._refuse_while_working():
            return
        page = self.pages.export
        page.begin_export()
        self.window.message_bar.clear()
        job = self._working.start("Exporting", self._models.export(self.run, target))
        job.progressed.connect(page.show_progress)

        def show(exported: Exported) -> None:
            page.show_exported(
                exported.path,
                {
                    "Size": f"{exported.size / 1e6:.1f} MB",
                    "Compared with the program on": f"{exported.compared} pictures",
                    "Greatest difference of a probability": f"{exported.difference:.1e}",
                },
            )
            self.window.set_step_done("export", done=True)

        job.succeeded.connect(show)
        job.finished.connect(page.end_export)
        self._report_failure(job)

    # The window

    def show_error(self, error: BaseException) -> None:
        """A sentence where the user can mend it, the crash dialog where nobody foresaw it."""
        if isinstance(error, EngineError):
            self.window.message_bar.show_message(error.message, error.hint)
        else:
            _log.error("unforeseen", exc_info=error)
            show_crash(error, self.home.log, self.window)

    def close(self) -> None:
        """The window wants to close under a job: stop it first."""
        self._closing = True
        if self._working.current:
            self._working.current.cancel()
        else:
            self.window.close_now()

    def _connect(self) -> None:
        window, pages = self.window, self.pages
        window.folders_dropped.connect(self.add_folders)
        window.files_dropped.connect(self.take_files)
        window.open_run_requested.connect(self.open_run)
        window.demo_requested.connect(self.open_demo)
        window.clear_requested.connect(self.clear)
        window.log_folder_requested.connect(lambda: _show_folder(self.home.log.parent))
        window.close_requested.connect(self.close)
        pages.data.folders_chosen.connect(self.add_folders)
        pages.data.class_removed.connect(self.remove_class)
        pages.data.clear_requested.connect(self.clear)
        pages.data.demo_requested.connect(self.open_demo)
        pages.data.continue_requested.connect(lambda: window.show_page("train"))
        pages.train.start_requested.connect(self.train)
        pages.train.retry_requested.connect(lambda: self.train(pages.train.spec()))
        pages.train.untrained_requested.connect(self.train_untrained)
        pages.train.cancel_requested.connect(self._cancel)
        pages.train.finish_requested.connect(self._finish_early)
        pages.train.weights_file_chosen.connect(self.import_weights)
        pages.train.results_requested.connect(lambda: window.show_page("results"))
        pages.results.pictures_dropped.connect(self.predict)
        pages.results.evaluate_requested.connect(self.evaluate)
        pages.results.export_requested.connect(lambda: window.show_page("export"))
        pages.results.open_run_folder_requested.connect(self._show_run_folder)
        pages.export.export_requested.connect(self.export)
        pages.export.cancel_requested.connect(self._cancel)
        pages.export.open_folder_requested.connect(_show_folder)

    def _cancel(self) -> None:
        if self._working.current:
            self._working.current.cancel()

    def _finish_early(self) -> None:
        if self._working.current:
            self._working.current.finish_early()

    def _show_busy(self, name: str | None) -> None:
        self.window.set_busy(f"{name}…" if name else None)
        if name is None and self._closing:
            self.window.close_now()

    def _show_device(self, device: Device) -> None:
        self.window.set_device(device.name, device.why)
        self.pages.train.set_device(device.name, device.why)

    def _show_run_folder(self) -> None:
        if self.run:
            _show_folder(self.run.folder)

    def _show_left_out(self, problems: list[Problem]) -> None:
        if problems:
            more = f" So are {len(problems) - 1} more." if len(problems) > 1 else ""
            first = problems[0]
            self.window.message_bar.show_message(
                f"“{first.path.name}” is left out because {first.reason}.{more}", kind="warning"
            )

    def _refuse_while_working(self) -> bool:
        """Whether something runs that must not be disturbed; says so."""
        if not self._working.current or not self._working.current.name:
            return False
        self.window.message_bar.show_message(
            f"This has to wait: {self._working.current.name.lower()} is still going on.", kind="info"
        )
        return True

    def _report_failure(self, job: Job, restore: Callable[[], None] | None = None) -> None:
        """Show why `job` failed; `restore` puts a page back that it had changed."""
        job.failed.connect(self.show_error)
        if restore:
            job.failed.connect(lambda _error: restore())
            job.cancelled.connect(restore)


def describe(catalog: Catalog) -> str:
    """A catalog in a line: 2 classes, 244 pictures to learn from, 153 to validate on."""
    if not catalog.pictures:
        return "No pictures yet"
    given = [
        f"{count:,} {words}"
        for split, words in (("val", "to validate on"), ("test", "to test on"))
        if (count := len(catalog.in_split(split)))  # type: ignore[arg-type]
    ]
    learn = sum(picture.split in {None, "train"} for picture in catalog.pictures)
    classes = len(catalog.class_names)
    return ", ".join(
        [f"{classes} class{'es' if classes != 1 else ''}", f"{learn:,} pictures to learn from", *given]
    )


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
