"""How late a 10 ms timer in the window's thread is while the program does the whole job.

    python tests/bench/responsiveness.py PICTURES [--backbone ResNet50] [--weights none]

Opens the real window, adds PICTURES (class folders), trains, exports, and prints for each stage the timer's
lateness in milliseconds: median, 99th percentile and maximum. Exits with 1 if a 99th percentile is over 50.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app import app
from desktop_app.control.collector import Collector
from desktop_app.control.controller import Controller
from desktop_app.control.desk import Home
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, TrainingSpec
from desktop_app.session.settings import Settings
from desktop_app.ui import theme

TICK, LIMIT = 10.0, 50.0  # milliseconds
STAGES = {None: "idle", "": "importing ahead"}


class Watch:
    """Books every tick's lateness under the stage that is going on."""

    def __init__(self) -> None:
        self.stage = "idle"
        self.late: dict[str, list[float]] = defaultdict(list)
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(int(TICK))

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late[self.stage].append((now - self._last) * 1000 - TICK)
        self._last = now

    def follow(self, _fraction: float, text: str) -> None:
        """The stage is what the progress line begins with."""
        self.stage = text.partition(":")[0]

    def table(self) -> bool:
        """Print it; whether every stage kept the limit."""
        good = True
        print(f"{'stage':28} {'ticks':>6} {'median':>7} {'p99':>7} {'max':>7}  ms late")
        for stage, late in self.late.items():
            middle, high = np.percentile(late, [50, 99])
            good &= bool(high <= LIMIT)
            print(f"{stage:28} {len(late):6} {middle:7.1f} {high:7.1f} {max(late):7.1f}")
        together = [value for late in self.late.values() for value in late]
        print(
            f"{'all':28} {len(together):6} {np.median(together):7.1f} "
            f"{np.percentile(together, 99):7.1f} {max(together):7.1f}"
        )
        return good


def wait(controller: Controller) -> None:
    """Until nothing is at work."""
    loop = QEventLoop()
    poll = QTimer()
    desk = controller.desk
    poll.timeout.connect(lambda: None if desk.looking.current or desk.working.current else loop.quit())
    poll.start(20)
    loop.exec()


def main() -> int:
    """Do the whole job once."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--backbone", default="ResNet50")
    parser.add_argument("--weights", default="none")
    parser.add_argument("--epochs", type=int, default=100)
    arguments = parser.parse_args()
    sys.setswitchinterval(app.SWITCH_INTERVAL)
    application = QApplication([])
    theme.apply(application)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        began = time.perf_counter()
        controller = app.build(
            Home(*(room / name for name in ("weights", "cache", "runs", "samples", "log"))),
            Settings(room / "settings.ini"),
        )
        collector = Collector()
        desk = controller.desk
        desk.window.show()
        application.processEvents()
        print(f"window shown {time.perf_counter() - began:.2f} s after its imports")
        watch = Watch()
        desk.working.busy_changed.connect(lambda name: setattr(watch, "stage", STAGES.get(name, name)))

        watch.stage = "scanning"
        desk.window.folders_dropped.emit([arguments.pictures])
        wait(controller)

        spec = ExperimentSpec(
            BaseSpec(arguments.backbone, arguments.weights), training=TrainingSpec(epochs=arguments.epochs)
        )
        desk.window.show_page("train")
        desk.pages.train.start_requested.emit(spec)
        assert desk.working.current
        desk.working.current.progressed.connect(watch.follow)
        wait(controller)
        assert desk.run, desk.window.message_bar.text

        desk.window.show_page("export")
        desk.pages.export.export_requested.emit("savedmodel", "none", room / "model")
        assert desk.working.current
        desk.working.current.progressed.connect(watch.follow)
        wait(controller)
        assert (room / "model").is_dir(), desk.window.message_bar.text
        controller.shut_down()
        desk.window.close()
        collector.stop()
    return 0 if watch.table() else 1


if __name__ == "__main__":
    sys.exit(main())
