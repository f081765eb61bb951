"""Where the cells of a grid lie."""

import pytest

from desktop_app.ui.grid_layout import GridLayout

SEVEN = GridLayout(count=7, columns=3, width=10, height=20, left=5)  # lines of 3, 3 and 1


def test_columns_share_the_room() -> None:
    made = GridLayout.fit(100, 350, 100, 120)
    assert (made.columns, made.width, made.left) == (3, 116, 1)
    assert made.lines == 34
    assert made.total_height == 34 * 120
    assert GridLayout.fit(1, 20, 100, 120).columns == 1
    assert GridLayout.fit(0, 350, 100, 120).total_height == 0


def test_a_lonely_column_does_not_grow_without_end() -> None:
    made = GridLayout.fit(5, 190, 100, 120)
    assert (made.columns, made.width, made.left) == (1, 133, 28)


@pytest.mark.parametrize("row", range(7))
def test_every_cell_is_where_it_is_drawn(row: int) -> None:
    x, y = SEVEN.origin(row)
    assert SEVEN.at(x, y) == SEVEN.at(x + 9, y + 19) == row


@pytest.mark.parametrize("point", [(4, 0), (35, 0), (5, -1), (5, 60), (15, 40)])
def test_beside_the_cells_there_is_none(point: tuple[int, int]) -> None:
    assert SEVEN.at(*point) == -1


def test_what_is_between_two_heights() -> None:
    assert SEVEN.between(0, 19) == range(3)
    assert SEVEN.between(19, 20) == range(6)
    assert SEVEN.between(40, 999) == range(6, 7)
    assert SEVEN.between(-50, -1) == SEVEN.between(60, 90) == range(7, 7) or not SEVEN.between(60, 90)
    assert not SEVEN.between(-50, -1)


def test_what_a_rectangle_touches() -> None:
    assert SEVEN.within(16, 5, 24, 45) == [range(1, 2), range(4, 5)]
    assert SEVEN.within(0, 0, 100, 100) == [range(7)]
    assert SEVEN.within(36, 0, 90, 90) == []
    assert SEVEN.within(0, 0, 16, 25) == [range(2), range(3, 5)]
    assert SEVEN.within(0, 70, 100, 90) == []
