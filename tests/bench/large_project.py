"""How late a 10 ms timer in the window's thread is while a hundred thousand pictures arrive and are changed.

    python tests/bench/large_project.py [--files 100000] [--folder KEEP]

Makes FILES distinct small pictures as `scan_speed.py` does, drops them onto the real window, waits until they
are scanned, looked at, checked and divided, then renames a class, moves 1,000 pictures, filters, undoes all
and saves the project. Prints for each stage its seconds and the timer's lateness in milliseconds.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication
from scan_speed import make

from desktop_app import app
from desktop_app.control.collector import Collector
from desktop_app.control.controller import Controller
from desktop_app.control.desk import Home
from desktop_app.session.settings import Settings
from desktop_app.ui import theme

TICK = 10.0  # milliseconds


class Watch:
    """Books how late every tick of the window's thread is."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._late: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(int(TICK))

    def _tick(self) -> None:
        now = time.perf_counter()
        self._late.append((now - self._last) * 1000 - TICK)
        self._last = now

    def stage(self, name: str, begin: Callable[[], object], busy: Callable[[], bool]) -> None:
        """Begin something, wait until it is over, and print how late the ticks were meanwhile."""
        self._late.clear()
        began = time.perf_counter()
        begin()
        loop = QEventLoop()
        poll = QTimer()
        quiet = 0

        def look() -> None:
            nonlocal quiet
            quiet = 0 if busy() else quiet + 1
            if quiet > 3:
                loop.quit()

        poll.timeout.connect(look)
        poll.start(50)
        loop.exec()
        middle, high = np.percentile(self._late, [50, 99])
        seconds = time.perf_counter() - began - 0.2
        print(f"{name:30} {seconds:8.1f} {middle:8.1f} {high:8.1f} {max(self._late):8.1f}", flush=True)


def drive(controller: Controller, folder: Path, room: Path) -> None:
    desk, page = controller.desk, controller.desk.pages.data
    watch = Watch()

    def arranging() -> bool:
        return bool(desk.looking.current or desk.arranging.current)

    def busy() -> bool:
        return arranging() or bool(desk.checking.current or desk.working.current)

    print(f"{'stage':30} {'seconds':>8} {'median':>8} {'p99':>8} {'max':>8}  ms late")
    watch.stage("drop, until all are shown", lambda: desk.window.take([folder]), arranging)
    assert len(desk.catalog.pictures) > 0
    watch.stage("look at, check, divide", lambda: None, busy)
    assert desk.arrangement.rows, desk.arrangement.trouble
    watch.stage("rename a class", lambda: page.classes.rename_requested.emit("class 01", "one"), arranging)
    paths = [picture.path for picture in desk.catalog.of_class("one")[:1000]]
    watch.stage("move 1,000 pictures", lambda: page.grid.move_requested.emit(paths, "class 02"), arranging)
    watch.stage("show one class", lambda: page.classes.choose("class 02"), lambda: False)
    watch.stage("show all", lambda: page.classes.choose(None), lambda: False)
    watch.stage("undo", desk.history.stack.undo, arranging)
    watch.stage("check again", lambda: None, busy)
    file = room / "large.graftwork"
    controller.projects.file = file
    watch.stage("save", controller.projects.save, lambda: bool(controller.projects.runner.current))
    print(
        f"{len(desk.catalog.pictures):,} pictures; the project's file: {file.stat().st_size / 1e6:.0f} MB; "
    )
    print(f"greatest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    sys.setswitchinterval(app.SWITCH_INTERVAL)
    qt = QApplication([])
    theme.apply(qt)
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        folder = arguments.folder or room / "pictures"
        make(folder, arguments.files)
        home = Home(*(room / part for part in ("weights", "cache", "runs", "samples", "log")))
        controller = app.build(home, Settings(room / "settings.ini"))
        controller.desk.window.show()
        collector = Collector()
        drive(controller, folder, room)
        controller.desk.window.set_project("", unsaved=False)
        controller.desk.window.close()
        controller.shut_down()
        collector.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
