"""Control of heat maps: the open run's model is asked where it looked."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.errors import EngineError


class HeatControl(QObject):
    """Answers what is asked at the window's heat desk, while nothing else is at work."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        desk.window.heat.wanted.connect(self._ask)

    def show_run(self) -> None:
        """The open run is another one, or none."""
        self._desk.window.heat.ready = self._desk.run is not None

    def _ask(self, file: Path) -> None:
        desk, heat = self._desk, self._desk.window.heat
        if desk.run is None:
            return
        if why := desk.at_work():
            heat.refused.emit(file, why)
            return
        job = desk.working.start("", desk.models.heat(desk.run, file))
        job.succeeded.connect(heat.found)

        def fail(error: Exception) -> None:
            heat.refused.emit(file, str(error) if isinstance(error, EngineError) else "That went wrong.")
            if not isinstance(error, EngineError):
                desk.show_error(error)

        job.failed.connect(fail)
