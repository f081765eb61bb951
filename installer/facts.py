"""What must hold before a start, against what the stamp in .venv says holds already.

A fact is a line of text such as "python 3.12" or "cpu.txt <digest>". The stamp is the lines of all facts that
hold; it is written last, so an install that was cut short leaves none. Reading it is all that a second start
costs.
"""

import hashlib
import os
import sys
from pathlib import Path

from installer.words import EXTRAS, Flavour

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
STAMP = VENV / "installer.stamp"
LOCKS = Path(__file__).resolve().parent / "locks"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

#: The fact that Qt finds its system libraries.
QT = "qt"


def lock_fact(lock: Path) -> str:
    """The fact that just what this lock names is installed."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def base_facts(flavour: Flavour, locks: Path = LOCKS) -> frozenset[str]:
    """The facts without which .venv is made anew."""
    return frozenset(
        {f"python {sys.version_info[0]}.{sys.version_info[1]}", lock_fact(locks / f"{flavour}.txt")}
    )


def dev_facts(locks: Path = LOCKS) -> frozenset[str]:
    """The facts that the test suite needs besides."""
    return frozenset({lock_fact(locks / "dev.txt")})


def extra_facts(*extras: str, locks: Path = LOCKS) -> frozenset[str]:
    """The facts that these of `EXTRAS` need besides."""
    return frozenset(lock_fact(locks / f"{extra}.txt") for extra in extras)


def extras_of(held: frozenset[str]) -> frozenset[str]:
    """Which of `EXTRAS` these facts tell of, be it of an older lock."""
    return frozenset(extra for extra in EXTRAS if any(fact.startswith(f"{extra}.txt ") for fact in held))


def held(stamp: Path = STAMP, python: Path = PYTHON) -> frozenset[str]:
    """The facts that hold: none without a stamp, or when the Python behind .venv has gone."""
    try:
        lines = stamp.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(lines) if python.exists() else frozenset()


def flavour_of(facts: frozenset[str]) -> Flavour | None:
    """The TensorFlow that these facts tell of."""
    names = {fact.split()[0] for fact in facts if fact}
    if "gpu.txt" in names:
        return "gpu"
    return "cpu" if "cpu.txt" in names else None


def write(facts: frozenset[str], stamp: Path = STAMP) -> None:
    """Write the stamp, whole or not at all."""
    draft = stamp.with_suffix(".draft")
    draft.write_text("".join(f"{fact}\n" for fact in sorted(facts)), encoding="utf-8")
    draft.replace(stamp)
