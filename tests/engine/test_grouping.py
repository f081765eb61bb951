"""What a file's name says of the group that it belongs to."""

import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.grouping import compiled, group_in


@pytest.mark.parametrize(
    ("pattern", "name", "group"),
    [
        (r"(.+?)_", "anna_01.jpg", "anna"),
        (r"\d+", "anna_01.jpg", "01"),
        (r"^(\d+)", "anna_01.jpg", None),
        ("(x+x+)+y", "x" * 60 + ".jpg", None),  # takes ages with Python's own expressions
    ],
)
def test_the_group_is_the_first_bracket_else_the_whole(pattern: str, name: str, group: str | None) -> None:
    assert group_in(name, compiled(pattern)) == group


def test_a_pattern_without_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.engine.grouping._PATIENCE", 0.01)
    with pytest.raises(EngineError, match=r"“\(\.\*\?,\)\{11\}P” takes too long for the name “1,1,"):
        group_in("1," * 30, compiled("(.*?,){11}P"))
