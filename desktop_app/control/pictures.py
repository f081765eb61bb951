"""Control of the Data page: what the user decides about the pictures, and what comes of it."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.arrangement import Arrangement
from desktop_app.engine.backbones import backbone
from desktop_app.engine.catalog import Catalog, Split
from desktop_app.engine.errors import EngineError
from desktop_app.engine.images import square
from desktop_app.engine.project import Project
from desktop_app.engine.sources import Source
from desktop_app.engine.split import SplitSpec
from desktop_app.jobs import tasks
from desktop_app.ui.picture_viewer import PictureViewer


class PicturesControl(QObject):
    """Makes each decision a step of the project, and arranges the pictures anew."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        window, page = desk.window, desk.pages.data
        window.clear_requested.connect(self.clear)
        page.clear_requested.connect(self.clear)
        page.continue_requested.connect(lambda: window.show_page("train"))
        page.classes.rename_requested.connect(lambda old, new: self._change(Project.rename_class, old, new))
        page.classes.exclude_requested.connect(lambda label: self._change(Project.exclude_class, label))
        page.classes.include_requested.connect(lambda label: self._change(Project.include_class, label))
        page.classes.move_requested.connect(lambda paths, label: self._change(Project.move, paths, label))
        page.grid.move_requested.connect(lambda paths, label: self._change(Project.move, paths, label))
        page.grid.leave_out_requested.connect(lambda paths: self._change(Project.leave_out, paths))
        page.grid.take_back_requested.connect(lambda paths: self._change(Project.take_back, paths))
        page.grid.opened.connect(self._open)
        page.classes.class_named.connect(self._move_selected)
        page.split.spec_changed.connect(self._divide_by)
        desk.history.changed.connect(self._follow)
        desk.rescanned.connect(self.rearrange)
        desk.arranged.connect(self._show)
        self._show()

    def clear(self) -> None:
        """Take all sources out, which can be undone."""
        project = self._desk.project
        for source in project.sources:
            project = project.remove(source)
        self._desk.history.push(project, "Clear pictures")

    def rearrange(self) -> None:
        """Apply the project once more, because more is known of the pictures."""
        desk = self._desk
        project, facts, duplicates = desk.project, dict(desk.facts), dict(desk.duplicates)
        job = desk.arranging.start("", tasks.arrange(project, dict(desk.scans), facts, duplicates))

        def take(arranged: Arrangement) -> None:
            if desk.project is not project:
                return  # it has changed meanwhile, which will be arranged in its turn
            desk.arrangement = arranged
            desk.history.amend(arranged.project)
            desk.arranged.emit()

        job.succeeded.connect(take)
        desk.on_failure(job)

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

    def _move_selected(self, label: str) -> None:
        """A new class begins with the pictures that are selected: without any there is no class."""
        selected = self._desk.pages.data.grid.selected
        if selected:
            self._change(Project.move, selected, label)
        else:
            self._desk.window.message_bar.show_message(
                "A class needs pictures.",
                "Select some and try again, or drag them onto “New class…”.",
                "info",
            )

    def _open(self, path: Path) -> None:
        """Show a picture large, with those around it."""
        desk, page = self._desk, self._desk.pages.data
        base = desk.pages.train.spec().base
        as_model = partial(square, size=backbone(base.backbone).size, resize=base.resize)
        viewer = PictureViewer(
            page.grid.shown, page.grid.row_of(path), page.findings_of, desk.facts.get, as_model, desk.window
        )
        viewer.moved.connect(page.grid.go_to)
        viewer.leave_out_requested.connect(lambda paths: self._change(Project.leave_out, paths))
        viewer.open()

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
        train.set_classes(sum(map(bool, catalog.class_names)))
        desk.window.set_step_done("data", done=ready)


def describe(catalog: Catalog) -> str:
    """A catalog in a line: 2 classes, 244 pictures to learn from, 153 to validate on."""
    if not catalog.pictures:
        return "No pictures yet"
    counts = Counter[Split | None]()
    for (_label, split), count in catalog.counts.items():
        counts[split] += count
    classes, learn = len(catalog.class_names), counts[None] + counts["train"]
    val, test = counts["val"], counts["test"]
    parts = [f"{classes} class{'es' if classes != 1 else ''}", f"{learn:,} pictures to learn from"]
    parts += [f"{val:,} to validate on"] if val else []
    parts += [f"{test:,} to test on"] if test else []
    return ", ".join(parts)
