"""Control of the backbones' speeds: measured on this device, one after the other, when the user asks."""

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.jobs import tasks


class SpeedsControl(QObject):
    """Measures what the table of backbones asks for; nothing else is at work meanwhile."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._choice = desk.pages.train.settings.backbone
        self._choice.speeds_requested.connect(self.measure)
        self._choice.speeds_cancelled.connect(self._stop)
        self._names: tuple[str, ...] = ()

    def measure(self, names: tuple[str, ...]) -> None:
        """Measure each of `names`."""
        if not names or self._desk.refuse():
            return
        self._names = names
        self._next()

    def _next(self) -> None:
        self._choice.set_measuring(self._names)
        if not self._names:
            return
        name = self._names[0]
        desk = self._desk
        job = desk.working.start("Measuring the backbones", tasks.speed(name))

        def take(pictures: float) -> None:
            self._choice.set_speed(name, pictures)
            self._names = self._names[1:]

        def give_up() -> None:
            self._names = ()

        job.succeeded.connect(take)
        desk.on_failure(job, give_up)
        job.finished.connect(self._next)

    def _stop(self) -> None:
        self._desk.cancel()
