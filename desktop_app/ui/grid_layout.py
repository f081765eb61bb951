"""Where each cell of a grid lies: arithmetic, so that a hundred thousand cost as much as ten."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Cells of one size, from left to right and then down.

    All lengths are pixels of the scrolled content, whose top left corner is (0, 0).
    """

    count: int = 0
    columns: int = 1
    width: int = 1  # of a cell
    height: int = 1
    left: int = 0  # free room before the first column

    @classmethod
    def fit(cls, count: int, room: int, width: int, height: int) -> "GridLayout":
        """As many columns as the `room` has place for; what is left over is shared between them."""
        columns = max(1, room // width)
        wide = max(width, min(room // columns, width + width // 3))
        return cls(count, columns, wide, height, max(0, room - columns * wide) // 2)

    @property
    def lines(self) -> int:
        """How many lines of cells there are."""
        return -(-self.count // self.columns)

    @property
    def total_height(self) -> int:
        """Of all lines."""
        return self.lines * self.height

    def origin(self, row: int) -> tuple[int, int]:
        """The top left corner of the cell number `row`."""
        line, column = divmod(row, self.columns)
        return self.left + column * self.width, line * self.height

    def at(self, x: int, y: int) -> int:
        """The number of the cell at a point; -1 where there is none."""
        column, line = (x - self.left) // self.width, y // self.height
        if not 0 <= column < self.columns or line < 0:
            return -1
        row = line * self.columns + column
        return row if row < self.count else -1

    def between(self, top: int, bottom: int) -> range:
        """The cells on the lines from `top` to `bottom`, both included."""
        first = max(0, top // self.height) * self.columns
        last = (max(-1, bottom // self.height) + 1) * self.columns
        return range(min(first, self.count), min(last, self.count))

    def within(self, left: int, top: int, right: int, bottom: int) -> list[range]:
        """The cells that a rectangle touches, a range for each line, or one for all where it is as wide."""
        first = max(0, (left - self.left) // self.width)
        last = min(self.columns - 1, (right - self.left) // self.width)
        if first > last:
            return []
        if (first, last) == (0, self.columns - 1):
            whole = self.between(top, bottom)
            return [whole] if whole else []
        lines = range(max(0, top // self.height), min(self.lines - 1, bottom // self.height) + 1)
        starts = (line * self.columns for line in lines)
        found = (range(start + first, min(start + last + 1, self.count)) for start in starts)
        return [cells for cells in found if cells]
