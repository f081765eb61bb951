"""Control of the Results page: a run is shown and tested."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.control.desk import Desk, show_folder
from desktop_app.engine.answers import Answers
from desktop_app.engine.catalog import Problem, Split
from desktop_app.engine.errors import EngineError
from desktop_app.engine.judgement import Measured
from desktop_app.engine.run import Run, open_run
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.jobs import tasks
from desktop_app.jobs.models import Judged
from desktop_app.jobs.runner import Runner
from desktop_app.ui.safe_text import safe


class ResultsControl(QObject):
    """Asks the open run's model about pictures."""

    shown = Signal()  # the open run is another one, or none

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.measuring, self.saving = Runner(self), Runner(self)
        self._answers: Answers | None = None  # of a run that has not kept them
        window, page = desk.window, desk.pages.results
        window.open_run_requested.connect(self.open)
        window.test_requested.connect(self.evaluate)
        page.evaluate_requested.connect(self.evaluate)
        for none in (page.none, desk.pages.try_out.none, desk.pages.export.none):
            none.page_wanted.connect(window.show_page)
        page.export_requested.connect(lambda: window.show_page("export"))
        page.open_run_folder_requested.connect(self._show_folder)
        page.repeat_requested.connect(self.repeat)
        page.split_requested.connect(self.measure)
        page.look_again_requested.connect(self.look_again)
        page.report_requested.connect(self.save_report)

    def open(self, folder: Path) -> None:
        """Show a run of an earlier day."""
        try:
            self.show(open_run(folder))
        except EngineError as error:
            self._desk.show_error(error)
        else:
            self._desk.window.show_page("results")

    def show(self, run: Run) -> None:
        """Draw a run's results, and offer to export it."""
        desk = self._desk
        desk.run = run
        self._answers = None
        desk.pages.results.show_run(run)
        desk.pages.try_out.show_run(run)
        self.measure()
        desk.pages.export.show_run(run)
        for step in ("train", "results"):
            desk.window.set_step_done(step, done=True)
        self.shown.emit()

    def close(self) -> None:
        """Show no run."""
        desk = self._desk
        desk.run = self._answers = None
        desk.pages.results.show_empty()
        desk.pages.try_out.show_empty()
        desk.pages.export.show_empty()
        desk.window.set_step_done("results", done=False)
        self.shown.emit()

    def measure(self, split: Split | None = None) -> None:
        """Judge the open run on a split of its pictures, without looking at them again."""
        desk = self._desk
        if desk.run is None:
            return
        job = self.measuring.start("", tasks.measured(desk.run, split, self._answers))
        job.succeeded.connect(desk.pages.results.show_measured)
        desk.on_failure(job, lambda: desk.pages.results.show_measured(None))

    def look_again(self) -> None:
        """Ask the open run's model about its own pictures."""
        desk = self._desk
        if desk.run is None or desk.refuse():
            return
        desk.window.message_bar.clear()
        run = desk.run
        job = desk.working.start("Looking at the pictures again", desk.models.look_again(run))
        job.progressed.connect(lambda _fraction, text: desk.window.set_busy(text))

        def show(found: tuple[Measured, list[Problem]]) -> None:
            measured, problems = found
            if desk.run is run:
                self._answers = measured.answers
                desk.pages.results.show_measured(measured)
            desk.show_left_out(problems)

        job.succeeded.connect(show)
        desk.on_failure(job)

    def save_report(self, file: Path) -> None:
        """Write what the page shows as one HTML file."""
        desk, page = self._desk, self._desk.pages.results
        if desk.run is None or page.measured is None or page.judgement is None:
            return
        task = tasks.write_report(desk.run, page.measured, page.judgement, file)
        job = self.saving.start("", task)
        bar = desk.window.message_bar
        job.succeeded.connect(
            lambda _none: bar.show_message(f"The report is saved as “{safe(file.name)}”.", kind="success")
        )
        desk.on_failure(job)

    def repeat(self) -> None:
        """Take the run's settings to the Train page, to be changed and trained anew."""
        desk = self._desk
        if desk.run:
            self.repeat_with(desk.run.spec)

    def repeat_with(self, spec: ExperimentSpec) -> None:
        """Take the settings of some run to the Train page."""
        desk = self._desk
        if desk.refuse():
            return
        desk.pages.train.set_spec(spec)
        desk.window.show_page("train")
        desk.window.message_bar.show_message(
            "These are the settings of that run.",
            "Change what you like, and start; it learns from the pictures on the Data page.",
            "info",
        )

    def evaluate(self, folder: Path) -> None:
        """Judge the model on a folder of class folders."""
        desk = self._desk
        if desk.run is None or desk.refuse():
            return
        desk.window.message_bar.clear()
        run = desk.run
        job = desk.working.start("Testing", desk.models.evaluate(run, folder))
        job.progressed.connect(lambda _fraction, text: desk.window.set_busy(text))

        def show(judged: Judged) -> None:
            if desk.run is run:
                desk.pages.results.show_judgement(judged.judgement)
            desk.show_left_out(list(judged.problems))

        job.succeeded.connect(show)
        desk.on_failure(job)

    def _show_folder(self) -> None:
        if self._desk.run:
            show_folder(self._desk.run.folder)
