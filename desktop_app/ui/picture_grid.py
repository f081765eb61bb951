"""The grid of pictures: thumbnails that are looked at, selected, dragged and opened."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QListView, QWidget

from desktop_app.engine.catalog import Picture
from desktop_app.ui.grid_place import GridPlace
from desktop_app.ui.grid_view import GridView
from desktop_app.ui.picture_cell import PictureCell
from desktop_app.ui.picture_filter import PictureFilter
from desktop_app.ui.picture_menu import PictureMenu, copy_paths
from desktop_app.ui.picture_mime import pictures_to_mime
from desktop_app.ui.picture_model import PictureModel
from desktop_app.ui.thumbnails import Thumbnails

SIDES = (64, 96, 128, 176, 256)  # of the thumbnails, pixels
_LOOK = 40  # milliseconds between two looks at what is seen now


class PictureGrid(GridView):
    """Shows a catalog's pictures and says what is wanted with them; changes nothing itself.

    Paths travel as Python objects: a QString would spoil a name that is not UTF-8.
    """

    opened = Signal(object)  # the Path
    leave_out_requested = Signal(object)  # list[Path]
    take_back_requested = Signal(object)  # list[Path]
    move_requested = Signal(object, object)  # list[Path], the label
    selection_changed = Signal(int)  # how many are selected
    shown_changed = Signal(int, int)  # how many are shown, of how many
    side_changed = Signal(int)  # of the thumbnails, pixels

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._pictures = PictureModel(thumbnails.reason, self)
        self._cell = PictureCell(self._pictures, thumbnails, self)
        self._near: dict[Path, int] = {}  # the rows that are seen or soon will be
        self._last = range(0)  # the rows seen at the last look
        self._look_timer = QTimer(self, singleShot=True, interval=_LOOK)
        self._look_timer.timeout.connect(self._look)
        self.setModel(self._pictures)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setAccessibleName("Pictures")
        self.verticalScrollBar().valueChanged.connect(self._look_soon)
        thumbnails.ready.connect(self._show_thumbnail)

    # What is shown

    def show_pictures(
        self,
        pictures: Sequence[Picture],
        badges: Mapping[Path, str] | None = None,
        left_out: Collection[Path] = frozenset(),
    ) -> None:
        """Show other pictures, or what has become of these; what is selected and still there stays so.

        Args:
            pictures: all of them, in the order of the grid.
            badges: what a check has found, a sentence a picture.
            left_out: those of `pictures` that are not used, drawn pale; best a set.
        """
        self._keep_place(partial(self._pictures.show_pictures, pictures, badges or {}, left_out))

    def set_filter(self, wanted: PictureFilter) -> None:
        """Show only what is `wanted`."""
        self._keep_place(partial(self._pictures.set_filter, wanted))

    def set_classes(self, names: Sequence[str]) -> None:
        """The classes that pictures can be moved to, in alphabetical order."""
        self._pictures.set_classes(names)
        self._cell.refresh()
        self.viewport().update()

    @property
    def shown(self) -> Sequence[Picture]:
        """The pictures that match the filter, in order."""
        return self._pictures.shown

    @property
    def total(self) -> int:
        """How many pictures there are, shown or not."""
        return self._pictures.total

    @property
    def count_selected(self) -> int:
        """How many are selected."""
        return sum(part.height() for part in self.selected_parts())

    @property
    def selected(self) -> list[Path]:
        """Those selected, in order."""
        return [self.shown[row].path for row in self.selected_rows()]

    def go_to(self, path: Path) -> None:
        """Make this picture the current and only selected one, and scroll to it; if it is shown."""
        row = self.row_of(path)
        if row >= 0:
            self.setCurrentIndex(self._pictures.index(row, 0))

    def row_of(self, path: Path) -> int:
        """Where it is shown, or -1."""
        return self._pictures.row_of(path)

    def rows_of(self, paths: Collection[Path]) -> list[int]:
        """Where those of them are that are shown."""
        return self._pictures.rows_of(paths)

    @property
    def side(self) -> int:
        """Of the thumbnails, in pixels."""
        return self._cell.side

    def set_side(self, side: int) -> None:
        """Show thumbnails of another size, and still the same pictures."""
        if side == self.side:
            return
        first = self.rows_seen().start
        self._cell.side = side
        self._cell.refresh()
        self.updateGeometries()
        self.verticalScrollBar().setValue(self.places.origin(first)[1])
        self.viewport().update()
        self._look_soon()
        self.side_changed.emit(side)

    def zoom(self, steps: int) -> None:
        """Larger or smaller by so many steps."""
        nearest = min(SIDES, key=lambda side: abs(side - self.side))
        place = SIDES.index(nearest) + steps
        self.set_side(SIDES[min(max(place, 0), len(SIDES) - 1)])

    # For the view

    def cell_size(self) -> QSize:
        """By the thumbnails' size and the font's."""
        return self._cell.size

    def is_on_cell(self, box: QRect, point: QPoint) -> bool:
        """The thumbnail and its words; a rubber band begins beside them."""
        return self._cell.solid(box).contains(point)

    def paint_cell(self, painter: QPainter, box: QRect, row: int, selected: bool, current: bool) -> None:
        """Draw a picture."""
        self._cell.paint(painter, box, self.shown[row], selected, current)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Say how many."""
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit(self.count_selected)

    def updateGeometries(self) -> None:
        """Other cells may be seen now."""
        super().updateGeometries()
        self._look_soon()

    # Keys and the mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens, Delete leaves out, Ctrl with + and - zooms, Ctrl+C copies paths."""
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open_current()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self.selected:
            self.leave_out_requested.emit(self.selected)
        elif event.matches(QKeySequence.StandardKey.Copy):
            copy_paths(self.selected)
        elif control and key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(1)
        elif control and key == Qt.Key.Key_Minus:
            self.zoom(-1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl it zooms."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        elif event.angleDelta().y():
            self.zoom(1 if event.angleDelta().y() > 0 else -1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """For what is selected, by the mouse or by its key."""
        paths = self.selected
        if not paths:
            return
        out = all(path in self._pictures.left_out for path in paths)
        menu = PictureMenu(paths, list(self._pictures.classes), out, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.open_requested.connect(self._open_current)
        menu.leave_out_requested.connect(self.leave_out_requested)
        menu.take_back_requested.connect(self.take_back_requested)
        menu.move_requested.connect(self.move_requested)
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        menu.popup(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open it."""
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self._open_current()

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Take the selected pictures along: to a class, or as files to another program."""
        paths = self.selected
        if not paths:
            return
        drag = QDrag(self)
        drag.setMimeData(pictures_to_mime(paths))
        drag.setPixmap(self._cell.dragged(self.shown[max(0, self.currentIndex().row())], len(paths)))
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.LinkAction, Qt.DropAction.CopyAction)

    def changeEvent(self, event: QEvent) -> None:
        """Another font or scheme: draw anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self._cell.refresh()
            self.updateGeometries()
            self.viewport().update()

    # Thumbnails

    @Slot()
    def _look_soon(self) -> None:
        if not self._look_timer.isActive():
            self._look_timer.start()

    @Slot()
    def _look(self) -> None:
        """Want what is on the screen, then a page on and a page back; nothing while it flies past."""
        seen, last = self.rows_seen(), self._last
        self._last = seen
        if last and abs(seen.start - last.start) > len(last):
            self._thumbnails.want((), self._cell.device_side)
            self._look_timer.start()
            return
        near = self.rows_seen(self.viewport().height())
        rows = [*seen, *range(seen.stop, near.stop), *reversed(range(near.start, seen.start))]
        self._near = {self.shown[row].path: row for row in rows}
        self._thumbnails.want(list(self._near), self._cell.device_side)

    @Slot(object)
    def _show_thumbnail(self, path: Path) -> None:
        row = self._near.get(path, -1)
        if 0 <= row < self.places.count:
            self.viewport().update(self._cell.square(self.cell(row)))

    def _open_current(self) -> None:
        row = self.currentIndex().row()
        if row >= 0:
            self.opened.emit(self.shown[row].path)

    def _keep_place(self, change: Callable[[], None]) -> None:
        place = GridPlace.of(self)
        change()
        self._near, self._last = {}, range(0)
        place.restore(self)
        self.selection_changed.emit(self.count_selected)
        self.shown_changed.emit(len(self.shown), self.total)
        self._look_soon()
