"""Faults planted in copies of the hymenoptera photographs, and whether the checks find them all.

    python tests/bench/planted_faults.py [--seed 0] [--seeds 5] [--keep FOLDER]

First the untouched set is checked: whatever is found there is listed, to be looked at. Then are planted 50
exact copies, 50 re-encoded or resized ones (JPEG of quality 40 to 95, PNG or WebP, half to one and a half
times the size), 20 pictures in the other class as well (10 exact, 10 re-encoded), 20 training pictures among
the validation ones (10 and 10) and 10 corrupt files (truncated, overwritten, empty, no picture). Apart from
those, and without a bound, 50 pictures cropped by 2 to 5 %. Exits with 1 if one is missed.
"""

import argparse
import io
import os
import platform
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from desktop_app.engine.catalog import scan
from desktop_app.engine.checks import Finding, check
from desktop_app.engine.facts import look
from desktop_app.engine.progress import Reporter

PHOTOGRAPHS = Path(__file__).parents[3] / "shared" / "data" / "hymenoptera"
COPIES, CHANGED, CONFLICTS, LEAKS, CORRUPT, CROPPED = 50, 50, 20, 20, 10, 50
Planted = dict[str, dict[Path, Path]]  # kind of fault → new file → the one that it was made of
Change = Callable[[bytes, random.Random], tuple[bytes, str]]
FORMATS = [("JPEG", ".jpg"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("PNG", ".png")]


def same(picture: bytes, dice: random.Random) -> tuple[bytes, str]:
    return picture, ".jpg"


def changed(picture: bytes, dice: random.Random) -> tuple[bytes, str]:
    """The picture in another size, format or quality, and that format's suffix."""
    with Image.open(io.BytesIO(picture)) as file:
        image = file.convert("RGB")
    scale = dice.choice([1.0, dice.uniform(0.5, 1.5)])
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
    return encoded(image, *dice.choice(FORMATS), dice)


def cropped(picture: bytes, dice: random.Random) -> tuple[bytes, str]:
    """The picture less 2 to 5 % of its width and height, as a JPEG."""
    with Image.open(io.BytesIO(picture)) as file:
        image = file.convert("RGB")
    share = dice.uniform(0.02, 0.05)
    left, top = round(dice.random() * share * image.width), round(dice.random() * share * image.height)
    width, height = round(image.width * (1 - share)), round(image.height * (1 - share))
    return encoded(image.crop((left, top, left + width, top + height)), "JPEG", ".jpg", dice)


def encoded(image: Image.Image, kind: str, suffix: str, dice: random.Random) -> tuple[bytes, str]:
    file = io.BytesIO()
    image.save(file, kind, **({} if kind == "PNG" else {"quality": dice.randint(40, 95)}))
    return file.getvalue(), suffix


def spoilt(picture: bytes, dice: random.Random, number: int) -> bytes:
    """A file that is no longer a whole picture."""
    kind = number % 4
    if kind == 0:
        return picture[: round(len(picture) * dice.uniform(0.05, 0.8))]
    if kind == 1:
        return b""
    if kind == 2:
        return dice.randbytes(len(picture))
    return picture[:2] + dice.randbytes(200) + picture[202:]


def plant(folder: Path, seed: int) -> Planted:
    """Plant the faults in a copy of the set."""
    dice = random.Random(seed)
    splits = {split: sorted((folder / split).rglob("*.jpg")) for split in ("train", "val")}
    pool = list(splits["train"])
    dice.shuffle(pool)
    planted: Planted = {}

    def put(kind: str, count: int, target: Callable[[Path], Path], change: Sequence[Change]) -> None:
        planted[kind] = {}
        for number in range(count):
            source = pool.pop()
            data, suffix = change[number % len(change)](source.read_bytes(), dice)
            copy = target(source) / f"{kind} {number}{suffix}"
            copy.write_bytes(data)
            planted[kind][copy] = source

    other = {"ants": "bees", "bees": "ants"}
    put("copies", COPIES, lambda source: source.parent, [same])
    put("changed", CHANGED, lambda source: source.parent, [changed])
    put("conflicts", CONFLICTS, lambda source: source.parents[1] / other[source.parent.name], [same, changed])
    put("leaks", LEAKS, lambda source: folder / "val" / source.parent.name, [same, changed])
    put("cropped", CROPPED, lambda source: source.parent, [cropped])
    planted["corrupt"] = {}
    for number in range(CORRUPT):
        source = pool.pop()
        copy = source.with_name(f"corrupt {number}.jpg")
        copy.write_bytes(spoilt(source.read_bytes(), dice, number))
        planted["corrupt"][copy] = copy
    return planted


def examine(folder: Path) -> tuple[tuple[Finding, ...], set[Path]]:
    """What the checks find, and what the scan has left out."""
    began = time.perf_counter()
    catalog = scan([folder], Reporter())
    scanned = time.perf_counter()
    facts = look([picture.path for picture in catalog.pictures], None, Reporter())
    looked = time.perf_counter()
    findings = check(catalog, facts, Reporter())
    checked = time.perf_counter()
    print(
        f"{len(facts)} pictures: scan {scanned - began:.2f} s, look {looked - scanned:.2f} s "
        f"({len(facts) / (looked - scanned):.0f} pictures/s), checks {checked - looked:.2f} s"
    )
    return findings, {problem.path for problem in catalog.problems}


# What finds each kind of fault. A group must hold the planted file and the one that it was made of.
FOUND_BY = {
    "copies": {"duplicates"},
    "changed": {"near duplicates"},
    "conflicts": {"conflicts", "near conflicts"},
    "leaks": {"leaks", "near leaks"},
    "corrupt": {"unreadable"},
    "cropped": {"near duplicates"},
}


def compare(planted: Planted, findings: Sequence[Finding], left_out: set[Path]) -> bool:
    """Print how many of each kind were found, and what else was; whether none was missed."""
    good = True
    for kind, files in planted.items():
        groups = [set(g) for finding in findings if finding.check in FOUND_BY[kind] for g in finding.groups]
        missed = [
            copy
            for copy, source in files.items()
            if not any({copy, source} <= group for group in groups)
            and not (kind == "corrupt" and copy in left_out)
        ]
        print(f"  {kind:10}{len(files) - len(missed):4} of {len(files)}")
        if missed and kind != "cropped":
            good = False
            print("    missed:", *missed)
    # A group that holds no planted file is a false alarm; other checks tell what they told before.
    everything = {copy for files in planted.values() for copy in files}
    false: Counter[str] = Counter()
    for finding in findings:
        if finding.check in set().union(*FOUND_BY.values()):
            false[finding.check] += sum(not everything & set(group) for group in finding.groups)
    print(f"  {false.total()} groups without a planted file {dict(+false) or ''}")
    return good


def is_mended(folder: Path, findings: Sequence[Finding]) -> bool:
    """Whether nothing is found any more once each finding's first remedy is taken."""
    out = {path for finding in findings for remedy in finding.remedies[:1] for path in remedy.leave_out}
    for path in out:
        path.unlink()
    left = [finding for finding in examine(folder)[0] if finding.check in set().union(*FOUND_BY.values())]
    print(f"  {len(out)} left out as advised; then {sum(len(one.groups) for one in left)} groups are found")
    return not left


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--seeds", type=int, default=1, help="how many times to plant")
    parser.add_argument("--keep", type=Path, help="where to leave the last planted set")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, {platform.platform()}, load {os.getloadavg()[0]:.1f}")
    print("untouched")
    for finding in examine(PHOTOGRAPHS)[0]:
        print(f"  {finding.severity}: {finding.title}")
        for group in finding.groups:
            print("   ", *(path.relative_to(PHOTOGRAPHS) for path in group[:8]))
    good = True
    for seed in range(arguments.seed, arguments.seed + arguments.seeds):
        with tempfile.TemporaryDirectory() as room:
            folder = Path(room) / "hymenoptera"
            shutil.copytree(PHOTOGRAPHS, folder)
            planted = plant(folder, seed)
            print(f"planted, seed {seed}")
            findings, left_out = examine(folder)
            good &= compare(planted, findings, left_out)
            if arguments.keep and seed == arguments.seed + arguments.seeds - 1:
                shutil.copytree(folder, arguments.keep)
            good &= is_mended(folder, findings)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
