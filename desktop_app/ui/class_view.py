"""The list of classes as it is drawn, with drops taken onto a row."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.ui.class_colors import class_color, draw_class_marker
from desktop_app.ui.class_model import ClassModel, ClassRow
from desktop_app.ui.dropped import paths_in
from desktop_app.ui.picture_mime import has_pictures, pictures_in
from desktop_app.ui.theme import RADIUS, colors, set_role

_Index = QModelIndex | QPersistentModelIndex
_PAD, _MARKER, _BAR = 8, 10, 3  # pixels
_LONGEST = 200  # signs in a name


class ClassView(QListView):
    """One class a row. Keys: F2 renames, Delete excludes, Return on an excluded class includes it."""

    delete_pressed = Signal()
    return_pressed = Signal()
    pictures_dropped = Signal(object, object)  # list[Path] out of the grid, the label
    files_dropped = Signal(object, object)  # list[Path] from elsewhere, the label

    def __init__(self, model: ClassModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self.under: ClassRow | None = None  # the drag
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        set_role(self, "bare")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.EditKeyPressed | trigger.DoubleClicked)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setAccessibleName("Classes")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Return are for the panel, the rest for Qt."""
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and not editing:
            self.delete_pressed.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not editing:
            self.return_pressed.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pictures of the grid, and files, may come in."""
        if has_pictures(event.mimeData()) or event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)  # never a move: the files stay where they are
            event.accept()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The row under the mouse lights up if it takes the drop; near an edge the list scrolls."""
        point = event.position().toPoint()
        self._set_under(point)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(self.under is not None)
        inner = self.viewport().rect().adjusted(0, self.autoScrollMargin(), 0, -self.autoScrollMargin())
        if not inner.contains(point):
            self.startAutoScroll()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Nothing is dragged here any more."""
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped onto which class."""
        self._set_under(event.position().toPoint())
        under = self.under
        self._end_drag()
        own = has_pictures(event.mimeData())
        paths: list[Path] = pictures_in(event.mimeData()) if own else paths_in(event.mimeData())
        if not under or not paths:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        (self.pictures_dropped if own else self.files_dropped).emit(paths, under.label)

    def _set_under(self, point: QPoint) -> None:
        row = self._rows.row(self.indexAt(point))
        self.under = row if row and row.takes_drops else None
        self.viewport().update()

    def _end_drag(self) -> None:
        self.stopAutoScroll()
        self.under = None
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: ClassView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, option.fontMetrics.height() + 19)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(_LONGEST)
        editor.setAccessibleName(f"New name of {index.data()}")
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():  # else news would undo what is typed
            editor.setText(index.data(Qt.ItemDataRole.EditRole))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        editor.setGeometry(option.rect.adjusted(_PAD + _MARKER, 1, -2, -1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = self._view.model()
        row = model.row(index) if isinstance(model, ClassModel) else None
        if row is None or not isinstance(model, ClassModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_paper(painter, option, row)
        c = colors()
        box = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        marker = QRectF(box.left(), box.center().y() - _MARKER / 2 + 0.5, _MARKER, _MARKER)
        if row.color >= 0 and not row.excluded:
            draw_class_marker(painter, marker, row.color)
        elif row.label is not None:
            painter.setPen(QPen(QColor(c.faded), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(marker)
        words = box.adjusted(_MARKER + _PAD if row.label is not None else 0, 0, 0, 0)
        has_bar = row.label is not None and not row.excluded
        self._paint_words(painter, option, row, words.adjusted(0, 0, 0, -_BAR - 3 if has_bar else 0))
        if has_bar:
            track = QRectF(words.left(), words.bottom() - _BAR - 4, words.width(), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.border))
            painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
            track.setWidth(max(_BAR, track.width() * row.count / model.largest))
            painter.setBrush(class_color(row.color) if row.color >= 0 else QColor(c.muted))
            painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        painter.restore()

    def _paint_paper(self, painter: QPainter, option: QStyleOptionViewItem, row: ClassRow) -> None:
        c = colors()
        state = QStyle.StateFlag
        under = self._view.under is not None and row.label == self._view.under.label
        paper = QRectF(option.rect).adjusted(1, 1, -1, -1)
        focused = option.state & state.State_HasFocus and option.state & state.State_KeyboardFocusChange
        if option.state & state.State_Selected or under:
            painter.setBrush(QColor(c.accent_soft))
        elif option.state & state.State_MouseOver:
            painter.setBrush(QColor(c.hover))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.accent), 2) if under or focused else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(paper, RADIUS - 2, RADIUS - 2)

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, row: ClassRow, box: QRect
    ) -> None:
        c = colors()
        count = f"{row.count:,}"
        painter.setFont(option.font)
        wide = option.fontMetrics.horizontalAdvance(count)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(c.faded if row.excluded else c.muted))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, count)
        font = option.font
        if row.label is None:
            font.setWeight(font.Weight.DemiBold)
        font.setItalic(row.label == "")
        font.setStrikeOut(row.excluded)
        painter.setFont(font)
        painter.setPen(QColor(c.faded if row.excluded else c.text))
        room = box.adjusted(0, 0, -wide - _PAD, 0)
        text = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute, text)
