"""Where one is in the grid, kept while its list of pictures changes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel

if TYPE_CHECKING:
    from desktop_app.ui.picture_grid import PictureGrid

_MOST = 20_000  # selected pictures that stay so; to find more would take a second


@dataclass(frozen=True)
class GridPlace:
    """What is selected, what the keyboard is at, and how far the grid is scrolled, in terms of pictures."""

    selected: frozenset[Path]
    top: Path | None  # the picture at the top; None where it is not scrolled
    beyond: int  # pixels of it that are scrolled out
    current: Path | None
    current_row: int

    @classmethod
    def of(cls, grid: "PictureGrid") -> "GridPlace":
        """Where `grid` is now."""
        top, offset, current = grid.rows_seen().start, grid.verticalOffset(), grid.currentIndex().row()
        return cls(
            frozenset(grid.selected) if grid.count_selected <= _MOST else frozenset(),
            grid.shown[top].path if grid.shown and offset > 0 else None,
            offset - grid.places.origin(top)[1],
            grid.shown[current].path if current >= 0 else None,
            current,
        )

    def restore(self, grid: "PictureGrid") -> None:
        """Go there again, as far as the pictures are still shown; the keyboard stays near."""
        if self.selected:
            grid.select_rows(grid.rows_of(self.selected))
        if self.current and grid.shown:
            row = grid.row_of(self.current)
            row = row if row >= 0 else min(self.current_row, len(grid.shown) - 1)
            keep = QItemSelectionModel.SelectionFlag.NoUpdate
            grid.selectionModel().setCurrentIndex(grid.model().index(row, 0), keep)
        top = max(0, grid.row_of(self.top)) if self.top else 0
        grid.verticalScrollBar().setValue(grid.places.origin(top)[1] + self.beyond)
