"""Transfer and no transfer: a frozen base, its last block tuned, and the same network from scratch.

    python tests/bench/three_ways.py HYMENOPTERA WEIGHTS RESULTS.jsonl [--backbone VGG16] [--size 224]
        [--epochs 10] [--seeds 3]

HYMENOPTERA holds `train` and `val`, WEIGHTS is a weights file of the backbone. All three ways take the same
pictures, batches of 32 and the same number of epochs: the head alone for all of them; the head for the first
half and then, with it, the base's last block; or all of the network from random weights. Everything is
computed in float32. `--size` is the pictures' side in pixels: a network from scratch takes three passes of
the whole base for each picture and epoch, which at 224 pixels is minutes an epoch on two cores.

Each line of RESULTS.jsonl is one run; what is there already is not run again, so the script can be stopped at
any time. It ends with a table: validation accuracy by seed, their mean with its 95 % interval over the seeds
(Student's t), and the Wilson interval of that mean on so many pictures.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from scipy.stats import t as student

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.catalog import Catalog, merge, scan
from desktop_app.engine.metrics import wilson_interval
from desktop_app.engine.pipeline import Places, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.weights import WeightsStore


def ways(given: BaseSpec, epochs: int, seed: int) -> dict[str, ExperimentSpec]:
    """The three experiments."""
    head = ExperimentSpec(given, HeadSpec((256,)), TrainingSpec(epochs=epochs, seed=seed))
    first = epochs // 2
    tuning = TuningSpec(1, epochs - first, seed=seed)
    half = replace(head, training=replace(head.training, epochs=first), tuning=tuning)
    return {"frozen": head, "tuned": half, "scratch": head.from_scratch(epochs)}


def runs(chosen: argparse.Namespace, done: list[dict[str, Any]], room: Path) -> Iterator[dict[str, Any]]:
    """Run what is not among `done`."""
    listener = Reporter()
    given: Catalog = merge([scan([chosen.data / split], listener, split) for split in ("train", "val")])
    base = BaseSpec(chosen.backbone, str(chosen.weights), precision="float32")
    store = WeightsStore(room / "weights", cache=None)
    for seed in range(chosen.seeds):
        for way, spec in ways(base, chosen.epochs, seed).items():
            about = {
                "way": way,
                "seed": seed,
                "backbone": chosen.backbone,
                "size": chosen.size,
                "epochs": chosen.epochs,
            }
            if any(about.items() <= line.items() for line in done):
                continue
            began = time.monotonic()
            run = train(given, spec, Places(room / f"{way} {seed}", store, room / "cache"), listener)
            yield {
                **about,
                "val_accuracy": run.report.accuracy,
                "pictures": run.report.images,
                "best_epoch": run.best_epoch,
                "seconds": round(time.monotonic() - began, 1),
                "history": [asdict(row) for row in run.history],
            }


def table(lines: list[dict[str, Any]]) -> None:
    """Print what is known so far."""
    for way in ("frozen", "tuned", "scratch"):
        found = sorted((line for line in lines if line["way"] == way), key=lambda line: int(line["seed"]))
        if not found:
            continue
        right = [line["val_accuracy"] for line in found]
        mean, pictures = statistics.mean(right), found[0]["pictures"]
        spread = ""
        if len(right) > 1:
            half = student.ppf(0.975, len(right) - 1) * statistics.stdev(right) / len(right) ** 0.5
            spread = f" ± {half:.3f} over seeds"
        low, high = wilson_interval(round(mean * pictures), pictures)
        seconds = statistics.mean(line["seconds"] for line in found)
        print(
            f"{way:8} {' '.join(f'{share:.3f}' for share in right)}  mean {mean:.3f}{spread}; "
            f"{low:.3f} to {high:.3f} on {pictures} pictures; {seconds:.0f} s a run",
            flush=True,
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--backbone", default="VGG16")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    chosen = parser.parse_args()
    BACKBONES[chosen.backbone] = replace(BACKBONES[chosen.backbone], size=chosen.size)
    same = {"backbone": chosen.backbone, "size": chosen.size, "epochs": chosen.epochs}
    lines: list[dict[str, Any]] = []
    if chosen.results.exists():
        lines = [json.loads(line) for line in chosen.results.read_text("utf-8").splitlines()]
        lines = [line for line in lines if same.items() <= line.items()]
    with tempfile.TemporaryDirectory() as folder, chosen.results.open("a", encoding="utf-8") as file:
        for line in runs(chosen, list(lines), Path(folder)):
            lines.append(line)
            file.write(json.dumps(line) + "\n")
            file.flush()
            print(f"{line['way']}, seed {line['seed']}: {line['val_accuracy']:.3f}", flush=True)
    table(lines)


if __name__ == "__main__":
    main()
