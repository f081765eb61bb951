"""What was typed, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from installer.console import Stop

HELP = """\
usage: python3 installer [--cpu | --gpu] [--formats] [--webcam] run  [words for the program ...]
       python3 installer [--cpu | --gpu] test [words for pytest ...]
       python3 installer associate [--remove]
       python3 installer lock [words for uv ...]

run    make .venv, install what is locked, add what Qt needs from the system, start the program
test   the same, then run the whole test suite without a display
associate   let a double click open .graftwork files, for this user (Linux, Windows); --remove takes it back
lock   write installer/locks/ anew (for developers; needs uv; add --upgrade for newer versions)

--cpu, --gpu   which TensorFlow; unsaid: the one installed, else the GPU's where an NVIDIA GPU is seen
               (GPU: Linux on x86_64 only, some 3 GB)
--formats      also what exports to ONNX and OpenVINO need (some 330 MB); once said, it stays
--webcam       also what the Try page needs to take pictures by a camera (some 170 MB); the same
"""

Flavour = Literal["cpu", "gpu"]

#: What is installed only for who asks for it, by the name of its lock and of its word.
EXTRAS = ("formats", "webcam")

#: These verbs open no window, so they run without Qt's system libraries.
HEADLESS = frozenset(
    {
        "train",
        "repeat",
        "import",
        "evaluate",
        "report",
        "predict",
        "runs",
        "compare",
        "verdict",
        "export",
        "backbones",
        "rank",
        "direct",
        "weights",
        "--help",
        "-h",
        "--version",
    }
)


@dataclass(frozen=True)
class Order:
    """One command of the installer."""

    verb: Literal["run", "test", "associate", "lock", "help"]
    words: tuple[str, ...] = ()
    flavour: Flavour | None = None
    extras: frozenset[str] = frozenset()  # some of EXTRAS

    @property
    def headless(self) -> bool:
        """Whether this start can do without Qt."""
        return self.verb == "run" and bool(self.words) and self.words[0] in HEADLESS


def parse(typed: Sequence[str]) -> Order:
    """Read the words: ours come before the verb, all others pass through untouched."""
    flavour: Flavour | None = None
    extras = set()
    for place, word in enumerate(typed):
        match word:
            case "--cpu":
                flavour = "cpu"
            case "--gpu":
                flavour = "gpu"
            case "--formats" | "--webcam":
                extras.add(word.removeprefix("--"))
            case "run" | "test" | "associate" | "lock":
                return Order(word, tuple(typed[place + 1 :]), flavour, frozenset(extras))
            case "help" | "--help" | "-h":
                return Order("help")
            case _:
                raise Stop(f"'{word}' is not a word of the installer.\n\n{HELP}", code=2)
    return Order("help")
