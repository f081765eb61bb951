"""How well the queue of doubtful labels finds those that were flipped.

    python tests/bench/flipped_labels.py HYMENOPTERA WEIGHTS [--backbone VGG16] [--seeds 10] [--share 0.05]

HYMENOPTERA holds `train` and `val`, whose pictures are taken together; WEIGHTS is a weights file of the
backbone. That share of all labels is flipped, other ones for each seed. Prints what of the queue was flipped
(precision) and what of the flipped is in the queue (recall). The photographs have a few doubtful labels of
their own, which count as false alarms; the last line says what the queue makes of the labels as they are.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.catalog import Catalog, scan
from desktop_app.engine.doubts import doubts
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import extract
from desktop_app.engine.pretrained import loader
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec
from desktop_app.engine.weights import WeightsStore


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--backbone", default="VGG16")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--cache", type=Path, help="folder of features to keep")
    arguments = parser.parse_args()
    catalog = scan([arguments.data / "train", arguments.data / "val"], Reporter())
    files = [picture.path for picture in catalog.pictures]
    with tempfile.TemporaryDirectory() as room:
        cache = FeatureCache(arguments.cache or Path(room))
        features, groups = _features(files, arguments.backbone, arguments.weights, cache)
        cache.close()
    truth = _labels(catalog)
    many = round(arguments.share * len(truth))
    precisions, recalls, suggested = [], [], []
    for seed in range(arguments.seeds):
        dice = np.random.default_rng(seed)
        flipped = dice.choice(len(truth), many, replace=False)
        labels = truth.copy()
        labels[flipped] = (truth[flipped] + dice.integers(1, len(catalog.class_names), many)) % len(
            catalog.class_names
        )
        found = doubts(files, features, labels, groups, catalog.class_names, Reporter(), seed)
        wrong = {files[row]: catalog.class_names[truth[row]] for row in flipped}
        hits = [one for one in found if one.file in wrong]
        precisions.append(len(hits) / max(len(found), 1))
        recalls.append(len(hits) / many)
        suggested.append(statistics.mean(one.said == wrong[one.file] for one in hits))
        first = sum(one.file in wrong for one in found[:many])
        print(f"seed {seed}: {len(found)} in the queue, {len(hits)} of {many} flipped, {first} of them first")
    for what, values in (("precision", precisions), ("recall", recalls), ("true label suggested", suggested)):
        print(f"{what} {statistics.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})")
    as_they_are = doubts(files, features, truth, groups, catalog.class_names, Reporter())
    print(f"nothing flipped: {len(as_they_are)} of {len(files)} in the queue")
    return 0


def _labels(catalog: Catalog) -> NDArray[np.int64]:
    return np.array([catalog.class_names.index(picture.label) for picture in catalog.pictures])


def _features(
    files: list[Path], backbone: str, weights: Path, cache: FeatureCache
) -> tuple[NDArray[np.floating], NDArray[np.int64]]:
    """What the base makes of the files, and which of them are the same."""
    from desktop_app.engine import frozen

    spec = BaseSpec(backbone, str(weights), precision="float32")
    load, _ = loader(spec, 0, WeightsStore(weights.parent, cache=None), Reporter())
    found = extract(
        files, frozen.build(spec, 0, load), cache, Reporter(lambda _f, text: print(text, end="\r"))
    )
    return found.matrix, np.unique(found.digests, return_inverse=True)[1]


if __name__ == "__main__":
    sys.exit(main())
