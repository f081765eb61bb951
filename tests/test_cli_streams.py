"""What the verbs do when nobody reads them, when the disk is full, and when they are told to end."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from run_samples import write_run

from desktop_app import __version__, app, cli
from desktop_app.cli import asking
from desktop_app.cli.words import for_window
from desktop_app.engine import pipeline, trying
from desktop_app.engine.sorting import Sorted

Capture = pytest.CaptureFixture[str]


class Closed(io.StringIO):
    """A stream that cannot be written."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def write(self, _words: str) -> int:
        raise OSError(self._number, os.strerror(self._number))


def test_a_reader_that_has_read_enough_is_no_error(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Closed(errno.EPIPE))
    assert cli.main(["runs", str(tmp_path)]) == 0
    assert "graftwork" not in capsys.readouterr().err


def test_an_answer_without_room_is_one_line(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Closed(errno.ENOSPC))
    assert cli.main(["runs", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "graftwork: The answer cannot be written: No space left on device. "
        "All else is done; make room for stdout, and ask again."
    )


@pytest.mark.parametrize("stderr", [Closed(errno.EPIPE), None])
def test_the_work_goes_on_where_nobody_follows_it(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)
    assert cli.main(["runs", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"runs": []}
    monkeypatch.setattr(sys, "stderr", stderr)
    assert cli.main(["runs", str(tmp_path / "gone")]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_a_real_process_without_any_stream(tmp_path: Path) -> None:
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    here = str(Path(__file__).parents[1])
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m desktop_app runs . <&- 2>&-"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": here},
        stdout=reader.stdin,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert reader.stdin
    reader.stdin.close()
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name == "nt", reason="numbers of POSIX")
def test_no_file_takes_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    code = (
        "import os; from desktop_app.session.log import open_closed_streams as again; "
        f"os.close(0); os.close(2); again(); print(os.open({str(tmp_path)!r}, os.O_RDONLY) > 2)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


# --- told to end -------------------------------------------------------------------------------------


def asked(number: int) -> Callable[..., Any]:
    """A verb's work, in which a signal comes."""

    def work(_arguments: object, reporter: Any) -> Any:
        signal.raise_signal(number)
        reporter.checkpoint()
        return {}

    return work


@pytest.mark.skipif(os.name == "nt", reason="a signal of POSIX")
@pytest.mark.parametrize("words", ["['backbones']", "[]"])
def test_an_interruption_before_the_start_leaves_no_traceback(words: str) -> None:
    """What is imported first is a module that is interrupted."""
    code = (
        "import signal, sys; from desktop_app.__main__ import main\n"
        "class Slow:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'numpy': signal.raise_signal(signal.SIGINT)\n"
        f"sys.meta_path.insert(0, Slow()); sys.argv[1:] = {words}; main()"
    )
    line = [sys.executable, "-c", code]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.skipif(os.name == "nt", reason="a signal of POSIX")
def test_a_terminal_that_is_closed_interrupts(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.cli.words.list_backbones", asked(signal.SIGHUP))
    assert cli.main(["backbones"]) == 130
    assert capsys.readouterr().err == "graftwork: interrupted; nothing was written.\n"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT"])
def test_what_is_to_be_ignored_stays_ignored(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As after `nohup`, or after `&` in a script."""
    number = getattr(signal, name)
    monkeypatch.setattr("desktop_app.cli.words.list_backbones", asked(number))
    before = signal.signal(number, signal.SIG_IGN)
    try:
        assert cli.main(["backbones"]) == 0
        assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_what_stays_of_an_interrupted_sorting_is_said(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, csv, folder = write_run(tmp_path / "run"), tmp_path / "all.csv", tmp_path / "sorted"
    picture = tmp_path / "1.png"
    picture.touch()
    bench = SimpleNamespace(trial=SimpleNamespace(sets={0.9: None}))

    def stop(*_: object) -> Sorted:
        signal.raise_signal(signal.SIGINT)
        return Sorted(folder, (), 1, moved=False, why="it was stopped")

    monkeypatch.setattr(
        pipeline, "open_classifier", lambda *_: SimpleNamespace(run=SimpleNamespace(weights_origin=""))
    )
    monkeypatch.setattr(trying, "open_bench", lambda *_: bench)
    monkeypatch.setattr(trying, "try_out", lambda *_: ([SimpleNamespace(file=picture, unknown=True)], []))
    for name, done in (("_tried", {}), ("write_tried", None)):
        monkeypatch.setattr(asking, name, lambda *_, done=done: done)
    monkeypatch.setattr(asking, "sort_into", stop)
    words = ("predict", run, picture, "--csv", csv, "--sort-into", folder)
    assert cli.main([str(word) for word in words]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"graftwork: interrupted; 0 of 1 pictures copied into “{folder}”, no more, because it was stopped. "
        f"Those that were copied are complete, and so is “{csv}”."
    )


# --- said before the work, not after it --------------------------------------------------------------


@pytest.mark.parametrize("verb", ["predict", "report"])
def test_a_place_that_cannot_be_written_is_told_at_once(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setattr(pipeline, "open_classifier", lambda *_: pytest.fail("it worked"))
    monkeypatch.setattr(asking, "measure", lambda *_: pytest.fail("it worked"))
    run = str(write_run(tmp_path / "run"))
    words = [verb, run, str(tmp_path), "--csv"] if verb == "predict" else [verb, run, "--out"]
    assert cli.main([*words, str(tmp_path / "gone" / "a.csv")]) == 2
    assert "gone” to write “a.csv” into. Make it first." in capsys.readouterr().err
    assert cli.main([*words, str(tmp_path)]) == 2
    assert f"“{tmp_path}” is a folder. Name the file to write." in capsys.readouterr().err


def test_a_validation_folder_without_pictures_is_not_passed_over(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, picture_folder: Callable[..., Path]
) -> None:
    monkeypatch.setattr(pipeline, "train", lambda *_: pytest.fail("it trained"))
    (tmp_path / "empty").mkdir()
    words = ("train", picture_folder(), "--val", tmp_path / "empty", "--out", tmp_path / "run")
    assert cli.main([str(word) for word in words]) == 2
    assert "There are no readable pictures in “" in capsys.readouterr().err.splitlines()[-1]


# --- words of help and of the window -------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--colour"], ["folder", "--colour"], [""]])
def test_wrong_words_for_the_window_are_one_line(capsys: Capture, words: list[str]) -> None:
    assert app.main(words) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("graftwork: ")


def test_a_verb_with_a_slip_in_it_opens_no_window(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert app.main(["evaluat", "run", "pictures"]) == 2
    assert capsys.readouterr().err == (
        "graftwork: There is neither a verb nor a folder “evaluat”. Perhaps you mean “graftwork evaluate”.\n"
    )
    (tmp_path / "reports").mkdir()
    assert for_window(["reports"], cli.VERBS).paths == [Path("reports")]


def test_without_a_display_a_sentence_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app"],
        env={**os.environ, "QT_QPA_PLATFORM": "nothing"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "The window cannot be opened. Start it on a desktop, or work without it" in done.stderr
    assert 'the Qt platform plugin "nothing"' in done.stderr


def test_the_version_is_told(capsys: Capture) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"graftwork {__version__}\n"


def test_an_encoding_without_a_letter_of_the_help_shows_its_number(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(paper, encoding="ascii", write_through=True))
    assert cli.main(["train", "--help"]) == 0
    assert b"\\u201cgraftwork backbones\\u201d" in b" ".join(paper.getvalue().split())
    assert capsys.readouterr().err == ""


def test_the_help_says_what_counts_where_nothing_is_said(capsys: Capture) -> None:
    assert cli.main(["train", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for option in (
        "lists all 40 (default: ResNet50)",
        "--head 256,64 units of dense layers (default: 256)",
        "--epochs N passes over the pictures (default: 30)",
        "--lr RATE learning rate (default: 0.001, or 0.0001 from scratch)",
    ):
        assert option in told
    assert "SUPPRESS" not in told
    assert "False" not in told
