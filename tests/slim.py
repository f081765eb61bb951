"""Networks of Keras with an eighth of their filters: all of their layers, a sixty-fourth of their weights."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine import frozen
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.keras_bridge import keras

_whole, _convolution, _dense = frozen.bare_model, keras.layers.Conv2D, keras.layers.Dense


@contextmanager
def slim() -> Iterator[None]:
    """VGG, ResNet, Inception and MobileNet, as `keras.applications` builds them here, are slim."""

    def convolution(filters: int, *words: Any, **more: Any) -> Any:
        return _convolution(filters // 8, *words, **more)

    def dense(units: int, *words: Any, **more: Any) -> Any:
        return _dense(units // 8 if units == 4096 else units, *words, **more)  # VGG16's fc1 and fc2

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("keras.src.layers.Conv2D", convolution)
        patch.setattr("keras.src.layers.Dense", dense)
        yield


def small_row(name: str, size: int) -> Backbone:
    """Its line in the table of backbones, on pictures so small that one position is left of them."""
    whole = BACKBONES[name]
    return replace(whole, size=size, grid=1, channels=whole.channels // 8)


def bare_model(row: Backbone) -> Any:
    """In place of `frozen.bare_model`."""
    with slim():
        return _whole(row)


def environment() -> dict[str, str]:
    """For a test file that runs as a program: where it finds what the tests share."""
    paths = (str(Path(__file__).parent), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
