"""One pip run, and its failures in plain sentences.

Where packages come from is the user's business: pip reads its own settings, proxies and certificates.
"""

import os
import re
import subprocess
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

from installer.console import Stop, say

#: Words by which pip says that it reached nobody.
_OFFLINE = re.compile(
    "NewConnectionError|NameResolutionError|name resolution|No address associated|Network is unreachable"
    "|ConnectTimeout|ReadTimeout|timed out|ProxyError|SSLError|Max retries"
    "|Connection (refused|reset|aborted|broken)"
)
_FETCHING = re.compile(r"^\s*Downloading (?:\S*/)?([^\s/]+?)-([0-9][^\s-]*)\S*\.whl\S* \(([^)]+)\)")
_CHATTER = re.compile(r"\s*(Collecting|Processing|Using cached|Downloading|Looking in|WARNING: Location)\b")
_UNKNOWN = re.compile(r"No matching distribution found for ([^\s;]+)")


def command(python: Path, locks: Sequence[Path]) -> list[str]:
    """The command that installs just what the locks name.

    The locks are complete, so nothing is left to resolve; wheels only, so nothing is built here.
    """
    words = [
        str(python),
        "-P",
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    words += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    return words + [word for lock in locks for word in ("-r", str(lock))]


def progress(line: str) -> str | None:
    """What to tell of one line of pip's output."""
    if found := _FETCHING.match(line):
        return f"  {found[1]} {found[2]}, {found[3]}"
    if line.startswith("Installing collected packages"):
        return "unpacking"
    return None


def failure(lines: Iterable[str]) -> str:
    """Why pip failed, in one sentence."""
    text = "\n".join(lines)
    if "No space left" in text:
        return "The disk is full: the installed program takes about 2 GB (with CUDA 7 GB)."
    if "DO NOT MATCH THE HASHES" in text:
        return f"A package is not the one that was locked, so it was refused.\n\n{text}"
    if _OFFLINE.search(text):
        return (
            "The packages could not be fetched: no network, or a proxy or certificate unknown to pip. "
            "Start again once the network is there; what was fetched is kept."
        )
    if found := _UNKNOWN.search(text):
        return f"For this system and this Python there is no ready-made {found[1]}.\n\n{text}"
    return f"pip did not finish. Its last words:\n\n{text}"


def install(python: Path, locks: Sequence[Path]) -> None:
    """Install what the locks name, or stop with a sentence."""
    # A "user = true" in somebody's settings would make pip refuse to write into .venv.
    env = {**os.environ, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    last: deque[str] = deque(maxlen=20)
    with subprocess.Popen(
        command(python, locks),
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        close_fds=False,  # as in console.call
    ) as pip:
        for line in pip.stdout or ():
            if told := progress(line):
                say(told)
            if not _CHATTER.match(line):
                last.append(line.rstrip())
    if pip.returncode:
        raise Stop(failure(last))
