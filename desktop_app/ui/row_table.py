"""A table of which whole rows are looked at and chosen."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.ui.copy_table import CopyTable


class RowTable(CopyTable):
    """No grid, no editing; what is too long for its cell is cut in its middle.

    Args:
        name: for a screen reader.
        height: of a row, in pixels.
    """

    def __init__(self, name: str, parent: QWidget | None = None, height: int = 30) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setHighlightSections(False)

    def set_widths(self, widths: Sequence[int], can_change: bool = False) -> None:
        """Those of all columns but the first, in pixels; it takes the rest. There must be a model.

        `can_change` tells whether the user can drag them to others.
        """
        mode = QHeaderView.ResizeMode
        header = self.horizontalHeader()
        header.setSectionResizeMode(mode.Interactive if can_change else mode.Fixed)
        header.setSectionResizeMode(0, mode.Stretch)
        for column, width in enumerate(widths, 1):
            self.setColumnWidth(column, width)
