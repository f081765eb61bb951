"""Control of the questions about a run: did transfer help, would more pictures, which labels look wrong?"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.errors import EngineError
from desktop_app.engine.judgement import Mistake
from desktop_app.engine.kept import CURVE, DOUBTS, VERDICT, Kept
from desktop_app.engine.project import Project
from desktop_app.engine.run import Run
from desktop_app.jobs import questions
from desktop_app.jobs.job import Job
from desktop_app.jobs.tasks import Task
from desktop_app.ui.ask_bar import AskBar

_V = TypeVar("_V")
WRONG_LABEL = "its label looked wrong"


class QuestionsControl(QObject):
    """Asks when the user does, and makes each decision about a label a step of the project."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._under_way: tuple[Job, AskBar] | None = None
        self._doubted: tuple[Run, tuple[Mistake, ...]] | None = None
        page = desk.pages.results
        page.transfer.ask.start_requested.connect(self.ask_transfer)
        page.more_pictures.ask.start_requested.connect(self.ask_more_pictures)
        page.labels.ask.start_requested.connect(self.ask_labels)
        for panel in (page.transfer, page.more_pictures, page.labels):
            panel.ask.stop_requested.connect(self._stop)
        page.labels.keep_requested.connect(self.keep)
        page.labels.relabel_requested.connect(self.relabel)
        page.labels.leave_out_requested.connect(self.leave_out)
        desk.history.changed.connect(lambda _project: self._show_doubts())
        desk.arranged.connect(self._show_doubts)

    def recall(self) -> None:
        """Show what was found out about the open run before."""
        if (run := self._desk.run) is None:
            return
        page = self._desk.pages.results
        self._recall(VERDICT, run, page.transfer.ask, page.transfer.show_verdict)
        self._recall(CURVE, run, page.more_pictures.ask, page.more_pictures.show_curve)
        self._recall(DOUBTS, run, page.labels.ask, self._take_doubts)

    def _recall(self, kept: Kept[_V], run: Run, bar: AskBar, show: Callable[[_V], None]) -> None:
        try:
            answer = kept.of(run.folder)
        except EngineError as error:
            bar.show_idle(str(error), "error")
        else:
            if answer is not None:
                show(answer)

    def ask_transfer(self) -> None:
        """Compare the open run with what has nothing to transfer."""
        desk, panel = self._desk, self._desk.pages.results.transfer
        project = desk.project
        if desk.run is None:
            return
        try:
            ours = desk.run.is_of(desk.catalog)
        except EngineError as error:
            panel.ask.show_idle(str(error), "error")
            return
        # The record of a run says only where the window has put each picture, not who wanted it there.
        free = ours and not desk.arrangement.given and not project.splits
        task = questions.transfer(desk.run, desk.home.cache, project.runs, free)
        self._ask("The comparison", task, VERDICT, panel.ask, panel.show_verdict)

    def ask_more_pictures(self) -> None:
        """Measure the learning curve."""
        desk, panel = self._desk, self._desk.pages.results.more_pictures
        if desk.run:
            task = questions.more_pictures(desk.run, desk.home.cache)
            self._ask("The learning curve", task, CURVE, panel.ask, panel.show_curve)

    def ask_labels(self) -> None:
        """Look for labels that look wrong."""
        desk = self._desk
        if desk.run:
            task = questions.wrong_labels(desk.run, desk.home.cache)
            ask = desk.pages.results.labels.ask
            self._ask("The look at the labels", task, DOUBTS, ask, self._take_doubts)

    def keep(self, doubts: Sequence[Mistake]) -> None:
        """These labels are right."""
        labels = {one.file: one.label for one in doubts}
        self._desk.history.push(self._desk.project.confirm(labels))

    def relabel(self, doubts: Sequence[Mistake]) -> None:
        """These pictures show what they look like; one step for all."""
        project = self._desk.project
        for said in dict.fromkeys(one.said for one in doubts):
            files = [one.file for one in doubts if one.said == said]
            project = project.move(files, project.classes.get(said, said))
        self._desk.history.push(project, f"Relabel {len(doubts)} pictures" if len(doubts) > 1 else "")

    def leave_out(self, doubts: Sequence[Mistake]) -> None:
        """These pictures are of no use."""
        files = [one.file for one in doubts]
        self._desk.history.push(self._desk.project.leave_out(files, WRONG_LABEL))

    def _ask(
        self, name: str, task: Task[_V], kept: Kept[_V], bar: AskBar, show: Callable[[_V], None]
    ) -> None:
        desk, run = self._desk, self._desk.run
        if run is None or desk.refuse():
            return
        desk.window.message_bar.clear()
        bar.show_running()
        job = desk.working.start(name, task)
        self._under_way = job, bar
        job.progressed.connect(bar.show_progress)
        job.told.connect(lambda known: show(known) if desk.run is run else None)

        def take(found: _V) -> None:
            bar.show_idle()
            if desk.run is run:
                show(found)
            try:
                kept.keep(run.folder, found)
            except EngineError as error:
                bar.show_idle(str(error), "error", again=True)

        def fail(error: Exception) -> None:
            if isinstance(error, EngineError):
                bar.show_idle(str(error), "error")
            else:
                bar.show_idle("It broke off.", "error")
                desk.show_error(error)

        job.succeeded.connect(take)
        job.failed.connect(fail)
        job.cancelled.connect(lambda: bar.show_idle("Stopped. What was computed is kept."))
        job.finished.connect(self._forget_job)

    def _forget_job(self) -> None:
        self._under_way = None

    def _stop(self) -> None:
        if self._under_way:
            job, bar = self._under_way
            job.cancel()
            bar.show_stopping()

    def _take_doubts(self, found: tuple[Mistake, ...]) -> None:
        if self._desk.run is None:
            return
        ask = self._desk.pages.results.labels.ask
        if not ask.running:
            ask.show_idle(again=True)
        self._doubted = self._desk.run, found
        self._show_doubts()

    def _show_doubts(self) -> None:
        """What is not decided yet, as the project has it now."""
        desk = self._desk
        if self._doubted is None or desk.run is not self._doubted[0]:
            return
        doubts, project = self._doubted[1], desk.project
        known = {picture.path for picture in desk.arrangement.shown}
        here = any(one.file in known for one in doubts)
        left = [one for one in doubts if _open(one, project) and (one.file in known or not here)]
        desk.pages.results.labels.show_doubts(left, len(doubts), here)


def _open(doubt: Mistake, project: Project) -> bool:
    """Whether nobody has decided about it."""
    label = project.labels.get(doubt.file, doubt.label)
    return (
        label == doubt.label
        and doubt.file not in project.left_out
        and project.confirmed.get(doubt.file) != label
    )
