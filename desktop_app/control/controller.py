"""The controller: one for each page, the session's beginning and its end."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.augmenting import AugmentingControl
from desktop_app.control.cache import CacheControl
from desktop_app.control.checking import CheckingControl
from desktop_app.control.desk import Desk, show_folder
from desktop_app.control.direct import DirectControl
from desktop_app.control.exporting import ExportControl
from desktop_app.control.heating import HeatControl
from desktop_app.control.importing import ImportControl
from desktop_app.control.intake import IntakeControl
from desktop_app.control.pictures import PicturesControl
from desktop_app.control.projects import ProjectsControl
from desktop_app.control.questions import QuestionsControl
from desktop_app.control.queue import QueueControl
from desktop_app.control.ranking import RankingControl
from desktop_app.control.rates import RatesControl
from desktop_app.control.results import ResultsControl
from desktop_app.control.resuming import ResumingControl
from desktop_app.control.runs import RunsControl
from desktop_app.control.speeds import SpeedsControl
from desktop_app.control.training import TrainingControl
from desktop_app.control.trying import TryControl
from desktop_app.engine.devices import Device, find_device
from desktop_app.engine.run import Run


class Controller(QObject):
    """Makes the pages' controllers, and lets the window close only when nothing is at work."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.intake = IntakeControl(desk)
        self.pictures = PicturesControl(desk)
        self.checking = CheckingControl(desk)
        self.projects = ProjectsControl(desk)
        self.training = TrainingControl(desk)
        self.resuming = ResumingControl(desk, self.training)
        self.augmenting = AugmentingControl(desk)
        self.queue = QueueControl(desk, self.training)
        self.results = ResultsControl(desk)
        self.runs = RunsControl(desk, self.results, self.training, self.resuming)
        self.importing = ImportControl(desk, self.results, self.runs)
        self.questions = QuestionsControl(desk)
        self.cache = CacheControl(desk)
        self.ranking = RankingControl(desk)
        self.direct = DirectControl(desk)
        self.trying = TryControl(desk)
        self.results.shown.connect(HeatControl(desk).show_run)
        self.results.shown.connect(self.questions.recall)
        for control in (ExportControl, RatesControl, SpeedsControl):
            control(desk)  # lives as long as the desk
        self._closing = False
        self.checking.looked.connect(self.pictures.rearrange)
        self.training.trained.connect(self.results.show)
        self.training.trained.connect(lambda _run: self.projects.keep())
        self.training.twin_trained.connect(self._compare_with_twin)
        self.training.ended.connect(self.runs.refresh)
        self.runs.joined.connect(self.projects.keep)
        desk.window.close_requested.connect(self._close)
        desk.window.log_folder_requested.connect(lambda: show_folder(desk.home.log.parent))
        desk.working.busy_changed.connect(self._show_busy)

    def start(self, paths: list[Path], demo: bool) -> None:
        """Begin the session once the window is up: the device, the weights, the first pictures."""
        job = self.desk.looking.start("device", lambda _reporter: find_device())
        job.succeeded.connect(self._show_device)
        self.training.look_up_weights()
        if self.desk.settings.trouble:
            self.desk.window.message_bar.show_message(self.desk.settings.trouble, kind="warning")
        job.finished.connect(lambda: self.intake.add_samples() if demo else self.desk.window.take(paths))
        job.finished.connect(self.resuming.offer)
        self.desk.on_failure(job)

    def shut_down(self) -> None:
        """Cancel whatever runs; the threads end by themselves."""
        self.desk.shut_down()
        self.cache.runner.shutdown()
        self.projects.runner.shutdown()
        self.runs.shut_down()
        self.intake.previewing.shutdown()
        self.augmenting.runner.shutdown()
        self.results.measuring.shutdown()
        self.results.saving.shutdown()
        self.desk.pages.data.thumbnails.close()
        self.desk.pages.results.thumbnails.close()
        self.desk.pages.try_out.thumbnails.close()
        self.trying.close()

    def _compare_with_twin(self, run: Run) -> None:
        """Ask again whether transfer has helped `run`, whose network was trained from scratch for that."""
        self.results.show(run)
        self.desk.pages.results.show_transfer()
        if self.desk.window.page == "train":
            self.desk.window.show_page("results")
        self.questions.ask_transfer()

    def _show_device(self, device: Device) -> None:
        self.desk.window.set_device(device.name, device.why)
        self.desk.pages.train.set_device(f"{device.name}. {device.why}" if device.why else device.name)

    def _show_busy(self, name: str | None) -> None:
        self.desk.window.set_busy(f"{name}…" if name else None)
        if name is None and self._closing:
            self.desk.window.close_now()

    def _close(self) -> None:
        """The window wants to close under a job: stop it first. A training can go on the next time."""
        self._closing = True
        if not self.resuming.pause():
            self.desk.cancel()
