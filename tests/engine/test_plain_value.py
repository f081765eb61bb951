"""Values are taken as they are meant, never as Python would read them."""

from collections.abc import Callable

import pytest

from desktop_app.engine.plain_value import count, finite, finite_pair, listed, number, pair, text


@pytest.mark.parametrize(
    ("read", "value", "found"),
    [
        (text, "ants", "ants"),
        (count, 0, 0),
        (number, -1.5, -1.5),
        (finite, 2, 2.0),
        (pair, [0, float("inf")], (0, float("inf"))),
        (finite_pair, [-1, 1], (-1.0, 1.0)),
        (listed, [1], [1]),
    ],
)
def test_what_is_wanted_is_taken(read: Callable[[object], object], value: object, found: object) -> None:
    assert read(value) == found


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (text, 3),
        (count, -1),
        (count, 1.0),
        (count, True),
        (number, "1"),
        (number, False),
        (finite, float("nan")),
        (finite, float("inf")),
        (pair, "01"),
        (finite_pair, [0, float("nan")]),
        (listed, {"a": 1}),
        (listed, "ab"),
    ],
)
def test_anything_else_is_refused(read: Callable[[object], object], value: object) -> None:
    with pytest.raises(TypeError):
        read(value)


@pytest.mark.parametrize("value", [[1], [1, 2, 3]])
def test_a_pair_is_two(value: list[int]) -> None:
    with pytest.raises(ValueError, match="unpack"):
        pair(value)
