"""Control of the comparison of backbones: they are ranked on a sample of the present pictures."""

from dataclasses import replace

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.backbones import USUAL
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.errors import EngineError
from desktop_app.engine.ranking import Standing, best_first
from desktop_app.engine.specs import IMAGENET, UNTRAINED
from desktop_app.jobs import tasks
from desktop_app.jobs.job import Job
from desktop_app.ui.ranking_dialog import RankingDialog


class RankingControl(QObject):
    """Opens the dialog, and keeps what was found until the pictures are others."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._choice = desk.pages.train.settings.backbone
        self._choice.ranking_requested.connect(self.open)
        self.dialog: RankingDialog | None = None
        self._catalog = Catalog()
        self._standings: dict[str, Standing] = {}
        self._job: Job | None = None

    def open(self) -> None:
        """Show the dialog, with what is known of these pictures."""
        desk = self._desk
        if desk.catalog != self._catalog:
            self._catalog, self._standings = desk.catalog, {}
        ticks = dict.fromkeys([*USUAL, self._choice.value(), *self._standings])
        dialog = self.dialog = RankingDialog(tuple(ticks), desk.window)
        dialog.chosen.connect(self._choice.set_value)
        dialog.start_requested.connect(self._start)
        dialog.stop_requested.connect(self._stop)
        dialog.finished.connect(self._close)
        if self._standings:
            dialog.show_standings(best_first(self._standings.values()))
        dialog.set_ready(self._obstacle())
        dialog.open()
        if not desk.working.current:
            desk.working.start("", tasks.weights_here(desk.store)).succeeded.connect(self._show_here)

    def _obstacle(self) -> str:
        """Why nothing can be compared now, or nothing."""
        if why := self._desk.at_work():
            return why
        try:
            self._catalog.require_trainable()
        except EngineError as error:
            return str(error)
        return ""

    def _start(self, names: tuple[str, ...], download: bool) -> None:
        desk, dialog = self._desk, self.dialog
        if dialog is None:
            return
        if why := self._obstacle():
            dialog.end(why, "warning")
            return
        spec = desk.pages.train.spec()
        kind = UNTRAINED if spec.base.weights == UNTRAINED else IMAGENET  # a file would fit one of them only
        self._standings = {}
        dialog.show_standings(())
        dialog.begin()
        spec = replace(
            spec,
            base=replace(spec.base, weights=kind),
            training=replace(spec.training, group_by=desk.project.split.group_by),
        )
        task = tasks.rank(
            names, self._catalog, spec, desk.store, desk.home.cache, download, dict(desk.duplicates)
        )
        job = self._job = desk.working.start("The comparison of backbones", task)
        job.progressed.connect(dialog.show_progress)
        job.told.connect(self._take)
        job.succeeded.connect(lambda _ranked: self._end(""))
        job.failed.connect(self._fail)
        job.cancelled.connect(self._stop)

    def _take(self, standing: Standing) -> None:
        self._standings[standing.backbone] = standing
        if not standing.problem:
            self._choice.set_speed(standing.backbone, 1 / standing.seconds)
        if self.dialog:
            self.dialog.show_standings(best_first(self._standings.values()))

    def _stop(self) -> None:
        """At once for the eye: what is being computed ends by itself, and what is known stays."""
        if self._job:
            self._job.cancel()
            self._end("Stopped. What was found until then is kept.")

    def _fail(self, error: Exception) -> None:
        if isinstance(error, EngineError):
            self._end(str(error), "error")
        else:
            self._end("The comparison broke off.", "error")
            self._desk.show_error(error)

    def _end(self, words: str, role: str = "hint") -> None:
        self._job = None
        if self.dialog:
            self.dialog.end(words, role)

    def _show_here(self, names: frozenset[str]) -> None:
        if self.dialog:
            self.dialog.show_here(names)

    def _close(self) -> None:
        self.dialog = None
        self._stop()
