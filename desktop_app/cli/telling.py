"""Words for people go to stderr, the answer to stdout; either may have lost who reads it."""

import io
import sys


class _Nowhere(io.StringIO):
    """Takes what Python itself still has to say, too."""

    def write(self, words: str, /) -> int:
        return len(words)


def spell() -> None:
    """Let an encoding that lacks a letter of the help show its number instead."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def tell(words: str = "", end: str = "\n") -> None:
    """Tell people; where nobody reads any more, words are lost and the work goes on."""
    if sys.stderr is None:  # closed before the start
        return
    try:
        print(words, end=end, file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = _Nowhere()


def answer(words: str = "", end: str = "\n") -> None:
    """Write the answer, and all that waits to be written before it.

    A reader that has closed its pipe has read as much as it wanted.

    Raises:
        OSError: it cannot be written, as on a full disk.
    """
    if sys.stdout is None:
        return
    try:
        print(words, end=end, flush=True)
    except OSError as error:
        sys.stdout = _Nowhere()  # else Python tries once more at its end, and complains
        if not isinstance(error, BrokenPipeError):
            raise
