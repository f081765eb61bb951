"""Writes the locks anew, for developers."""

import shutil
from collections.abc import Sequence

from installer.console import Stop, call
from installer.facts import CHECKOUT, LOCKS

#: Lock -> its share of the words. The later ones keep to the versions of the first, so that they go together.
LOCK_WORDS = {
    "cpu": ("pyproject.toml", "--extra", "cpu"),
    "gpu": ("pyproject.toml", "--extra", "gpu", "-c", "installer/locks/cpu.txt"),
    "formats": ("pyproject.toml", "--extra", "formats", "-c", "installer/locks/cpu.txt"),
    "webcam": ("pyproject.toml", "--extra", "webcam", "-c", "installer/locks/cpu.txt"),
    "dev": ("--group", "dev", "-c", "installer/locks/cpu.txt"),
}


def write_locks(words: Sequence[str]) -> None:
    """Resolve for every system and Python at once; versions stay unless told to move."""
    uv = shutil.which("uv")
    if uv is None:
        raise Stop("Writing the locks needs uv, which is not here.")
    common = ("--universal", "--generate-hashes", "--python-version", "3.11", "--quiet")
    header = ("--custom-compile-command", "python3 installer lock")
    for name, own in LOCK_WORDS.items():
        out = ("--output-file", str(LOCKS / f"{name}.txt"))
        said = call(
            [uv, "pip", "compile", "--directory", str(CHECKOUT), *own, *common, *header, *out, *words]
        )
        if said is not None:
            raise Stop(f"uv failed:\n\n{said}")
