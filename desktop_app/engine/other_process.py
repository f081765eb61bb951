"""Work in another process: what it does cannot take the program down, and can be ended at once."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter

_ROOT = Path(__file__).parents[2]
_LOOK = 0.2  # seconds between two looks at whether the user wants to stop


def answers(module: str, order: dict[str, Any], reporter: Reporter) -> Iterator[dict[str, Any]]:
    """Run `python -m module` on `order` and yield the JSON objects that it prints, a line each.

    However the iteration ends, the process has ended after it.

    Args:
        module: a module of this package that takes the path of a JSON file.
        order: what that file holds.
        reporter: asked a few times a second whether to go on.

    Raises:
        EngineError: the process failed; the message has its last words.
    """
    with tempfile.TemporaryDirectory(prefix="graftwork-") as room:
        paper, errors = Path(room) / "order.json", Path(room) / "errors.txt"
        paper.write_text(json.dumps(order), "utf-8")
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", module, str(paper)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=_environment(),
                text=True,
                encoding="utf-8",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        assert process.stdout is not None  # noqa: S101  as asked for
        waiting: queue.Queue[str | None] = queue.Queue()
        listener = threading.Thread(target=_listen, args=(process.stdout, waiting), name="listener")
        listener.start()
        try:
            yield from _objects(waiting, reporter)
            if code := process.wait():
                reporter.checkpoint()  # Ctrl+C in a terminal ends it as well
                raise EngineError(f"Another process ended with code {code}: {_last_words(errors)}")
        finally:
            process.kill()
            process.wait()
            listener.join()
            process.stdout.close()


def _environment() -> dict[str, str]:
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}
    return {**os.environ, **quiet, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}


def _listen(stdout: IO[str], waiting: "queue.Queue[str | None]") -> None:
    """Wait for the lines, so that the wish to stop is heard meanwhile; None after the last."""
    for line in stdout:
        waiting.put(line)
    waiting.put(None)


def _objects(waiting: "queue.Queue[str | None]", reporter: Reporter) -> Iterator[dict[str, Any]]:
    while True:
        reporter.checkpoint()
        try:
            line = waiting.get(timeout=_LOOK)
        except queue.Empty:
            continue
        if line is None:
            return
        if line.startswith("{"):  # libraries print, too
            yield json.loads(line)


def _last_words(errors: Path) -> str:
    lines = [line for line in errors.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip()[:400] if lines else "it said nothing"
