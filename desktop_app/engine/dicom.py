"""DICOM pictures as a radiologist's screen shows them: rescaled, windowed, white where it must be white.

A window (VOI LUT) of the file's own is applied, the first if there are several. Where there is none, a CT is
shown over all Hounsfield units of 12 bits, and any other picture over its bits (`scaling`).
"""

import re
import zlib
from threading import Lock
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from desktop_app.engine import lossless_jpeg
from desktop_app.engine.picture_file import MAX_BYTES, TOO_LARGE, UnreadableError
from desktop_app.engine.scaling import to_8_bits

_NO_PICTURE = "it is a DICOM file without a picture"
_PREAMBLE = 128  # bytes before the letters DICM
# The first element of a file without them: its tag, then either two letters or a length.
_BARE = re.compile(rb"[\x02\x08]\0[\0-\x20]\0(?:[A-Z]{2}|[\x02-\x40]\0\0\0)")
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_PLUGIN = "graftwork"
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_CT = (1024.0, 4096.0)  # centre and width of the window -1024 … 3071
_preparing = Lock()


def is_dicom(head: bytes) -> bool:
    """Whether a file that begins with `head`, 132 bytes or more, is DICOM."""
    return head[_PREAMBLE : _PREAMBLE + 4] == b"DICM" or _BARE.match(head) is not None


class DicomImageFile(ImageFile.ImageFile):
    """A DICOM file in Pillow's manner: the header at once, the first frame's pixels when they are asked for.

    Raises:
        UnreadableError: it holds no picture.
    """

    format = "DICOM"

    def _open(self) -> None:
        dataset = _read(self.fp, pixels=False)
        rows, columns = dataset.get("Rows"), dataset.get("Columns")
        if not rows or not columns:
            raise UnreadableError(_NO_PICTURE)
        self._size = int(columns), int(rows)
        colour = "PALETTE" in str(dataset.get("PhotometricInterpretation")) or _samples(dataset) > 1
        self._mode = "RGB" if colour else "L"
        self.n_frames = max(1, int(dataset.get("NumberOfFrames") or 1))
        if "ICCProfile" in dataset:
            self.info["icc_profile"] = dataset.ICCProfile

    def load(self) -> Any:
        """Decode the first frame."""
        if self.fp is not None:
            decoded = Image.fromarray(_picture(_read(self.fp)))
            self.im, self._mode, self._size, self.fp = decoded.im, decoded.mode, decoded.size, None
        return super().load()


def _read(file: Any, *, pixels: bool = True) -> Any:
    from pydicom import dcmread, uid

    _prepare()

    file.seek(0)
    _refuse_bomb(file)
    dataset = dcmread(file, force=True, stop_before_pixels=not pixels)
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit = dataset.original_encoding[0]
        dataset.file_meta.TransferSyntaxUID = (
            uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRLittleEndian
        )
    return dataset


def _prepare() -> None:
    """Set up pydicom, which takes too long to import at the program's start."""
    from pydicom import config
    from pydicom.pixels.decoders import JPEGLosslessDecoder, JPEGLosslessSV1Decoder

    with _preparing:
        config.settings.reading_validation_mode = config.IGNORE  # an odd patient's name costs no picture
        for decoder in (JPEGLosslessDecoder, JPEGLosslessSV1Decoder):
            if _PLUGIN not in decoder.available_plugins:
                decoder.add_plugin(_PLUGIN, (lossless_jpeg.__name__, lossless_jpeg.decode_frame.__name__))


def _refuse_bomb(file: BinaryIO) -> None:
    """Pydicom inflates a deflated file whole, however large it becomes."""
    head = file.read(4096)
    if _DEFLATED in head:
        start = 144 + int.from_bytes(head[140:144], "little")
        file.seek(start)
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        total, data = 0, file.read(1 << 16)
        while data and total <= MAX_BYTES // 4:
            total += len(inflater.decompress(data, 1 << 24))
            data = inflater.unconsumed_tail or file.read(1 << 16)
        if data:
            raise UnreadableError(TOO_LARGE)
    file.seek(0)


def _picture(dataset: Any) -> NDArray[np.uint8]:
    """The first frame as 8-bit grey (rows, columns) or RGB (rows, columns, 3)."""
    from pydicom.pixels import apply_color_lut

    stored = _stored(dataset)
    interpretation = str(dataset.get("PhotometricInterpretation", ""))
    if interpretation == "PALETTE COLOR":
        bits = int(dataset.RedPaletteColorLookupTableDescriptor[2])
        return to_8_bits(apply_color_lut(stored, dataset), bits)
    if stored.ndim == 3:
        return to_8_bits(stored, _bits(dataset))
    grey = _grey(stored, dataset)
    return 255 - grey if interpretation == "MONOCHROME1" else grey


def _stored(dataset: Any) -> NDArray[Any]:
    """The first frame as it is stored: (rows, columns), or RGB (rows, columns, 3)."""
    from pydicom.encaps import get_frame
    from pydicom.pixels import get_decoder, pixel_array

    if not any(name in dataset for name in _PIXELS):
        raise UnreadableError(_NO_PICTURE)
    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        known = get_decoder(syntax).is_available
    except NotImplementedError:
        known = False
    if not known or (syntax.name.startswith("JPEG Extended") and int(dataset.get("BitsStored", 8)) > 8):
        raise UnreadableError(f"its compression, {syntax.name}, is not one this program knows")
    if syntax.is_encapsulated and "JPEG" in syntax.name and "2000" not in syntax.name:
        frames = int(dataset.get("NumberOfFrames") or 1)
        inside = lossless_jpeg.read_header(get_frame(dataset.PixelData, 0, number_of_frames=frames))
        if (inside.height, inside.width) != (dataset.Rows, dataset.Columns):
            raise ValueError("its header tells another size than its pixels")
    return np.asarray(pixel_array(dataset, index=0))


def _grey(stored: NDArray[Any], dataset: Any) -> NDArray[np.uint8]:
    from pydicom.pixels import apply_modality_lut, apply_voi

    values = apply_modality_lut(stored, _group(dataset, "PixelValueTransformationSequence"))
    voi = _group(dataset, "FrameVOILUTSequence")
    if voi.get("VOILUTSequence"):
        descriptor = voi.VOILUTSequence[0].LUTDescriptor
        return to_8_bits(apply_voi(values, voi), int(descriptor[2]))
    centre, width = _first(voi.get("WindowCenter")), _first(voi.get("WindowWidth"))
    if centre is not None and width is not None and width > 0:
        return _windowed(values, centre, width, str(voi.get("VOILUTFunction") or "LINEAR").upper())
    if dataset.get("Modality") == "CT" and values is not stored:
        return _windowed(values, *_CT, "LINEAR_EXACT")
    return to_8_bits(stored, _bits(dataset))


def _windowed(values: NDArray[Any], centre: float, width: float, function: str) -> NDArray[np.uint8]:
    """PS3.3 C.11.2.1.2 and C.11.2.1.3, whose output runs from 0 to 255 here."""
    if function == "LINEAR":
        centre, width = centre - 0.5, max(width - 1, 1e-6)
    distance = (values.astype(np.float32) - centre) / width
    if function == "SIGMOID":
        share = 1 / (1 + np.exp(np.clip(-4 * distance, -50, 50)))
    else:
        share = np.clip(distance + 0.5, 0, 1)
    rounded: NDArray[np.uint8] = np.rint(255 * share).astype(np.uint8)
    return rounded


def _group(dataset: Any, name: str) -> Any:
    """Where the first frame's attributes of a functional group are; in plain pictures, the file itself."""
    for sequence in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        frames = dataset.get(sequence)
        if frames and frames[0].get(name):
            return frames[0].get(name)[0]
    return dataset


def _bits(dataset: Any) -> int:
    """The bits of each number, where they are fewer than the room for them: else that says nothing."""
    stored, allocated = int(dataset.get("BitsStored") or 0), int(dataset.get("BitsAllocated") or 0)
    return stored if stored < allocated or stored <= 8 else 0


def _first(value: Any) -> float | None:
    """The first of one or several numbers, None where there is none."""
    if value is None or value == "":
        return None
    return float(value[0] if hasattr(value, "__len__") else value)


def _samples(dataset: Any) -> int:
    return int(dataset.get("SamplesPerPixel") or 1)
