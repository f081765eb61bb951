import threading
import time
from pathlib import Path

import pytest

from desktop_app.engine import other_process
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.other_process import answers
from desktop_app.engine.progress import Control, Reporter

COUNTS = """
import json, sys
order = json.load(open(sys.argv[1], encoding="utf-8"))
print("a library prints, too")
for number in range(order["count"]):
    print(json.dumps({"é": number}), flush=True)
"""
WAITS = """
import pathlib, sys, json, time
print("{}", flush=True)
time.sleep(3600)
"""
ENDS = """
import json, pathlib, sys, time
flag = pathlib.Path(json.load(open(sys.argv[1], encoding="utf-8"))["flag"])
print("{}", flush=True)
while not flag.exists():
    time.sleep(0.01)
raise KeyboardInterrupt
"""
FAILS = """
print("{}", flush=True)
raise SystemExit("the disk is on fire")
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "stranger.py"


def test_its_objects_come_one_by_one(module: Path) -> None:
    module.write_text(COUNTS, "utf-8")
    assert list(answers("stranger", {"count": 3}, Reporter())) == [{"é": number} for number in range(3)]


def test_it_knows_this_package_wherever_it_is_started(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import desktop_app

    monkeypatch.chdir(tmp_path)
    module.write_text("import desktop_app, json; print(json.dumps({'at': desktop_app.__file__}))", "utf-8")
    assert list(answers("stranger", {}, Reporter())) == [{"at": desktop_app.__file__}]


def test_a_failure_has_its_last_words(module: Path) -> None:
    module.write_text(FAILS, "utf-8")
    with pytest.raises(EngineError, match="ended with code 1: the disk is on fire"):
        list(answers("stranger", {}, Reporter()))


def test_a_wish_to_stop_ends_it_while_it_is_silent(module: Path) -> None:
    module.write_text(WAITS, "utf-8")
    control = Control()
    going = answers("stranger", {}, Reporter(control=control))
    assert next(going) == {}
    timer = threading.Timer(0.3, control.cancel.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        next(going)
    timer.join()
    assert time.monotonic() - began < 600  # the process itself would go on for an hour


def test_what_ends_by_the_same_wish_has_not_failed(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C in a terminal reaches both processes."""
    monkeypatch.setattr(other_process, "_LOOK", 60.0)  # it ends before the next look
    module.write_text(ENDS, "utf-8")
    control = Control()
    going = answers("stranger", {"flag": str(tmp_path / "flag")}, Reporter(control=control))
    next(going)

    def stop() -> None:
        control.cancel.set()
        (tmp_path / "flag").touch()

    timer = threading.Timer(0.3, stop)
    timer.start()
    with pytest.raises(Cancelled):
        next(going)
    timer.join()


def test_to_ask_no_further_ends_it(module: Path) -> None:
    module.write_text(WAITS, "utf-8")
    going = answers("stranger", {}, Reporter())
    next(going)
    going.close()  # type: ignore[attr-defined]
    assert [thread.name for thread in threading.enumerate() if thread.name == "listener"] == []
