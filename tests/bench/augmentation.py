"""What augmentation gains: validation accuracy by the number of views, over seeds.

    python tests/bench/augmentation.py HYMENOPTERA WEIGHTS --cache DIR [--backbone VGG16] [--seeds 3]
          [--views 1,2,5,10] [--augment flip,crop,rotate,colour] [--average]

HYMENOPTERA holds `train` and `val`, WEIGHTS is a weights file of the backbone. DIR keeps the views: what was
interrupted goes on from there, and all seeds draw from the same views. For each number of views it prints the
accuracy of a head of 256 units by each seed, their mean with the 95 % interval of Student's t over seeds, and
the accuracy of a plain logistic head, which no seed changes. With `--average`, validation pictures are judged
by the mean of their views, too.
"""

import argparse
import statistics
import sys
import tempfile
import time
from math import sqrt
from pathlib import Path

from scipy.stats import t

from desktop_app.engine.catalog import merge, scan
from desktop_app.engine.pipeline import Places, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.views_spec import CHANGES, ViewsSpec
from desktop_app.engine.weights import WeightsStore


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--backbone", default="VGG16")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--views", default="1,2,5,10")
    parser.add_argument("--augment", default="flip,crop,rotate,colour")
    parser.add_argument("--average", action="store_true")
    arguments = parser.parse_args()
    listener = Reporter(_Line())
    given = merge([scan([arguments.data / split], listener, split) for split in ("train", "val")])
    base = BaseSpec(arguments.backbone, str(arguments.weights))
    ticks = {name: name in arguments.augment.split(",") for name in CHANGES}
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        store = WeightsStore(room / "weights", cache=None)

        def run(head: HeadSpec, seed: int, count: int) -> Run:
            views = ViewsSpec(count, **ticks, average=arguments.average)
            spec = ExperimentSpec(base, head, TrainingSpec(seed=seed), views=views)
            name = f"{count} {len(head.units)} {seed}"
            return train(given, spec, Places(room / name, store, arguments.cache), listener)

        print("views | dense head by seed | mean ± 95 % | logistic head | seconds of features, of a head")
        for count in map(int, arguments.views.split(",")):
            runs = [run(HeadSpec(), seed, count) for seed in range(arguments.seeds)]
            plain = run(HeadSpec(()), 0, count)
            found = [one.report.accuracy for one in runs]
            spread = statistics.stdev(found) * t.ppf(0.975, len(found) - 1) / sqrt(len(found))
            features, head = (
                one.summary["seconds"][s] for one, s in ((runs[0], "features"), (runs[1], "head"))
            )
            dense = f"{' '.join(f'{a:.3f}' for a in found)} | {statistics.mean(found):.3f} ± {spread:.3f}"
            logistic = f"{plain.report.accuracy:.3f}"
            print(f"{count:5} | {dense} | {logistic} | {features:.1f}, {head:.1f}", flush=True)
    return 0


class _Line:
    """Progress on stderr, a line every half minute."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, fraction: float, text: str) -> None:
        if time.monotonic() > self._last + 30:
            self._last = time.monotonic()
            print(f"{fraction:4.0%} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
