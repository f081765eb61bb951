"""What the compiled base costs in accuracy: bfloat16 against float32, over seeds.

    python tests/bench/accuracy.py HYMENOPTERA WEIGHTS [--backbone VGG16] [--seeds 5]

HYMENOPTERA holds `train` and `val`, WEIGHTS is a weights file of the backbone. Exits with 1 if the mean
validation accuracies differ by more than a point.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from desktop_app.engine.catalog import merge, scan
from desktop_app.engine.pipeline import Places, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, Precision, TrainingSpec
from desktop_app.engine.weights import WeightsStore


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--backbone", default="VGG16")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    listener = Reporter()
    given = merge(
        [
            scan([arguments.data / "train"], listener, "train"),
            scan([arguments.data / "val"], listener, "val"),
        ]
    )
    means = []
    precisions: tuple[Precision, ...] = ("float32", "bfloat16")
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        store = WeightsStore(room / "weights", cache=None)
        for precision in precisions:
            accuracies = []
            for seed in range(arguments.seeds):
                base = BaseSpec(arguments.backbone, str(arguments.weights), precision=precision)
                spec = ExperimentSpec(base, training=TrainingSpec(seed=seed))
                places = Places(room / f"{precision} {seed}", store, room / "cache")
                accuracies.append(train(given, spec, places, listener).report.accuracy)
            means.append(statistics.mean(accuracies))
            print(f"{precision:9}", " ".join(f"{a:.3f}" for a in accuracies), f"mean {means[-1]:.4f}")
    print(f"difference {100 * (means[1] - means[0]):+.2f} points")
    return 0 if abs(means[1] - means[0]) <= 0.01 else 1


if __name__ == "__main__":
    sys.exit(main())
