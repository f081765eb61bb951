"""DICOM against pydicom's own arithmetic, on the test files that its wheel brings along."""

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, JPEGLosslessSV1, SecondaryCaptureImageStorage
from test_lossless_jpeg import encode, noise

from desktop_app.engine.images import UnreadableError, header_problem, open_picture, rgb

FILES = Path(os.fspath(pydicom.__file__)).parent / "data" / "test_files"


def sample(name: str) -> bytes:
    return (FILES / f"{name}.dcm").read_bytes()


def filled(**attributes: Any) -> Dataset:
    """A data set of these attributes."""
    dataset = Dataset()
    for name, value in attributes.items():
        setattr(dataset, name, value)
    return dataset


def made(pixels: NDArray[Any], syntax: str = ExplicitVRLittleEndian, **attributes: Any) -> bytes:
    """A DICOM file of these numbers."""
    bits = 8 * pixels.dtype.itemsize
    dataset = filled(
        SOPClassUID=SecondaryCaptureImageStorage,
        SOPInstanceUID="1.2.3",
        Rows=pixels.shape[0],
        Columns=pixels.shape[1],
        SamplesPerPixel=pixels.shape[2] if pixels.ndim == 3 else 1,
        PhotometricInterpretation="RGB" if pixels.ndim == 3 else "MONOCHROME2",
        BitsAllocated=bits,
        BitsStored=bits,
        HighBit=attributes.get("BitsStored", bits) - 1,
        PixelRepresentation=int(pixels.dtype.kind == "i"),
        PixelData=pixels.tobytes(),
    )
    if pixels.ndim == 3:
        dataset.update(filled(PlanarConfiguration=0))
    dataset.update(filled(**attributes))
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    file = io.BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def grey(data: bytes) -> NDArray[np.uint8]:
    pixels = np.asarray(rgb(data))
    assert (pixels == pixels[..., :1]).all()
    return pixels[..., 0]


RAMP = np.arange(-2048, 2048, 8, dtype=np.int16).reshape(16, 32)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID", None])
@pytest.mark.parametrize(("centre", "width"), [(40, 400), (0, 4096), (-600.5, 1500.25), (10, 1), (300, 2)])
def test_the_window_is_pydicoms(function: str | None, centre: float, width: float) -> None:
    window: dict[str, Any] = {"WindowCenter": centre, "WindowWidth": width} | (
        {"VOILUTFunction": function} if function else {}
    )
    data = made(RAMP, RescaleSlope=1.5, RescaleIntercept=-24, **window)
    dataset = pydicom.dcmread(io.BytesIO(data))
    with np.errstate(over="ignore"):
        shown = apply_voi_lut(apply_modality_lut(RAMP, dataset), dataset).astype(float)
    low, high = -32768 * 1.5 - 24, 32767 * 1.5 - 24  # where pydicom's output runs
    expected = 255 * (shown - low) / (high - low)
    assert np.abs(grey(data) - expected).max() <= 0.51


def test_white_and_black_change_places_in_monochrome1() -> None:
    data = {
        name: made(RAMP, PhotometricInterpretation=name, WindowCenter=0, WindowWidth=500)
        for name in ("MONOCHROME1", "MONOCHROME2")
    }
    assert np.array_equal(grey(data["MONOCHROME1"]), 255 - grey(data["MONOCHROME2"]))


def test_the_first_of_several_windows() -> None:
    several = made(RAMP, WindowCenter=[40, 300], WindowWidth=[400, 1500])
    assert np.array_equal(grey(several), grey(made(RAMP, WindowCenter=40, WindowWidth=400)))


def test_a_lookup_table_comes_before_a_window() -> None:
    table = (np.arange(255, -1, -1, dtype=np.uint16) * 257).tobytes()
    item = filled(LUTDescriptor=[256, 0, 16], LUTData=table)
    stored = np.arange(256, dtype=np.uint8).reshape(16, 16)
    data = made(stored, VOILUTSequence=Sequence([item]), WindowCenter=10, WindowWidth=10)
    assert np.array_equal(grey(data), 255 - stored)


def test_without_a_window_the_bits_decide() -> None:
    twelve = np.array([[0, 1000, 4095]], np.uint16)
    assert grey(made(twelve, BitsStored=12)).tolist() == [[0, 62, 255]]
    assert grey(made(twelve // 16, BitsStored=12)).tolist() == [[0, 3, 15]]  # dim, for the file says so
    assert grey(made(twelve)).tolist() == [[0, 62, 255]]  # 16 of 16 say nothing
    assert grey(made(np.array([[0, 99, 255]], np.uint8))).tolist() == [[0, 99, 255]]


def test_a_ct_without_a_window_shows_its_hounsfield_units() -> None:
    units = np.array([[-1024, 0, 1024, 3071]], np.int16)
    stored = made(units + 1024, Modality="CT", RescaleSlope=1, RescaleIntercept=-1024)
    assert grey(stored).tolist() == [[0, 64, 128, 255]]


def test_windows_of_an_enhanced_picture_lie_deeper() -> None:
    shared = filled(FrameVOILUTSequence=Sequence([filled(WindowCenter=40, WindowWidth=400)]))
    enhanced = made(RAMP, SharedFunctionalGroupsSequence=Sequence([shared]))
    assert np.array_equal(grey(enhanced), grey(made(RAMP, WindowCenter=40, WindowWidth=400)))


def test_colours() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    assert np.array_equal(np.asarray(rgb(made(colours))), colours)
    deep = made(colours.astype(np.uint16) * 257)
    assert np.array_equal(np.asarray(rgb(deep)), colours)
    dataset = pydicom.dcmread(FILES / "examples_palette.dcm")
    looked_up = apply_color_lut(dataset.pixel_array, dataset)
    assert np.array_equal(np.asarray(rgb(sample("examples_palette"))), looked_up >> 8)


@pytest.mark.parametrize(
    ("name", "twin", "most"),
    [
        ("MR_small_RLE", "MR_small", 0),
        ("MR_small_jp2klossless", "MR_small", 0),
        ("MR_small_jpeg_ls_lossless", "MR_small", 0),
        ("MR_small_bigendian", "MR_small", 0),
        ("MR_small_implicit", "MR_small", 0),
        ("SC_rgb_jpeg_gdcm", "SC_rgb_rle", 0),  # lossless
        ("SC_rgb_rle_16bit", "SC_rgb_rle", 0),
        ("SC_rgb_rle_2frame", "SC_rgb_rle", 0),
        ("SC_rgb_jpeg_dcmtk", "SC_rgb_rle", 12),
        ("SC_rgb_dcmtk_+eb+cy+n1", "SC_rgb_rle", 12),
        ("SC_ybr_full_422_uncompressed", "SC_rgb_rle", 12),
        ("SC_rgb_jls_lossy_line", "SC_rgb_rle", 12),
        ("liver_expb_1frame", "liver_1frame", 0),
    ],
)
def test_the_same_picture_in_many_encodings(name: str, twin: str, most: int) -> None:
    difference = np.asarray(rgb(sample(name))).astype(int) - np.asarray(rgb(sample(twin)))
    assert np.abs(difference).mean() <= most


def test_lossless_jpeg_of_16_bits() -> None:
    picture = noise(30, 20)
    data = made(
        picture, PixelData=pydicom.encaps.encapsulate([encode(picture)]), syntax=JPEGLosslessSV1,
        WindowCenter=32768, WindowWidth=65536,
    )  # fmt: skip
    assert np.array_equal(grey(data), grey(made(picture, WindowCenter=32768, WindowWidth=65536)))


def test_the_first_frame_stands_for_all() -> None:
    with open_picture(io.BytesIO(sample("rtdose"))) as image:
        assert (image.format, image.mode, image.size) == ("DICOM", "L", (10, 10))
        assert image.n_frames == 15  # type: ignore[attr-defined]
    assert np.array_equal(grey(sample("rtdose")), grey(sample("rtdose_rle")))


def test_a_file_without_preamble_is_known_too() -> None:
    file = io.BytesIO()
    dataset = pydicom.dcmread(FILES / "CT_small.dcm")
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    bare = file.getvalue()[132:]
    meta = 12 + struct.unpack("<I", bare[8:12])[0]
    for data in (bare, bare[meta:]):
        assert np.array_equal(grey(data), grey(sample("CT_small")))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test-SR", "it is a DICOM file without a picture"),
        ("rtplan", "it is a DICOM file without a picture"),
        ("JPGExtended", "its compression, JPEG Extended (Process 2 and 4), is not one this program knows"),
        ("MR_truncated", "it is damaged (The number of bytes of pixel data is less than expected"),
        ("no_meta", "it is not a picture this program can read"),
    ],
)
def test_what_cannot_be_shown_says_why(name: str, words: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        rgb(sample(name))
    assert str(caught.value).startswith(words)


def test_too_many_pixels_and_too_much_behind_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = made(np.zeros((1, 1), np.uint8), Rows=60000, Columns=60000)
    with pytest.raises(UnreadableError, match="larger than any photograph"):
        rgb(huge)
    (tmp_path / "huge.dcm").write_bytes(huge)
    assert "larger than any" in (header_problem(tmp_path / "huge.dcm") or "")
    assert rgb(sample("image_dfl")).size == (512, 512)
    data = sample("image_dfl")
    start = 144 + struct.unpack("<I", data[140:144])[0]
    packer = zlib.compressobj(9, wbits=-15)
    zeros = packer.compress(bytes(300 << 20)) + packer.flush()
    with pytest.raises(UnreadableError, match="larger than any photograph"):
        rgb(data[:start] + zeros)


def test_damage_of_any_kind_is_a_reason() -> None:
    dice = np.random.default_rng(0)
    names = [
        "MR_small_RLE",
        "MR_small_jp2klossless",
        "MR_small_jpeg_ls_lossless",
        "SC_rgb_jpeg_gdcm",
        "CT_small",
    ]
    for name in names:
        whole = sample(name)
        for _ in range(30):
            damaged = bytearray(whole)
            for place in dice.integers(132, len(whole), 8):
                damaged[place] = dice.integers(0, 256)
            try:
                assert min(rgb(bytes(damaged)).size) > 0
            except UnreadableError as error:
                assert str(error).startswith("it")
