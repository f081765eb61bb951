"""Classes in file names: what people write, and what must not be mistaken for one."""

import pytest

from desktop_app.engine.errors import EngineError
from desktop_app.engine.name_pattern import NamePattern, guesses


@pytest.mark.parametrize(
    ("template", "name", "label"),
    [
        ("{class}#", "cat_001.jpg", "cat"),
        ("{class}#", "cat.4123.jpg", "cat"),
        ("{class}#", "cat (12).jpg", "cat"),
        ("{class}#", "white_cat-7.tar.png", ""),
        ("{class}#", "american_pit_bull_191.jpg", "american_pit_bull"),
        ("{class}#", "cat12.png", "cat"),
        ("{class}#", "cat 2 003.png", "cat 2"),
        ("{class}#", "12.png", ""),
        ("{class}#", "cat.png", ""),
        ("{class}#", "貓_001.png", "貓"),
        ("#{class}", "001 - cat.jpg", "cat"),
        ("{class}_#", "class_2_001.jpg", "class_2"),
        ("{class}_#", "cat-001.jpg", ""),
        ("{class}_*", "cat_white_7.jpg", "cat"),
        ("*_{class}", "7_white_cat.jpg", "cat"),
        ("IMG_#_{class}", "img_0012_Cat.jpg", "Cat"),
        ("*-{class}-*", "a-b-cat-1.jpg", "cat"),
        ("{class}", "cat", "cat"),
        ("{class}", ".cat", ".cat"[1:]),
        ("(a+)+{class}", "(a+)+x.png", "x"),
        ("{class}_#", "two\nlines_1.png", "two\N{REPLACEMENT CHARACTER}lines"),
        ("{class}_#", "caf\udce9_1.png", "caf\N{REPLACEMENT CHARACTER}"),
        ("{class}#", "x" * 300 + "1.png", ""),
    ],
)
def test_a_template_finds_the_class(template: str, name: str, label: str) -> None:
    assert NamePattern(template).label(name) == label


@pytest.mark.parametrize(
    "template",
    ["", "cat_#", "{class}{class}", "{class}*", "*{class}", "*a*{class}", "{class}##", "{class}" + "x" * 999],
)
def test_a_template_that_cannot_work_is_refused_with_help(template: str) -> None:
    with pytest.raises(EngineError, match="pattern") as caught:
        NamePattern(template)
    assert "“{class}” stands for the class" in caught.value.hint


@pytest.mark.parametrize("template", ["*_{class}_#", "*_{class}_*_x", "*#{class}#*#x", "#{class}#"])
@pytest.mark.parametrize("name", ["_" * 255, "_1" * 127, "1" * 255, "a_" * 127])
def test_no_name_is_a_trap(template: str, name: str) -> None:
    NamePattern(template).label(name)


def first(names: list[str]) -> tuple[str, dict[str, int]] | None:
    return next(((guess.template, dict(guess.counts)) for guess in guesses(names)), None)


def test_common_ways_of_naming_are_told() -> None:
    pets = [f"{pet}_{n:03}.jpg" for pet in ("cat", "dog") for n in range(20)]
    assert first(pets) == ("{class}#", {"cat": 20, "dog": 20})
    assert first([f"{n}-{pet}.jpg" for pet in ("cat", "dog") for n in range(3)]) == (
        "#{class}",
        {"cat": 3, "dog": 3},
    )
    words = [f"{pet}_{w}.jpg" for pet in ("cat", "dog") for w in ("asleep", "awake", "out")]
    assert first(words) == ("{class}_*", {"cat": 3, "dog": 3})
    digits = [f"{digit}_{n}.png" for digit in range(10) for n in range(1000, 1003)]
    assert first(digits) == ("{class}#", {str(digit): 3 for digit in range(10)})
    assert [guess.template for guess in guesses(pets)] == ["{class}#"]


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["cat_1.png", "dog_1.png"],
        [f"IMG_{n}.jpg" for n in range(50)],
        [f"IMG_202001{day:02}_{n}.jpg" for day in range(10, 20) for n in range(9)],
        [f"{n * 7919:08x}.jpg" for n in range(50)],
        ["cat_1.png", "cat_2.png", "dog_1.png", "dog_2.png", *"abcdefgh"],
    ],
)
def test_other_names_are_no_classes(names: list[str]) -> None:
    assert first(names) is None


def test_some_strays_are_forgiven_and_not_counted() -> None:
    names = [f"{pet}_{n:03}.jpg" for pet in ("cat", "dog") for n in range(20)]
    assert first([*names, "cover.jpg"]) == ("{class}#", {"cat": 20, "dog": 20})
