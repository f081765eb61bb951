"""The Data page while there are no pictures: what to do, and what is understood."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui import icons
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.folder_tree import FolderTree
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import GAP, MARGIN, RADIUS, colors

_LAYOUTS = {
    "A folder of classes": [(0, "insects", ""), (1, "ants", "120 pictures"), (1, "bees", "140 pictures")],
    "Split already": [(0, "train", "ants, bees"), (0, "val", "ants, bees"), (0, "test", "if you have it")],
    "One class at a time": [(0, "ants", "drop it"), (0, "bees", "then this one")],
}
_MOST_RECENT = 4


class EmptyData(QWidget):
    """A large friendly place to drop folders on; the window itself takes the drop."""

    add_requested = Signal()
    demo_requested = Signal()
    recent_chosen = Signal(object)  # a Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        title = label("Drop folders of pictures here", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = label("One folder for each class. The folder's name becomes the name of the class.", "hint")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.add = push_button("&Add folder…", self.add_requested.emit, "primary")
        self.demo = push_button("Try the &sample pictures", self.demo_requested.emit)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch()
        buttons.addWidget(self.add)
        buttons.addWidget(self.demo)
        buttons.addStretch()
        self._recent_row = QHBoxLayout()
        self._recent_row.setSpacing(GAP // 2)

        column = QVBoxLayout(self)
        column.setContentsMargins(2 * MARGIN, MARGIN, 2 * MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addStretch(3)
        column.addWidget(self._sign)
        column.addWidget(title)
        column.addWidget(hint)
        column.addSpacing(GAP)
        column.addLayout(buttons)
        column.addStretch(2)
        column.addLayout(_layouts())
        column.addStretch(2)
        column.addLayout(self._recent_row)
        self._tint()

    def show_recent(self, recent: list[Path]) -> None:
        """Offer the folders used last."""
        while item := self._recent_row.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        if not recent:
            return
        self._recent_row.addStretch()
        self._recent_row.addWidget(label("Recent:", "hint"))
        for path in recent[:_MOST_RECENT]:
            self._recent_row.addWidget(self._make_recent(path))
        self._recent_row.addStretch()

    def _make_recent(self, path: Path) -> QPushButton:
        name = self.fontMetrics().elidedText(_short(path), Qt.TextElideMode.ElideMiddle, 180)
        act = partial(self.recent_chosen.emit, path)
        button = push_button(name.replace("&", "&&"), act, "quiet", plain_tip(path))
        button.setAccessibleName(safe(f"Open {path}"))
        return button

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors().outline), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(colors().card))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 2 * RADIUS, 2 * RADIUS)
        painter.end()

    def _tint(self) -> None:
        self._sign.setPixmap(icons.pixmap("drop", 72, colors().accent))


def _layouts() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(3 * MARGIN)
    row.addStretch()
    for heading, lines in _LAYOUTS.items():
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(label(heading, "hint"))
        column.addWidget(FolderTree(lines))
        column.addStretch()
        row.addLayout(column)
    row.addStretch()
    return row


def _short(path: Path) -> str:
    """The last two parts of a path: “train” alone says little."""
    return safe("/".join(path.parts[-2:])) if len(path.parts) > 2 else safe(path)
