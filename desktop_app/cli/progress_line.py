"""Progress on the terminal, or in a log."""

import sys
import time

from desktop_app.cli.telling import tell
from desktop_app.engine.history import EpochRow
from desktop_app.engine.ranking import Standing


class ProgressLine:
    """Progress on stderr: one line that moves on a terminal, a line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._last = 0.0
        self._stage = ""

    def progress(self, fraction: float, text: str) -> None:
        """Show how far it is, not too often."""
        now, stage = time.monotonic(), text.partition(":")[0]
        if now - self._last < (0.1 if self._terminal else 5.0) and stage == self._stage:
            return
        self._last, self._stage = now, stage
        line = f"{fraction:4.0%}  {text}"
        if self._terminal:
            tell(f"\r\x1b[2K{line}", end="")
        else:
            tell(line)

    def epoch(self, row: EpochRow) -> None:
        """Tell of an epoch where lines stay."""
        if self._terminal:
            return  # they would flicker past; the run folder has them
        stage = "" if row.stage == "head" else f", {row.stage}"
        tell(f"      epoch {row.epoch}{stage}: loss {row.loss:.4f}, validation {row.val_accuracy:.1%}")

    def news(self, known: object) -> None:
        """Tell what a ranking has found."""
        if isinstance(known, Standing):
            self.end()
            found = f"{known.accuracy:.1%} of {known.pictures:,} pictures"
            tell(f"      {known.backbone}: {known.problem or found}")

    def end(self) -> None:
        """Leave the line."""
        if self._terminal and self._stage:
            tell()
