"""Whole processes, import included: this program against the script of Keras' transfer-learning guide.

    python tests/bench/peers.py HYMENOPTERA [--backbones ResNet50 …] [--rounds 1]

HYMENOPTERA holds `train` and `val`. For each backbone, with random weights: the guide's script with 10 epochs
(peer), ours on an empty cache (cold), and ours again with another head (warm). Exits with 1 if a ratio is
under its bound.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BOUNDS = {"VGG16": (20, 20), "ResNet50": (12, 20), "InceptionV3": (12, 20)}  # cold, warm
HERE = Path(__file__).parent


def seconds(*command: object) -> float:
    """How long a process takes; it must succeed."""
    began = time.perf_counter()
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, cwd=HERE.parents[1]
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return time.perf_counter() - began


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--backbones", nargs="+", default=list(BOUNDS), choices=list(BOUNDS))
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    train, val = (arguments.data.absolute() / part for part in ("train", "val"))
    good = True
    print(f"{os.cpu_count()} cores, {arguments.rounds} round(s), median")
    print(f"{'backbone':12} {'peer s':>8} {'cold s':>8} {'ratio':>6} {'warm s':>8} {'ratio':>6}")
    for name in arguments.backbones:
        times: dict[str, list[float]] = {"peer": [], "cold": [], "warm": []}
        for _ in range(arguments.rounds):
            with tempfile.TemporaryDirectory() as room:
                ours = [
                    sys.executable, "-m", "desktop_app", "train", train, "--val", val, "--backbone", name,
                    "--weights", "none", "--epochs", 10, "--cache", f"{room}/cache",
                ]  # fmt: skip
                times["cold"].append(seconds(*ours, "--head", 256, "--out", f"{room}/cold"))
                times["warm"].append(seconds(*ours, "--head", 128, "--out", f"{room}/warm"))
            times["peer"].append(seconds(sys.executable, HERE / "peer_guide.py", name, train, val))
        peer, cold, warm = (statistics.median(times[side]) for side in ("peer", "cold", "warm"))
        good &= peer / cold >= BOUNDS[name][0] and peer / warm >= BOUNDS[name][1]
        print(
            f"{name:12} {peer:8.1f} {cold:8.1f} {peer / cold:6.1f} {warm:8.1f} {peer / warm:6.1f}", flush=True
        )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
