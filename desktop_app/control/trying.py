"""Control of the Try page: the open run's model is asked about new pictures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from desktop_app.control.desk import Desk, show_folder
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import Run
from desktop_app.engine.sorting import Sorted
from desktop_app.engine.trial import Trial, Tried
from desktop_app.engine.trying import Amended
from desktop_app.jobs import tasks
from desktop_app.jobs.job import Job
from desktop_app.jobs.models import Trials
from desktop_app.ui.message_bar import Action, Kind
from desktop_app.ui.safe_text import safe
from desktop_app.ui.sort_question import ask_how


class TryControl(QObject):
    """Asks about what is dropped on the page, and about single files dropped anywhere."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._job: Job | None = None
        self._pasted: TemporaryDirectory[str] | None = None
        self._images = 0
        desk.window.files_dropped.connect(self.take)
        page = desk.pages.try_out
        page.pictures_dropped.connect(self.take)
        page.stop_requested.connect(desk.cancel)
        page.view.heat_wanted.connect(self._show_heat)
        page.image_pasted.connect(self._take_image)
        page.nothing_pasted.connect(self._tell_nothing_pasted)
        page.sort_requested.connect(self._ask_how)
        page.save_requested.connect(self._save)
        desk.window.paste_requested.connect(page.paste)

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

    def _try(self, paths: list[Path], first: Callable[[], object] = lambda: None) -> None:
        """Ask about `paths`, which `first` may have to make."""
        desk, page = self._desk, self._desk.pages.try_out
        if desk.run is None or desk.refuse():
            return
        desk.window.message_bar.clear()
        page.show_running(0, "Looking…")
        run = desk.run
        task = desk.models.try_out(run, paths, desk.home.cache)

        def work(reporter: Reporter) -> Trials:
            first()
            return task(reporter)

        job = self._job = desk.working.start("Looking at pictures", work)
        job.progressed.connect(page.show_running)
        job.told.connect(lambda news: self._show(run, news))

        def end(trials: Trials) -> None:
            page.show_idle(trials.trouble)
            desk.show_left_out(list(trials.problems))

        job.succeeded.connect(end)
        job.finished.connect(self._end)
        desk.on_failure(job, page.show_idle)

    def _take_image(self, image: QImage) -> None:
        """An image without a file gets one, until the program ends."""
        if self._desk.run is None:
            self.take([])  # which says so
            return
        if self._pasted is None:
            self._pasted = TemporaryDirectory(prefix="graftwork-")
        self._images += 1
        file = Path(self._pasted.name) / f"pasted {self._images}.png"
        self._try([file], lambda: image.save(str(file)))

    def close(self) -> None:
        """Remove the files of pasted images."""
        if self._pasted:
            self._pasted.cleanup()

    def _tell_nothing_pasted(self) -> None:
        self._desk.window.message_bar.show_message(
            "There is no picture on the clipboard.",
            "Copy a picture, or files or folders in a file manager, or a path.",
            "info",
        )

    def _ask_how(self, folder: Path) -> None:
        shown = self._desk.pages.try_out.table.shown()
        ask_how(self._desk.window, len(shown), folder, lambda move: self._sort(shown, folder, move))

    def _sort(self, shown: list[Tried], folder: Path, move: bool) -> None:
        desk, page = self._desk, self._desk.pages.try_out
        if desk.refuse():
            return
        files = [(one.file, "" if one.unknown else one.label) for one in shown]
        job = desk.working.start("Sorting pictures", tasks.sort_into(folder, files, move))
        job.progressed.connect(page.show_running)

        def end(done: Sorted) -> None:
            if move:
                now = dict(done.placed)
                page.table.tried.rename(
                    {one.file: replace(one, file=now.get(one.file, one.file)) for one in shown}
                )
            kind: Kind = "warning" if done.why else "success"
            look: list[Action] = [("Show folder", lambda: show_folder(folder))] if done.placed else []
            desk.window.message_bar.show_message(safe(done.words), kind=kind, actions=look)

        job.succeeded.connect(end)
        job.finished.connect(page.show_idle)
        desk.on_failure(job)

    def _save(self, file: Path) -> None:
        desk, page = self._desk, self._desk.pages.try_out
        if page.trial is None or desk.refuse():
            return
        job = desk.working.start(
            "Saving", tasks.write_tried(file, page.table.shown(), page.trial, page.share)
        )
        said = f"Saved as “{safe(file)}”."
        job.succeeded.connect(lambda _none: desk.window.message_bar.show_message(said, kind="success"))
        desk.on_failure(job)

    def _end(self) -> None:
        self._job = None
        self._desk.pages.try_out.view.ask_for_heat()

    def _show(self, run: Run, news: Trial | list[Tried] | Amended) -> None:
        """What is known so far: what the pictures are judged by, then the answers, then more about them."""
        page = self._desk.pages.try_out
        if self._desk.run is not run:  # another one is open by now
            return
        if isinstance(news, Trial):
            page.show_trial(news)
        elif isinstance(news, Amended):
            page.amend_tried(news.tried)
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
