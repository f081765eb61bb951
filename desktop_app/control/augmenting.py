"""Control of augmentation's preview: some of the user's pictures, as the chosen views show them."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.backbones import backbone
from desktop_app.jobs import tasks
from desktop_app.jobs.runner import Runner
from desktop_app.ui.views_preview import COLUMNS, ROWS


class AugmentingControl(QObject):
    """Keeps the preview true to the choices and to the pictures; a training does not hold it up."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._form = desk.pages.train.settings.views
        self._first = 0
        self._shown: object = None
        self.runner = Runner(self)
        desk.pages.train.spec_changed.connect(lambda _spec: self.refresh())
        desk.arranged.connect(self.refresh)
        self._form.others_requested.connect(self._show_others)
        self.refresh()

    def refresh(self) -> None:
        """Make the views anew if they would be others."""
        spec = self._desk.pages.train.spec()
        size, files = backbone(spec.base.backbone).size, self._files()
        wanted = (files, spec.views, size, spec.base.resize)
        if spec.views is None or wanted == self._shown:
            return
        self._shown = wanted
        job = self.runner.start("", tasks.preview_views(files, spec.views, COLUMNS, size, spec.base.resize))
        job.succeeded.connect(self._form.show_views)
        self._desk.on_failure(job)

    def _show_others(self) -> None:
        self._first += 1
        self.refresh()

    def _files(self) -> list[Path]:
        """One from each part of the catalog, where the classes lie one after the other."""
        pictures = self._desk.catalog.pictures
        step = max(1, len(pictures) // ROWS)
        places = dict.fromkeys((self._first + row * step) % max(1, len(pictures)) for row in range(ROWS))
        return [pictures[place].path for place in places] if pictures else []
