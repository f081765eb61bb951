"""Control of the intake: what is dropped becomes sources of the project, maybe after a question."""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk, log
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.pipeline import start_tensorflow
from desktop_app.engine.progress import Reporter
from desktop_app.engine.proposal import Proposal
from desktop_app.engine.sources import Source, of_files
from desktop_app.jobs import tasks
from desktop_app.jobs.runner import Runner
from desktop_app.ui import plots
from desktop_app.ui.intake_dialog import IntakeDialog
from desktop_app.ui.intake_offer import IntakeOffer, IntakeOption
from desktop_app.ui.safe_text import safe


class IntakeControl(QObject):
    """Looks at what arrives; class folders are taken as they are, for all else the user chooses."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._arriving: list[Path] = []
        self._unclear: list[Proposal] = []
        self._dialog: IntakeDialog | None = None
        self.previewing = Runner(self)
        window, page = desk.window, desk.pages.data
        window.folders_dropped.connect(self.add)
        window.demo_requested.connect(self.add_samples)
        page.folders_chosen.connect(self.add)
        page.demo_requested.connect(self.add_samples)
        page.classes.files_dropped.connect(self.add_files)
        window.set_recent(desk.settings.recent())

    def add(self, paths: list[Path]) -> None:
        """Look at folders and tables; those that arrive meanwhile are looked at together."""
        if not paths:
            return
        desk = self._desk
        self._arriving += paths
        desk.window.show_page("data")
        desk.window.message_bar.clear()
        job = desk.looking.start("scan", tasks.arrive(list(self._arriving)))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(self._receive)
        desk.on_failure(job, desk.arranged.emit)
        job.finished.connect(self._arriving.clear)

    def add_files(self, files: list[Path], label: str) -> None:
        """Add single pictures to a class."""
        desk = self._desk
        job = desk.looking.start("scan", tasks.scan_sources(of_files(files, label)))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(self._take)
        desk.on_failure(job, desk.arranged.emit)

    def add_samples(self) -> None:
        """Draw the sample pictures and add them."""
        desk = self._desk
        job = desk.looking.start("samples", tasks.make_samples(desk.home.samples))
        job.progressed.connect(desk.pages.data.show_scanning)
        job.succeeded.connect(lambda folder: self.add([folder]))
        desk.on_failure(job, desk.arranged.emit)

    def _receive(self, arrived: tasks.Arrived) -> None:
        desk = self._desk
        if any(found.pictures for found in arrived.scans.values()) or arrived.unclear:
            desk.settings.remember([path for path in self._arriving if path.is_dir()])
            desk.window.set_recent(desk.settings.recent())
        if arrived.scans:
            self._take(arrived.scans)
        else:
            desk.arranged.emit()
        self._unclear += arrived.unclear
        self._ask()

    def _take(self, scans: dict[Source, Catalog]) -> None:
        """What was found becomes a step of the project."""
        desk = self._desk
        filled = {source: found for source, found in scans.items() if found.pictures or found.problems}
        desk.scans |= filled
        for found in filled.values():
            for picture in found.pictures:  # looked at anew: the stored facts know which have changed
                desk.facts.pop(picture.path, None)
        if any(found.pictures for found in filled.values()):
            self._warm_up()
        else:
            names = ", ".join(f"“{safe(source.path.name)}”" for source in scans)
            desk.window.message_bar.show_message(
                f"No pictures were found in {names}.", "Choose a folder with one folder per class."
            )
        project = desk.project.add(*filled)
        if project == desk.project:  # it was there already; files may have come, gone or changed
            desk.pages.data.thumbnails.forget()
            desk.rescanned.emit()
        else:
            desk.history.push(project)

    def _ask(self) -> None:
        """Ask about the first thing that is unclear, if nothing is being asked."""
        if self._dialog or not self._unclear:
            return
        desk = self._desk
        proposal = self._unclear.pop(0)
        options = tuple(IntakeOption(choice.words, choice.source) for choice in proposal.choices)
        offer = IntakeOffer(proposal.sentence, options, proposal.columns, proposal.rows)
        dialog = self._dialog = IntakeDialog(offer, desk.window)
        found: dict[Source, Catalog] = {}

        def preview(source: Source) -> None:
            job = self.previewing.start("preview", tasks.scan_sources([source]))

            def show(scans: dict[Source, Catalog]) -> None:
                found.update(scans)
                dialog.show_preview(source, *_what_comes_of(scans[source]))

            job.succeeded.connect(show)
            job.failed.connect(lambda error: dialog.show_preview(source, str(error), problem=True))

        def take(source: Source) -> None:
            if source in found:
                self._take({source: found[source]})
            else:
                job = desk.looking.start("scan", tasks.scan_sources([source]))
                job.progressed.connect(desk.pages.data.show_scanning)
                job.succeeded.connect(self._take)
                desk.on_failure(job, desk.arranged.emit)

        dialog.preview_requested.connect(preview)
        dialog.accepted_source.connect(take)
        dialog.destroyed.connect(self._next)
        dialog.open()

    def _next(self) -> None:
        self._dialog = None
        self._ask()

    def _warm_up(self) -> None:
        """Import what a training needs while the user looks at the pictures; failures show when it starts."""

        def work(reporter: Reporter) -> None:
            plots.preload()
            start_tensorflow(reporter)

        if not self._desk.working.current:
            self._desk.working.start("", work).failed.connect(log.warning)


def _what_comes_of(found: Catalog) -> tuple[str, list[tuple[str, int]], bool]:
    """A catalog in a sentence, its classes with their counts, and whether there is nothing in it."""
    counts = Counter(picture.label for picture in found.pictures)
    classes = len([label for label in counts if label])
    words = f"{len(found.pictures):,} picture{'' if len(found.pictures) == 1 else 's'}"
    words += f" in {classes:,} class{'' if classes == 1 else 'es'}" if classes else ", none with a class"
    if found.problems:
        words += f"; {len(found.problems):,} left out, such as “{safe(found.problems[0].path.name)}”: "
        words += found.problems[0].reason
    rows = sorted(
        ((safe(label), count) for label, count in counts.items()), key=lambda row: (-row[1], row[0])
    )
    return words + ".", rows, not found.pictures
