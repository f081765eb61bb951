"""How smoothly the grid scrolls through 100,000 pictures, and how fast their thumbnails come.

    DISPLAY=:21 QT_QPA_PLATFORM=xcb python tests/bench/grid.py PICTURES [--count 100000] [--seconds 8]

Makes COUNT links to the JPEGs under PICTURES, shows them in a real window, and scrolls by the wheel and by
the bar, 60 times a second. Prints for each way the time a paint takes and the lateness of a 10 ms timer, both
in milliseconds, how many thumbnails came, and the process' memory. Exits with 1 if a 99th percentile of the
paints is over 16 ms, or to show the pictures took over 100.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop_app import app
from desktop_app.engine.catalog import Picture, Split
from desktop_app.ui import theme
from desktop_app.ui.picture_filter import PictureFilter
from desktop_app.ui.picture_grid import PictureGrid
from desktop_app.ui.thumbnails import Thumbnails

TICK, FRAME, LIMIT, SHOWN = 10, 16, 16.0, 100.0  # milliseconds
SPLITS: tuple[Split | None, ...] = ("train", "train", "train", "val", None)


class Meter:
    """Books paints and ticks of the part that is being measured."""

    def __init__(self) -> None:
        self.paints: list[float] = []
        self.late: list[float] = []
        self.come = 0
        self._last = time.perf_counter()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK)

    def begin(self) -> None:
        """Forget what came before."""
        self.paints, self.late, self.come = [], [], 0
        self._last = self._begun = time.perf_counter()

    def row(self, name: str) -> float:
        """Print a line; the 99th percentile of the paints."""
        seconds = time.perf_counter() - self._begun
        paint, late = (np.percentile(values or [0.0], [50, 99, 100]) for values in (self.paints, self.late))
        print(
            f"{name:24} {len(self.paints) / seconds:5.0f}  "
            + " ".join(f"{value:6.1f}" for value in (*paint, *late))
            + f" {self.come / seconds:9.0f} {memory():8.0f}"
        )
        return float(paint[1])

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append((now - self._last) * 1000 - TICK)
        self._last = now


def memory() -> float:
    """Of this process, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def pause(seconds: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def each_frame(seconds: float, act: Callable[[float], object]) -> None:
    """Call `act` 60 times a second with how much of the time has passed, from 0 to 1."""
    began = time.perf_counter()
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: act(min(1.0, (time.perf_counter() - began) / seconds)))
    timer.start(FRAME)
    pause(seconds)
    timer.stop()


def wheel(grid: PictureGrid, notches: float) -> None:
    """Turn the wheel over the middle of the grid."""
    middle = QPointF(grid.viewport().rect().center())
    event = QWheelEvent(
        middle, grid.viewport().mapToGlobal(middle), QPoint(), QPoint(0, int(-120 * notches)),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(grid.viewport(), event)


def links(source: Path, room: Path, count: int) -> list[Picture]:
    """Distinct paths to the same few files."""
    files = sorted(file for file in source.rglob("*") if file.suffix.lower() in {".jpg", ".jpeg"})
    pictures = []
    for number, file in enumerate(islice(cycle(files), count)):
        path = room / f"{number % 20:02}" / f"{file.stem[:12]}_{number:06}.jpg"
        if number < 20:
            path.parent.mkdir()
        path.symlink_to(file)
        pictures.append(Picture(path, f"class {number % 20}", SPLITS[number % len(SPLITS)]))
    return pictures


def timed(name: str, act: Callable[[], object]) -> float:
    """Print and return how long it took with its painting, in milliseconds."""
    began = time.perf_counter()
    act()
    QApplication.processEvents()
    took = (time.perf_counter() - began) * 1000
    print(f"{name:44} {took:7.1f} ms")
    return took


def main() -> int:
    """Measure once."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--side", type=int, default=128)
    arguments = parser.parse_args()
    sys.setswitchinterval(app.SWITCH_INTERVAL)
    application = QApplication([])
    theme.apply(application)
    meter = Meter()

    class Grid(PictureGrid):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
            began = time.perf_counter()
            super().paintEvent(event)
            meter.paints.append((time.perf_counter() - began) * 1000)

    with tempfile.TemporaryDirectory() as room:
        pictures = links(arguments.pictures, Path(room), arguments.count)
        badges = {picture.path: "Looks like another picture." for picture in pictures[::17]}
        hash(frozenset(picture.path for picture in pictures))  # as a catalog does where it is made
        thumbnails = Thumbnails()
        thumbnails.ready.connect(lambda _path: setattr(meter, "come", meter.come + 1))
        grid = measure(arguments, pictures, badges, thumbnails, Grid)
        worst = scroll(arguments.seconds, grid, meter)
        shown = grid.property("took")
        thumbnails.close()
    return 0 if worst <= LIMIT and shown <= SHOWN else 1


def measure(
    arguments: argparse.Namespace,
    pictures: list[Picture],
    badges: dict[Path, str],
    thumbnails: Thumbnails,
    kind: type[PictureGrid],
) -> PictureGrid:
    """Show them, filter them, select them: one figure each."""
    grid = kind(thumbnails)
    grid.set_side(arguments.side)
    grid.set_classes([f"class {number}" for number in range(20)])
    grid.resize(*map(int, arguments.size.split("x")))
    grid.show()
    pause(1)
    print(f"{arguments.count:,} pictures; {memory():.0f} MiB before they are shown")
    grid.setProperty("took", timed("showing all", lambda: grid.show_pictures(pictures, badges)))
    print(f"{len(grid.rows_seen())} thumbnails of {grid.side} pixels on the screen; {memory():.0f} MiB")
    began = time.perf_counter()
    for words, wanted in {
        "filtering by text, the first time": PictureFilter(text="_0123"),
        "filtering by text": PictureFilter(text="_0124"),
        "filtering by class": PictureFilter(label="class 3"),
        "filtering by finding, the first time": PictureFilter(paths=frozenset(badges)),
        "filtering by finding": PictureFilter(label="class 3", paths=frozenset(badges)),
        "filtering no more": PictureFilter(),
    }.items():
        timed(words, partial(grid.set_filter, wanted))
    timed("selecting all", grid.selectAll)
    timed("showing all again, all selected", lambda: grid.show_pictures(list(pictures), badges))
    timed("selecting none", grid.clearSelection)
    timed("another size of the window", lambda: grid.resize(grid.width() - 180, grid.height()))
    grid.resize(grid.width() + 180, grid.height())
    print(f"({time.perf_counter() - began:.1f} s for all of these)")
    return grid


def scroll(seconds: float, grid: PictureGrid, meter: Meter) -> float:
    """Scroll in several ways; the worst 99th percentile of the paints."""
    bar = grid.verticalScrollBar()
    print(f"{'':24} {'':5}  {'paint ms':^20} {'late ms':^20} {'thumbs':>9} {'memory':>8}")
    heads = " ".join(f"{name:>6}" for name in ("p50", "p99", "max") * 2)
    print(f"{'':24} {'fps':>5}  {heads} {'/s':>9} {'MiB':>8}")

    def drag(part: float) -> None:
        bar.setSliderDown(True)
        bar.setSliderPosition(int(part * bar.maximum()))

    def flick(part: float) -> None:  # a page every half second, waiting for its thumbnails in between
        bar.setValue(bar.maximum() // 2 + int(part * 2 * seconds) * bar.pageStep())

    ways: dict[str, Callable[[float], object]] = {
        "wheel, 60 notches/s": lambda _part: wheel(grid, 1),
        "wheel, fine (touchpad)": lambda _part: wheel(grid, 0.1),
        "bar from end to end": drag,
        "a page each half second": flick,
        "standing still": lambda _part: None,
    }
    worst = 0.0
    for name, act in ways.items():
        meter.begin()
        each_frame(seconds, act)
        worst = max(worst, meter.row(name))
        bar.setSliderDown(False)
    return worst


if __name__ == "__main__":
    sys.exit(main())
