"""The log takes everything, and never stops the program."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_app.session.log import divert_native_output, start_log

LOGGER = logging.getLogger("graftwork")


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    handler = start_log(file)
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        handler.close()


def test_lines_and_tracebacks_go_to_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "graftwork.log"
    with logging_to(file):
        logging.getLogger("graftwork.ui").info("opened “été”")
        try:
            raise ValueError("boom")
        except ValueError:
            LOGGER.exception("failed")
    text = file.read_text("utf-8")
    assert "INFO graftwork.ui: opened “été”" in text
    assert text.rstrip().endswith("ValueError: boom")


def test_names_that_are_no_text_are_logged_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path / "log"):
        LOGGER.info("opened %s", os.fsdecode(b"caf\xe9"))
    assert r"opened caf\udce9" in (tmp_path / "log").read_text("utf-8")
    assert capsys.readouterr().err == ""


def test_it_adds_to_what_is_there_and_stays_small(tmp_path: Path) -> None:
    for line in ("first", "second"):
        with logging_to(tmp_path / "log"):
            LOGGER.info(line)
    assert (tmp_path / "log").read_text("utf-8").count("\n") == 2
    with logging_to(tmp_path / "log"):
        for _ in range(400):
            LOGGER.info("x" * 10_000)
    assert {file.name for file in tmp_path.iterdir()} == {"log", "log.1"}
    assert all(file.stat().st_size < 1_100_000 for file in tmp_path.iterdir())


@pytest.mark.parametrize("block", [Path.touch, lambda folder: (folder / "log").mkdir(parents=True)])
def test_without_a_file_it_goes_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], block: Callable[[Path], object]
) -> None:
    block(tmp_path / "place")
    with logging_to(tmp_path / "place" / "log"):
        LOGGER.warning("still alive")
    assert "still alive" in capsys.readouterr().err


def test_native_libraries_talk_to_their_log_and_python_to_the_terminal(tmp_path: Path) -> None:
    code = f"""
import os, sys
from pathlib import Path
from desktop_app.session.log import divert_native_output
divert_native_output(Path({str(tmp_path / "logs" / "native.log")!r}))
os.write(2, b"noise")
print("to you: \\udc80é", file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.startswith("to you: ")
    assert (tmp_path / "logs" / "native.log").read_text() == "noise"


def test_without_a_place_for_their_log_they_talk_as_they_like(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = sys.stderr
    divert_native_output(tmp_path / "file" / "native.log")
    assert sys.stderr is before
