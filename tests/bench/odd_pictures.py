"""What the program makes of every odd and hostile picture, file by file, against what Pillow alone does.

    python tests/bench/odd_pictures.py [--json] [FOLDER …]

Each difference is explained by a named rule (`RULES`), or the table calls it UNEXPLAINED.
"""

import argparse
import csv
import hashlib
import io
import json
import re
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from desktop_app.engine.images import UnreadableError, header_problem, read_file, rgb, square

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
RULES = {
    "same": "the same pixels, or both refuse it",
    "upright": "the same pixels once turned by EXIF",
    "over white": "transparency lies over white, where Pillow drops it",
    "range": "more than 8 bits are scaled by their range, where Pillow clips them at 255",
    "profile": "the embedded colour profile is turned into sRGB, which Pillow ignores",
    "too large": "refused: more than 100 million pixels",
    "no program": "refused: PostScript is a program to be run",
    "more formats": "read: HEIC and DICOM, which Pillow does not know",
}
UNEXPLAINED = "UNEXPLAINED"
Row = dict[str, Any]
Pixels = tuple[str, tuple[int, ...]]  # a digest, and the shape


def main() -> None:
    """Print the table and its sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[SHARED / "odd-images", SHARED / "hostile"])
    parser.add_argument("--json", action="store_true", help="the rows and sums as one JSON object")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", module=r"PIL\..*")
    measured = _measured()
    files = [file for folder in arguments.folders for file in sorted(folder.rglob("*")) if file.is_file()]
    rows = [look(file) for file in files]
    # Before Pillow has its turn. Not getrusage: its peak is inherited from who started this process.
    peak = int((re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()) or [0, 0])[1]) // 1024
    for file, row in zip(files, rows, strict=True):
        row["manifest"] = measured.get(str(file), "")
        compare(file, row)
    if arguments.json:
        print(json.dumps({"rows": rows, "peak": peak}))
        return
    print("| file | the program | Pillow alone | by the manifest | seconds | rule |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        name = ascii(str(Path(row["file"]).relative_to(SHARED)))[1:-1]
        cells = (name, row["own"], row["pillow"], row["manifest"], f"{row['seconds']:.2f}", row["rule"])
        print("| " + " | ".join(cell.replace("|", "/")[:90] for cell in cells) + " |")
    print()
    for rule, count in Counter(row["rule"] for row in rows).most_common():
        print(f"{count:5d}  {rule}: {RULES.get(rule, '')}")
    slowest = max(rows, key=lambda row: row["seconds"])
    print(f"{len(rows)} files; slowest {slowest['seconds']:.2f} s ({slowest['file']}); peak {peak} MiB")


def look(file: Path) -> Row:
    """The program's own answer and how long it took; `pixels` is a digest."""
    began = time.perf_counter()
    header, pixels = header_problem(file), ""
    shape: tuple[int, ...] = ()
    try:
        data = read_file(file)
        square(data, 224)
        seconds = time.perf_counter() - began
        pixels, shape = _digest(np.asarray(rgb(data)))
        own = f"{shape[1]} × {shape[0]}"
    except UnreadableError as error:
        seconds = time.perf_counter() - began
        own = str(error)
    return {
        "file": str(file),
        "header": header,
        "read": bool(pixels),
        "own": own,
        "pixels": pixels,
        "shape": shape,
        "seconds": seconds,
    }


def compare(file: Path, row: Row) -> None:
    """Add what Pillow alone says, and the rule that explains the difference."""
    plain, upright, mode, traits = _pillow(file)
    row["pillow"] = f"{mode} {plain[1][1]} × {plain[1][0]}" if plain else mode
    row["traits"] = sorted(traits)
    row["rule"] = _rule(row, plain, upright, traits)


def _rule(row: Row, plain: Pixels | None, upright: Pixels | None, traits: set[str]) -> str:
    """The first rule that accounts for what differs."""
    own = row["pixels"], row["shape"]
    both = row["read"] and plain
    lies = upright[1] if upright else None
    explained = {
        "same": own == plain or not (row["read"] or plain),
        "upright": own == upright,
        "range": both and "range" in traits and lies == row["shape"],
        "over white": both and "over white" in traits and lies == row["shape"],
        "profile": both and "profile" in traits and lies == row["shape"],
        "too large": plain is not None
        and row["own"].startswith("it is larger")
        and np.prod(plain[1][:2]) > 1e8,
        "no program": not row["read"] and "EPS" in traits,
        "more formats": row["read"] and not plain and traits & {"HEIC", "DICOM"},
    }
    return next((rule for rule, holds in explained.items() if holds), UNEXPLAINED)


def _digest(pixels: NDArray[np.uint8]) -> Pixels:
    return hashlib.sha256(pixels.tobytes()).hexdigest(), pixels.shape


def _pillow(file: Path) -> tuple[Pixels | None, Pixels | None, str, set[str]]:
    """Digests of Pillow's own RGB pixels, as they lie and upright; its mode or error; what is special."""
    traits = set()
    head = file.read_bytes()[:132]
    if head[4:8] == b"ftyp":
        traits.add("HEIC")
    if head[128:] == b"DICM":
        traits.add("DICOM")
    formats = [name for name in _pillows_own() if name != "HEIF"]
    try:
        with Image.open(io.BytesIO(file.read_bytes()), formats=formats) as image:
            image.load()
            if image.format == "EPS":
                traits.add("EPS")
            if image.mode.startswith(("I", "F")):
                traits.add("range")
            if image.has_transparency_data:
                traits.add("over white")
            if image.info.get("icc_profile"):
                traits.add("profile")
            plain = _digest(np.asarray(image.convert("RGB")))
            try:
                upright = _digest(np.asarray(ImageOps.exif_transpose(image).convert("RGB")))
            except Exception:
                upright = plain
            return plain, upright, f"{image.format} {image.mode}", traits
    except Exception as error:
        return None, None, f"{type(error).__name__}: {error}"[:80], traits


def _pillows_own() -> list[str]:
    Image.init()
    return list(Image.ID)


def _measured() -> dict[str, str]:
    """Pillow's answers to the hostile files as the manifest has them."""
    manifest = SHARED / "hostile" / "manifest.csv"
    with manifest.open(encoding="utf-8", newline="") as lines:
        return {
            str(manifest.parent / row["file"]): f"{row['pillow_result']} {row['mode']}"
            for row in csv.DictReader(lines)
        }


if __name__ == "__main__":
    main()
