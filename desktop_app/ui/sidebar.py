"""The sidebar: the pages in the order of the work, how far it has come, and what stands beside the work."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui import icons
from desktop_app.ui.theme import GAP, colors, set_role

PAGES = ("data", "train", "results", "try", "export")
RUNS = "runs"  # no step of the work
ALL = (*PAGES, RUNS)
_TIPS = {
    "data": "The pictures and their classes",
    "train": "Choose a backbone and train a head on it",
    "results": "How good it is",
    "try": "What it makes of new pictures",
    "export": "Take the model with you",
    "runs": "Everything that was trained, side by side",
}


class StepButton(QPushButton):
    """A page's button: icon, name, and for a step at its end the number, or a tick once it is done."""

    def __init__(self, page: str, number: int) -> None:
        super().__init__(page.title())
        self.setCheckable(True)
        self.page, self._number = page, number
        self.done = False
        self.setIconSize(QSize(20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # with the mouse, the page it leads to gets the focus
        self.setToolTip(f"{_TIPS[page]} (Ctrl+{number})")
        set_role(self, "step")
        self.set_done(False)
        self.toggled.connect(self.tint)

    def set_done(self, done: bool) -> None:
        """Tick the step off, or not."""
        self.done = done
        if self.page != RUNS:
            state = "done" if done else f"step {self._number} of {len(PAGES)}"
            self.setAccessibleName(f"{self.page.title()}, {state}")
        self.update()

    def tint(self) -> None:
        """Follow the scheme and the state."""
        self.setIcon(icons.icon(self.page, colors().accent if self.isChecked() else colors().muted))

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return super().sizeHint().expandedTo(QSize(0, 40)) + QSize(36, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all of it."""
        super().paintEvent(event)
        if self.page == RUNS:
            return
        c = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = 18
        badge = QRectF(self.width() - side - 12, (self.height() - side) / 2, side, side)
        if self.done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent))
            painter.drawEllipse(badge)
            tick = badge.adjusted(3, 3, -3, -3).toRect()
            painter.drawPixmap(tick, icons.pixmap("check", tick.width(), c.on_accent))
        else:
            font = self.font()
            font.setPointSizeF(font.pointSizeF() * 0.85)
            painter.setFont(font)
            painter.setPen(QColor(c.muted))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


class Sidebar(QFrame):
    """Emits which page is wanted; shows which one is there."""

    page_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setFixedWidth(196)
        mark = QLabel()
        mark.setPixmap(icons.program_pixmap(30))
        name = QLabel("Graftwork")
        set_role(name, "heading")
        head = QHBoxLayout()
        head.setContentsMargins(GAP - 2, 0, 0, GAP)
        head.setSpacing(GAP - 2)
        head.addWidget(mark)
        head.addWidget(name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP + 6, GAP, GAP)
        column.setSpacing(4)
        column.addLayout(head)
        group = QButtonGroup(self)
        self.buttons: dict[str, StepButton] = {}
        for number, page in enumerate(ALL, 1):
            if page == RUNS:
                column.addSpacing(GAP)
                column.addWidget(_line())
                column.addSpacing(GAP)
            button = StepButton(page, number)
            button.clicked.connect(lambda _checked=False, page=page: self.page_wanted.emit(page))
            group.addButton(button)
            column.addWidget(button)
            self.buttons[page] = button
        column.addStretch()
        self._dress()

    def show_page(self, page: str) -> None:
        """Mark `page` as the present one."""
        self.buttons[page].setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        c = colors()
        sheet = (
            f"#sidebar {{ background: {c.card}; border: none; border-right: 1px solid {c.border}; }}"
            f"#sidebar #line {{ background: {c.border}; border: none; }}"
        )
        if sheet != self.styleSheet():  # a new sheet is itself a change of palette
            self.setStyleSheet(sheet)
        for button in self.buttons.values():
            button.tint()


def _line() -> QFrame:
    made = QFrame()
    made.setObjectName("line")
    made.setFixedHeight(1)
    return made
