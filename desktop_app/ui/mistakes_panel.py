"""The pictures with the highest loss, as thumbnails."""

import csv
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop_app.engine.judgement import Judgement, Mistake
from desktop_app.ui.answers_grid import AnswersGrid
from desktop_app.ui.saving import TABLE, SaveBar, under
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.wording import pictures

_MOST = 300


class MistakesPanel(QWidget):
    """What surprised the classifier most comes first: look there for wrong labels and odd pictures."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._shown: tuple[Mistake, ...] = ()
        self.grid = AnswersGrid(thumbnails)
        self.bar = SaveBar("", self, "mistakes.csv", TABLE, self._save)
        under(self, self.bar, self.grid)
        self.show_judgement(None)

    def show_judgement(self, judgement: Judgement | None) -> None:
        """Its pictures; None where nobody knows them."""
        self._shown = judgement.mistakes(_MOST) if judgement else ()
        self.grid.show_judged(self._shown)
        self.bar.set_enabled(bool(self._shown))
        if judgement is None:
            self.bar.say("Not known yet: this needs the answers to single pictures.")
            return
        wrong = int((judgement.answers.labels != judgement.answers.guesses).sum())
        self.bar.say(
            f"{pictures(wrong)} of {len(judgement.answers):,} got a wrong answer. The greatest "
            "surprises come first: what it shows → what was said, and how surely."
        )

    def _save(self, path: Path) -> None:
        write_mistakes(path, self._shown)


def write_mistakes(path: Path, judged: tuple[Mistake, ...]) -> None:
    """A line a picture; an `OSError` where it fails."""
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "label", "said", "probability", "loss"])
        for one in judged:
            writer.writerow([one.file, one.label, one.said, f"{one.probability:.6f}", f"{one.loss:.6f}"])
