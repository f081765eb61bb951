"""Made-up runs, reports and predictions to show."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from pytestqt.qtbot import QtBot

from desktop_app.engine.answers import Answers
from desktop_app.engine.conformal import Conformal, conformal
from desktop_app.engine.figures import PAPER
from desktop_app.engine.history import EpochRow
from desktop_app.engine.judgement import Judgement, judgement, temperature_of
from desktop_app.engine.report import Report, judge
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec
from desktop_app.engine.trial import Neighbour, Trial, Tried
from desktop_app.engine.unknown import Gallery
from desktop_app.ui.figure_panel import FigurePanel
from desktop_app.ui.saving import SaveBar


def epochs(count: int, validation: bool = True) -> list[EpochRow]:
    rows = []
    for epoch in range(1, count + 1):
        loss, accuracy = 1 / epoch, 1 - 0.4 / epoch
        extra = (1.2 * loss, accuracy - 0.05) if validation else ()
        rows.append(EpochRow(epoch, loss, accuracy, *extra))
    return rows


def report(names: tuple[str, ...] = ("ants", "bees"), source: str = "validation pictures") -> Report:
    truth = np.repeat(np.arange(len(names)), 10)
    guess = truth.copy()
    guess[0] = 1
    guess[10:13] = 0
    return judge(source, truth, guess, names)


def answers(
    folder: Path = Path(), names: tuple[str, ...] = ("ants", "bees"), source: str = "validation pictures"
) -> Answers:
    """Those of `report`: ten pictures a class, in order; the surer, the later in its class."""
    truth = np.repeat(np.arange(len(names)), 10)
    guess = truth.copy()
    guess[0] = 1
    guess[10:13] = 0
    logits = np.zeros((len(truth), len(names)), np.float32)
    logits[np.arange(len(truth)), guess] = 1 + np.arange(len(truth)) % 10
    files = tuple(folder / f"{place}.png" for place in range(len(truth)))
    splits = np.array(["val"] * len(truth), "U5")
    return Answers(source, names, files, truth, logits, splits, np.arange(len(truth)))


def judged(
    folder: Path = Path(), names: tuple[str, ...] = ("ants", "bees"), source: str = "validation pictures"
) -> Judgement:
    made = answers(folder, names, source)
    return judgement(made, temperature_of(made))


def run(folder: Path, names: tuple[str, ...] = ("ants", "bees"), weights: str = "imagenet") -> Run:
    spec = ExperimentSpec(base=BaseSpec(weights=weights))
    origin = "untrained base" if weights == "none" else "downloaded from a server"
    return Run(folder, spec, names, 2, origin, {}, tuple(epochs(3)), report(names))


def trial(names: tuple[str, ...] = ("ants", "bees"), held: int = 30) -> Trial:
    """Sets of all shares but the greatest, and a threshold at 0.5."""
    shares = np.linspace(0.2, 1, held)
    probabilities = np.stack([shares, *[(1 - shares) / (len(names) - 1)] * (len(names) - 1)], axis=1)
    sets: dict[float, Conformal | str] = {0.99: "Sets that hold the right class 99 % of the time need more."}
    for coverage in (0.8, 0.9, 0.95):
        sets[coverage] = conformal(probabilities, np.zeros(held, int), coverage)
    return Trial(names, 1.0, "validation pictures", sets, Gallery(np.eye(2), 0.5, 0.95, held), ())


def tried(
    file: Path, names: tuple[str, ...] = ("ants", "bees"), best: int = 1, share: float = 0.9, far: float = 0.3
) -> Tried:
    rest = (1 - share) / (len(names) - 1)
    shares = tuple(share if place == best else rest for place in range(len(names)))
    near = tuple(
        Neighbour(Path(f"/none/{place}.jpg"), names[0], far - 0.01 * (4 - place)) for place in range(5)
    )
    return Tried(file, names[best], shares, near, far > 0.5)


def figure(panel: FigurePanel) -> Figure:
    """What a panel draws, as matplotlib has it."""
    made = Figure()
    assert panel.draw is not None
    panel.draw(made, PAPER)
    return made


def save(qtbot: QtBot, bar: SaveBar, path: Path) -> Path:
    """Save what `bar` belongs to, and wait for it."""
    bar.save(path)
    qtbot.waitUntil(lambda: bar.note.text() == f"Saved as {path.name}")
    return path
