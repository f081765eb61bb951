"""Control of the learning-rate finder: a dialog, a short sweep, and the rate that the user takes."""

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.jobs import tasks
from desktop_app.ui.rate_dialog import RateDialog


class RatesControl(QObject):
    """Finds a rate for the head as it is set, on the pictures that are open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        desk.pages.train.rate_requested.connect(self.find)

    def find(self) -> None:
        """Open the dialog and begin; nothing else is at work meanwhile."""
        desk, page = self._desk, self._desk.pages.train
        if desk.refuse():
            return
        desk.window.message_bar.clear()
        dialog = RateDialog(desk.window)
        dialog.chosen.connect(page.set_rate)
        task = tasks.find_rate(desk.catalog, page.spec(), desk.store, desk.home.cache)
        job = desk.working.start("Finding a learning rate", task)
        job.progressed.connect(dialog.show_progress)  # methods, not lambdas: it may be closed by then
        job.succeeded.connect(dialog.show_curve)
        job.failed.connect(dialog.reject)
        desk.on_failure(job)
        dialog.stopped.connect(desk.cancel)
        dialog.open()
