"""Control of the Try page: the open run's model is asked about new pictures."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.catalog import Problem
from desktop_app.engine.evaluation import Prediction


class TryControl(QObject):
    """Asks about what is dropped on the page, and about single files dropped anywhere."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        desk.window.files_dropped.connect(self.take)
        desk.pages.try_out.pictures_dropped.connect(self.take)

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
        self._predict(paths)

    def _predict(self, paths: list[Path]) -> None:
        desk, page = self._desk, self._desk.pages.try_out
        if desk.run is None or desk.refuse():
            return
        desk.window.message_bar.clear()
        page.show_predicting("Looking…")
        job = desk.working.start("Looking at pictures", desk.models.predict(desk.run, paths))
        job.progressed.connect(lambda _fraction, text: page.show_predicting(text))

        def show(answer: tuple[list[Prediction], list[Problem]]) -> None:
            predictions, problems = answer
            page.show_predictions(predictions)
            desk.show_left_out(problems)

        job.succeeded.connect(show)
        desk.on_failure(job, lambda: page.show_predictions([]))
