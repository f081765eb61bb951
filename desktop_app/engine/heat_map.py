"""The heat map: where a model looked, laid over the picture as a person sees it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.engine.backbones import backbone
from desktop_app.engine.errors import EngineError
from desktop_app.engine.images import UnreadableError, read_file, rgb
from desktop_app.engine.resizing import Resize, fit, padded_size
from desktop_app.engine.run import Run

if TYPE_CHECKING:
    from desktop_app.engine.grad_cam import GradCam


@dataclass(frozen=True, eq=False)
class HeatMap:
    """What speaks for a class in a picture.

    Attributes:
        file: the picture.
        label: the class that was asked about.
        heat: from 0 to 1, of the picture's shape or a reduced one; 0 everywhere where nothing speaks for it.
    """

    file: Path
    label: str
    heat: NDArray[np.float32]


def explain(cam: "GradCam", run: Run, file: Path, label: str = "") -> HeatMap:
    """Ask where the model of `run` looks for the class `label`; "" for the most probable one.

    Raises:
        EngineError: the picture cannot be read.
    """
    try:
        picture = rgb(read_file(file))
    except UnreadableError as error:
        raise EngineError(f"“{file.name}” cannot be read because {error}.", "Choose another one.") from error
    resize = run.spec.base.resize
    square = fit(picture, backbone(run.spec.base.backbone).size, resize)[None]
    place = run.class_names.index(label) if label else int(cam.logits(square)[0].argmax())
    (heat,) = cam.heat(square, np.array([place]))
    return HeatMap(file, run.class_names[place], on_picture(heat, *picture.size, resize))


def on_picture(
    heat: NDArray[np.float32], width: int, height: int, resize: Resize, most: int = 512
) -> NDArray[np.float32]:
    """Lay the heat of the model's square over the picture that the square was made of.

    Args:
        heat: (rows, columns), of at least 0.
        width: of the picture, in pixels.
        height: of it.
        resize: how it became a square.
        most: the longer side of the result is no longer.

    Returns:
        From 0 to 1, the picture's shape or a reduced one; 0 where the model saw nothing, and everywhere if
        `heat` is.
    """
    shrink = min(1.0, most / max(width, height))
    width, height = max(1, round(width * shrink)), max(1, round(height * shrink))
    whole = np.zeros((height, width), np.float32)
    square = Image.fromarray(heat.astype(np.float32))
    if resize == "crop":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        whole[top : top + side, left : left + side] = _resized(square, (side, side))
    elif resize == "pad":
        side = max(width, height)
        across, down = padded_size(width, height, side)
        left, top = (side - across) // 2, (side - down) // 2
        whole[:] = _resized(square, (side, side))[top : top + height, left : left + width]
    else:
        whole[:] = _resized(square, (width, height))
    highest = whole.max()
    return whole / highest if highest > 0 else whole


def _resized(heat: Image.Image, size: tuple[int, int]) -> NDArray[np.float32]:
    larger: NDArray[np.float32] = np.asarray(heat.resize(size, Image.Resampling.BICUBIC))
    return np.maximum(larger, 0)
