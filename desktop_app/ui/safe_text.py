"""File names as text that can be shown: no line breaks, no hidden signs, no markup."""

import html
from pathlib import Path

_JOINERS = {"\u200c", "\u200d"}  # invisible, but needed inside words of some scripts and in emoji


def safe(name: str | Path) -> str:
    r"""`name` with everything that cannot be printed written as its escape, such as \n or \udcff.

    A lone surrogate, which Python puts where a file name is not UTF-8, would make Qt stumble; a line break or
    a bidirectional override would make one name look like another.
    """
    return "".join(
        sign if sign.isprintable() or sign in _JOINERS else sign.encode("unicode_escape").decode()
        for sign in str(name)
    )


def plain_tip(text: str | Path) -> str:
    """A tool tip that shows `text` as it is, also where it looks like markup."""
    return f"<span style='white-space: pre-wrap'>{html.escape(safe(text))}</span>"
