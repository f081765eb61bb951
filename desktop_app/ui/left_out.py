"""The list of files left out, each with the reason."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from desktop_app.engine.catalog import Problem
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.column_model import ROOT, Column, ColumnModel, Index
from desktop_app.ui.row_table import RowTable
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import GAP, MARGIN

_COLUMNS = [Column(title, words=True) for title in ("File", "Left out because", "Folder")]


class LeftOutDialog(QDialog):
    """A table that can be copied; Escape closes it."""

    def __init__(self, problems: Sequence[Problem], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Files left out")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(960, 460)
        self.table = RowTable("Files left out, each with the reason")
        self.table.setModel(_Problems(problems, self))
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.resizeSection(0, 220)
        header.resizeSection(1, 400)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        copy = push_button("&Copy the list", self.copy_all)
        close = push_button("C&lose", self.accept, "primary")
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch()
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP + 6)
        layout.setSpacing(GAP)
        layout.addWidget(label("These files are not used; all others are.", "heading"))
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    def copy_all(self) -> None:
        """The whole table to the clipboard, as tab-separated text."""
        self.table.clearSelection()
        self.table.copy()


class _Problems(ColumnModel):
    def __init__(self, problems: Sequence[Problem], parent: QObject) -> None:
        super().__init__(_COLUMNS, parent)
        self._problems = problems

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._problems)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        problem = self._problems[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return safe((problem.path.name, problem.reason, problem.path.parent)[index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{problem.path}: {problem.reason}")
        return None
