"""Control of the Try page: the open run's model is asked about new pictures."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.trial import Trial, Tried
from desktop_app.jobs.job import Job
from desktop_app.jobs.tasks import Trials


class TryControl(QObject):
    """Asks about what is dropped on the page, and about single files dropped anywhere."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._job: Job | None = None
        desk.window.files_dropped.connect(self.take)
        page = desk.pages.try_out
        page.pictures_dropped.connect(self.take)
        page.stop_requested.connect(desk.cancel)
        page.view.heat_wanted.connect(self._show_heat)

    def take(self, paths: list[Path]) -> None:
        """Pictures are tried where there is a model to try them on."""
        if self._desk.run is None:
            self._desk.window.message_bar.show_message(
                "There is no classifier yet to try pictures on.",
                "Drop folders of pictures on the Data page, each named after what it shows, and train one.",
                "info",
            )
            return
        self._desk.window.show_page("try")
        self._try(paths)

    def _try(self, paths: list[Path]) -> None:
        desk, page = self._desk, self._desk.pages.try_out
        if desk.run is None or desk.refuse():
            return
        desk.window.message_bar.clear()
        page.show_running(0, "Looking…")
        job = self._job = desk.working.start(
            "Looking at pictures", desk.models.try_out(desk.run, paths, desk.home.cache)
        )
        job.progressed.connect(page.show_running)
        job.told.connect(self._show)

        def end(trials: Trials) -> None:
            page.show_idle(trials.trouble)
            desk.show_left_out(list(trials.problems))

        job.succeeded.connect(end)
        job.finished.connect(self._end)
        desk.on_failure(job, page.show_idle)

    def _end(self) -> None:
        self._job = None
        self._desk.pages.try_out.view.ask_for_heat()

    def _show(self, news: Trial | list[Tried]) -> None:
        """What is known so far: what the pictures are judged by, then the answers."""
        page = self._desk.pages.try_out
        if isinstance(news, Trial):
            page.show_trial(news)
        else:
            page.add_tried(news)

    def _show_heat(self, tried: Tried) -> None:
        """Ask where the model looked; while pictures are looked at, the page asks again when that is over."""
        desk, page = self._desk, self._desk.pages.try_out
        trying = self._job is not None and desk.working.current is self._job
        if desk.run is None or trying or desk.refuse():
            return
        job = desk.working.start("", desk.models.heat(desk.run, tried.file, tried.label))
        job.succeeded.connect(page.view.show_heat)
        desk.on_failure(job)
