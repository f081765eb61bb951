"""Control of runs that were stopped: paused, offered again at the next start, resumed or discarded."""

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.control.training import TRAINING, TrainingControl, planned
from desktop_app.engine.errors import EngineError
from desktop_app.engine.pipeline import Places
from desktop_app.engine.unfinished import Unfinished, discard, find_unfinished
from desktop_app.jobs import tasks


class ResumingControl(QObject):
    """Offers the latest of the runs that were stopped."""

    def __init__(self, desk: Desk, training: TrainingControl) -> None:
        super().__init__(desk)
        self._desk, self._training = desk, training
        self._waiting: Unfinished | None = None
        page = desk.pages.train
        page.pause_requested.connect(self.pause)
        page.resume_requested.connect(self.resume)
        page.discard_requested.connect(self.discard)
        training.ended.connect(self.look)

    def look(self) -> None:
        """See what is there to be resumed."""
        self._waiting = next(iter(find_unfinished(self._desk.home.runs)), None)
        self._desk.pages.train.set_waiting(_words(self._waiting) if self._waiting else "")

    def offer(self) -> None:
        """At the start of the session, say what was stopped in an earlier one."""
        self.look()
        if self._waiting and not self._desk.window.message_bar.text:
            self._desk.window.message_bar.show_message(
                _words(self._waiting),
                "It goes on with its own pictures and settings.",
                "info",
                [("Resume", self.resume), ("Discard", self.discard)],
            )

    def pause(self) -> bool:
        """Stop the training at work so that it can go on later; whether there is one."""
        job = self._desk.working.current
        if not job or job.name != TRAINING:
            return False
        job.pause()
        return True

    def resume(self) -> None:
        """Go on with what was stopped last."""
        if self._waiting:
            self.resume_from(self._waiting)

    def resume_from(self, waiting: Unfinished) -> None:
        """Go on with one that was stopped."""
        desk = self._desk
        if desk.refuse():
            return
        desk.window.show_page("train")
        if waiting.spec.start == "pretrained":  # whose choices are made from another run's, not on the page
            desk.pages.train.set_spec(waiting.spec)
        places = Places(waiting.out, desk.store, desk.home.cache)
        self._training.run(waiting.spec, waiting.out, tasks.resume(waiting, places))

    def discard(self) -> None:
        """Forget what was stopped."""
        self._desk.window.message_bar.clear()
        if self._waiting:
            try:
                discard(self._waiting.folder)
            except EngineError as error:
                self._desk.show_error(error)
        self.look()


def _words(stopped: Unfinished) -> str:
    """What was stopped, and how far it was."""
    begun, total = f"{stopped.begun.astimezone():%Y-%m-%d at %H:%M}", planned(stopped.spec)
    done = (
        f"after epoch {len(stopped.rows)} of {total}" if stopped.rows else "before its first epoch had ended"
    )
    return f"A training with {stopped.spec.base.backbone}, begun on {begun}, was stopped {done}."
