"""Control of the project: new, opened, saved, and never lost by closing the window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

from desktop_app.control.desk import Desk
from desktop_app.engine.project import Project
from desktop_app.engine.project_file import SUFFIX
from desktop_app.jobs import tasks
from desktop_app.jobs.runner import Runner
from desktop_app.ui.dialogs import Mode, ask_open, ask_save
from desktop_app.ui.safe_text import safe

_FILTER = f"Graftwork projects (*{SUFFIX})"


class ProjectsControl(QObject):
    """Keeps the project's file, and asks before anything that was decided would be lost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.file: Path | None = None
        self._read_only = ""
        self.runner = Runner(self)
        window = desk.window
        undo, redo = desk.history.actions(window)
        window.menus.add_history(undo, redo)
        window.menus.new_project.connect(lambda: self._ask_first(self.new))
        window.menus.open_project.connect(lambda: self._ask_first(self._ask_open))
        window.menus.save_project.connect(self.save)
        window.menus.save_project_as.connect(self.save_as)
        window.project_dropped.connect(lambda file: self._ask_first(lambda: self.open(file)))
        window.leave_requested.connect(lambda: self._ask_first(window.leave))
        desk.arranged.connect(self._show)
        desk.history.changed.connect(lambda _project: self._show())  # a closing window asks at once
        self._show()

    def new(self) -> None:
        """Begin with no pictures."""
        self.file, self._read_only = None, ""
        self._desk.forget()
        self._desk.history.begin(Project())
        self._show()

    def open(self, file: Path) -> None:
        """Read a project, and find its pictures again where they have moved."""
        desk = self._desk
        desk.window.message_bar.clear()
        desk.window.show_page("data")
        job = self.runner.start("opening", tasks.open_project(file))
        job.progressed.connect(desk.pages.data.show_scanning)

        def show(opened: tasks.Opened) -> None:
            self.file, self._read_only = file, opened.read_only
            moved = opened.relocation
            desk.forget()
            desk.history.begin(moved.project, saved=not (moved.folders or moved.files))
            desk.settings.remember([file])
            desk.window.set_recent(desk.settings.recent())
            self._show()
            _tell(desk, opened)

        job.succeeded.connect(show)
        desk.on_failure(job, desk.arranged.emit)

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Write the project to its file; ask for one where there is none yet."""
        self._desk.pages.runs.panel.keep()  # a note half written counts
        if self.file is None or self._read_only:
            self.save_as(then)
        else:
            self._write(self.file, then)

    def keep(self) -> None:
        """Write what was learned, such as a new run, unless there are decisions that nobody has saved."""
        if self.file and not self._read_only and not self._desk.history.unsaved:
            self._write(self.file, None)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file and write the project to it."""
        name = self.file.name if self.file else f"{_first_name(self._desk.project)}{SUFFIX}"
        ask_save(
            self._desk.window,
            "Save the project",
            name,
            {_FILTER: SUFFIX.removeprefix(".")},
            lambda file: self._write(file, then),
        )

    def _write(self, file: Path, then: Callable[[], None] | None) -> None:
        desk = self._desk
        project = desk.project
        step = desk.history.stack.index()
        job = self.runner.start("saving", tasks.save_project(project, file))

        def saved() -> None:
            self.file, self._read_only = file, ""
            if desk.history.stack.index() == step:
                desk.history.mark_saved()
            desk.settings.remember([file])
            desk.window.set_recent(desk.settings.recent())
            self._show()
            if then:
                then()

        job.succeeded.connect(lambda _none: saved())
        desk.on_failure(job)

    def _ask_open(self) -> None:
        ask_open(
            self._desk.window, "Open a project", Mode.ExistingFile, _FILTER, lambda files: self.open(files[0])
        )

    def _ask_first(self, act: Callable[[], None]) -> None:
        """Do `act`, but ask before decisions would be lost that no file holds."""
        if not self._would_lose:
            act()
            return
        box = QMessageBox(self._desk.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Graftwork")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("Save what you decided?")
        box.setInformativeText(
            "Classes, splits, pictures left out and what runs are called are lost otherwise. No picture is."
        )
        kinds = QMessageBox.StandardButton
        box.setStandardButtons(kinds.Save | kinds.Discard | kinds.Cancel)
        box.setDefaultButton(kinds.Save)

        def decide(answer: int) -> None:
            if answer == kinds.Save.value:
                self.save(then=act)
            elif answer == kinds.Discard.value:
                act()

        box.finished.connect(decide)
        box.open()

    @property
    def _would_lose(self) -> bool:
        """Whether there are decisions to lose: to add folders again is no work."""
        project = self._desk.project
        pictures = (project.classes, project.excluded, project.labels, project.left_out, project.splits)
        decided = (*pictures, project.run_names, project.run_notes)
        return self._desk.history.unsaved and (self.file is not None or any(decided))

    def _show(self) -> None:
        name = safe(self.file.stem) if self.file else ""
        if name and self._read_only:
            name += " (read only)"
        self._desk.window.set_project(name, unsaved=self._would_lose)
        self._desk.window.menus.set_can_save(bool(self._desk.project.sources))


def _first_name(project: Project) -> str:
    """A name to propose: that of the first folder."""
    return safe(project.sources[0].path.stem) if project.sources else "Project"


def _tell(desk: Desk, opened: tasks.Opened) -> None:
    """What did not go as the user might think."""
    moved = opened.relocation
    bar = desk.window.message_bar
    if moved.missing:
        names = ", ".join(f"“{safe(source.path)}”" for source in moved.missing[:3])
        bar.show_message(
            f"Not found: {names}" + (" and others." if len(moved.missing) > 3 else "."),
            "Connect its disk, or put the folder beside the project's file, and open the project again.",
            "warning",
        )
    elif moved.lost:
        count = len(moved.lost)
        what = "1 picture of the project is" if count == 1 else f"{count:,} pictures of the project are"
        bar.show_message(f"{what} no longer there.", "All others are.", "warning")
    elif opened.read_only:
        bar.show_message(opened.read_only, "Save it under another name to keep changes.", "info")
    elif moved.folders:
        old, new = next(iter(moved.folders.items()))
        bar.show_message(f"“{safe(old.name)}” has moved and was found again in “{safe(new)}”.", kind="info")
