"""`graftwork`: the window, or a headless verb."""

import os
import sys

from desktop_app.session import paths
from desktop_app.session.log import divert_native_output, open_closed_streams


def main() -> int:
    """Run what the command line asks for; the exit code."""
    # The products of NumPy here are long and thin: a second thread of its BLAS mostly waits, and with it the
    # first (three times as slow on two cores). TensorFlow has threads of its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = sys.argv[1:]
    open_closed_streams()
    divert_native_output(paths.native_log_file())
    from desktop_app.cli import VERBS

    if words and (words[0] in VERBS or words[0] in {"-h", "--help", "--version"}):
        from desktop_app.cli import main as headless

        return headless(words)
    from desktop_app.app import main as window

    return window(words)


if __name__ == "__main__":
    sys.exit(main())
