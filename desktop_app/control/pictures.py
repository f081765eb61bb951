"""Control of the Data page: folders come in, and what the user decides about their pictures."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk, log
from desktop_app.engine.arrangement import Arrangement
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.errors import EngineError
from desktop_app.engine.pipeline import start_tensorflow
from desktop_app.engine.progress import Reporter
from desktop_app.engine.project import Project
from desktop_app.engine.sources import Source, of_files
from desktop_app.engine.split import SplitSpec
from desktop_app.jobs import tasks
from desktop_app.ui import plots


class PicturesControl(QObject):
    """Scans sources, arranges what they hold, and makes each decision a step of the project."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._arriving: list[Path] = []
        window, page = desk.window, desk.pages.data
        window.folders_dropped.connect(self.add)
        window.demo_requested.connect(self.add_samples)
        window.clear_requested.connect(self.clear)
        page.folders_chosen.connect(self.add)
        page.clear_requested.connect(self.clear)
        page.demo_requested.connect(self.add_samples)
        page.continue_requested.connect(lambda: window.show_page("train"))
        page.classes.rename_requested.connect(lambda old, new: self._change(Project.rename_class, old, new))
        page.classes.exclude_requested.connect(lambda label: self._change(Project.exclude_class, label))
        page.classes.include_requested.connect(lambda label: self._change(Project.include_class, label))
        page.classes.move_requested.connect(lambda paths, label: self._change(Project.move, paths, label))
        page.classes.files_dropped.connect(self.add_files)
        page.grid.move_requested.connect(lambda paths, label: self._change(Project.move, paths, label))
        page.grid.leave_out_requested.connect(lambda paths: self._change(Project.leave_out, paths))
        page.grid.take_back_requested.connect(lambda paths: self._change(Project.take_back, paths))
        page.split.spec_changed.connect(self._divide_by)
        desk.history.changed.connect(self._follow)
        desk.arranged.connect(self._show)
        window.set_recent(desk.settings.recent())
        self._show()

    def add(self, folders: list[Path]) -> None:
        """Look at folders and add what they hold; those that arrive meanwhile are looked at together."""
        if not folders:
            return
        desk = self._desk
        self._arriving += folders
        desk.window.show_page("data")
        desk.window.message_bar.clear()
        sources = [Source("folders", folder.absolute()) for folder in self._arriving]
        job = desk.looking.start("scan", tasks.scan_sources(sources))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(self._take)
        desk.on_failure(job, self._show)
        job.finished.connect(self._arriving.clear)

    def add_files(self, files: list[Path], label: str) -> None:
        """Add single pictures to a class."""
        desk = self._desk
        job = desk.looking.start("scan", tasks.scan_sources(of_files(files, label)))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(self._take)
        desk.on_failure(job, self._show)

    def add_samples(self) -> None:
        """Draw the sample pictures and add them."""
        desk = self._desk
        job = desk.looking.start("samples", tasks.make_samples(desk.home.samples))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(lambda folder: self.add([folder]))
        desk.on_failure(job, self._show)

    def clear(self) -> None:
        """Take all sources out, which can be undone."""
        project = self._desk.project
        for source in project.sources:
            project = project.remove(source)
        self._desk.history.push(project, "Clear pictures")

    def rearrange(self) -> None:
        """Apply the project once more, because more is known of the pictures."""
        desk = self._desk
        facts, duplicates = dict(desk.facts), dict(desk.duplicates)
        job = desk.arranging.start("", tasks.arrange(desk.project, dict(desk.scans), facts, duplicates))

        def take(arranged: Arrangement) -> None:
            desk.arrangement = arranged
            desk.history.amend(arranged.project)
            desk.arranged.emit()

        job.succeeded.connect(take)
        desk.on_failure(job)

    def _take(self, scans: dict[Source, Catalog]) -> None:
        """What was dropped is known now: it becomes a step of the project."""
        desk = self._desk
        filled = {source: found for source, found in scans.items() if found.pictures or found.problems}
        desk.scans |= filled
        for found in filled.values():
            for picture in found.pictures:  # looked at anew: the stored facts know which have changed
                desk.facts.pop(picture.path, None)
        if any(found.pictures for found in filled.values()):
            desk.settings.remember([path for path in self._arriving if path.is_dir()])
            desk.window.set_recent(desk.settings.recent())
            self._warm_up()
        else:
            names = ", ".join(f"“{source.path.name}”" for source in scans)
            desk.window.message_bar.show_message(
                f"No pictures were found in {names}.", "Choose a folder with one folder per class."
            )
        if filled:
            # A source that is there already was looked at again: files may have come and gone.
            new = desk.project.add(*filled)
            if new == desk.project:
                self.rearrange()
            desk.history.push(new)
        self._show()

    def _follow(self, project: Project) -> None:
        """The project is another one: scan what it has brought back, and arrange."""
        desk = self._desk
        if project is desk.arrangement.project:
            return
        missing = [source for source in project.sources if source not in desk.scans]
        if not missing:
            self.rearrange()
            return
        job = desk.looking.start("scan", tasks.scan_sources(missing))
        job.progressed.connect(desk.pages.data.show_scanning)

        def take(scans: dict[Source, Catalog]) -> None:
            desk.scans |= scans
            self.rearrange()

        def go_without() -> None:
            desk.scans |= {source: Catalog() for source in missing}
            self.rearrange()

        job.succeeded.connect(take)
        desk.on_failure(job, go_without)

    def _change(self, change: Callable[..., Project], *arguments: object) -> None:
        """Make a change of the project a step; say so where it is refused."""
        try:
            self._desk.history.push(change(self._desk.project, *arguments))
        except EngineError as error:
            self._desk.show_error(error)
            self._show()

    def _divide_by(self, spec: SplitSpec) -> None:
        self._change(Project.with_split, spec)

    def _show(self) -> None:
        desk, arranged = self._desk, self._desk.arrangement
        catalog = arranged.catalog
        data, train = desk.pages.data, desk.pages.train
        if desk.project.sources:
            data.show_arrangement(arranged)
        else:
            data.show_empty(desk.settings.recent())
        try:
            catalog.require_trainable()
            ready, why = not arranged.trouble, arranged.trouble
        except EngineError as error:
            ready, why = False, str(error)
        data.set_ready(ready, why)
        train.set_ready(ready, why)
        train.set_data_summary(describe(catalog))
        desk.window.set_step_done("data", done=ready)

    def _warm_up(self) -> None:
        """Import what a training needs while the user looks at the pictures; failures show when it starts."""

        def work(reporter: Reporter) -> None:
            plots.preload()
            start_tensorflow(reporter)

        if not self._desk.working.current:
            self._desk.working.start("", work).failed.connect(log.warning)


def describe(catalog: Catalog) -> str:
    """A catalog in a line: 2 classes, 244 pictures to learn from, 153 to validate on."""
    if not catalog.pictures:
        return "No pictures yet"
    classes, learn = len(catalog.class_names), len(catalog.in_split(None)) + len(catalog.in_split("train"))
    val, test = len(catalog.in_split("val")), len(catalog.in_split("test"))
    parts = [f"{classes} class{'es' if classes != 1 else ''}", f"{learn:,} pictures to learn from"]
    parts += [f"{val:,} to validate on"] if val else []
    parts += [f"{test:,} to test on"] if test else []
    return ", ".join(parts)
