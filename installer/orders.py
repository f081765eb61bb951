"""Carries out what was typed."""

from collections.abc import Sequence

from installer import start, venv
from installer.console import Stop, say
from installer.words import HELP, parse


def carry_out(typed: Sequence[str]) -> int:
    """Do one order; return its exit code, with every foreseen end told in a sentence."""
    try:
        order = parse(typed)
        if order.verb == "help":
            print(HELP, end="")
        elif order.verb == "lock":
            from installer.lock import write_locks

            write_locks(order.words)
        elif order.verb == "associate":
            from installer.associate import associate

            associate(order.words)
        else:
            venv.ensure(order)
            return start.start(order)
    except Stop as stop:
        say(str(stop))
        return stop.code
    except KeyboardInterrupt:
        say("interrupted; start again to go on")
        return 130
    except OSError as error:
        say(str(error))
        return 1
    return 0
