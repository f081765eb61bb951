"""The facts: what one look at a picture file tells about it."""

import hashlib
import io
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from desktop_app.engine.feature_cache import stamp
from desktop_app.engine.images import UnreadableError, open_picture, read_file, rgb
from desktop_app.engine.measures import SCALE, measure
from desktop_app.engine.progress import Pace, Reporter

if TYPE_CHECKING:
    from desktop_app.engine.facts_store import FactsStore

_AT_ONCE = 256  # files between two writes to the store, and that are read ahead
_PATIENCE = 0.1  # seconds between two looks at the cancel flag while a large picture is decoded
_MAKE, _MODEL = 0x010F, 0x0110  # EXIF


@dataclass(frozen=True, slots=True)
class Facts:
    """What one look at a picture file tells; a file that cannot be read has only a `problem`.

    Attributes:
        digest: SHA-256 of the file's bytes, hexadecimal; empty where they could not be read.
        size: of the file, in bytes.
        width: upright, in pixels.
        height: upright, in pixels.
        format: "JPEG", "PNG" …; empty where it could not be told.
        mode: Pillow's mode before conversion to RGB: "L", "RGB", "CMYK" …
        camera: its make and model by EXIF, or empty.
        frames: more than one in an animation.
        phash: 64-bit perceptual hash (`measures.phash`).
        brightness: mean luminance, 0 to 255.
        contrast: standard deviation of the luminance, 0 to 127.5.
        sharpness: 0 where the picture is blank, mostly 0.1 to 2 in a photograph (`measures.sharpness`).
        grey: luminances of the picture reduced to `measures.GREY` × `measures.GREY`, a byte each, by rows.
        problem: why it cannot be read, as the end of the sentence “left out because …”; empty if it can.
    """

    digest: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    format: str = ""
    mode: str = ""
    camera: str = ""
    frames: int = 1
    phash: int = 0
    brightness: float = 0.0
    contrast: float = 0.0
    sharpness: float = 0.0
    grey: bytes = field(default=b"", repr=False)
    problem: str = ""


@dataclass(frozen=True)
class _Looked:
    file: Path
    stamp: str
    facts: Facts


def look(files: Sequence[Path], store: "FactsStore | None", reporter: Reporter) -> dict[Path, Facts]:
    """Read and decode each file once, or fetch its facts from `store`.

    All cores decode. What was seen is stored even if the look is cancelled, so that the next goes on there.

    Args:
        files: pictures, of which some may be unreadable.
        store: None to store nothing.
        reporter: hears how fast it goes.

    Returns:
        The facts of every file, in the order of `files`.
    """
    found: dict[Path, Facts | None] = dict.fromkeys(files)
    if store:
        for place, file in enumerate(found):
            if place % _AT_ONCE == 0:
                reporter.report(0, f"Fetching what is known of the pictures: {place:,} of {len(found):,}")
            found[file] = store.get(file, stamp(file))
    missing = [file for file, facts in found.items() if facts is None]
    known = len(found) - len(missing)
    pace = Pace(len(found), "pictures", already=known)
    fresh: list[_Looked] = []
    try:
        for place, seen in enumerate(_look_ahead(missing, reporter), 1 + known):
            found[seen.file] = seen.facts
            fresh.append(seen)
            if store and len(fresh) >= _AT_ONCE:
                store.put((one.file, one.stamp, one.facts) for one in fresh)
                fresh.clear()
            reporter.report(place / len(found), f"Looking at the pictures: {pace.text(place)}")
    finally:
        if store:
            store.put((one.file, one.stamp, one.facts) for one in fresh)
    return {file: facts for file, facts in found.items() if facts is not None}


def facts_of(data: bytes) -> Facts:
    """The facts of an encoded picture."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        image = rgb(data, SCALE)
    except UnreadableError as error:
        return Facts(digest, len(data), problem=str(error))
    header = _header(data, image)
    measures = measure(image)
    return Facts(
        digest,
        len(data),
        *header,
        phash=measures.phash,
        brightness=measures.brightness,
        contrast=measures.contrast,
        sharpness=measures.sharpness,
        grey=measures.grey,
    )


def _header(data: bytes, image: Image.Image) -> tuple[int, int, str, str, str, int]:
    """Width, height, format, mode, camera and frames; `image` is the same picture upright, maybe reduced."""
    try:
        with open_picture(io.BytesIO(data)) as file:
            width, height = file.size
            kind, mode, camera, frames = file.format or "", file.mode, "", 1
            with suppress(Exception):  # damaged metadata
                exif = file.getexif()
                camera = " ".join(_text(exif.get(tag)) for tag in (_MAKE, _MODEL)).strip()
            with suppress(Exception):
                frames = int(getattr(file, "n_frames", 1))
    except UnreadableError:
        return image.width, image.height, "", image.mode, "", 1
    if (width > height) != (image.width > image.height):
        width, height = height, width  # it lies on its side in the file
    return width, height, sys.intern(kind), sys.intern(mode), sys.intern(camera), frames


def _text(value: object) -> str:
    return value.strip("\0 ") if isinstance(value, str) else ""


def _look_at(file: Path) -> _Looked:
    mark = stamp(file)  # before it is read: if it changes meanwhile, the mark no longer fits
    try:
        return _Looked(file, mark, facts_of(read_file(file)))
    except UnreadableError as error:
        return _Looked(file, mark, Facts(problem=str(error)))


def _look_ahead(files: Sequence[Path], reporter: Reporter) -> Iterator[_Looked]:
    """Look at the files on all cores, in order; a decoder at work is left behind when it is cancelled."""
    pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="look")
    pending: deque[Future[_Looked]] = deque()
    try:
        for file in files:
            pending.append(pool.submit(_look_at, file))
            if len(pending) >= _AT_ONCE:
                yield _result(pending.popleft(), reporter)
        while pending:
            yield _result(pending.popleft(), reporter)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[_Looked], reporter: Reporter) -> _Looked:
    while True:
        reporter.checkpoint()
        with suppress(NotYet):
            return future.result(_PATIENCE)
