"""Control of the Train page: choices go in, a run comes out."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.control.desk import Desk
from desktop_app.control.pictures import describe
from desktop_app.engine.backbones import backbone
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.continuing import continued
from desktop_app.engine.errors import EngineError, WeightsUnavailableError
from desktop_app.engine.pipeline import Places
from desktop_app.engine.run import Run
from desktop_app.engine.specs import UNTRAINED, ExperimentSpec
from desktop_app.jobs import tasks
from desktop_app.jobs.job import Job
from desktop_app.ui.safe_text import safe
from desktop_app.ui.train_on_question import ask_train_on, head_words, training_words
from desktop_app.ui.wording import percent

TRAINING = "Training"  # the name of the job


class TrainingControl(QObject):
    """Starts trainings, and sees to the weights they need."""

    trained = Signal(object)  # Run
    twin_trained = Signal(object)  # Run whose network was trained from scratch, to be compared with it
    failed = Signal(object)  # Exception
    ended = Signal()  # a training, however it went

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._last: tuple[Catalog, Run] | None = None
        self._out: Path | None = None
        page = desk.pages.train
        page.set_spec(desk.settings.spec)
        page.start_requested.connect(self.train)
        page.retry_requested.connect(lambda: self.train(page.spec()))
        page.untrained_requested.connect(self.train_untrained)
        page.scratch_requested.connect(self.train_from_scratch)
        desk.pages.results.transfer.scratch_requested.connect(self.train_twin)
        desk.pages.results.train_on_requested.connect(self._ask_of_open_run)
        page.cancel_requested.connect(desk.cancel)
        page.finish_requested.connect(self.finish_early)
        page.weights_file_chosen.connect(self.import_weights)
        page.results_requested.connect(lambda: desk.window.show_page("results"))

    @property
    def making(self) -> Path | None:
        """The run folder that the training at work makes."""
        job = self._desk.working.current
        return self._out if job and job.name == TRAINING else None

    def train(self, spec: ExperimentSpec) -> None:
        """Train on the present catalog."""
        desk = self._desk
        if desk.refuse():
            return
        spec = self._divided(spec)
        desk.settings.spec = spec
        self._start(spec, desk.catalog)

    def train_from_scratch(self) -> None:
        """Train the network of the last run from random weights, on the same pictures for as many epochs."""
        desk = self._desk
        if self._last is None or desk.refuse():
            return
        catalog, run = self._last
        if desk.catalog != catalog:
            desk.window.message_bar.show_message(
                "The pictures are not those of the last training any more.", "Train on these first.", "info"
            )
            return
        self._start_from_scratch(catalog, run)

    def train_twin(self) -> None:
        """The same for the open run, divided as it was: its verdict then counts both."""
        desk, run = self._desk, self._desk.run
        if run is None or desk.refuse():
            return
        try:
            catalog = self._twin_learns_from(run)
        except EngineError as error:
            desk.window.message_bar.show_message(error.message, error.hint, "info")
            return
        desk.window.show_page("train")
        job = self._start_from_scratch(catalog, run)

        def compare() -> None:
            job.finished.connect(lambda: self.twin_trained.emit(run))  # nothing else is at work then

        job.succeeded.connect(lambda _twin: compare())

    def _twin_learns_from(self, run: Run) -> Catalog:
        """The pictures of `run`; an `EngineError` where it has no use for a twin, or they are not here."""
        if not _transfers(run):
            raise EngineError("In this run nothing was transferred.", "Open one with a pretrained base.")
        if not run.is_of(self._desk.catalog):
            raise EngineError(
                "The pictures of this run are not on the Data page.", "Drop their folders there first."
            )
        return run.catalog()

    def _start_from_scratch(self, catalog: Catalog, run: Run) -> Job:
        spec = replace(run.spec.from_scratch(len(run.history)), head=run.head)
        return self._start(spec, catalog, run)

    def ask_train_on(self, run: Run) -> None:
        """Say what a training would begin and go on with that trains `run` on; then do it, or not."""
        desk = self._desk
        catalog, training = desk.catalog, desk.pages.train.spec().training
        if not catalog.labelled.pictures:
            desk.window.message_bar.show_message(
                "There are no pictures to train on with.", "Add some on the Data page first.", "info"
            )
            return
        if desk.refuse():
            return
        known = set(run.class_names)
        fresh = [safe(name) for name in catalog.labelled.class_names if name not in known]
        new = f" New to it: {', '.join(fresh)}." if fresh else ""
        name = desk.project.run_names.get(run.folder, run.folder.name)
        ask_train_on(
            desk.window,
            name,
            f"its {run.spec.base.backbone} and {head_words(run.head)}",
            f"Pictures, as on the Data page: {describe(catalog)}.{new}\n{training_words(run.head, training)}",
            lambda at_once: self.train_on(run) if at_once else desk.window.show_page("train"),
        )

    def _ask_of_open_run(self) -> None:
        if self._desk.run:
            self.ask_train_on(self._desk.run)

    def train_on(self, run: Run) -> None:
        """Train `run` on with the present catalog, by the choices that are made for a training here."""
        desk = self._desk
        if desk.refuse():
            return
        desk.window.show_page("train")
        spec = continued(run, desk.pages.train.spec().training)
        self._start(self._divided(spec), desk.catalog)
        desk.window.message_bar.show_message(
            f"This trains a run on, with its {run.spec.base.backbone} and {head_words(run.head)}.",
            "The backbone, weights and head chosen on this page wait for the next training.",
            "info",
        )

    def _divided(self, spec: ExperimentSpec) -> ExperimentSpec:
        """The same with the pictures divided as the project has it."""
        split = self._desk.project.split
        training = replace(
            spec.training,
            validation_share=split.validation,
            test_share=split.test,
            group_by=split.group_by,
        )
        return replace(spec, training=training)

    def _start(self, spec: ExperimentSpec, catalog: Catalog, compared: Run | None = None) -> Job:
        desk = self._desk
        out = desk.home.new_run(spec.base.backbone)
        places = Places(out, desk.store, desk.home.cache)
        return self.run(spec, out, tasks.train(catalog, spec, places), compared)

    def run(self, spec: ExperimentSpec, out: Path, task: tasks.Task[Run], compared: Run | None = None) -> Job:
        """Start a training that makes the run folder `out`, and show how it goes.

        Nothing else must be at work. The curves of `compared` are drawn beside its own.
        """
        self._out = out
        desk, page, catalog = self._desk, self._desk.pages.train, self._desk.catalog
        desk.window.message_bar.clear()
        page.begin_run(planned(spec), compared.history if compared else ())
        job = desk.working.start(TRAINING, task)
        job.progressed.connect(page.show_progress)
        job.epoch_ended.connect(page.add_epoch)
        job.succeeded.connect(lambda run: self._succeed(catalog, run, compared))
        job.failed.connect(self._fail)
        job.cancelled.connect(lambda: page.end_run("cancelled"))
        job.paused.connect(lambda: page.end_run("paused"))
        job.finished.connect(self.ended)
        job.finished.connect(self.look_up_weights)
        return job

    def train_untrained(self) -> None:
        """Train on random weights after all."""
        page = self._desk.pages.train
        spec = page.spec()
        page.set_spec(replace(spec, base=replace(spec.base, weights=UNTRAINED)))
        self.train(page.spec())

    def finish_early(self) -> None:
        """End the training after this epoch."""
        if self._desk.working.current:
            self._desk.working.current.finish_early()

    def import_weights(self, name: str, file: Path) -> None:
        """Check a weights file of the user's, keep a copy, and choose it."""
        desk = self._desk
        if desk.refuse():
            return
        task = tasks.import_weights(desk.store, backbone(name), file)
        job = desk.working.start("Checking the weights", task)

        def accept() -> None:
            desk.pages.train.set_weights_file(name, file)
            desk.window.message_bar.show_message(
                f"“{file.name}” fits {name} and is kept for the next time.", kind="success"
            )

        job.succeeded.connect(lambda _path: accept())
        job.finished.connect(self.look_up_weights)
        desk.on_failure(job)

    def look_up_weights(self) -> None:
        """Say of each backbone where its weights are, unless something is at work, which ends in asking."""
        desk = self._desk
        if desk.working.current:
            return
        job = desk.working.start("", tasks.weights_states(desk.store))

        def show(states: dict[str, str]) -> None:
            for name, text in states.items():
                desk.pages.train.set_weights_state(name, text)

        job.succeeded.connect(show)
        desk.on_failure(job)

    def _succeed(self, catalog: Catalog, run: Run, compared: Run | None) -> None:
        # It may have been begun another day, on other pictures.
        comparable = _transfers(run) and run.is_of(catalog)
        self._last = (catalog, run) if comparable else None
        self._desk.pages.train.end_run("succeeded", _outcome(run, compared), comparable, run.best_epoch)
        if run.is_of(self._desk.catalog):
            self._desk.history.amend(self._desk.project.with_run(run.folder))
        self.trained.emit(run)

    def _fail(self, error: Exception) -> None:
        page = self._desk.pages.train
        page.end_run("failed")
        self.failed.emit(error)
        if isinstance(error, WeightsUnavailableError):
            # The error's own hint names the command line's ways on; here they are three buttons.
            page.show_weights_problem(
                error.message, "Try again when the network is back, use a file that you have, or go without."
            )
        else:
            self._desk.show_error(error)


def planned(spec: ExperimentSpec) -> int:
    """How many epochs there are to be."""
    return spec.training.epochs + (spec.tuning.epochs if spec.tuning else 0)


def _transfers(run: Run) -> bool:
    """Whether its base was pretrained."""
    return run.spec.start == "pretrained" and not run.untrained


def _outcome(run: Run, compared: Run | None) -> str:
    """How a run ended, in a line that a narrow window has room for."""
    reached = percent(run.summary["val_accuracy"])
    if compared:
        before = percent(compared.summary["val_accuracy"])
        return f"Done. From scratch {reached} in validation, with the pretrained base {before}."
    if run.spec.start == "continued" and not run.best_epoch:
        return "Done. It is as it was: no epoch had a lower validation loss."
    if run.tuning:
        if not run.tuning.best_epoch:
            return f"Done. Tuning did not lower the loss: the head alone was kept, {reached}."
        before = percent(run.tuning.head_val_accuracy)
        return f"Done. Epoch {run.best_epoch}: {reached} in validation, with the head alone {before}."
    early = "; tuning had not begun" if run.spec.tuning else ""
    if not run.head.units and run.spec.start != "scratch":  # solved, for one L2 weight after the other
        head = "A plain head was taken: " if run.head_choice else ""
        return f"Done. {head}L2 weight {run.best_epoch} of {len(run.history)}{early or ', each an “epoch”'}."
    won = "The hidden layers have won. " if run.head_choice else ""
    why = early or ("" if won else ": lowest validation loss")
    return f"Done. {won}Epoch {run.best_epoch} was kept{why}."
