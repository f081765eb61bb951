"""The column at the page's side: parts below each other, which scroll where the window is low."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.fold_card import FoldCard
from desktop_app.ui.theme import GAP

_WIDTH = 300  # pixels, of the parts
_BAR = 14  # for the scroll bar, also while there is none, so that nothing jumps


class SideColumn(QScrollArea):
    """Shares its height among `parts`: those that stretch get what the others leave."""

    def __init__(self, parts: list[FoldCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = QWidget()
        self._column = column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for part in parts:
            part.setFixedWidth(_WIDTH)
            column.addWidget(part)
        column.addStretch(0)
        self.setWidget(self._inside)
        self._inside.installEventFilter(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH + _BAR)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height is shared out anew."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A part that folds or grows leaves another height to the rest."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """As high as what is seen, or as the parts need; Qt's own way would give them all they would like."""
        width = self.viewport().width()  # never more, or it could scroll sideways
        self._column.setContentsMargins(0, 0, max(0, width - _WIDTH), 0)
        needed = self._column.minimumHeightForWidth(width) + sum(
            map(self._wrapped, range(self._column.count()))
        )
        self._inside.resize(width, max(self.viewport().height(), needed))

    def _wrapped(self, place: int) -> int:
        """What a part takes beyond its least height where its words wrap; Qt cuts it off for a neighbour."""
        item = self._column.itemAt(place)
        if item is None or not item.hasHeightForWidth():
            return 0
        return max(0, item.heightForWidth(_WIDTH) - item.minimumHeightForWidth(_WIDTH))
