"""What is typed, and the command that comes of it."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from installer.__main__ import NEWEST, OLDEST, misfit
from installer.console import Stop
from installer.facts import CHECKOUT, PYTHON
from installer.start import command
from installer.words import EXTRAS, HEADLESS, HELP, Order, parse


def installer(*words: str, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(CHECKOUT / "installer"), *words]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words", [[], ["--cpu", "run", "test"], ["train", "a b", "--out", "", "--help"], ["--", "-x", "*", "'"]]
)
def test_words_after_the_verb_pass_untouched(words: list[str]) -> None:
    order = parse(["run", *words])
    assert order.flavour is None
    assert command(order) == [str(PYTHON), "-P", "-m", "desktop_app", *words]
    if words:
        assert command(parse(["test", *words])) == [str(PYTHON), "-P", "-m", "pytest", *words]


def test_all_tests_run_on_all_cores() -> None:
    assert command(parse(["test"]))[3:] == ["pytest", "--numprocesses=auto", "--dist=worksteal"]


def test_words_before_the_verb_are_ours() -> None:
    assert parse(["--gpu", "run", "--cpu"]) == Order("run", ("--cpu",), "gpu")
    assert parse(["--cpu", "test"]) == Order("test", (), "cpu")
    assert parse(["--webcam", "--formats", "run"]).extras == set(EXTRAS)
    assert parse(["run", "--webcam"]).words == ("--webcam",)
    assert parse([]) == parse(["--help"]) == Order("help")


def test_unknown_word_is_a_usage_error() -> None:
    with pytest.raises(Stop, match="'runn' is not a word") as stop:
        parse(["runn"])
    assert stop.value.code == 2


def test_headless_verbs_go_without_a_window() -> None:
    assert parse(["run", "train", "folder"]).headless
    assert not parse(["run", "folder", "train"]).headless
    assert not parse(["run"]).headless
    assert not parse(["test", "train"]).headless


def test_headless_verbs_are_the_programs() -> None:
    from desktop_app import cli

    assert {verb for verb in HEADLESS if not verb.startswith("-")} == set(cli.VERBS)


def test_help_names_every_word(tmp_path: Path) -> None:
    done = installer("--help", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, HELP, "")
    assert all(
        word in HELP
        for word in ("run", "test", "lock", "--cpu", "--gpu", *(f"--{extra}" for extra in EXTRAS))
    )


def test_usage_error_goes_to_stderr_with_exit_2() -> None:
    done = installer("go")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'go' is not a word of the installer" in done.stderr


def test_unfit_python_is_told_in_one_sentence() -> None:
    old = misfit((3, 8))
    assert old.startswith("Graftwork needs Python 3.11 to 3.13; this is 3.8")
    assert "\n" not in old
    assert misfit((3, 14))
    assert not misfit((3, 11))
    assert not misfit((3, 13))


def test_pythons_agree_with_pyproject() -> None:
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    fits = SpecifierSet(pyproject["project"]["requires-python"])
    for minor in range(5, 20):
        assert (not misfit((3, minor))) == fits.contains(f"3.{minor}.1")
    assert OLDEST < NEWEST


def test_first_file_can_be_read_by_an_old_python() -> None:
    source = (CHECKOUT / "installer/__main__.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    assert 'f"' not in source
