"""Starts the program, or pytest, in .venv."""

import os
import subprocess

from installer.facts import CHECKOUT, PYTHON
from installer.words import Order

#: The whole suite, on every core.
ALL_TESTS = ("--numprocesses=auto", "--dist=worksteal")


def command(order: Order) -> list[str]:
    """The command behind an order; -P keeps the files of the current folder from being taken for modules."""
    module, words = (
        ("pytest", order.words or ALL_TESTS) if order.verb == "test" else ("desktop_app", order.words)
    )
    return [str(PYTHON), "-P", "-m", module, *words]


def start(order: Order) -> int:
    """Become the program; on Windows, which cannot, wait for it."""
    if order.verb == "test":
        os.chdir(CHECKOUT)
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        # A worker for each core: NumPy's own threads would wait for one another, at a fifth of the speed.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if os.name == "posix":
        os.execv(PYTHON, command(order))  # noqa: S606
    return subprocess.run(command(order), check=False).returncode
