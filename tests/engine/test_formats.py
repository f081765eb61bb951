import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.engine.formats import open_picture
from desktop_app.engine.images import UnreadableError, header_problem, read_file, rgb


def test_pictures_of_a_phone(shared: Path) -> None:
    folder = shared / "data" / "hostile" / "unsupported_formats"
    photo = rgb(read_file(folder / "immich_IMG_2682.heic"))
    assert min(photo.size) > 1000
    with open_picture(io.BytesIO(read_file(folder / "pillow_hopper.heif"))) as image:
        assert (image.format, image.size) == ("HEIF", (128, 128))
    odd = shared / "data" / "odd-images" / "hopper.png"
    if odd.is_file():
        twin = np.asarray(Image.open(odd).convert("RGB")).astype(int)
        assert np.abs(np.asarray(rgb(read_file(folder / "pillow_hopper.heif"))) - twin).mean() < 12


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\xff\x0a" + bytes(200), "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(200), "JPEG XL"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<svg xmlns=", "SVG"),
    ],
)
def test_strangers_are_named(tmp_path: Path, start: bytes, name: str) -> None:
    (tmp_path / "1.jpg").write_bytes(start)
    assert header_problem(tmp_path / "1.jpg") == f"it is {name}, which this program cannot read"


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2), "red").save(tmp_path / "1.png")
    (tmp_path / "1.png").rename(tmp_path / "1.jpg")
    assert header_problem(tmp_path / "1.jpg") is None
    assert rgb(read_file(tmp_path / "1.jpg")).getpixel((0, 0)) == (255, 0, 0)


def test_what_a_decoder_complains_of_is_one_short_line() -> None:
    with pytest.raises(UnreadableError) as caught:
        open_picture(io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(40)))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_rare_formats_cost_nothing_before_they_come() -> None:
    code = (
        "import sys, desktop_app.engine.images, desktop_app.engine.catalog\n"
        "print([name for name in ('pydicom', 'pi_heif', 'jpeg_ls', 'PIL.ImageCms') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
