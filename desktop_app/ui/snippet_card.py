"""A few lines of Python to copy."""

from math import ceil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from desktop_app.engine.export_table import FORMATS, ExportFormat
from desktop_app.ui.card import Card, label, small_button
from desktop_app.ui.export_formats import snippet

_AROUND = 12  # pixels of border and padding, above and below


class SnippetCard(Card):
    """Shows how to load the export, with its very path in place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName("Use it in Python")
        self.code = QPlainTextEdit()
        self.code.setReadOnly(True)
        self.code.setAccessibleName("Python code to load the export")
        self.code.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.code.setTabChangesFocus(True)
        self.code.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.code.horizontalScrollBar().rangeChanged.connect(lambda _lowest, _highest: self._fit())
        self.copy = small_button("Cop&y", "Copy the code")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.code.toPlainText()))
        row = QHBoxLayout()
        row.addWidget(label("Use it in Python", "heading"), 1)
        row.addWidget(self.copy)
        self.body.addLayout(row)
        self.body.addWidget(self.code)
        self.show_path(FORMATS["savedmodel"], Path("savedmodel"))

    def show_path(self, row: ExportFormat, path: Path) -> None:
        """Show how an export in the format `row` is used that lies at `path`."""
        self.code.setPlainText(snippet(row, path))
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, and its scroll bar where one is needed."""
        document, bar = self.code.document(), self.code.horizontalScrollBar()
        text = document.blockCount() * self.code.fontMetrics().lineSpacing() + 2 * document.documentMargin()
        below = bar.sizeHint().height() if bar.maximum() else 0
        self.code.setFixedHeight(ceil(text) + below + _AROUND)
