"""The formats that a classifier can leave in, a row each, and how their numbers may be made smaller."""

import importlib.util
from dataclasses import dataclass

from desktop_app.engine.errors import EngineError

TOLERANCE = 2e-3  # the greatest difference of a probability that still counts as agreement


@dataclass(frozen=True)
class Quantization:
    """A way to store and compute the network's numbers.

    Attributes:
        name: as the command line knows it.
        title: in words.
        purpose: what it is for, as one sentence.
        tolerance: the greatest difference of a probability that is allowed; None where the answers are meant
            to differ, and what that costs is measured and said.
    """

    name: str
    title: str
    purpose: str
    tolerance: float | None = None


@dataclass(frozen=True)
class ExportFormat:
    """One format.

    Attributes:
        name: as the command line knows it.
        title: as people call it.
        folder: the suggested name of what is written.
        model: the file inside the folder that a reader opens; "" for the folder itself.
        purpose: what it is for, as one sentence.
        reads: what the model takes, as one sentence.
        squares: whether pictures must be made square before: the model's own input has one size.
        quantizations: names of rows of `QUANTIZATIONS`, the usual one first.
        packages: import name → name to install, of what is no part of the default install.
    """

    name: str
    title: str
    folder: str
    model: str
    purpose: str
    reads: str
    squares: bool = True
    quantizations: tuple[str, ...] = ("none",)
    packages: tuple[tuple[str, str], ...] = ()

    @property
    def alone(self) -> bool:
        """Whether the model's one file says all that a reader needs."""
        return self.name in {"keras", "litert", "onnx"}


_ANY = "It takes RGB pictures (uint8) of any size; resizing and preprocessing are inside."
_SQUARE = (
    "It takes square RGB pictures of one size, with values from 0 to 255; preprocessing is inside, resizing "
    "is not: the sample shows it, and metadata.json has the numbers."
)

QUANTIZATIONS = {
    row.name: row
    for row in (
        Quantization("none", "float32: as trained", "The program's own answers.", TOLERANCE),
        Quantization(
            "float16", "float16: half the size", "Hardly different answers; good on GPUs of phones."
        ),
        Quantization("dynamic", "dynamic range: a quarter of the size", "Weights of 8 bits, for CPUs."),
        Quantization(
            "int8",
            "int8: a quarter of the size, and fast",
            "All in 8 bits, for small boards and accelerators; calibrated on training pictures.",
        ),
    )
}

FORMATS = {
    row.name: row
    for row in (
        ExportFormat(
            "savedmodel",
            "SavedModel",
            "savedmodel",
            "",
            "Servers, and programs in Python, Java, C++ or Go: a folder that TensorFlow runs anywhere.",
            _ANY + " A second entry, serve_bytes, takes JPEG or PNG files as they lie on the disk.",
            squares=False,
        ),
        ExportFormat(
            "keras",
            "Keras",
            "keras",
            "model.keras",
            "Going on in Keras: the whole network as one file, to look into or to train further.",
            _SQUARE,
        ),
        ExportFormat(
            "head-weights",
            "Weights of the head",
            "head-weights",
            "head.weights.h5",
            "Programs that have the backbone already: what was trained, and nothing else.",
            "It takes the backbone's features, a vector a picture; a few stand in example.npz.",
        ),
        ExportFormat(
            "litert",
            "LiteRT",
            "litert",
            "model.tflite",
            "Phones, Raspberry Pi and small boards: one file for LiteRT (TensorFlow Lite).",
            _SQUARE,
            quantizations=("none", "float16", "dynamic", "int8"),
        ),
        ExportFormat(
            "onnx",
            "ONNX",
            "onnx",
            "model.onnx",
            "Programs in C#, C++, Java, JavaScript or Rust: one file for ONNX Runtime.",
            _ANY,
            squares=False,
            packages=(("tf2onnx", "tf2onnx"), ("onnx", "onnx"), ("onnxruntime", "onnxruntime")),
        ),
        ExportFormat(
            "openvino",
            "OpenVINO",
            "openvino",
            "model.xml",
            "Fast on Intel's processors: two files for OpenVINO.",
            _ANY,
            squares=False,
            packages=(("openvino", "openvino"),),
        ),
    )
}


def export_format(name: str, quantize: str = "none") -> ExportFormat:
    """The row called `name`; an `EngineError` where it is none, or knows no such quantization."""
    if name not in FORMATS:
        raise EngineError(f"There is no format “{name}”.", f"Name one of {', '.join(FORMATS)}.")
    row = FORMATS[name]
    if quantize not in row.quantizations:
        able = [other.title for other in FORMATS.values() if quantize in other.quantizations]
        hint = f"{able[0]} can." if able else f"Name one of {', '.join(row.quantizations)}."
        raise EngineError(f"{row.title} cannot be quantized as “{quantize}”.", hint)
    return row


def missing(row: ExportFormat) -> tuple[str, ...]:
    """The packages that an export as `row` would need and that are not installed."""
    return tuple(name for module, name in row.packages if importlib.util.find_spec(module) is None)


def require_packages(row: ExportFormat) -> None:
    """Raise an `EngineError` that says what to install where something is missing."""
    if lacking := missing(row):
        raise EngineError(f"{row.title} needs {_list(lacking)}, which is not installed.", HOW_TO_ADD)


HOW_TO_ADD = (
    "Add the formats by “python3 installer --formats run”, or by “pip install 'graftwork[formats]'”, and "
    "start again."
)


def _list(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
