"""What came of an export: the place, and the figures that show it agrees."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QWidget

from desktop_app.ui.card import Card, label, push_button
from desktop_app.ui.theme import GAP


class ExportedCard(Card):
    """Hidden until there is something to show."""

    open_requested = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._path = Path()
        self._title = label(role="success", wrap=True)
        self._where = label(wrap=True)
        self._where.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.open = push_button("O&pen folder", "Show it in the file manager")
        self.open.clicked.connect(lambda: self.open_requested.emit(self._path))
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(GAP * 2)
        self._facts.setVerticalSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self._where, 1)
        row.addWidget(self.open)
        self.body.addWidget(self._title)
        self.body.addLayout(row)
        self.body.addLayout(self._facts)
        self.hide()

    def show_exported(self, path: Path, title: str, facts: Mapping[str, str]) -> None:
        """Appear with `facts`, names and values in words."""
        self._path = path
        self._title.setText(title)
        self._where.setText(str(path))
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in facts.items():
            self._facts.addRow(label(name, "hint"), label(value, wrap=True))
        self.setAccessibleName(self._title.text())
        self.show()
