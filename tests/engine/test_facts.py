import io
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.engine import facts as module
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.facts import Facts, facts_of, look
from desktop_app.engine.facts_store import FactsStore
from desktop_app.engine.feature_cache import stamp
from desktop_app.engine.progress import Control, Reporter


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noise(width: int = 60, height: int = 40) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))


def test_what_one_look_tells() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Acme", "One", 6  # and to be turned by a quarter
    data = encoded(noise(), "JPEG", exif=exif)
    facts = facts_of(data)
    assert (facts.width, facts.height) == (40, 60)
    assert (facts.format, facts.mode, facts.camera, facts.frames) == ("JPEG", "RGB", "Acme One", 1)
    assert facts.size == len(data)
    assert len(facts.digest) == 64
    assert facts.problem == ""


def test_a_large_jpeg_keeps_its_size_though_it_is_decoded_reduced() -> None:
    facts = facts_of(encoded(noise(1200, 900), "JPEG"))
    assert (facts.width, facts.height) == (1200, 900)


def test_mode_and_frames() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    assert facts_of(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])).frames == 3
    assert facts_of(encoded(noise().convert("L"))).mode == "L"


def test_light_and_dark() -> None:
    half = np.zeros((50, 50, 3), np.uint8)
    half[:, 25:] = 200
    facts = facts_of(encoded(Image.fromarray(half)))
    assert facts.brightness == pytest.approx(100, abs=1)
    assert facts.contrast == pytest.approx(100, abs=1)
    assert facts_of(encoded(Image.new("RGB", (50, 50), "red"))).contrast == 0


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    whole = encoded(noise(), "JPEG")
    contents = {"cut.jpg": whole[: len(whole) // 2], "text.jpg": b"no picture", "empty.jpg": b""}
    files = [tmp_path / name for name in (*contents, "gone.jpg")]
    for file in files[:3]:
        file.write_bytes(contents[file.name])
    facts = look(files, None, Reporter())
    assert list(facts) == files
    assert all(one.problem for one in facts.values())
    assert [bool(one.digest) for one in facts.values()] == [True, True, False, False]


def test_it_tells_how_far_it_is_and_reads_nothing_twice(
    picture_folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(picture_folder().rglob("*.png"))
    monkeypatch.setattr("desktop_app.engine.feature_cache.SETTLED", 0)
    lines: list[tuple[float, str]] = []
    store = FactsStore(tmp_path / "facts")
    first = look([*files, files[0]], store, Reporter(lambda share, text: lines.append((share, text))))
    assert lines[-1][0] == 1
    assert "12 of 12" in lines[-1][1]
    monkeypatch.setattr(module, "read_file", lambda path: pytest.fail(f"read {path} again"))
    assert look(files, store, Reporter()) == first
    store.close()


def test_a_cancelled_look_stops_at_once_and_keeps_what_it_saw(
    picture_folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(picture_folder(count=20).rglob("*.png"))
    monkeypatch.setattr("desktop_app.engine.feature_cache.SETTLED", 0)
    control, released = Control(), threading.Event()

    def slow(data: bytes) -> Facts:
        control.cancel.set()  # as the tenth picture is decoded, which takes long
        released.wait(30)
        return Facts("late")

    calls = iter(range(len(files)))
    real = facts_of
    monkeypatch.setattr(module, "facts_of", lambda data: real(data) if next(calls) < 10 else slow(data))
    store = FactsStore(tmp_path / "facts")
    began = time.monotonic()
    with pytest.raises(Cancelled):
        look(files, store, Reporter(control=control))
    assert time.monotonic() - began < 20, "it waited for the decoder"
    released.set()
    assert len([file for file in files if store.get(file, stamp(file))]) >= 1
    store.close()
