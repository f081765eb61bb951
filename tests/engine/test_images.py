"""Pictures as a person sees them, whatever is in the file."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine import images
from desktop_app.engine.images import UnreadableError, header_problem, read_file, rgb, square
from desktop_app.engine.resizing import fit

SHARED = Path(__file__).parents[3] / "shared"
Pixels = NDArray[np.uint8]


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:  # noqa: A002
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def pixels(data: bytes) -> Pixels:
    return np.asarray(rgb(data))


def patchwork(seed: int = 0, height: int = 5, width: int = 7) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


# How a camera stores an upright picture under each orientation.
STORED: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_pictures_stand_upright(orientation: int, format: str) -> None:  # noqa: A002
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](patchwork())))
    options = {"lossless": True} if format == "WEBP" else {}
    assert np.array_equal(pixels(encoded(stored, format, exif=exif, **options)), patchwork())


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_changes_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(pixels(encoded(Image.fromarray(patchwork()), exif=exif)), patchwork())


def test_damaged_metadata_cost_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("metadata")

    monkeypatch.setattr("PIL.ImageOps.exif_transpose", fail)
    assert np.array_equal(pixels(encoded(Image.fromarray(patchwork()))), patchwork())


def test_transparency_lies_over_white() -> None:
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 0], rgba[0, :, 3] = 200, (0, 128, 255)
    assert pixels(encoded(Image.fromarray(rgba)))[0].tolist() == [[255] * 3, [227, 127, 127], [200, 0, 0]]


def test_transparency_of_grey_and_of_a_palette() -> None:
    grey = Image.fromarray(np.array([[[10, 0], [10, 255]]], np.uint8), "LA")
    assert pixels(encoded(grey))[0].tolist() == [[255] * 3, [10] * 3]
    palette = Image.new("P", (2, 1))
    palette.putpalette([1, 2, 3, 40, 50, 60])
    palette.putpixel((1, 0), 1)
    for format in ("PNG", "GIF"):  # noqa: A001
        assert pixels(encoded(palette, format, transparency=0))[0].tolist() == [[255] * 3, [40, 50, 60]]
    assert pixels(encoded(palette))[0].tolist() == [[1, 2, 3], [40, 50, 60]]


@pytest.mark.parametrize("format", ["PNG", "TIFF", "PPM"])
def test_sixteen_bits_become_eight_by_scale(format: str) -> None:  # noqa: A002
    deep = np.array([[0, 255, 256, 32768, 65535]], np.uint16)
    grey = pixels(encoded(Image.fromarray(deep), format))[0, :, 0]
    assert grey.tolist() == [0, 0, 1, 128, 255]


def test_print_colours_and_greys() -> None:
    cyan = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    assert np.abs(pixels(encoded(cyan, "JPEG"))[4, 4].astype(int) - [0, 255, 255]).max() <= 3
    assert pixels(encoded(Image.new("L", (3, 2), 77))).tolist() == [[[77] * 3] * 3] * 2
    assert pixels(encoded(Image.new("1", (1, 1), 1))).tolist() == [[[255] * 3]]


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_the_first_frame_stands_for_an_animation(format: str) -> None:  # noqa: A002
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if format == "WEBP" else {}
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], **options)
    assert pixels(data)[0, 0].tolist() == [255, 0, 0]


def test_what_is_no_picture_says_why(tmp_path: Path) -> None:
    photo = encoded(Image.fromarray(patchwork(0, 90, 90)), "JPEG")
    contents = {
        "empty.jpg": b"",
        "text.jpg": b"Dear diary,\n",
        "cut.jpg": photo[: len(photo) // 2],
        "cut.png": encoded(Image.fromarray(patchwork(0, 90, 90)))[:9000],
        "header.jpg": photo[:20],
        "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
        "stub.grib": b"GRIB" + bytes(3) + b"\x01" + bytes(20),
        "good.jpg": photo,
    }
    reasons = {}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
        try:
            assert rgb(read_file(tmp_path / name)).size == (90, 90)
        except UnreadableError as error:
            reasons[name] = str(error)
    assert reasons.pop("empty.jpg") == "it is empty"
    assert reasons.pop("cut.jpg").startswith("it is damaged (")
    assert reasons.pop("cut.png").startswith("it is damaged (")
    unknown = "it is not a picture this program can read"
    assert reasons == dict.fromkeys(["text.jpg", "header.jpg", "script.eps", "stub.grib"], unknown)
    headers = {name: header_problem(tmp_path / name) for name in contents}
    assert headers.pop("empty.jpg") == "it is empty"
    assert (headers.pop("cut.jpg"), headers.pop("cut.png")) == (None, None)  # their headers are whole
    assert headers.pop("good.jpg") is None
    assert set(headers.values()) == {unknown}


@pytest.mark.parametrize("size", [(10_001, 10_000), (1, 100_001), (100_001, 1)])
def test_bombs_are_not_lit(tmp_path: Path, size: tuple[int, int]) -> None:
    data = encoded(Image.new("1", size))
    (tmp_path / "bomb.png").write_bytes(data)
    assert len(data) < 50_000
    with pytest.raises(UnreadableError, match="larger than any photograph"):
        rgb(data)
    assert "larger than any photograph" in (header_problem(tmp_path / "bomb.png") or "")


def triangle(length: int, size: int) -> NDArray[np.float64]:
    """The matrix (size, length) of the antialiased triangle filter, from its definition."""
    scale = length / size
    reach = max(scale, 1.0)
    centres = (np.arange(size) + 0.5) * scale
    distance = np.abs(np.arange(length)[None] + 0.5 - centres[:, None]) / reach
    weights = np.clip(1 - distance, 0, None)
    normed: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return normed


@pytest.mark.parametrize(
    ("height", "width", "size"),
    [
        (100, 140, 32),
        (140, 100, 32),
        (32, 32, 32),
        (3, 5, 32),
        (1, 1, 8),
        (500, 2, 16),
        (2, 500, 16),
        (90, 61, 299),
    ],
)
def test_stretching_is_the_triangle_filter_across_then_down(height: int, width: int, size: int) -> None:
    picture = patchwork(1, height, width)
    across = np.rint(np.einsum("xw,hwc->hxc", triangle(width, size), picture.astype(np.float64)))
    expected = np.einsum("yh,hxc->yxc", triangle(height, size), across)
    stretched = fit(Image.fromarray(picture), size)
    assert stretched.shape == (size, size, 3)
    assert stretched.dtype == np.uint8
    assert np.abs(stretched - expected).max() <= 1
    assert np.array_equal(square(encoded(Image.fromarray(picture)), size), stretched)


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    """Every odd and hostile file, in a process of its own, where every warning is an error."""
    if not SHARED.is_dir():
        pytest.skip("needs the real pictures in ../shared")
    bench = Path(__file__).parents[1] / "bench" / "odd_pictures.py"
    process = subprocess.run(
        [sys.executable, "-W", "error", str(bench), "--json"],
        capture_output=True, text=True, errors="replace", timeout=300, check=False,
        cwd=bench.parents[2], env={**os.environ, "PYTHONPATH": str(bench.parents[2])},
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-2000:]
    answers: dict[str, Any] = json.loads(process.stdout)
    return answers


def test_a_thousand_odd_and_hostile_files_are_read_or_refused(table: dict[str, Any]) -> None:
    rows = table["rows"]
    assert len(rows) > 1000
    assert sum(row["read"] for row in rows) > 930
    reasons = ("it is empty", "it is damaged (", "it is larger than", "it is not a picture", "it is JPEG XL")
    assert [row for row in rows if not row["read"] and not row["own"].startswith(reasons)] == []
    assert [row for row in rows if row["header"] and row["read"]] == [], "refused early, read later"
    assert max(row["seconds"] for row in rows) < 5
    assert table["peak"] < 1500  # MiB


def test_each_difference_from_pillow_has_a_rule(table: dict[str, Any]) -> None:
    rows = table["rows"]
    assert [row for row in rows if row["rule"] == "UNEXPLAINED"] == []
    # 8-bit RGB without transparency or profile: the very same pixels, upright.
    plain = [row for row in rows if " RGB " in row["pillow"] and row["read"] and not row["traits"]]
    assert len(plain) > 150
    assert {row["rule"] for row in plain} == {"same", "upright"}
    # What the manifest measured with Pillow is what is read here, but for HEIC and the bombs.
    for row in rows:
        if row["manifest"] and row["rule"] not in {"more formats", "too large"}:
            assert row["manifest"].startswith("ok") == row["read"], row


@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_eight_orientations_are_one_picture(shared: Path, shape: str) -> None:
    folder = shared / "data" / "hostile" / "exif_orientation"
    files = sorted(folder.glob(f"*{shape}_[1-8].jpg"))
    assert len(files) == 8
    upright = [square(read_file(file), 100).astype(int) for file in files]
    assert max(np.abs(one - upright[0]).mean() for one in upright[1:]) < 6
    lying = Image.open(files[5]).resize((100, 100))
    assert np.abs(np.asarray(lying).astype(int) - upright[0]).mean() > 20


def photograph(width: int, height: int) -> bytes:
    """Something with edges, slopes and grain, as a JPEG turned by a quarter."""
    dice = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width] / width
    waves = np.stack([np.sin(9 * x + k) * np.cos(7 * y * (k + 1)) for k in range(3)], axis=-1)
    waves[height // 3 : height // 2, width // 4 : width // 2] += 1
    pixels = np.clip(128 + 60 * waves + dice.normal(0, 6, waves.shape), 0, 255).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize(
    ("width", "height", "decoded"),
    [(1000, 700, (350, 500)), (400, 300, (300, 400)), (2000, 900, (225, 500)), (1600, 1600, (200, 200))],
)
def test_a_large_jpeg_is_decoded_quickly_to_nearly_the_same(
    width: int, height: int, decoded: tuple[int, int]
) -> None:
    data, size = photograph(width, height), 100
    assert images.rgb(data, 2 * size).size == decoded
    assert images.rgb(data).size == (height, width)
    difference = images.square(data, size, quick=True).astype(int) - images.square(data, size)
    assert np.abs(difference).mean() < 1


@pytest.mark.parametrize("size", [224, 299])
def test_camera_photographs_too(shared: Path, size: int) -> None:
    for file in (shared / "data" / "camera").glob("*.jpg"):
        data = file.read_bytes()
        assert images.rgb(data, 2 * size).size != images.rgb(data).size
        difference = images.square(data, size, quick=True).astype(int) - images.square(data, size)
        assert np.abs(difference).mean() < 1
