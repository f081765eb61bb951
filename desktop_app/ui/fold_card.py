"""A card that folds down to its heading and a few words."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui.card import Card, small_button
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.theme import GAP


class FoldCard(Card):
    """Add what folds away to `inside`, and to `tools` what stands in the heading while the card is open."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(heading, parent)
        self._heading, self._words, self._stretches = heading, "", False
        self._summary = ElidedLabel(role="hint")
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._tools, self._content = QWidget(), QWidget()
        self.tools = QHBoxLayout(self._tools)
        self.tools.setContentsMargins(0, 0, 0, 0)
        self.tools.setSpacing(2)
        self.fold = small_button("", "Fold or unfold this part")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._show_state)
        self.head.setStretch(0, 0)
        self.head.setSpacing(2)
        self.head.addWidget(self._summary, 1)
        self.head.addWidget(self._tools)
        self.head.addWidget(self.fold)
        self.inside = QVBoxLayout(self._content)
        self.inside.setSpacing(GAP // 2 + 2)
        self.body.addWidget(self._content, 1)
        self.body.setContentsMargins(GAP + 4, GAP - 4, GAP - 2, GAP)  # the button's own edge is unseen
        self.inside.setContentsMargins(0, 0, 6, 0)
        self._show_state(False)

    def set_summary(self, words: str) -> None:
        """What stands beside the heading while the card is folded."""
        self._words = words
        self._show_state(self.fold.isChecked())

    def set_stretches(self, stretches: bool) -> None:
        """Whether the card wants the room that is left, as one with a list does."""
        self._stretches = stretches
        self._show_state(self.fold.isChecked())

    def sizeHint(self) -> QSize:
        """As high as its present width asks for; Qt would bound it by the height at another."""
        hint = super().sizeHint()
        return QSize(hint.width(), self.heightForWidth(self.width())) if self.hasHeightForWidth() else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps the words elsewhere."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _show_state(self, folded: bool) -> None:
        self._content.setVisible(not folded)
        self._tools.setVisible(not folded)
        self._summary.setText(self._words if folded else "")
        self.fold.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        self.fold.setAccessibleName(f"{'Unfold' if folded else 'Fold'} {self._heading}")
        grows = self._stretches and not folded
        vertical = QSizePolicy.Policy.Expanding if grows else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, vertical)
