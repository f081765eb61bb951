"""`graftwork`: the window, or a headless verb."""

import os
import signal
import sys


def main() -> int:
    """Run what the command line asks for; the exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    # The products of NumPy here are long and thin: a second thread of its BLAS mostly waits, and with it the
    # first (three times as slow on two cores). TensorFlow has threads of its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = sys.argv[1:]
    from desktop_app.session import log, paths

    log.open_closed_streams()
    log.divert_native_output(paths.native_log_file())
    from desktop_app.cli import VERBS

    if words and (words[0] in VERBS or words[0] in {"-h", "--help", "--version"}):
        from desktop_app.cli import main as run
    else:
        from desktop_app.app import main as run
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return run(words)


def _leave(*_: object) -> None:
    """End at once: nothing has begun before all is imported."""
    os._exit(130)


if __name__ == "__main__":
    sys.exit(main())
