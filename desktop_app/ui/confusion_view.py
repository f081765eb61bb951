"""The confusion matrix as a table: a row a true class, a column a predicted one, darker where more."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMarginsF,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPageSize, QPainter, QPdfWriter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.engine.report import Report
from desktop_app.ui.copy_table import CopyTable
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.saving import save_table
from desktop_app.ui.theme import colors, set_role
from desktop_app.ui.wording import percent, pictures

_Index = QModelIndex | QPersistentModelIndex
_SHARE = Qt.ItemDataRole.UserRole
_SMALLEST, _LARGEST = 24, 132  # sides of a cell, pixels
_ROOMY = 72  # from this side on, a cell tells its share of the row as well
_NAME_WIDTH = 150  # a longer class name is cut, with the whole of it in the tooltip
_MANY = 8  # from so many classes on, the columns' names stand upright


class ConfusionModel(QAbstractTableModel):
    """Counts as text, each with its share of the row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()

    @property
    def largest(self) -> int:
        """The widest number to show."""
        return max(map(max, self._counts), default=0)

    def show_report(self, report: Report) -> None:
        """Hold another report."""
        self.beginResetModel()
        self._names, self._counts = tuple(map(safe, report.class_names)), report.confusion
        self.endResetModel()

    def rowCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """One row a class."""
        return len(self._names)

    def columnCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """As many as there are."""
        return len(self._names)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, as Qt asks for it."""
        if max(index.row(), index.column()) >= len(self._names):
            return None
        row = self._counts[index.row()]
        count, total = row[index.column()], sum(row)
        truth, guess = self._names[index.row()], self._names[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return count
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                verb = "recognised" if truth == guess else f"taken for “{guess}”"
                share = f", {percent(count / total)}" if total else ""
                text = f"{count} of {pictures(total)} of “{truth}” {verb}{share}"
                return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
            case Qt.ItemDataRole.UserRole:
                return count / total if total else 0.0
        return None

    def headerData(
        self, section: int, _orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A header, as Qt asks for it: also for sections that have just gone, while the model is reset."""
        if section >= len(self._names):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._names[section]
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._names[section])
        return None


class ConfusionView(CopyTable):
    """Square cells, as large as the room given by `fit` allows; else flat ones, else they scroll.

    A double click or Return opens a cell.
    """

    opened = Signal(int, int)  # row, column

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.doubleClicked.connect(self._open)
        self._model = ConfusionModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Cell(self))
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, self))
        self.setShowGrid(False)
        set_role(self, "bare")
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.setAccessibleName(
            "Confusion matrix: a row for each true class, a column for each predicted class"
        )

    def show_report(self, report: Report) -> None:
        """Show another matrix; give it room by `fit` then."""
        self._model.show_report(report)

    def fit(self, room: QSize) -> QSize:
        """Choose the cells' size for `room`; returns how much of it is needed."""
        count = self._model.rowCount()
        if not count:
            return room
        left, top = self._headers()
        digits = self.fontMetrics().horizontalAdvance(f"{self._model.largest:,}") + 12
        width, height = room.width() - left, room.height() - top
        side = max(_SMALLEST, digits, min(_LARGEST, width // count, height // count))
        line = self.fontMetrics().height() + 4
        flat = line * count <= height < side * count  # better than to scroll
        cell = QSize(side, height // count if flat else side)
        self._set_cells(cell)
        return QSize(left + count * cell.width(), top + count * cell.height()).boundedTo(room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens the current cell."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def save(self, path: Path) -> None:
        """All of it as a CSV table, PNG, SVG or PDF, by the name's ending; an `OSError` where it fails."""
        match path.suffix.lower():
            case ".csv":
                save_table(self, path)
            case ".svg" | ".pdf" as kind:
                with path.open("wb"):
                    """Says why it cannot be written, which the drawing does not."""
                self._draw(path, kind)
            case _:
                if not self.picture().save(str(path)):
                    raise OSError(f"“{path}” could not be written")

    def picture(self) -> QPixmap:
        """The whole matrix, also what is scrolled out of sight."""
        whole = self._whole()
        drawn = whole.grab()
        whole.deleteLater()
        return drawn

    def _draw(self, path: Path, kind: str) -> None:
        whole = self._whole()
        if kind == ".pdf":
            page = QPdfWriter(str(path))
            page.setTitle(whole.accessibleName())
            page.setResolution(whole.logicalDpiX())
            size = QSizeF(whole.size()) / whole.logicalDpiX()
            page.setPageSize(QPageSize(size, QPageSize.Unit.Inch))
            page.setPageMargins(QMarginsF())
            whole.render(page)
        else:
            drawing = QSvgGenerator()
            drawing.setFileName(str(path))
            drawing.setSize(whole.size())
            drawing.setViewBox(whole.rect())
            drawing.setTitle(whole.accessibleName())
            whole.render(drawing)
        whole.deleteLater()

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.row(), index.column())

    def _whole(self) -> "ConfusionView":
        """Another view of the same matrix, as large as all of it needs."""
        whole = ConfusionView()
        whole.setModel(self._model)
        whole.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        count, side = self._model.rowCount(), self.horizontalHeader().defaultSectionSize()
        left, top = whole._headers()
        whole.resize(left + count * side, top + count * side)
        whole._set_cells(QSize(side, side))
        return whole

    def _headers(self) -> tuple[int, int]:
        """The room that the names need, to the left and above, with two pixels to spare."""
        return self.verticalHeader().sizeHint().width() + 2, self.horizontalHeader().sizeHint().height() + 2

    def _set_cells(self, size: QSize) -> None:
        for header, side in ((self.horizontalHeader(), size.width()), (self.verticalHeader(), size.height())):
            header.setMinimumSectionSize(1)
            header.setDefaultSectionSize(side)


class _Cell(QStyledItemDelegate):
    """A count on a ground that tells its share of the row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        c = colors()
        share, count = index.data(_SHARE), index.data()
        right = index.row() == index.column()
        rect: QRect = option.rect.adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(c.card, c.accent if right else c.bad, 0.05 + 0.95 * share if share else 0.02))
        painter.drawRoundedRect(rect, 4, 4)
        view = self.parent()
        if isinstance(view, CopyTable) and view.hasFocus() and view.currentIndex() == index:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(c.text))
            painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(QColor(c.on_accent if share > 0.5 else c.text if count else c.muted))
        if rect.height() < _ROOMY or not count:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
        else:
            self._write_both(painter, rect, f"{count:,}", percent(share))
        painter.restore()

    @staticmethod
    def _write_both(painter: QPainter, rect: QRect, count: str, share: str) -> None:
        """The count, large, over its share of the row."""
        line, center = painter.fontMetrics().height(), Qt.AlignmentFlag.AlignCenter
        painter.drawText(rect.translated(0, round(0.8 * line)), center, share)
        font = painter.font()
        font.setPointSizeF(1.4 * font.pointSizeF())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.drawText(rect.translated(0, round(-0.5 * line)), center, count)


class _Names(QHeaderView):
    """Class names; upright over the columns where they would not fit otherwise."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        names = (str(self.model().headerData(i, self.orientation())) for i in range(self.count()))
        longest = min(_NAME_WIDTH, max(map(self.fontMetrics().horizontalAdvance, names), default=0) + 16)
        if self.orientation() == Qt.Orientation.Vertical:
            return QSize(max(longest, 60), height)
        return QSize(height, longest if self._upright else height + 12)

    @property
    def _upright(self) -> bool:
        return self.count() >= _MANY

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        painter.save()
        painter.setPen(QColor(colors().muted))
        name = str(self.model().headerData(logicalIndex, self.orientation()))
        side = Qt.AlignmentFlag.AlignRight
        if self.orientation() == Qt.Orientation.Horizontal:
            side = Qt.AlignmentFlag.AlignLeft if self._upright else Qt.AlignmentFlag.AlignHCenter
            if self._upright:
                painter.translate(QPoint(rect.left(), rect.bottom()))
                painter.rotate(-90)
                rect = QRect(0, 0, rect.height(), rect.width())
        inside = rect.adjusted(6, 0, -6, 0)
        text = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(inside, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def mix(ground: str, ink: str, share: float) -> QColor:
    """`ink` over `ground`, `share` of it, in [0, 1]."""
    a, b = QColor(ground), QColor(ink)
    return QColor.fromRgbF(
        *(x + (y - x) * share for x, y in zip(a.getRgbF()[:3], b.getRgbF()[:3], strict=True))  # type: ignore[index]
    )
