"""The confusion matrix with its axes named; its cells open their pictures."""

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.engine.report import Report
from desktop_app.ui.confusion_view import ConfusionView
from desktop_app.ui.saving import FIGURE, TABLE, SaveBar, copy_whole, under
from desktop_app.ui.theme import GAP, set_role

_LEGEND = "Rows: what the pictures show. Columns: what the classifier says."
_OPENS = " Double click a cell to see its pictures."


class ConfusionPanel(QWidget):
    """Frames a `ConfusionView`."""

    cell_opened = Signal(int, int)  # the true class, the class said

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ConfusionView()
        self._stage = _Stage(self.view)
        self._legend = _LEGEND
        self.bar = SaveBar(
            _LEGEND, self.view, "confusion.png", {**FIGURE, **TABLE}, self.view.save, self._copy
        )
        under(self, self.bar, self._stage)
        self.view.opened.connect(self.cell_opened)

    def show_report(self, report: Report) -> None:
        """Show another matrix."""
        self.bar.say(self._legend)
        self.view.show_report(report)
        self._stage.arrange()

    def set_opens(self, opens: bool) -> None:
        """Whether it is known which pictures are behind the cells."""
        self._legend = _LEGEND + _OPENS if opens else _LEGEND

    def _copy(self) -> None:
        copy_whole(self.view)


class _Stage(QFrame):
    """Has the matrix in its middle, as large as it goes."""

    def __init__(self, view: ConfusionView) -> None:
        super().__init__()
        set_role(self, "card")
        self.setMinimumSize(160, 120)
        self._view = view
        view.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put the matrix in its place."""
        room = self.rect().adjusted(GAP, GAP, -GAP, -GAP)
        place = QRect(room.topLeft(), self._view.fit(room.size()))
        place.moveCenter(room.center())
        self._view.setGeometry(place)
