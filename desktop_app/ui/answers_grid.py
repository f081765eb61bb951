"""A grid of judged pictures: what each shows and what was said of it."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QShowEvent, Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.engine.catalog import Picture
from desktop_app.engine.judgement import Mistake
from desktop_app.ui.picture_grid import PictureGrid
from desktop_app.ui.picture_menu import copy_paths, show_in_file_manager
from desktop_app.ui.picture_viewer import PictureViewer
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.wording import percent


class AnswersGrid(PictureGrid):
    """Shows pictures and changes none; a double click or Return opens one large."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, parent)
        self._judged: dict[object, Mistake] = {}
        self.set_side(128)
        self.opened.connect(self._open)

    def show_judged(self, judged: Sequence[Mistake]) -> None:
        """These, in their order."""
        self._judged = {one.file: one for one in judged}
        self.show_pictures([Picture(one.file, said(one)) for one in judged])
        self.scrollToTop()

    def showEvent(self, event: QShowEvent) -> None:
        """Another grid may have wanted other thumbnails meanwhile."""
        super().showEvent(event)
        self._look_soon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Nothing can be left out here."""
        if event.key() not in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """For what is selected."""
        paths = self.selected
        if not paths:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, act in (
            ("&Open", lambda: self._open(paths[0])),
            ("&Show in file manager", lambda: show_in_file_manager(paths[0])),
            ("&Copy path" if len(paths) == 1 else "&Copy paths", lambda: copy_paths(paths)),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, act=act: act())
        menu.popup(event.globalPos())

    @Slot(object)
    def _open(self, path: object) -> None:
        judged = list(self._judged.values())
        pictures = [Picture(one.file, one.label, one.split) for one in judged]
        at = next(place for place, one in enumerate(judged) if one.file == path)
        viewer = PictureViewer(pictures, at, lambda file: _pairs(self._judged[file]), parent=self)
        viewer.only_show()
        viewer.open()


def said(one: Mistake) -> str:
    """What the picture shows, what was said instead, and how surely."""
    sure = percent(one.probability, 0)
    return f"{one.label} {sure}" if one.right else f"{one.label} → {one.said} {sure}"


def _pairs(one: Mistake) -> list[tuple[str, str]]:
    return [("Said", f"{one.said}, {percent(one.probability)}"), ("Loss", f"{one.loss:.3f}")]
