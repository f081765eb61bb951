"""Control of the Runs page: what was trained is listed, compared, named, noted, deleted and brought back."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.control.desk import Desk, show_folder
from desktop_app.control.results import ResultsControl
from desktop_app.control.resuming import ResumingControl
from desktop_app.control.training import TrainingControl
from desktop_app.engine.errors import EngineError
from desktop_app.engine.project import Project, below, root_of
from desktop_app.engine.run import open_run
from desktop_app.engine.runs import RunSummary, is_run_folder
from desktop_app.engine.unfinished import SUFFIX, open_unfinished, require_idle
from desktop_app.jobs import tasks
from desktop_app.jobs.runner import Runner
from desktop_app.session.trash import Trash
from desktop_app.ui.runs_model import RunRow
from desktop_app.ui.runs_page import MOST
from desktop_app.ui.safe_text import safe

_PAGE = "runs"


class RunsControl(QObject):
    """Lists the runs of the project: those it knows, and those in the runs folder that saw its pictures."""

    joined = Signal()  # the project knows another run

    def __init__(
        self, desk: Desk, results: ResultsControl, training: TrainingControl, resuming: ResumingControl
    ) -> None:
        super().__init__(desk)
        self._desk, self._results, self._training, self._resuming = desk, results, training, resuming
        self._listing, self._looking = Runner(self), Runner(self)
        self._lines: tuple[RunSummary, ...] = ()
        self._seen: tuple[list[RunSummary], tasks.Seen] | None = None
        self._trash = Trash()
        self._restored: dict[Path, int] = {}  # after which step each had been deleted
        page = desk.pages.runs
        page.scope_changed.connect(self._show)
        page.selected.connect(self._look)
        page.open_requested.connect(results.open)
        page.resume_requested.connect(self.resume)
        page.repeat_requested.connect(self.repeat)
        page.train_on_requested.connect(self.train_on)
        page.folder_requested.connect(show_folder)
        page.renamed.connect(self.rename)
        page.noted.connect(self.note)
        page.delete_requested.connect(self.delete)
        desk.history.changed.connect(self._follow)
        desk.window.page_changed.connect(lambda _name: self._look_again())
        desk.window.open_run_requested.connect(self.join)  # after the results' controller has opened it
        results.shown.connect(self._show)

    def shut_down(self) -> None:
        """Stop reading, and remove for good what was deleted and has no trash to be in."""
        self._listing.shutdown()
        self._looking.shutdown()
        self._trash.empty()

    def refresh(self) -> None:
        """Look again what there is, while the page is in front."""
        desk = self._desk
        if desk.window.page != _PAGE:
            return
        known = {line.folder: line for line in self._lines}
        job = self._listing.start("listing runs", tasks.list_runs(desk.home.runs, desk.project.runs, known))

        def show(lines: tuple[RunSummary, ...]) -> None:
            self._lines = lines
            self._show()

        job.succeeded.connect(show)
        desk.on_failure(job)

    def join(self, folder: Path) -> None:
        """A run that was opened from elsewhere belongs to the project from now on."""
        desk = self._desk
        if desk.run and desk.run.folder == folder and folder not in desk.project.runs:
            desk.history.amend(desk.project.with_run(folder))
            self.joined.emit()

    def rename(self, folder: Path, name: str) -> None:
        """Call a run something else."""
        try:
            self._desk.history.push(self._desk.project.name_run(folder, name))
        except EngineError as error:
            self._desk.show_error(error)

    def note(self, folder: Path, text: str) -> None:
        """Keep what the user has noted about a run."""
        self._desk.history.push(self._desk.project.note_run(folder, text))

    def repeat(self, folder: Path) -> None:
        """Take a run's settings to the Train page."""
        spec = next((line.spec for line in self._lines if line.folder == folder), None)
        if spec:
            self._results.repeat_with(spec)

    def train_on(self, folder: Path) -> None:
        """Go on with a finished run, on the pictures of the project."""
        try:
            self._training.ask_train_on(open_run(folder))
        except EngineError as error:
            self._desk.show_error(error)

    def resume(self, folder: Path) -> None:
        """Go on with a run that was stopped."""
        try:
            self._resuming.resume_from(open_unfinished(folder))
        except EngineError as error:
            self._desk.show_error(error)

    def delete(self, rows: Sequence[RunRow]) -> None:
        """Move runs to the trash, as one step; those that cannot be opened only leave the list."""
        desk = self._desk
        ours = desk.run and any(row.summary.folder == desk.run.folder for row in rows)
        if ours and desk.refuse():
            return
        gone = []
        try:
            for row in rows:
                if not row.summary.problem:
                    _require_run(row.summary.folder)
                    self._trash.take(row.summary.folder)
                gone.append(row)
        except EngineError as error:
            desk.show_error(error)
        if not gone:
            return
        if ours:
            self._results.close()
        project = desk.project
        for row in gone:  # those that were found in the runs folder, too, so that they can be brought back
            if row.summary.folder not in project.runs:
                project = project.with_run(row.summary.folder)
        desk.history.amend(project)
        for row in gone:
            project = project.without_run(row.summary.folder)
        self._lines = tuple(line for line in self._lines if line not in [row.summary for row in gone])
        self._resuming.look()
        desk.history.push(project, "" if len(gone) == 1 else f"Delete {len(gone)} runs")
        if len(gone) == len(rows):
            self._tell(gone, bool(ours))

    def _tell(self, gone: Sequence[RunRow], closed: bool) -> None:
        """What was deleted, with the way back."""
        stack = self._desk.history.stack
        step = stack.index()
        what = f"“{safe(gone[0].name)}”" if len(gone) == 1 else f"{len(gone)} runs"
        were = "was" if len(gone) == 1 else "were"
        if all(row.summary.problem for row in gone):
            message, hint = f"{what} {were} taken off the list.", "Nothing was changed on the disk."
        elif all(self._trash.is_kept(row.summary.folder) for row in gone):
            message, hint = f"{what} {were} moved to the trash.", ""
        else:
            message = f"{what} {were} deleted."
            hint = "Undo brings back what was deleted, until Graftwork closes: this disk has no trash."
        if closed:
            hint = f"Its results were closed. {hint}".strip()

        def undo() -> None:
            if stack.index() == step:
                stack.undo()
            else:
                self._bring_back(gone)

        self._desk.window.message_bar.show_message(message, hint, "info", [("Undo", undo)])

    def _bring_back(self, rows: Sequence[RunRow]) -> None:
        """Have runs again that were deleted some steps ago."""
        project = self._desk.project
        for row in rows:
            folder = row.summary.folder
            project = project.with_run(folder).name_run(folder, row.name).note_run(folder, row.note)
        self._desk.history.push(project, "Bring back runs")

    def _follow(self, project: Project) -> None:
        """The disk follows the project's undo and redo."""
        stack = self._desk.history.stack
        if not stack.count():  # another project
            self._restored.clear()
        before = len(self._restored)
        try:
            for folder in project.runs:
                if folder in self._trash:
                    self._trash.put_back(folder)
                    self._restored[folder] = stack.index()
            for folder, step in list(self._restored.items()):
                if folder not in project.runs and stack.index() > step:
                    del self._restored[folder]
                    _require_run(folder)
                    self._trash.take(folder)
        except EngineError as error:
            self._desk.show_error(error)
        if len(self._restored) != before:
            self._resuming.look()
        if self._desk.window.page == _PAGE:
            self._show()  # at once; what is on the disk comes after
            self.refresh()

    def _show(self) -> None:
        """Draw what is known."""
        desk = self._desk
        project = desk.project
        own = bool(project.sources)
        making = self._training.making  # which is still being written, and not to be resumed or deleted
        lines = tuple(line for line in self._lines if not (line.unfinished and line.out == making))
        if own and not desk.pages.runs.everywhere:
            theirs = below(root_of(source) for source in project.sources)
            runs = set(project.runs)
            lines = tuple(one for one in lines if one.folder in runs or (one.first and theirs(one.first)))
        rows = [
            RunRow(
                line,
                project.run_names.get(line.folder, line.name),
                project.run_notes.get(line.folder, ""),
                desk.run is not None and desk.run.folder == line.folder,
            )
            for line in lines
        ]
        desk.pages.runs.show_rows(rows, own, len(self._lines) - len(rows))

    def _look_again(self) -> None:
        """On another page, something more may have been found out about a run."""
        self._seen = None
        self.refresh()

    def _look(self, rows: Sequence[RunRow]) -> None:
        """Read the curves of the selected runs, and compare them where there are two."""
        page = self._desk.pages.runs
        lines = [row.summary for row in rows[: MOST + 1] if not row.summary.problem]
        if not lines:
            page.show_curves({})
            return
        pair = len(rows) == 2 and all(row.summary.opens for row in rows)

        def show(seen: tasks.Seen) -> None:
            self._seen = (lines, seen)
            page.show_curves(seen.histories)
            if seen.comparison:
                page.panel.show_comparison((rows[0].name, rows[1].name), seen.comparison)
            page.panel.show_transfer(seen.transfer)

        if self._seen and self._seen[0] == lines:  # they only have another name
            show(self._seen[1])
            return
        if pair:
            page.panel.show_comparing()
        folders = [line.folder for line in lines]
        job = self._looking.start("reading curves", tasks.look_at_runs(folders, pair))
        job.succeeded.connect(show)
        self._desk.on_failure(job)


def _require_run(folder: Path) -> None:
    """Raise an `EngineError` unless `folder` is that of a run, and nobody is working on it."""
    if folder.name.endswith(SUFFIX):
        require_idle(folder)
    elif not is_run_folder(folder):
        open_run(folder)  # which says what is missing
