"""What sniffing is sure of, Pillow opens; the common files are told without it."""

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.engine.images import header_problem
from desktop_app.engine.sniff import surely_picture


def encoded(kind: str, mode: str = "RGB", size: tuple[int, int] = (30, 20), **options: object) -> bytes:
    target = BytesIO()
    Image.new(mode, size).save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        encoded("JPEG"),
        encoded("JPEG", "L"),
        encoded("JPEG", "CMYK"),
        encoded("JPEG", progressive=True),
        encoded("JPEG", icc_profile=bytes(200_000)),
        encoded("JPEG", comment=bytes(60_000)),
        encoded("PNG"),
        encoded("PNG", "1"),
        encoded("PNG", "P"),
        encoded("PNG", "RGBA", dpi=(72, 72)),
        encoded("PNG", "I;16"),
        encoded("PNG", size=(5000, 4000)),
    ],
)
def test_common_files_need_no_second_look(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "picture"
    file.write_bytes(data)
    assert surely_picture(file)
    assert header_problem(file) is None


def large(data: bytes) -> bytes:
    """A PNG of 2 × 10⁹ pixels, with a checksum that is right."""
    head = b"IHDR" + (50_000).to_bytes(4) + (40_000).to_bytes(4) + data[24:29]
    return data[:12] + head + zlib.crc32(head).to_bytes(4) + data[33:]


@pytest.mark.parametrize(
    "make",
    [
        lambda data: data[:0],
        lambda data: data[:2],
        lambda data: data[:20],
        lambda data: data[:40],
        lambda data: b"GIF89a" + data,
        large,
    ],
)
def test_nothing_odd_is_vouched_for(tmp_path: Path, make: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "picture"
    file.write_bytes(make(encoded("PNG")))
    assert not surely_picture(file)
    assert not surely_picture(tmp_path)
    assert not surely_picture(tmp_path / "gone")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_every_cut_and_every_changed_byte_is_judged_as_pillow_does(tmp_path: Path, kind: str) -> None:
    whole = encoded(kind, size=(3, 2))
    file = tmp_path / "picture"
    end = whole.index(b"IDAT" if kind == "PNG" else b"\xff\xda") + 8
    wrong = []
    for place in range(end):
        for data in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]):
            file.write_bytes(data)
            if surely_picture(file) and header_problem(file):
                wrong.append((place, len(data), header_problem(file)))
    assert not wrong


@pytest.mark.parametrize("folder", ["odd-images", "hostile", "hymenoptera", "camera"])
def test_real_files_are_judged_as_pillow_does(shared: Path, folder: str) -> None:
    files = [file for file in (shared / "data" / folder).rglob("*") if file.is_file()]
    sure = [file for file in files if surely_picture(file)]
    assert {file.name: reason for file in sure if (reason := header_problem(file))} == {}
    if folder in {"hymenoptera", "camera"}:
        assert len(sure) > 0.9 * len(files)
