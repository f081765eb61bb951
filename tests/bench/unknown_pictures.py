"""How many strange pictures are flagged as unknown while 95 % of known ones pass.

    python tests/bench/unknown_pictures.py HYMENOPTERA ODD WEIGHTS [--backbone VGG16] [--keep FOLDER]

HYMENOPTERA holds `train` and `val`, ODD any pictures of other things, WEIGHTS is a weights file of the
backbone. Fifty of ODD's, no two alike, and fifty of noise (of pixels, of blots, grey) are tried. That 95 %
of the validation pictures pass is how the threshold is chosen; what counts is how many pass a threshold that
was chosen by others: by one random half of them for the other half, 200 times. That features are rooted first
was decided on these very pictures.
"""

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from desktop_app.engine import unknown
from desktop_app.engine.catalog import files_of, merge, scan
from desktop_app.engine.images import UnreadableError, read_file, square
from desktop_app.engine.pipeline import Places, open_classifier, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.recall import features_of
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec
from desktop_app.engine.weights import WeightsStore

EACH, HALVES = 50, 200
listener = Reporter()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("data", "odd", "weights"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--backbone", default="VGG16")
    parser.add_argument("--keep", type=Path, help="where the run and the features stay")
    arguments = parser.parse_args()
    given = merge(
        [
            scan([arguments.data / "train"], listener, "train"),
            scan([arguments.data / "val"], listener, "val"),
        ]
    )
    with tempfile.TemporaryDirectory() as folder:
        room = arguments.keep or Path(folder)
        spec = ExperimentSpec(BaseSpec(arguments.backbone, str(arguments.weights)), HeadSpec(()))
        places = Places(room / "run", WeightsStore(room / "weights", cache=None), room / "cache")
        run = train(given, spec, places, listener)
        features = features_of(run, places.cache, listener)
        answers = run.answers()
        assert answers is not None
        learned, held = (features[answers.splits == split] for split in ("train", "val"))
        classifier = open_classifier(run, listener)
        odd, noise = distinct(arguments.odd), make_noise(Path(folder))
        seen = {name: classifier.look(files, listener) for name, files in (("odd", odd), ("noise", noise))}
        assert not any(look.unreadable for look in seen.values())
        print(f"{len(learned)} to learn from, {len(held)} held out, {len(odd)} odd, {len(noise)} of noise")
        for k in (1, 5, 10, 50):
            unknown.NEIGHBOURS = k
            known = unknown.gallery(learned, held, listener)
            flagged = {
                name: known.nearest(look.features, listener).measure > known.threshold
                for name, look in seen.items()
            }
            together = np.concatenate(list(flagged.values()))
            print(
                f"k = {k:2}: threshold {known.threshold:.3f}; pass of the other half "
                f"{passing(learned, held):.3f}; flagged of 100 {together.sum()}: "
                + ", ".join(f"{name} {part.mean():.2f}" for name, part in flagged.items())
            )
    return 0


def passing(learned: np.ndarray, held: np.ndarray) -> float:
    """The share of one half that passes the other half's threshold, on average."""
    dice = np.random.default_rng(0)
    measures = unknown.Gallery(unknown.rows_of(learned)).nearest(held, listener).measure
    shares = []
    for _ in range(HALVES):
        order = dice.permutation(len(held))
        half = len(held) // 2
        chosen = np.sort(measures[order[:half]])
        rank = min(int(np.ceil(unknown.ACCEPTED * (half + 1))), half)
        shares.append((measures[order[half:]] <= chosen[rank - 1]).mean())
    return float(np.mean(shares))


def distinct(folder: Path) -> list[Path]:
    """Pictures of which no two look alike, from all over the folder."""
    found: dict[str, Path] = {}
    for file in files_of(folder):
        try:
            pixels = square(read_file(file), 16)
        except UnreadableError:
            continue
        found.setdefault(hashlib.sha256((pixels // 32).tobytes()).hexdigest(), file)
    files = list(found.values())
    return [files[place] for place in np.linspace(0, len(files) - 1, EACH).astype(int)]


def make_noise(folder: Path) -> list[Path]:
    """Noise of single pixels, in blots of many sizes, and in grey."""
    dice = np.random.default_rng(0)
    files = []
    for number in range(EACH):
        picture = Image.fromarray(dice.integers(0, 256, (300, 400, 3), np.uint8))
        if number % 3 == 1:
            blurred = picture.filter(ImageFilter.GaussianBlur(1 + number / 4))
            values = np.asarray(blurred, np.float32)
            values = 255 * (values - values.min()) / (values.max() - values.min())
            picture = Image.fromarray(values.astype(np.uint8))
        elif number % 3 == 2:
            picture = picture.convert("L")
        files.append(folder / f"noise {number}.png")
        picture.save(files[-1])
    return files


if __name__ == "__main__":
    sys.exit(main())
