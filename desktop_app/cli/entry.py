"""One verb from its words to its exit code."""

import json
import logging
import signal
from collections.abc import Sequence

from desktop_app.cli.progress_line import ProgressLine
from desktop_app.cli.telling import answer, spell, tell
from desktop_app.cli.words import make_parser
from desktop_app.engine.errors import Cancelled, EngineError, Paused
from desktop_app.engine.progress import Control, Reporter
from desktop_app.session import paths
from desktop_app.session.log import start_log

#: What asks a verb to end: Ctrl+C, the system, a terminal that is closed.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def main(words: Sequence[str]) -> int:
    """Run one verb.

    Returns:
        0; 2 for a usage or input error; 130 when interrupted; 1 for an error of the program's own.
    """
    control, keep = Control(), False
    previous = {
        number: signal.signal(number, lambda *_: _interrupt(control, keep))
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN  # as after `nohup`, or `&` in a script
    }
    spell()
    line = ProgressLine()
    try:
        arguments = make_parser().parse_args(words)
        keep = "resume" in arguments and arguments.resume
        found = arguments.verb(arguments, Reporter(line.progress, line.epoch, control, line.news))
    except EngineError as error:
        line.end()
        return _refuse(error)
    except (Cancelled, Paused, KeyboardInterrupt) as error:
        line.end()
        kept = {"Cancelled": "nothing was written.", "Paused": "the same command goes on from here."}
        what = str(error) or kept.get(type(error).__name__)
        tell(f"graftwork: interrupted; {what}" if what else "graftwork: interrupted.")
        return 130
    except SystemExit as done:  # argparse, once it has written the help
        return _write("", int(done.code or 0))
    except Exception as error:
        line.end()
        tell(f"graftwork: {_record(error)}")
        return 1
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    line.end()
    return _write(json.dumps(found) + "\n", 0)


def _write(words: str, code: int) -> int:
    """Answer; `code`, unless that fails."""
    try:
        answer(words, end="")
    except OSError as error:
        why = f"The answer cannot be written: {error.strerror or error}."
        return _refuse(EngineError(why, "All else is done; make room for stdout, and ask again."))
    return code


def _refuse(error: EngineError) -> int:
    tell(f"graftwork: {error}".replace("\n", " "))
    return 2


def _record(error: Exception) -> str:
    """Put a fault of the program into the log, and say so."""
    file = paths.log_file()
    handler = start_log(file)
    logger = logging.getLogger("graftwork")
    logger.error("A headless verb failed", exc_info=error)
    logger.removeHandler(handler)
    handler.close()
    kind = type(error).__name__
    return f"this is a fault of Graftwork itself ({kind}). Please report it with the log in “{file}”."


def _interrupt(control: Control, keep: bool) -> None:
    """Ask politely the first time, insist the second; `keep` what a run has learned, to go on with it."""
    asked = control.pause if keep else control.cancel
    if asked.is_set():
        raise KeyboardInterrupt
    asked.set()
