"""Control of the Data page: folders come in, the catalog grows."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk, log
from desktop_app.engine.catalog import Catalog, without_class
from desktop_app.engine.errors import EngineError
from desktop_app.engine.pipeline import start_tensorflow
from desktop_app.engine.progress import Reporter
from desktop_app.jobs import tasks
from desktop_app.ui import plots


class PicturesControl(QObject):
    """Looks at folders in the background and shows what they hold."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._arriving: list[Path] = []
        window, page = desk.window, desk.pages.data
        window.folders_dropped.connect(self.add)
        window.demo_requested.connect(self.add_samples)
        window.clear_requested.connect(self.clear)
        page.folders_chosen.connect(self.add)
        page.class_removed.connect(self.remove_class)
        page.clear_requested.connect(self.clear)
        page.demo_requested.connect(self.add_samples)
        page.continue_requested.connect(lambda: window.show_page("train"))
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
        job = desk.looking.start("scan", tasks.scan(list(self._arriving), desk.catalog))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(self._take)
        desk.on_failure(job, self._show)
        job.finished.connect(self._arriving.clear)

    def add_samples(self) -> None:
        """Draw the sample pictures and add them."""
        desk = self._desk
        job = desk.looking.start("samples", tasks.make_samples(desk.home.samples))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(lambda folder: self.add([folder]))
        desk.on_failure(job, self._show)

    def remove_class(self, label: str) -> None:
        """Take a class out of the project; its files stay."""
        self._desk.catalog = without_class(self._desk.catalog, label)
        self._show()

    def clear(self) -> None:
        """Start again with no pictures."""
        self._desk.catalog = Catalog()
        self._show()

    def _take(self, catalog: Catalog) -> None:
        desk = self._desk
        if len(catalog.pictures) > len(desk.catalog.pictures):
            desk.settings.remember(self._arriving)
            desk.window.set_recent(desk.settings.recent())
            self._warm_up()
        elif not catalog.pictures:
            names = ", ".join(f"“{folder.name}”" for folder in self._arriving)
            desk.window.message_bar.show_message(
                f"No pictures were found in {names}.", "Choose a folder with one folder per class."
            )
        desk.catalog = catalog
        self._show()

    def _show(self) -> None:
        desk, catalog = self._desk, self._desk.catalog
        data, train = desk.pages.data, desk.pages.train
        if catalog.pictures or catalog.problems:
            data.show_catalog(catalog)
        else:
            data.show_empty(desk.settings.recent())
        try:
            catalog.require_trainable()
            ready, why = True, ""
        except EngineError as error:
            ready, why = False, str(error)
        data.set_ready(ready, why)
        train.set_ready(ready, why)
        train.set_given_validation(bool(catalog.in_split("val")))
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
