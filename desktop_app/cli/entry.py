"""One verb from its words to its exit code."""

import json
import logging
import signal
import sys
from collections.abc import Sequence

from desktop_app.cli.progress_line import ProgressLine
from desktop_app.cli.words import make_parser
from desktop_app.engine.errors import Cancelled, EngineError, Paused
from desktop_app.engine.progress import Control, Reporter
from desktop_app.session import paths
from desktop_app.session.log import start_log


def main(words: Sequence[str]) -> int:
    """Run one verb.

    Returns:
        0; 2 for a usage or input error; 130 when interrupted; 1 for an error of the program's own.
    """
    control, keep = Control(), False
    previous = {
        number: signal.signal(number, lambda *_: _interrupt(control, keep))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    line = ProgressLine()
    try:
        arguments = make_parser().parse_args(words)
        keep = "resume" in arguments and arguments.resume
        answer = arguments.verb(arguments, Reporter(line.progress, line.epoch, control, line.news))
    except EngineError as error:
        line.end()
        print(f"graftwork: {error}".replace("\n", " "), file=sys.stderr)
        return 2
    except (Cancelled, Paused, KeyboardInterrupt) as error:
        line.end()
        kept = {"Cancelled": "; nothing was written", "Paused": "; the same command goes on from here"}
        print(f"graftwork: interrupted{kept.get(type(error).__name__, '')}.", file=sys.stderr)
        return 130
    except SystemExit as done:  # argparse, once it has printed the help
        return int(done.code or 0)
    except Exception as error:
        line.end()
        print(f"graftwork: {_record(error)}", file=sys.stderr)
        return 1
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    line.end()
    print(json.dumps(answer))
    return 0


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
