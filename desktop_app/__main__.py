"""`graftwork`: the window, or a headless verb."""

import sys


def main() -> int:
    """Run what the command line asks for; the exit code."""
    words = sys.argv[1:]
    from desktop_app.cli import VERBS

    if words and (words[0] in VERBS or words[0] in {"-h", "--help"}):
        from desktop_app.cli import main as headless

        return headless(words)
    from desktop_app.app import main as window

    return window(words)


if __name__ == "__main__":
    sys.exit(main())
