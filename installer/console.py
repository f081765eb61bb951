"""The installer's voice: words go to stderr, for stdout belongs to the program."""

import os
import subprocess
import sys
from collections.abc import Sequence


class Stop(Exception):  # noqa: N818 - an end that is told in one sentence, not a defect
    """Ends the installer with one clear sentence."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def say(text: str) -> None:
    """Say one line to the person who waits."""
    print(f"installer: {text}", file=sys.stderr, flush=True)


def call(command: Sequence[str], **environment: str) -> str | None:
    """Run a command to its end; return what it said if it failed, else nothing."""
    # close_fds=False: a child holds on to the lock, so that nobody starts over while an orphan still writes.
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        close_fds=False,
        check=False,
    )
    return done.stdout or f"exit code {done.returncode}" if done.returncode else None
