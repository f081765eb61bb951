"""Control of imports: somebody's model becomes a run of the project."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.control.results import ResultsControl
from desktop_app.control.runs import RunsControl
from desktop_app.engine.run import Run
from desktop_app.jobs import tasks
from desktop_app.ui.safe_text import safe


class ImportControl(QObject):
    """Makes a run of what was chosen or dropped, and shows it."""

    def __init__(self, desk: Desk, results: ResultsControl, runs: RunsControl) -> None:
        super().__init__(desk)
        self._desk, self._results, self._runs = desk, results, runs
        desk.window.import_requested.connect(self.take)

    def take(self, path: Path) -> None:
        """Import what is at `path`."""
        desk = self._desk
        if desk.refuse():
            return
        desk.window.message_bar.clear()
        out = desk.home.new_run(path.stem)
        job = desk.working.start("Importing the model", tasks.import_model(path, out))
        job.progressed.connect(lambda _fraction, text: desk.window.set_busy(text))
        job.succeeded.connect(self._show)
        desk.on_failure(job)

    def _show(self, run: Run) -> None:
        desk = self._desk
        self._results.show(run)
        self._runs.join(run.folder)
        desk.window.show_page("results")
        desk.window.message_bar.show_message(
            f"“{safe(run.imported)}” is imported: it tells {len(run.class_names)} classes apart.",
            "Try it on pictures, or test it on a folder with one folder per class.",
            "success",
            [("Try it", lambda: desk.window.show_page("try"))],
        )
