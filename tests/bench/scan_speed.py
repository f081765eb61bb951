"""How long a scan of many files takes, how soon it hears a cancel, and how late a timer beside it is.

    python tests/bench/scan_speed.py [--files 100000] [--folder KEEP] [--limit 20]

Makes FILES distinct small JPEG and PNG files in class folders below KEEP (a temporary folder unless given;
what is there already is used again), scans them cold and warm, proposes what they are, and prints seconds,
the highest memory, and the lateness of a 10 ms sleep in another thread. Exits with 1 if one is over LIMIT.
"""

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.engine import catalog as catalogs
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.proposal import propose

CLASSES, TICK = 20, 0.01
DROP = Path("/proc/sys/vm/drop_caches")


def make(folder: Path, count: int) -> None:
    """Distinct pictures of 32 × 24 pixels, four JPEGs to one PNG, in class folders under train and val."""
    dice = np.random.default_rng(0)
    for number in range(count):
        split = "val" if number % 5 == 4 else "train"
        suffix = "png" if number // 5 % 5 == 4 else "jpg"
        file = folder / split / f"class {number % CLASSES:02}" / f"{number:06}.{suffix}"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            small = Image.fromarray(dice.integers(0, 256, (3, 4, 3), np.uint8))
            small.resize((32, 24)).save(file)


def forget(folder: Path) -> str:
    """Let the system forget what it has read, as far as it lets us."""
    os.sync()
    try:
        DROP.write_text("3")
    except OSError:
        for file in folder.rglob("*.*"):
            with file.open("rb") as handle:
                os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return "contents forgotten, names not"
    return "all forgotten"


class Ticker(threading.Thread):
    """Stands for the window: sleeps 10 ms at a time and books how late it wakes, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self.over = threading.Event()

    def run(self) -> None:
        """Until `over`."""
        while not self.over.is_set():
            began = time.perf_counter()
            time.sleep(TICK)
            self.late.append((time.perf_counter() - began - TICK) * 1000)


def timed(folder: Path, name: str) -> float:
    """Scan once and print how that went; seconds."""
    ticker = Ticker()
    ticker.start()
    began = time.perf_counter()
    catalog = catalogs.scan([folder], Reporter())
    seconds = time.perf_counter() - began
    ticker.over.set()
    ticker.join()
    middle, high = np.percentile(ticker.late, [50, 99])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:36} {seconds:6.2f} s, {len(catalog.pictures) / seconds:7,.0f} files/s, peak {peak:,.0f} MiB, "
        f"timer late {middle:.1f} median {high:.1f} p99 {max(ticker.late):.1f} max ms; "
        f"{len(catalog.pictures):,} pictures, {len(catalog.problems)} problems"
    )
    return seconds


def cancel(folder: Path) -> None:
    """Ask a scan to stop at some moments and print the longest wait."""
    waits = []
    for after in (0.05, 0.3, 0.6, 1.0, 2.0):
        control = Control()
        asked: list[float] = []

        def ask(control: Control = control, asked: list[float] = asked) -> None:
            asked.append(time.perf_counter())
            control.cancel.set()

        timer = threading.Timer(after, ask)
        timer.start()
        try:
            catalogs.scan([folder], Reporter(control=control))
        except Cancelled:
            waits.append(time.perf_counter() - asked[0])
        timer.cancel()
        timer.join()
    print(f"cancelled {len(waits)} times, longest wait {max(waits, default=0) * 1000:.0f} ms")


def main() -> int:
    """Make, scan, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--limit", type=float, default=20.0)
    options = parser.parse_args()
    sys.setswitchinterval(0.001)  # as the program does
    with tempfile.TemporaryDirectory(prefix="graftwork-scan-") as room:
        folder = (options.folder or Path(room)).absolute()
        make(folder, options.files)
        how = forget(folder)
        times = [timed(folder, f"cold ({how})"), timed(folder, "warm"), timed(folder, "warm again")]
        cancel(folder)
        began = time.perf_counter()
        proposal = propose(folder)
        print(f"proposed in {time.perf_counter() - began:.2f} s: {proposal.sentence}")
    return int(max(times) > options.limit)


if __name__ == "__main__":
    sys.exit(main())
