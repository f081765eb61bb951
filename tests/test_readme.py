"""What the README promises of commands and files is there."""

import argparse
import re
from pathlib import Path

import pytest

from desktop_app.cli import VERBS
from desktop_app.cli.words import make_parser
from desktop_app.engine.specs import TrainingSpec

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def parsers(parser: argparse.ArgumentParser, name: str = "") -> dict[str, argparse.ArgumentParser]:
    """Each verb's parser by its name, such as “weights list”."""
    found = {name: parser}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                found |= parsers(below, f"{name} {word}".strip())
    return found


def told() -> dict[str, str]:
    """What follows each verb in the block of commands, all its lines together."""
    (block,) = re.findall(r"```\n(graftwork train.*?)```", README, re.DOTALL)
    lines: dict[str, str] = {}
    for line in block.replace("\n     ", "").splitlines():
        words = line.split()[1:]
        verb = " ".join(words[: 2 if words[0] == "weights" else 1])
        lines[verb] = lines.get(verb, "") + line
    return lines


TOLD = told()
PARSERS = {name: one for name, one in parsers(make_parser()).items() if name not in {"", "weights"}}


def test_every_verb_is_told() -> None:
    assert {name for name in TOLD if name.split()[0] in VERBS} == set(PARSERS)


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_told_of_a_verb_is_what_it_takes(name: str) -> None:
    parser, line = PARSERS[name], TOLD[name]
    taken = {option for action in parser._actions for option in action.option_strings}
    said = set(re.findall(r"--[a-z0-9-]+", line))
    assert said <= taken
    assert taken - said - {"-h", "--help"} <= ({"--cache", "--no-cache"} if name != "train" else set()), (
        "untold"
    )


def test_the_defaults_that_are_told_are_those_that_count() -> None:
    usual = {
        option: action.default for action in PARSERS["train"]._actions for option in action.option_strings
    }
    for option, value in re.findall(r"(--[a-z0-9-]+) ([0-9.e-]+)\b", TOLD["train"]):
        counts = {**usual, "--lr": TrainingSpec().learning_rate}[option]
        assert (counts[0] if option == "--head" else counts) == float(value), option
    for option in re.findall(r"--[a-z0-9-]+ [a-z]+(?=\|)", TOLD["train"]):
        name, first = option.split()
        if name != "--group-by":  # nothing stays together
            assert first == usual[name], option


def test_what_it_points_at_is_there() -> None:
    for path in re.findall(r"\]\(([\w/.]+)\)", README):
        assert (ROOT / path).exists(), path
    for script in re.findall(r"`(\w+\.py)\b", README):
        assert (ROOT / "tests" / "bench" / script).is_file(), script
