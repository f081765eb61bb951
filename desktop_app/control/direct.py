"""Control of the direct use: ImageNet's own model is asked, without any training."""

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.backbones import backbone
from desktop_app.engine.catalog import Problem
from desktop_app.engine.direct_score import Answer, DirectScore
from desktop_app.engine.errors import EngineError
from desktop_app.jobs import tasks
from desktop_app.jobs.job import Job
from desktop_app.jobs.models import OwnModels
from desktop_app.ui.direct_dialog import DirectDialog

T = TypeVar("T")


class DirectControl(QObject):
    """Opens the dialog and asks the model that is chosen in it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._models = OwnModels(desk.store, desk.home.cache)
        self._job: Job | None = None
        self.dialog: DirectDialog | None = None
        desk.window.direct_requested.connect(self.open)

    def open(self) -> None:
        """Show the dialog."""
        desk = self._desk
        dialog = self.dialog = DirectDialog(desk.pages.train.spec().base.backbone, desk.window)
        dialog.asked.connect(self._ask)
        dialog.score_requested.connect(self._score)
        dialog.file_chosen.connect(self._import)
        dialog.stop_requested.connect(self._stop)
        dialog.finished.connect(self._close)
        dialog.open()

    def _ask(self, name: str, paths: list[Path]) -> None:
        if job := self._start(self._models.predict(name, paths)):
            job.succeeded.connect(self._show_answers)

    def _score(self, name: str) -> None:
        if job := self._start(self._models.score(name, self._desk.catalog)):
            job.succeeded.connect(self._show_score)

    def _import(self, name: str, file: Path) -> None:
        if job := self._start(tasks.import_weights(self._desk.store, backbone(name), file, top=True)):
            job.succeeded.connect(self._take_weights)

    def _start(self, task: tasks.Task[T]) -> Job | None:
        """The job, unless something else is at work."""
        desk, dialog = self._desk, self.dialog
        if dialog is None:
            return None
        if why := desk.at_work():
            dialog.end(why, "warning")
            return None
        dialog.begin()
        job = self._job = desk.working.start("Asking ImageNet's own model", task)
        job.progressed.connect(dialog.show_progress)
        job.failed.connect(self._fail)
        job.cancelled.connect(self._stop)
        return job

    def _show_answers(self, answer: tuple[list[Answer], list[Problem]]) -> None:
        answers, problems = answer
        if self.dialog:
            self.dialog.show_answers(answers)
        left_out = f"Left out: {problems[0].path.name}, because {problems[0].reason}." if problems else ""
        self._end(left_out, "warning" if problems else "hint")

    def _show_score(self, score: DirectScore) -> None:
        if self.dialog:
            self.dialog.show_score(score)
        self._end("")

    def _take_weights(self, _path: Path) -> None:
        self._models = OwnModels(self._desk.store, self._desk.home.cache)  # the open one has others
        self._end("The file fits, and is kept for the next time.", "success")

    def _stop(self) -> None:
        """At once for the eye: what is being computed ends by itself."""
        if self._job:
            self._job.cancel()
            self._end("Stopped.")

    def _fail(self, error: Exception) -> None:
        if isinstance(error, EngineError):
            self._end(str(error), "error")
        else:
            self._end("That went wrong.", "error")
            self._desk.show_error(error)

    def _end(self, words: str, role: str = "hint") -> None:
        self._job = None
        if self.dialog:
            self.dialog.end(words, role)

    def _close(self) -> None:
        self.dialog = None
        self._stop()
